import { visible } from '../../base/visible.js';
import type { SeenSources } from '../../document/index.js';
import type { Diagnostic } from '../../text/diagnostic.js';
import { renderDiagnostics } from '../../text/render/text.js';

/** What keeps a runbook from being used, what comes of it, and as the last line what to do. */
export const malformedText = (
  runbook: string,
  found: { readonly diagnostics: readonly Diagnostic[]; readonly seen: SeenSources },
  words: { readonly result: string; readonly again: string },
): string =>
  `${renderDiagnostics(found.diagnostics, found.seen)}gatebook: ${visible(runbook)} can't be used; ${words.result}\n` +
  `next     put it right, then ${words.again} again\n`;
