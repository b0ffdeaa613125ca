import type { ErrorObject } from 'ajv';
import type { Diagnostic, Edit } from '../text/diagnostic.js';
import type { Reader } from './read.js';
import { pathOf } from './schema-errors/walk.js';
import { child, isText, locate, nodeAt, type MapNode, type Node } from './tree.js';

/** `sha256` behind `file`, in the form in which that is written; undefined where there is no `file`. */
export function pinEdit(node: Node | undefined, sha256: string): Edit | undefined {
  const file = node?.kind === 'map' ? node.entries.get('file') : undefined;
  if (node?.kind !== 'map' || file === undefined) return undefined;
  const { text } = node.source;
  if (text.charAt(node.start) === '{') {
    return { start: file.value.end, end: file.value.end, text: `, sha256: ${sha256}` };
  }
  const lineStart = text.lastIndexOf('\n', file.keyStart) + 1;
  const indent = text.slice(lineStart, file.keyStart).replaceAll(/[^ ]/g, ' ');
  const end = endOfLine(text, file.value.end);
  const newline = text.charAt(end) === '\r' ? '\r\n' : '\n';
  return { start: end, end, text: `${newline}${indent}sha256: ${sha256}` };
}

/** Behind a comment too: it stays on its line. */
function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  if (end === -1) return text.length;
  return text.charAt(end - 1) === '\r' ? end - 1 : end;
}

/** The schema misses the sha256 of a script: the finding learns what it is. */
export async function withPins(
  root: Node,
  errors: readonly ErrorObject[],
  findings: readonly Diagnostic[],
  reader: Reader,
): Promise<readonly Diagnostic[]> {
  const shown = [...findings];
  for (const error of errors) {
    const { missingProperty } = error.params as { readonly missingProperty?: unknown };
    if (error.keyword !== 'required' || missingProperty !== 'sha256') continue;
    const path = pathOf(error);
    const node = nodeAt(root, path);
    const { start } = locate(root, path, 'key').range;
    const index = shown.findIndex(
      ({ code, location: { range } }) =>
        code === 'GB1102' && range.start.line === start.line && range.start.column === start.column,
    );
    const finding = shown[index];
    const edit = finding && node?.kind === 'map' ? await editFor(node, reader) : undefined;
    if (finding && edit) shown[index] = { ...finding, fix: edit.text.trim().replace(/^, /, ''), edit };
  }
  return shown;
}

async function editFor(node: MapNode, reader: Reader): Promise<Edit | undefined> {
  const file = child(node, 'file');
  if (!isText(file) || file.value.includes('${{')) return undefined;
  const part = await reader.bytes(file.value, 'script');
  return part.ok ? pinEdit(node, part.value.sha256) : undefined;
}
