import { Expression, type Template } from '../../model/template.js';
import type { Advice, Diagnostic, Edit, Location } from '../../text/diagnostic.js';
import { expressionAt, toTemplate } from '../template.js';
import { child, isText, locationOf, type Node, type ScalarNode } from '../tree.js';

/** How nodes become values of the model: plainly, or with a library's parameters put in. */
export class Scope {
  constructor(
    readonly diagnostics: Diagnostic[],
    private readonly substitute: (template: Template, node: Node) => Template = (t) => t,
  ) {}

  report(node: Node, code: string, message: string, advice?: Advice): void {
    this.reportAt(locationOf(node), code, message, advice);
  }

  reportAt(location: Location, code: string, message: string, { fix, reason, edit }: Advice = {}): void {
    this.diagnostics.push({
      code,
      severity: 'error',
      message,
      location,
      ...(reason !== undefined && { reason }),
      ...(fix !== undefined && { fix }),
      ...(edit && { edit }),
    });
  }

  /** A value that may hold expressions. */
  template(node: Node): Template {
    return this.substitute(
      toTemplate(node, (scalar, offset) => {
        this.#unterminated(scalar, offset);
      }),
      node,
    );
  }

  optional(node: Node | undefined): Template | undefined {
    return node === undefined ? undefined : this.template(node);
  }

  /** Text that is read as it stands. */
  literal(node: Node | undefined): string {
    if (!isText(node)) return '';
    if (node.value.includes('${{')) {
      this.report(node, 'GB1402', 'no expression is evaluated here', { fix: 'write the value itself' });
    }
    return node.value;
  }

  literals(node: Node | undefined): readonly string[] {
    return node?.kind === 'list' ? node.items.map((item) => this.literal(item)) : [];
  }

  /** CEL without braces; braces around the whole are pointed out. */
  condition(node: Node): Expression {
    if (node.kind !== 'scalar') return new Expression('false', locationOf(node));
    const written = String(node.value);
    const braced = /^\s*\$\{\{([^]*)\}\}\s*$/.exec(written);
    if (braced !== null || written.includes('${{')) {
      const fix = braced?.[1] === undefined ? undefined : `write ${braced[1].trim()}`;
      this.report(node, 'GB1403', 'a condition is CEL without braces', {
        fix,
        edit: withoutBraces(node),
      });
    }
    const expression = this.substitute(expressionAt(node, 0, written.length), node);
    if (expression instanceof Expression) return expression;
    if (typeof expression === 'boolean') return new Expression(String(expression), locationOf(node));
    this.report(node, 'GB1403', 'a condition must be true or false');
    return new Expression('false', locationOf(node));
  }

  #unterminated(node: ScalarNode, offset: number): void {
    const from = node.source.text.indexOf('${{', node.start);
    const start =
      from === -1 || from > node.end ? node.start : Math.max(from, Math.min(node.start + offset, node.end));
    this.reportAt(
      node.source.location(start, Math.min(start + 3, node.end)),
      'GB1401',
      'an expression is opened and not closed',
      { fix: 'close it with }}' },
    );
  }
}

/** Only of text in quotes, without escapes and these quotes: there nothing that follows could be read as YAML. */
function withoutBraces({ source, start, end }: ScalarNode): Edit | undefined {
  const written = /^(["'])\s*\$\{\{\s*([^\\{}]*?)\s*\}\}\s*\1$/.exec(source.text.slice(start, end));
  const [, quote = '', inner = ''] = written ?? [];
  if (written === null || inner.includes(quote)) return undefined;
  return { start, end, text: `${quote}${inner}${quote}` };
}

/** Spreads a property only where there is a value: optional means absent, never undefined. */
export const given = <K extends string, T>(key: K, value: T | undefined): { readonly [k in K]?: T } =>
  value === undefined ? {} : ({ [key]: value } as { readonly [k in K]?: T });

export const flagAt = (node: Node | undefined, key: string): boolean => {
  const value = child(node, key);
  return value?.kind === 'scalar' && value.value === true;
};

export const textAt = (node: Node | undefined, key: string): string | undefined => {
  const value = child(node, key);
  return isText(value) ? value.value : undefined;
};
