import type { ErrorObject } from 'ajv';
import type { Diagnostic, Location } from '../../text/diagnostic.js';
import { didYouMean } from '../../text/suggest.js';
import { locationOf, locationOfKey, nodeAt, type Node, type Path } from '../tree.js';
import { belowIt, exampleOf, firstExample } from './examples.js';
import { withoutMisspelt, withoutNoise } from './noise.js';
import { reservedKey } from './reserved.js';
import { elsewhere, formOf, SCALAR_WORDS, TYPE_WORDS, typeFix } from './words.js';
import { pathOf, schemaAt, type JsonSchema } from './walk.js';

/** More than anyone reads, and few enough to compare each with each. */
const MAX_ERRORS = 2000;

/** ajv's findings as a person would put them: one for each mistake, where it was made. */
export function explainSchemaErrors(
  root: Node,
  errors: readonly ErrorObject[],
  schema: JsonSchema,
): readonly Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  for (const error of withoutMisspelt(withoutNoise(errors.slice(0, MAX_ERRORS)))) {
    const diagnostic = new Explainer(root, schema, error).diagnostic();
    const { start } = diagnostic.location.range;
    const key = `${diagnostic.code}:${String(start.line)}:${String(start.column)}:${diagnostic.message}`;
    if (!found.has(key)) found.set(key, diagnostic);
  }
  return [...found.values()];
}

class Explainer {
  readonly #path: Path;
  readonly #node: Node | undefined;
  readonly #owner: JsonSchema;

  constructor(
    private readonly root: Node,
    schema: JsonSchema,
    private readonly error: ErrorObject,
  ) {
    this.#path = pathOf(error);
    this.#node = nodeAt(root, this.#path);
    this.#owner = schemaAt(schema, root, this.#path);
  }

  diagnostic(): Diagnostic {
    const params = this.error.params as Record<string, unknown>;
    if (this.error.propertyName !== undefined) return this.#badKey(this.error.propertyName);
    switch (this.error.keyword) {
      case 'additionalProperties':
        return this.#unknownKey(String(params['additionalProperty']));
      case 'required':
        return this.#make('GB1102', `${this.#name()} needs ${String(params['missingProperty'])}`, {
          fix: this.#hint(String(params['missingProperty'])),
          at: 'key',
        });
      case 'type':
        return this.#wrongType([params['type']].flat().map(String));
      case 'enum':
        return this.#notAllowed((params['allowedValues'] as unknown[]).map(String));
      case 'pattern':
        return this.#badForm(String(params['pattern']));
      case 'minProperties':
      case 'maxProperties':
        return this.#count(this.error.keyword === 'minProperties');
      case 'minItems':
      case 'minLength':
        return this.#make('GB1106', `${this.#name()} is empty or too short`, {
          fix: exampleOf(this.#owner, 'e.g.'),
        });
      case 'minimum':
      case 'maximum':
      case 'exclusiveMinimum':
      case 'exclusiveMaximum':
        return this.#make(
          'GB1106',
          `${this.#name()} must be ${String(params['comparison'])} ${String(params['limit'])}`,
        );
      case 'maxItems':
      case 'maxLength':
        return this.#make('GB1106', `${this.#name()} is too long (at most ${String(params['limit'])})`, {
          fix: 'shorten it',
        });
      default:
        return this.#make(
          'GB1100',
          `${this.#name()} is not what the language allows here (${this.error.keyword})`,
        );
    }
  }

  #unknownKey(key: string): Diagnostic {
    const parent = this.#path.at(-1);
    const reserved = reservedKey(this.#path, key);
    const map = this.#node;
    const entry = map?.kind === 'map' ? map.entries.get(key) : undefined;
    const location = locationOfKey(map ?? this.root, key);
    if (reserved !== undefined) {
      const message = `${key} is reserved: not built yet`;
      return { code: 'GB1201', severity: 'error', message, reason: reserved, location };
    }
    const known = Object.keys(this.#owner['properties'] ?? {});
    const present = map?.kind === 'map' ? map.entries : new Map<string, unknown>();
    const isRest = key.includes(' ') && entry?.value.kind === 'scalar' && entry.value.value === null;
    const fix = isRest
      ? 'quote a text that holds a comma: what follows it is read as a key'
      : (elsewhere(this.#path, key) ??
        didYouMean(
          key,
          known.filter((k) => !present.has(k)),
        ));
    const message = this.#unknownWords(key, parent);
    return {
      code: 'GB1101',
      severity: 'error',
      message,
      location,
      ...(fix && { fix }),
    };
  }

  #unknownWords(key: string, parent: string | number | undefined): string {
    if (parent === 'probe') return `there is no probe ${key}`;
    if (this.#path.at(-2) === 'do') return `there is no action ${key}, nor a modifier of one`;
    return `${this.#name()} has no key ${key}`;
  }

  #badForm(pattern: string): Diagnostic {
    const form = formOf(this.#owner, pattern);
    const node = this.#node;
    // An expression that is the whole value would have been taken; what it yields is checked when it is known.
    const isPart = node?.kind === 'scalar' && typeof node.value === 'string' && node.value.includes('${{');
    return this.#make('GB1105', `${this.#name()} has not the form it needs`, {
      reason: isPart ? 'an expression here is the whole value, and no part of it' : form,
      fix: isPart ? `put the text inside: "\${{ 'text' + … }}"` : exampleOf(this.#owner, 'e.g.'),
    });
  }

  #badKey(key: string): Diagnostic {
    const form = formOf(this.#owner['propertyNames']);
    return {
      code: 'GB1104',
      severity: 'error',
      message: `${JSON.stringify(key)} can't be a name here`,
      location: locationOfKey(this.#node ?? this.root, key),
      ...(form && { reason: form }),
      ...(/^[cg]-[0-9]{2,3}[a-z]?$/.test(key) && {
        fix: `write ${key.charAt(0).toUpperCase()}${key.slice(1)}`,
      }),
    };
  }

  #wrongType(types: readonly string[]): Diagnostic {
    const expected = types.map((t) => TYPE_WORDS[t] ?? t);
    const words = [...new Set(expected)].join(' or ');
    const node = this.#node;
    const written = node?.kind === 'scalar' ? node.source.text.slice(node.start, node.end) : '';
    const value = node?.kind === 'scalar' ? node.value : undefined;
    if (value === null)
      return this.#make('GB1103', `${this.#name()} is empty: ${words} expected`, {
        fix: expected.some((word) => /list|map/.test(word))
          ? 'write what it holds, indented further, or remove the key'
          : 'write a value, or remove the key',
        at: 'key',
      });
    // A number in quotes may still not be of the form that the text needs: 30 is no duration.
    const { pattern } = this.#owner;
    const isOff =
      'enum' in this.#owner || (typeof pattern === 'string' && !new RegExp(pattern).test(written));
    const example = firstExample(this.#owner);
    const eg = typeof example === 'string' && /^0[0-9]/.test(example) ? JSON.stringify(example) : example;
    const name = this.#path.at(-1);
    const fix = isOff && typeof eg === 'string' ? `e.g. ${eg}` : typeFix(types, value, written, name);
    const instead = fix ?? exampleOf(this.#owner, 'e.g.') ?? belowIt(types, this.#owner);
    const what =
      node === undefined
        ? 'missing'
        : node.kind === 'scalar'
          ? Number.isFinite(node.value) && !Number.isInteger(node.value)
            ? 'a fraction'
            : SCALAR_WORDS[typeof node.value]
          : node.kind === 'list'
            ? 'a list'
            : 'a map';
    return this.#make('GB1103', `${this.#name()} must be ${words}, not ${what ?? 'this'}`, { fix: instead });
  }

  #notAllowed(allowed: readonly string[]): Diagnostic {
    const value = this.#node?.kind === 'scalar' ? String(this.#node.value) : '';
    return this.#make('GB1107', `${this.#name()} can't be ${value}`, { fix: didYouMean(value, allowed) });
  }

  #count(none: boolean): Diagnostic {
    const exactlyOne = this.#owner['maxProperties'] === 1;
    const known = Object.keys(this.#owner['properties'] ?? {});
    const map = this.#node;
    const written = map?.kind === 'map' ? [...map.entries.keys()] : [];
    if (!exactlyOne)
      return this.#make('GB1106', `${this.#name()} holds nothing`, {
        fix: 'write at least one, or remove the key',
      });
    const choice = known.length <= 8 ? `one of ${known.join(', ')}` : undefined;
    return this.#make(
      'GB1108',
      none
        ? `${this.#name()} needs exactly one key`
        : `${this.#name()} takes exactly one of ${written.join(', ')}`,
      { fix: choice },
    );
  }

  #name(): string {
    const last = this.#path.at(-1);
    if (last === undefined) return 'the file';
    if (!/^[0-9]+$/.test(String(last))) return String(last);
    return `item ${String(Number(last) + 1)} of ${String(this.#path.at(-2) ?? 'the list')}`;
  }

  #hint(key: string): string | undefined {
    const property = ((this.#owner['properties'] ?? {}) as Record<string, JsonSchema | undefined>)[key];
    const example = exampleOf(property, `e.g. ${key}:`);
    return key === 'commands' ? 'gatebook init writes a runbook that runs, to go on from' : example;
  }

  #make(
    code: string,
    message: string,
    {
      fix,
      reason,
      at = 'value',
    }: { fix?: string | undefined; reason?: string | undefined; at?: 'key' | 'value' } = {},
  ): Diagnostic {
    const location = at === 'key' ? this.#ownKey() : locationOf(this.#node ?? this.root);
    return { code, severity: 'error', message, location, ...(reason && { reason }), ...(fix && { fix }) };
  }

  /** Where the name stands under which the value does. */
  #ownKey(): Location {
    const parent = nodeAt(this.root, this.#path.slice(0, -1));
    const key = String(this.#path.at(-1));
    return parent?.kind === 'map' && parent.entries.has(key)
      ? locationOfKey(parent, key)
      : locationOf(this.#node ?? this.root);
  }
}
