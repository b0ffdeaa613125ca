import { isList, type Value } from '../../base/value.js';
import { listed } from '../../base/words.js';
import type { Gate, KeyDeclaration, LoopedCommand, ParamDeclaration, Runbook } from '../../model/runbook.js';
import { namesIn } from '../../expression/index.js';
import { isExpression, isText } from '../../model/template.js';
import { from, keyWords } from '../touches.js';
import { shown } from '../words.js';
import type { Change, Place, Weight } from './change.js';
import { byName, onlyIn } from './named.js';
import { same } from './same.js';
import type { Side, Sides } from './sides.js';

/** Params and constants: their values, and what those reach. */
export function paramsChanged({ before, after }: Sides): Change[] {
  const { removed, added, changed } = byName(paramsOf(before), paramsOf(after));
  const place = (name: string): Place => ({ name: `param ${name}`, path: ['params', name] });
  return [
    ...removed.map(([name, param]): Change => ({
      kind: 'param-changed',
      weight: 'neutral',
      place: place(name),
      what: `this param is gone${reachWords(before.runbook, 'params', name)}`,
      before: paramWords(name, param),
    })),
    ...added.map(([name, param]): Change => ({
      kind: 'param-changed',
      weight: 'neutral',
      place: place(name),
      what: `a further param${reachWords(after.runbook, 'params', name)}`,
      after: paramWords(name, param),
    })),
    ...changed.map((one): Change => ({
      kind: 'param-changed',
      weight: paramWeight(one.before, one.after),
      place: place(one.name),
      what: `another value or limit${reachWords(after.runbook, 'params', one.name)}`,
      before: paramWords(one.name, one.before),
      after: paramWords(one.name, one.after),
    })),
  ];
}

interface Param {
  readonly value: Value | undefined;
  readonly declared: Omit<ParamDeclaration, 'default' | 'description'>;
}

function paramsOf({ plan, runbook }: Side): Readonly<Record<string, Param>> {
  return Object.fromEntries(
    Object.entries(runbook.params).map(([name, { default: preset, description: _words, ...declared }]) => [
      name,
      {
        value: Object.hasOwn(plan.params, name) ? plan.params[name] : (preset as Value | undefined),
        declared,
      },
    ]),
  );
}

function paramWeight(before: Param, after: Param): Weight {
  const [old, now] = [before.declared, after.declared];
  const unlimited = (['pattern', 'values'] as const).some(
    (limit) => old[limit] !== undefined && now[limit] === undefined,
  );
  const wider = old.values !== undefined && onlyIn(now.values ?? [], old.values).length > 0;
  const outside = old.from === undefined && now.from !== undefined;
  return unlimited || wider || outside ? 'weakens' : 'changes';
}

function paramWords(name: string, { value, declared }: Param): string {
  const limits = [
    ...(declared.from === undefined ? [] : [from(declared.from)]),
    ...(declared.pattern === undefined ? [] : [`matches ${declared.pattern}`]),
    ...(declared.values === undefined ? [] : [`one of ${declared.values.join(', ')}`]),
  ];
  const words =
    value === undefined ? 'has to be given' : shown(value, declared.type === 'bytes' ? 'bytes' : name);
  return [`${declared.type}, ${words}`, ...limits].join('; ');
}

export function dataChanged({ before, after }: Sides): Change[] {
  const { removed, added, changed } = byName(before.plan.data, after.plan.data);
  const place = (name: string): Place => ({ name: `data ${name}`, path: ['data', name] });
  return [
    ...removed.map(([name, value]): Change => ({
      kind: 'data-changed',
      weight: 'neutral',
      place: place(name),
      what: 'this constant is gone',
      before: shown(value, name),
    })),
    ...added.map(([name, value]): Change => ({
      kind: 'data-changed',
      weight: 'neutral',
      place: place(name),
      what: `a further constant${reachWords(after.runbook, 'data', name)}`,
      after: shown(value, name),
    })),
    ...changed.map(({ name, before: old, after: now }): Change => {
      const apart = isList(old) && isList(now) ? ([onlyIn(old, now), onlyIn(now, old)] as const) : null;
      // The same items in another order, or more often: what changed is the whole.
      const [gone, come] = apart?.some((list) => list.length > 0) === true ? apart : [old, now];
      const said = (value: Value): string => (isList(value) && value.length === 0 ? '—' : shown(value, name));
      return {
        kind: 'data-changed',
        weight: 'changes',
        place: place(name),
        what: `another value${reachWords(after.runbook, 'data', name)}`,
        before: said(gone),
        after: said(come),
      };
    }),
  ];
}

export function keysChanged({ before, after }: Sides): Change[] {
  const { removed, added, changed } = byName(before.plan.keys, after.plan.keys);
  const change = (
    name: string,
    what: string,
    weight: Weight,
  ): Pick<Change, 'kind' | 'weight' | 'place' | 'what'> => ({
    kind: 'key-changed',
    weight,
    place: { name: `key ${name}`, path: ['keys', name] },
    what,
  });
  return [
    ...removed.map(([name, key]) => ({
      ...change(name, 'this key is gone', 'neutral'),
      before: keyWords(key),
    })),
    ...added.map(([name, key]) => ({ ...change(name, 'a further key', 'neutral'), after: keyWords(key) })),
    ...changed.map((one) => ({
      ...(same(ownKey(one.before), ownKey(one.after))
        ? change(one.name, 'another stand-in takes its place in a rehearsal', 'neutral')
        : change(one.name, 'another key under the same name', 'weakens')),
      before: `${keyWords(one.before)}${standInWords(one.before)}`,
      after: `${keyWords(one.after)}${standInWords(one.after)}`,
    })),
  ];
}

/** The key itself, whatever a rehearsal takes for it. */
const ownKey = (key: KeyDeclaration): unknown => ({ ...key, embedded: undefined });
const standInWords = (key: KeyDeclaration): string =>
  key.via === 'fingerprint' && key.embedded ? '; in a rehearsal one of the run' : '';

/** `; it reaches G-04 and C-07`: gates, commands and targets whose text depends on it, through constants too. */
function reachWords(runbook: Runbook, root: 'params' | 'data', name: string): string {
  const ids = reach(runbook, root, name);
  return ids.length === 0 ? '' : `; it reaches ${listed(ids)}`;
}

function reach(runbook: Runbook, root: 'params' | 'data', name: string): string[] {
  const names = [{ root, name }];
  if (root === 'params')
    for (const [constant, value] of Object.entries(runbook.data))
      if (mentions(value, names)) names.push({ root: 'data', name: constant });
  const of = (id: string, part: unknown): string[] => (mentions(part, names) ? [id] : []);
  const gate = ({ id, title: _title, why: _why, ...rest }: Gate): string[] => of(id, rest);
  const command = ({
    id,
    guards,
    expectations,
    title: _title,
    why: _why,
    ...rest
  }: LoopedCommand): string[] => [...guards.flatMap(gate), ...of(id, rest), ...expectations.flatMap(gate)];
  return [
    ...Object.entries(runbook.targets).flatMap(([target, declared]) => of(`target ${target}`, declared)),
    ...[...runbook.commands, ...runbook.teardown].flatMap(command),
  ];
}

function mentions(
  value: unknown,
  names: readonly { readonly root: string; readonly name: string }[],
): boolean {
  if (isExpression(value))
    return namesIn(value.source).some((used) =>
      // A name that is computed may be any of them.
      names.some(({ root, name }) => used.root === root && (used.path[0] ?? name) === name),
    );
  if (isText(value)) return value.parts.some((part) => mentions(part, names));
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((entry) => mentions(entry, names));
}

/** Files whose bytes changed without anything else in the plan saying so: seeds, data of the same value, settings. */
export function filesChanged({ before, after }: Sides): Change[] {
  const old = new Map(before.plan.files.map((file) => [file.path, file]));
  const pinned = new Set(['script', 'runbook', 'library']);
  return after.plan.files.flatMap((file): Change[] => {
    const was = old.get(file.path);
    if (was === undefined || was.sha256 === file.sha256 || pinned.has(file.role)) return [];
    return [
      {
        kind: 'file-changed',
        weight: file.role === 'settings' ? 'changes' : 'neutral',
        place: { name: file.path, path: [] },
        what:
          file.role === 'settings'
            ? 'other settings of the project'
            : `other bytes of this ${file.role} file`,
        before: `sha256 ${was.sha256.slice(0, 12)}…`,
        after: `sha256 ${file.sha256.slice(0, 12)}…`,
      },
    ];
  });
}
