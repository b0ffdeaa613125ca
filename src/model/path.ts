import type { PathSegment } from './matcher.js';

const segment = /([^.[\]"'\s]+)|\[([0-9]{1,9})\]|\["((?:[^"\\]|\\.)*)"\]|\['((?:[^'\\]|\\.)*)'\]/y;

/** `rows[0].dro`, `a["x.y"]` → segments; null where it isn't a path. */
export function parsePath(text: string): readonly PathSegment[] | null {
  const path: PathSegment[] = [];
  let at = 0;
  while (at < text.length) {
    if (path.length > 0 && text.charAt(at) === '.') at++;
    else if (path.length > 0 && text.charAt(at) !== '[') return null;
    segment.lastIndex = at;
    const match = segment.exec(text);
    if (match === null) return null;
    const [whole, name, index, double, single] = match;
    if (text.charAt(at - 1) === '.' && name === undefined) return null;
    path.push(name ?? (index === undefined ? unescape(double ?? single ?? '') : Number(index)));
    at += whole.length;
  }
  return path.length === 0 ? null : path;
}

const unescape = (quoted: string): string => quoted.replaceAll(/\\(.)/g, '$1');

/** The way back: names that need it are quoted. */
export function showPath(path: readonly PathSegment[]): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${String(part)}]`;
      if (!/^[^.[\]"'\s]+$/.test(part)) return `[${JSON.stringify(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}
