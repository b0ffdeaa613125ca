import type { CommandId, GateId } from '../../base/ids.js';
import { valueMap } from '../../base/value.js';
import type { Value, ValueMap } from '../../base/value.js';
import type { GateEnd } from '../../model/event.js';
import { growingMap } from '../../expression/index.js';
import type { PlannedCommand } from '../../model/plan.js';

type Mutable = Record<string, Value>;
const emptyMap = (): Mutable => Object.create(null) as Mutable;

function extended<T extends Value>(
  map: Readonly<Record<string, T>>,
  key: string,
  value: T,
): Readonly<Record<string, T>> {
  const copy = Object.assign(Object.create(null) as Record<string, T>, map);
  copy[key] = value;
  return copy;
}

/** Worst last: what `gates['G-13'].state` says of a loop from outside it. */
const severity: readonly GateEnd[] = [
  'passed',
  'noted',
  'skipped',
  'recorded',
  'not_evaluated',
  'cancelled',
  'failed',
  'error',
];

/**
 * What expressions can see, kept up to date as the run goes on. Values are exact, not their journal form. Outputs and
 * gates are added to; other maps are replaced, never changed, because their conversion is remembered by identity.
 */
export class Scope {
  readonly #root: Mutable = emptyMap();
  readonly #commands = growingMap<ValueMap>();
  readonly #gates = growingMap<ValueMap>();
  #targets: ValueMap = emptyMap();

  constructor(fixed: {
    readonly params: ValueMap;
    readonly data: ValueMap;
    readonly run: ValueMap;
    readonly secrets: ValueMap;
    readonly keys: ValueMap;
  }) {
    Object.assign(this.#root, fixed);
  }

  /** Adds to `run`, `keys` or another map of the root. */
  set(name: 'run' | 'keys' | 'secrets', values: ValueMap): void {
    this.#root[name] = valueMap([
      ...Object.entries((this.#root[name] ?? {}) as ValueMap),
      ...Object.entries(values),
    ]);
  }

  setTarget(name: string, facts: ValueMap): void {
    this.#targets = extended(this.#targets, name, facts);
  }

  addOutput(command: CommandId, as: string, output: Value): void {
    this.#commands.add(command, extended(this.#commands.map[command] ?? {}, as, output));
  }

  addGate(gate: GateId, state: GateEnd, observed: Value | undefined): void {
    this.#gates.add(gate, observed === undefined ? { state } : { state, observed });
    const loop = gate.indexOf('[');
    if (loop === -1) return;
    const base = gate.slice(0, loop);
    const before = this.#gates.map[base]?.['state'] as GateEnd | undefined;
    const worst = before === undefined || severity.indexOf(state) > severity.indexOf(before) ? state : before;
    this.#gates.add(base, { state: worst });
  }

  observed(gate: string): Value | undefined {
    return this.#gates.map[gate]?.['observed'];
  }

  /** The values for an expression of this command; the plan has named the gates and outputs of its own iteration. */
  values(command: PlannedCommand | null, extra: ValueMap = {}): ValueMap {
    if (command?.each === undefined) return this.#with(extra);
    const { key, value } = command.each;
    return this.#with({ ...extra, each: { key, value } });
  }

  #with(extra: ValueMap): ValueMap {
    const own = { commands: this.#commands.map, gates: this.#gates.map, targets: this.#targets };
    return Object.assign(emptyMap(), this.#root, own, extra);
  }
}
