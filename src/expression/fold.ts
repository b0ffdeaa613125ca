import type { Value, ValueMap } from '../base/value.js';
import type { ErrorPattern, Expectation, Matcher } from '../model/matcher.js';
import type { Template, TemplateMap, Expression } from '../model/template.js';
import { isExpression, isTemplateList, isTemplateMap, isText, TextTemplate } from '../model/template.js';
import type { Location } from '../text/diagnostic.js';
import type { Problem } from '../text/problem.js';
import { checkExpression } from './check.js';
import { evaluate, toText } from './evaluate.js';
import { renameIds } from './rename.js';
import type { Reference, Scope } from './scope.js';

/** Every name an expression may hold, unchecked: the rules have checked them. */
const anyNames: Scope = Object.fromEntries(
  ['params', 'data', 'run', 'targets', 'keys', 'commands', 'gates', 'secrets', 'each', 'with', 'value'].map(
    (name) => [name, 'any'] as const,
  ),
);

export interface Known {
  /** `params`, `data`, and `each` within a loop. */
  readonly values: ValueMap;
  /** Params whose values only the binding knows. */
  readonly outsideParams: ReadonlySet<string>;
  /** Ids of the own iteration by those that its author wrote. */
  readonly commands: ReadonlyMap<string, string>;
  readonly gates: ReadonlyMap<string, string>;
}

/** The runbook asks for what can't be had before the run. */
export interface FoldProblem extends Problem {
  readonly exit: 3;
  readonly at?: Location;
}

/**
 * Replaces what is known when the plan is made: an expression over nothing but params, data and the loop's item
 * becomes its value, ids become those of the own iteration; the rest stays for the run.
 */
export class Folder {
  constructor(
    private readonly known: Known,
    /** Findings of all iterations stand together. */
    readonly problems: FoldProblem[] = [],
  ) {}

  /** For an iteration of a loop, or where more is known. */
  within(more: Pick<Known, 'values' | 'commands' | 'gates'>): Folder {
    return new Folder({ ...this.known, ...more }, this.problems);
  }

  get values(): ValueMap {
    return this.known.values;
  }

  template(template: Template): Template {
    if (isExpression(template)) return this.#expression(template);
    if (isText(template)) return this.#text(template);
    if (isTemplateList(template)) return template.map((item) => this.template(item));
    if (isTemplateMap(template)) return this.map(template);
    return template;
  }

  map<T extends object>(map: T): T {
    const folded = Object.create(null) as Record<string, Template>;
    for (const [key, entry] of Object.entries(map as TemplateMap)) folded[key] = this.template(entry);
    return folded as T;
  }

  /** Stays an expression, as `when` and `assert` are. */
  expression(expression: Expression): Expression {
    return renameIds(expression, this.known);
  }

  expectations(expectations: readonly Expectation[]): readonly Expectation[] {
    return expectations.map(({ path, matcher }) => ({ path, matcher: this.#matcher(matcher) }));
  }

  #matcher(matcher: Matcher): Matcher {
    switch (matcher.op) {
      case 'empty':
      case 'exists':
      case 'is':
        return matcher;
      case 'unchanged_since':
        return { ...matcher, gate: this.known.gates.get(matcher.gate) ?? matcher.gate };
      case 'not':
      case 'length':
      case 'every':
      case 'some':
        return { ...matcher, matcher: this.#matcher(matcher.matcher) };
      case 'all':
        return { ...matcher, expectations: this.expectations(matcher.expectations) };
      case 'error':
        return { ...matcher, pattern: this.map<ErrorPattern>(matcher.pattern) };
      case 'between':
        return { ...matcher, low: this.template(matcher.low), high: this.template(matcher.high) };
      default:
        return { ...matcher, operand: this.template(matcher.operand) };
    }
  }

  #expression(written: Expression): Expression | Template {
    const expression = this.expression(written);
    if (!this.#isKnown(expression)) return expression;
    const value = evaluate(expression, this.known.values);
    if (value.ok) return value.value;
    const { code, message, offset, length } = value.error;
    const at = written.locate(offset, length);
    this.problems.push({
      code: 'GB2601',
      exit: 3,
      message: `\${{ ${written.source} }} has no value: ${message} (${code})`,
      next: 'it holds nothing but params, data and the loop, so that it must have a value before the run',
      ...(at && { at }),
    });
    return expression;
  }

  #text(template: TextTemplate): Template {
    const parts: (string | Expression)[] = [];
    for (const part of template.parts) {
      const folded = isExpression(part) ? this.#expression(part) : part;
      const last = parts.at(-1);
      if (isExpression(folded)) parts.push(folded);
      else if (typeof last === 'string') parts[parts.length - 1] = last + toText(folded as Value);
      else parts.push(toText(folded as Value));
    }
    const [only] = parts;
    return parts.length === 1 && typeof only === 'string' ? only : new TextTemplate(parts);
  }

  #isKnown({ source }: Expression): boolean {
    const { errors, references } = checkExpression(source, anyNames);
    return errors.length === 0 && references.every((reference) => this.#isPlanned(reference));
  }

  #isPlanned(reference: Reference): boolean {
    switch (reference.root) {
      case 'data':
        return true;
      case 'each':
        return Object.hasOwn(this.known.values, 'each');
      case 'params': {
        const [name] = reference.path;
        return name === undefined
          ? this.known.outsideParams.size === 0
          : !this.known.outsideParams.has(String(name));
      }
      default:
        return false;
    }
  }
}
