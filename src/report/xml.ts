import { visible } from '../base/visible.js';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for XML and HTML, as content or as an attribute's value; unseen characters are shown. */
export const escapeXml = (text: string): string =>
  visible(text).replace(/[&<>"']/g, (character) => entities[character] ?? character);
