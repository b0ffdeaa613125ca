import { elementOf, iterationsOver, shapeOf, type Scope } from '../expression/index.js';
import { isList, isMap, type Value } from '../base/value.js';
import type { LoopedCommand, ParamDeclaration, ParamType, Runbook } from '../model/runbook.js';
import type { Shape } from '../model/shape.js';
import {
  expressionsIn,
  isExpression,
  isTemplateMap,
  type Template,
  type TemplateMap,
} from '../model/template.js';
import { constantValue } from './constants.js';
import type { ActionPlace, CommandPlace, GatePlace, Places } from './places.js';
import type { Kinds } from './rule.js';

/** The names that an expression has, by where it stands. */
export interface Shapes {
  /** Known before a run: params, data. */
  readonly planned: Scope;
  /** In the declaration of a target: also the run's facts and, for its password, secrets. */
  readonly declared: Scope;
  /** While it runs, outside any command. */
  readonly run: Scope;
  /** In a report part: also the verdict. */
  readonly report: Scope;
  readonly inCommand: (place: CommandPlace) => Scope;
}

type Fields = Readonly<Record<string, Shape>>;
/** Ids of the iterations of a command, or of a gate of it. */
interface Loops {
  readonly idsOf: (id: string, command: string) => readonly string[];
}

const paramShapes: Readonly<Record<ParamType, Shape>> = {
  string: 'string',
  integer: 'int',
  boolean: 'bool',
  bytes: 'int',
  duration: 'string',
  path: 'string',
  identifier: 'string',
  enum: 'string',
  list: { list: 'any' },
};
const refusal: Shape = { fields: { code: 'string', sqlstate: { nullable: 'string' }, message: 'string' } };
const facts = ['id', 'mode', 'date', 'started_at', 'work', 'logs', 'artifacts', 'project', 'gatebook'];
const strings = (names: readonly string[]): Shape => ({
  fields: mapped(names, () => 'string'),
});

function mapped(names: Iterable<string>, shape: (name: string) => Shape): Fields {
  const map = Object.create(null) as Record<string, Shape>;
  for (const name of names) map[name] = shape(name);
  return map;
}

/** `named`: ids of iterations that expressions name, taken for granted where only the plan knows the loop's items. */
export function shapesOf(
  runbook: Runbook,
  places: Places,
  kinds: Kinds,
  named: () => readonly string[],
): Shapes {
  const planned: Scope = {
    params: { fields: mapped(Object.keys(runbook.params), (name) => paramShape(runbook.params[name])) },
    data: { fields: mapped(Object.keys(runbook.data), (name) => constantShape(runbook.data[name] ?? null)) },
  };
  const keys = new Map(
    places.commands.map((p) => [p.command.id, iterationKeys(p.command, runbook)] as const),
  );
  const open = [...keys.values()].includes(null) ? named() : [];
  const loops: Loops = {
    idsOf: (id, command) =>
      (keys.get(command) ?? null) === null
        ? open.filter((one) => one.startsWith(`${id}[`))
        : (keys.get(command) ?? []).map((key) => `${id}[${key}]`),
  };
  const run: Scope = {
    ...planned,
    run: strings(facts),
    targets: {
      fields: mapped(Object.keys(runbook.targets), () => ({
        fields: { identity: strings(['database', 'system_identifier']), engine: 'string' },
      })),
    },
    keys: { fields: mapped(Object.keys(runbook.keys), () => strings(['fingerprint'])) },
    secrets: strings(Object.keys(runbook.secrets)),
    commands: { fields: commandShapes(places, loops, kinds) },
    gates: { fields: gateShapes(places, loops, kinds) },
  };
  const inLoop = new Map<string, Scope>();
  return {
    planned,
    declared: { ...planned, run: strings(facts), secrets: strings(Object.keys(runbook.secrets)) },
    run,
    report: { ...run, run: strings([...facts, 'verdict']) },
    inCommand: ({ command }) => {
      if (command.forEach === undefined) return run;
      const known = inLoop.get(command.id);
      if (known !== undefined) return known;
      const scope = { ...run, each: eachShape(command, runbook) };
      inLoop.set(command.id, scope);
      return scope;
    },
  };
}

function paramShape(declaration: ParamDeclaration | undefined): Shape {
  if (declaration === undefined) return 'any';
  if (declaration.type === 'list') return { list: paramShapes[declaration.items ?? 'string'] };
  return paramShapes[declaration.type];
}

const constantShape = (template: Template): Shape =>
  expressionsIn(template).length > 0 ? 'any' : shapeOf(template as Value);

/** Keys of a loop, where they are known before the run; null where only the plan knows them. */
export function iterationKeys(command: LoopedCommand, runbook: Runbook): readonly string[] | null {
  if (command.forEach === undefined) return [];
  const items = loopItems(command, runbook);
  const iterations = items === undefined ? null : iterationsOver(items);
  return iterations?.ok === true ? iterations.value.map(({ key }) => key) : null;
}

/** All that go by the id of a gate: of a loop, its iterations too. Undefined where only the plan knows them. */
export function idsOf(
  { gate: { id }, of: { command } }: GatePlace,
  runbook: Runbook,
): readonly string[] | undefined {
  const keys = iterationKeys(command, runbook);
  return keys === null ? undefined : [id, ...keys.map((key) => `${id}[${key}]`)];
}

/** What a command loops over, where that is known before the plan. */
export function loopItems({ forEach }: LoopedCommand, runbook: Runbook): Value | undefined {
  if (forEach === undefined || isTemplateMap(forEach) || typeof forEach === 'string') return forEach as Value;
  return isExpression(forEach) ? constantValue(forEach, runbook) : undefined;
}

function eachShape(command: LoopedCommand, runbook: Runbook): Shape {
  const items = loopItems(command, runbook);
  const values = isList(items) ? items : isMap(items) ? Object.values(items) : [];
  return { fields: { key: 'string', value: commonShape(values) } };
}

/** What is so of every item; of maps a field at a time, so that one which no item has is misspelt. */
function commonShape(items: readonly Template[]): Shape {
  if (items.length > 0 && items.every(isTemplateMap)) {
    const names = new Set(items.flatMap((item) => Object.keys(item)));
    return { fields: mapped(names, (name) => commonField(items, name)) };
  }
  if (items.some((item) => expressionsIn(item).length > 0)) return 'any';
  const element = elementOf(shapeOf(items as readonly Value[])) ?? 'any';
  return element === 'null' ? 'any' : element;
}

function commonField(items: readonly TemplateMap[], name: string): Shape {
  const values = items.flatMap((item) => (Object.hasOwn(item, name) ? [item[name] ?? null] : []));
  return values.length === items.length ? commonShape(values) : 'any';
}

function commandShapes(places: Places, loops: Loops, kinds: Kinds): Fields {
  const shapes = Object.create(null) as Record<string, Shape>;
  for (const { command } of places.commands) {
    const named = places.actionsOf(command.id).filter((p) => p.action.as !== undefined);
    const outputs = Object.create(null) as Record<string, Shape>;
    for (const place of named) outputs[place.action.as ?? ''] = outputShape(place, kinds);
    shapes[command.id] = { fields: outputs };
    for (const id of loops.idsOf(command.id, command.id)) shapes[id] = { fields: outputs };
  }
  return shapes;
}

/** What an action yields; with `expect_error`, the refusal. */
export function outputShape({ action }: ActionPlace, kinds: Kinds): Shape {
  const declared = kinds.actions.get(action.kind)?.outputs ?? 'any';
  if (action.expectError === undefined) return declared;
  return typeof declared === 'object' && 'fields' in declared
    ? { fields: { ...declared.fields, error: refusal } }
    : { fields: { error: refusal } };
}

function gateShapes(places: Places, loops: Loops, kinds: Kinds): Fields {
  const shapes = Object.create(null) as Record<string, Shape>;
  for (const { gate, of } of places.gates) {
    const shape: Shape = {
      fields: { observed: kinds.probes.get(gate.probe.kind)?.observation ?? 'any', state: 'string' },
    };
    shapes[gate.id] = shape;
    for (const id of loops.idsOf(gate.id, of.command.id)) shapes[id] = shape;
  }
  return shapes;
}
