import { baseOf } from '../base/ids.js';
import { sayExpressions } from '../text/braces.js';
import type { Template } from '../model/template.js';
import { showTemplate } from '../model/template.js';
import type { Value } from '../base/value.js';
import { valueWords } from '../kinds/matchers/words.js';

// Escaped, since the bundle is read as ASCII and regular expressions aren't escaped by the build: ‹ and ›.
const said = /\u2039([^\u2039\u203a]*)\u203a/g;
const reference = /^(gates|commands)\['([CG]-[^']+)'\]\.([\w.[\]]+)$/;
const named = /^(run|params|keys|targets)\.([\w.]+)$/;

/** An argument that was quoted only for the blanks inside its expression. */
const quotedAlone =
  /"([^"\\\s]*(?:\u2039[^"\\\u2039\u203a\s]*\u203a|\$\{\{\s*[^"\\\s{}]*\s*\}\})[^"\\\s]*)"/g;

/** An expression that only names something, as a reader would say it; any other stands as it is written. */
function spoken(source: string): string {
  const [, root, id, path] = reference.exec(source) ?? [];
  if (root === 'gates' && id !== undefined && path !== undefined)
    return path === 'observed'
      ? `what ${id} observed`
      : `${id}'s ${path.startsWith('observed.') ? path.slice('observed.'.length) : path}`;
  if (id !== undefined && path !== undefined) return `${id}'s ${path}`;
  return named.test(source) ? source : `‹${source}›`;
}

/** A sentence of a kind, its expressions in words where they only name something. */
export const plain = (words: string): string =>
  sayExpressions(words.replace(quotedAlone, '$1'), spoken).replace(said, (_, source: string) =>
    spoken(source),
  );

/** A text of the author. */
export function text(template: Template): string {
  const shown = showTemplate(template);
  return plain(typeof shown === 'string' ? shown : valueWords(shown));
}

/** A value as a person reads it; its name tells sizes from other numbers. */
export const shown = (value: Value, name: string): string => valueWords(value, [name]);

/** What a condition most often asks, and how a reader would say it. */
const asked: readonly (readonly [RegExp, string])[] = [
  [/gates\['(G-[^']+)'\]\.state == '(\w+)'/g, '$1 $2'],
  [/gates\['(G-[^']+)'\]\.state != '(\w+)'/g, '$1 not $2'],
  [/targets\.(\w+)\.engine (==|!=) '(\w+)'/g, 'the engine of $1 $2 $3'],
  [/run\.mode (==|!=) '([\w-]+)'/g, 'the mode $1 $2'],
];

/** `gates['G-09'].state == 'passed'` as `G-09 passed`; what is more than that stands as it is written. */
export function condition(source: string): string {
  const words = asked
    .reduce((text, [pattern, said]) => text.replace(pattern, said), source)
    .replaceAll(' == ', ' is ')
    .replaceAll(' != ', ' is not ')
    .replaceAll(' && ', ' and ')
    .replaceAll(' || ', ' or ');
  return /[()[\]='"?!<>]/.test(words) ? `‹${source}›` : words;
}

/** `a`, `a or b`, `a, b or c`. */
export const either = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`;

/** `G-01 to G-04, G-06 or G-07`: neighbours of the whole order stand together, iterations of a loop as one. */
export function spans(ids: readonly string[], order: readonly string[]): string {
  const whole = (id: string): string => {
    const base = baseOf(id);
    return order.every((one) => !one.startsWith(`${base}[`) || ids.includes(one)) ? base : id;
  };
  const short = [...new Set(order.map(whole))];
  const groups: string[][] = [];
  for (const id of new Set(ids.map(whole))) {
    const last = groups.at(-1);
    if (last !== undefined && short.indexOf(id) === short.indexOf(last.at(-1) ?? '') + 1) last.push(id);
    else groups.push([id]);
  }
  const parts = groups.flatMap((group) =>
    group.length > 2 ? [`${group[0] ?? ''} to ${group.at(-1) ?? ''}`] : group,
  );
  return either(parts);
}
