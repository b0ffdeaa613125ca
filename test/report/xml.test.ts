import { expect, it } from 'vitest';
import { escapeXml } from '../../src/report/xml.js';

/** XML 1.0, 2.2: what a document may hold at all. */
const character = /^[\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

it('whatever a text holds, XML may hold it', () => {
  for (let plane = 0; plane <= 0x10; plane += 1) {
    // The ends of a plane are what no text may hold; the first one has surrogates and controls as well.
    const points = plane === 0 ? 0x10000 : 2;
    const last = plane * 0x10000 + 0xffff;
    const text = Array.from({ length: points }, (_, at) => String.fromCodePoint(last - at)).join(' ');
    expect(character.test(escapeXml(text)), `plane ${plane}`).toBe(true);
  }
});
