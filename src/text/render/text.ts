import { visible } from '../../base/visible.js';
import { placeText, type Diagnostic } from '../diagnostic.js';
import { codeFrame } from '../frame.js';
import type { IndexedSource } from '../source.js';
import { waivedWords } from './sentence.js';
import { plainStyle, type Style } from '../style.js';

export type Sources = ReadonlyMap<string, IndexedSource>;

/** One finding as a person reads it: where, what, the source with a mark, why, and what to write instead. */
export function renderDiagnostic(
  diagnostic: Diagnostic,
  sources: Sources,
  style: Style = plainStyle,
): string {
  const { code, severity, message, location, reason = '', fix, waived, related = [] } = diagnostic;
  const paint = severity === 'error' ? style.error : style.warning;
  const source = sources.get(location.file);
  const frame = source === undefined ? [] : codeFrame(source, location.range, visible(reason), style);
  return [
    `${style.strong(placeText(location))} ${paint(severity)} ${code} ${style.strong(visible(message))}`,
    ...frame,
    ...(frame.length === 0 && reason !== '' ? [`  ${visible(reason)}`] : []),
    ...related.map((r) => `  ${placeText(r.location)} ${visible(r.message)}`),
    ...(waived === undefined ? [] : [`  ${visible(waivedWords(waived))}`]),
    ...(fix === undefined || waived !== undefined ? [] : [`  fix: ${visible(fix)}`]),
    style.dim(`  gatebook explain ${code}`),
  ].join('\n');
}

/** All findings, and a last line that counts them. */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: Sources,
  style: Style = plainStyle,
): string {
  return diagnostics.map((d) => `${renderDiagnostic(d, sources, style)}\n`).join('\n');
}
