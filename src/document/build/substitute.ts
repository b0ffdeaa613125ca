import {
  Expression,
  isExpression,
  isTemplateList,
  isTemplateMap,
  isText,
  TextTemplate,
  type Template,
} from '../../model/template.js';

export type Arguments = ReadonlyMap<string, Template>;

/** Texts, then `with.NAME` where `with` isn't a field of something else. */
const use = /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<![\w.])with\s*\.\s*([A-Za-z_]\w*)/g;
const whole = /^with\s*\.\s*([A-Za-z_]\w*)$/;

export interface Substitution {
  readonly template: Template;
  /** Names after `with.` that no parameter has. */
  readonly unknown: readonly string[];
}

/** Puts a library gate's arguments in place of `with.NAME`, so that no later room knows of `with`. */
export function substitute(template: Template, args: Arguments): Substitution {
  const unknown: string[] = [];
  return { template: replace(template, args, unknown), unknown };
}

function replace(template: Template, args: Arguments, unknown: string[]): Template {
  if (isExpression(template)) return inExpression(template, args, unknown);
  if (isText(template)) return inText(template, args, unknown);
  if (isTemplateList(template)) return template.map((item) => replace(item, args, unknown));
  if (isTemplateMap(template)) {
    const map = Object.create(null) as Record<string, Template>;
    for (const [key, entry] of Object.entries(template)) map[key] = replace(entry, args, unknown);
    return map;
  }
  return template;
}

function inExpression(expression: Expression, args: Arguments, unknown: string[]): Template {
  const name = whole.exec(expression.source)?.[1];
  if (name !== undefined && args.has(name)) return args.get(name) ?? null;
  if (!/\bwith\b/.test(expression.source)) return expression;
  const source = expression.source.replaceAll(
    use,
    (found: string, quoted: string | undefined, key: string) => {
      if (quoted !== undefined) return found;
      const value = args.get(key);
      if (value === undefined) unknown.push(key);
      return value === undefined ? found : toCel(value);
    },
  );
  // Offsets into the new source mean nothing in the file any more: findings are about the whole.
  return source === expression.source ? expression : new Expression(source, expression.at);
}

function inText(text: TextTemplate, args: Arguments, unknown: string[]): Template {
  const parts: (string | Expression)[] = [];
  const push = (part: string | Expression): void => {
    const last = parts.at(-1);
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part;
    else parts.push(part);
  };
  for (const part of text.parts) {
    const value = typeof part === 'string' ? part : inExpression(part, args, unknown);
    if (isExpression(value)) push(value);
    else if (isText(value)) value.parts.forEach(push);
    else if (isTemplateList(value) || isTemplateMap(value)) {
      push(new Expression(toCel(value), isExpression(part) ? part.at : undefined));
    } else push(String(value));
  }
  const [only] = parts;
  return parts.length === 1 && typeof only === 'string' ? only : new TextTemplate(parts);
}

/** A value as a CEL expression, in parentheses where it is more than a literal. */
function toCel(value: Template): string {
  if (isExpression(value)) return `(${value.source})`;
  if (isText(value)) {
    return `(${value.parts.map((p) => (typeof p === 'string' ? quoted(p) : `string(${p.source})`)).join(' + ')})`;
  }
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toString();
  if (isTemplateList(value)) return `[${value.map(toCel).join(', ')}]`;
  if (isTemplateMap(value)) {
    return `{${Object.entries(value)
      .map(([key, entry]) => `${quoted(key)}: ${toCel(entry)}`)
      .join(', ')}}`;
  }
  return String(value);
}

/** JSON's escapes are CEL's, but for the two line separators that JSON leaves alone. */
const quoted = (text: string): string =>
  JSON.stringify(text).replaceAll(
    /[\u2028\u2029\u007f-\u009f]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
