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
import type { ActionPlace, CommandPlace, Places } from './places.js';
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

export function shapesOf(runbook: Runbook, places: Places, kinds: Kinds): Shapes {
  const planned: Scope = {
    params: { fields: mapped(Object.keys(runbook.params), (name) => paramShape(runbook.params[name])) },
    data: { fields: mapped(Object.keys(runbook.data), (name) => constantShape(runbook.data[name] ?? null)) },
  };
  const loops = new Map(
    places.commands.map((p) => [p.command.id, iterationKeys(p.command, runbook)] as const),
  );
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

/** What a command loops over, where that is known before the plan. */
export function loopItems({ forEach }: LoopedCommand, runbook: Runbook): Value | undefined {
  if (forEach === undefined || isTemplateMap(forEach) || typeof forEach === 'string') return forEach as Value;
  const name = isExpression(forEach) ? /^data\.([a-z][a-z0-9_]*)$/.exec(forEach.source)?.[1] : undefined;
  const data = name === undefined ? undefined : runbook.data[name];
  return data === undefined || expressionsIn(data).length > 0 ? undefined : (data as Value);
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

function commandShapes(
  places: Places,
  loops: ReadonlyMap<string, readonly string[] | null>,
  kinds: Kinds,
): Fields {
  const shapes = Object.create(null) as Record<string, Shape>;
  for (const { command } of places.commands) {
    const named = places.actionsOf(command.id).filter((p) => p.action.as !== undefined);
    const outputs = Object.create(null) as Record<string, Shape>;
    for (const place of named) outputs[place.action.as ?? ''] = outputShape(place, kinds);
    shapes[command.id] = { fields: outputs };
    for (const key of loops.get(command.id) ?? []) shapes[`${command.id}[${key}]`] = { fields: outputs };
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

function gateShapes(
  places: Places,
  loops: ReadonlyMap<string, readonly string[] | null>,
  kinds: Kinds,
): Fields {
  const shapes = Object.create(null) as Record<string, Shape>;
  for (const { gate, of } of places.gates) {
    const shape: Shape = {
      fields: { observed: kinds.probes.get(gate.probe.kind)?.observation ?? 'any', state: 'string' },
    };
    shapes[gate.id] = shape;
    for (const key of loops.get(of.command.id) ?? []) shapes[`${gate.id}[${key}]`] = shape;
  }
  return shapes;
}
