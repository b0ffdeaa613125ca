import { didYouMean, nearest } from '../../text/suggest.js';
import { parseSize } from '../../base/quantity.js';
import type { Template } from '../../model/template.js';
import { isExpression, isTemplateList, isText as isTextTemplate } from '../../model/template.js';
import { compileWhole } from '../../text/pattern.js';
import { typeMismatch, type TypeBounds, type WithType } from '../param-types.js';
import { child, isText, locationOf, plain, type MapNode, type Node } from '../tree.js';
import { flagAt, Scope, textAt } from './scope.js';
import { substitute, type Arguments } from './substitute.js';
import { isList, type Value } from '../../base/value.js';

/** Names of a runbook that a use may hand to a library gate. */
export interface KnownNames {
  readonly keys: ReadonlySet<string>;
  readonly targets: ReadonlySet<string>;
}

interface Resolved {
  readonly node: MapNode;
  readonly scope: Scope;
}

/** A size is a number of bytes for the gate, as it is where a param gives it. */
const sized = (type: string | undefined, value: Template): Template =>
  type === 'bytes' && typeof value === 'string' ? (parseSize(value) ?? value) : value;

/** The libraries of a runbook, read and valid, by their path. */
export class Libraries {
  constructor(
    private readonly files: ReadonlyMap<string, Node>,
    private readonly names: KnownNames,
  ) {}

  /** The library's gate, and a scope that puts the arguments of this use in. */
  resolve(uses: string, use: MapNode, scope: Scope): Resolved | null {
    const at = child(use, 'uses') ?? use;
    const hash = uses.lastIndexOf('#');
    const path = uses.slice(0, hash);
    const name = uses.slice(hash + 1);
    const gates = child(this.files.get(path), 'gates');
    // A library that couldn't be read has its own findings.
    if (gates?.kind !== 'map') return null;
    const gate = gates.entries.get(name)?.value;
    if (gate?.kind !== 'map') {
      scope.report(at, 'GB2009', `${path} has no gate ${name}`, {
        fix: didYouMean(name, gates.entries.keys()),
      });
      return null;
    }
    const args = this.#arguments(gate, use, scope);
    const seen = new Set<string>();
    const inner = new Scope(scope.diagnostics, (template: Template, node: Node) => {
      const { template: made, unknown } = substitute(template, args);
      for (const key of unknown) {
        if (seen.has(key)) continue;
        seen.add(key);
        scope.report(node, 'GB2009', `the library gate ${name} has no parameter ${key}`, {
          fix: didYouMean(key, args.keys()),
        });
      }
      return made;
    });
    return { node: gate, scope: inner };
  }

  #arguments(gate: MapNode, use: MapNode, scope: Scope): Arguments {
    const declared = child(gate, 'with');
    const written = child(use, 'with');
    const args = new Map<string, Template>();
    const parameters = declared?.kind === 'map' ? declared.entries : new Map<string, never>();
    for (const entry of written?.kind === 'map' ? written.entries.values() : []) {
      if (parameters.has(entry.key)) continue;
      const meant = nearest(entry.key, parameters.keys());
      scope.reportAt(
        use.source.location(entry.keyStart, entry.keyEnd),
        'GB2010',
        `the library gate takes no ${entry.key}`,
        { fix: meant === undefined ? didYouMean(entry.key, parameters.keys()) : `did you mean ${meant}?` },
      );
    }
    for (const [name, { value: parameter }] of parameters) {
      const node = child(written, name) ?? child(parameter, 'default');
      if (node === undefined) {
        if (!flagAt(parameter, 'optional')) {
          scope.reportAt(
            locationOf(child(use, 'uses') ?? use),
            'GB2010',
            `the library gate needs with.${name}`,
            { fix: `with: {${name}: …}` },
          );
        }
        args.set(name, null);
        continue;
      }
      const value = sized(textAt(parameter, 'type'), scope.template(node));
      const bounds = { ...boundsOf(parameter), pattern: textAt(parameter, 'pattern') };
      this.#check(name, bounds, { value, node, scope });
      args.set(name, value);
    }
    return args;
  }

  /** What an expression yields is known to the run; literals are checked here. */
  #check(
    name: string,
    bounds: TypeBounds & { readonly pattern: string | undefined },
    { value, node, scope }: { readonly value: Template; readonly node: Node; readonly scope: Scope },
  ): void {
    if (isOpen(value)) return;
    const literal = writtenOut(node, value);
    const expected = typeMismatch(bounds, literal);
    if (expected !== null) {
      scope.report(node, 'GB2010', `with.${name} must be ${expected}`);
      return;
    }
    const why = patternTrouble(bounds.pattern, isList(literal) ? literal : [literal]);
    if (why !== null) scope.report(node, 'GB2010', `with.${name} ${why}`);
    if (why !== null || typeof literal !== 'string') return;
    const known =
      bounds.type === 'key' ? this.names.keys : bounds.type === 'target' ? this.names.targets : null;
    if (known !== null && !known.has(literal)) {
      scope.report(node, 'GB2003', `there is no ${bounds.type} ${literal}`, {
        fix: didYouMean(literal, known),
      });
    }
  }
}

const isOpen = (value: Template | undefined): boolean => isExpression(value) || isTextTemplate(value);

/** Of a list only the items whose value is known already. */
const writtenOut = (node: Node, value: Template): Value =>
  node.kind === 'list' && isTemplateList(value)
    ? node.items.filter((_, index) => !isOpen(value[index])).map(plain)
    : plain(node);

function patternTrouble(source: string | undefined, values: readonly Value[]): string | null {
  if (source === undefined) return null;
  const pattern = compileWhole(source);
  if (!pattern.ok) return "has a pattern that can't be read";
  const fits = values.every((value) => typeof value !== 'string' || pattern.value.test(value));
  return fits ? null : `doesn't match ${source} as a whole`;
}

function boundsOf(parameter: Node): TypeBounds {
  const values = child(parameter, 'values');
  const items = textAt(parameter, 'items');
  const listed = values === undefined ? undefined : plain(values);
  return {
    type: (textAt(parameter, 'type') ?? 'string') as WithType,
    ...(isList(listed) && { values: listed.map(String) }),
    ...(items !== undefined && { items: items as NonNullable<TypeBounds['items']> }),
  };
}

/** The library files that a runbook's gates use, each with the first place that names it. */
export function usedLibraries(root: Node): ReadonlyMap<string, Node> {
  const found = new Map<string, Node>();
  for (const phase of ['commands', 'teardown']) {
    for (const command of valuesOf(child(root, phase))) {
      for (const list of ['guards', 'expectations']) {
        for (const gate of valuesOf(child(command, list))) {
          const uses = child(gate, 'uses');
          if (!isText(uses)) continue;
          const path = uses.value.slice(0, uses.value.lastIndexOf('#'));
          if (!found.has(path)) found.set(path, uses);
        }
      }
    }
  }
  return found;
}

export const valuesOf = (node: Node | undefined): readonly Node[] =>
  node?.kind === 'map' ? [...node.entries.values()].map((entry) => entry.value) : [];
