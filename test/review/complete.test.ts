import { expect, test } from 'vitest';
import type { Plan } from '../../src/model/plan.js';
import { Expression, isExpression, isText, TextTemplate } from '../../src/model/template.js';
import { comparePlans } from '../../src/review/compare/index.js';
import { base, files } from './base.js';
import { sideOf } from './support.js';

/** What follows from something else that is compared, or says nothing of what a run does. */
const derived = [
  /^schema$/,
  /^gatebook$/,
  /^runbook\.(path|sha256|revision)$/,
  // Scripts are pinned where they are used; what a runbook or library says is compared by its meaning.
  /^files\.\d+\.(path|role)$/,
  /^files\.[01]\.sha256$/,
  /\.base$/,
  // Another word there is another type, not another value.
  /\.(via|op|effect)$/,
  /\.(guards|expectations)\.\d+\.uses$/,
];

type Path = readonly (string | number)[];

/** Every text, number, flag and expression of a plan, each changed once. */
function* mutants(
  value: unknown,
  path: Path = [],
): Generator<{ readonly path: Path; readonly value: unknown }> {
  if (isExpression(value)) yield { path, value: new Expression(`${value.source} == null`) };
  else if (isText(value)) yield { path, value: new TextTemplate([...value.parts, 'x']) };
  else if (typeof value === 'string') yield { path, value: `${value}x` };
  else if (typeof value === 'number') yield { path, value: value + 1 };
  else if (typeof value === 'boolean') yield { path, value: !value };
  else if (typeof value === 'object' && value !== null)
    for (const [key, entry] of Object.entries(value))
      yield* mutants(entry, [...path, Array.isArray(value) ? Number(key) : key]);
}

function replaced(value: unknown, path: Path, by: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  if (Array.isArray(value))
    return (value as readonly unknown[]).map((item, index) =>
      index === key ? replaced(item, rest, by) : item,
    );
  const map = value as Readonly<Record<string, unknown>>;
  return { ...map, [key]: replaced(map[key], rest, by) };
}

const whole = `${base}compensation: {kill_switch: true, record: [the ids], escalate: SG_3}
waivers: [{code: GB2005, at: C-04, reason: later, approver: someone, until: 2031-01-01}]
protected: {clusters: [prod], files: [run.sh]}
conventions: [names are exact]
facts: {host: vps}
checks: [{title: enough room, gates: [G-01], evidence: seen}]
notes: {N-1: {title: roles, text: not in a dump}}
gaps: {GAP-3: {title: no key, closed_by: [G-04]}}
tables: [{title: Rows, from: G-05, rows: tables, columns: {Table: table, Count: count}, total: [Count]}]
operator_package: {text: import the key}
readiness: [{component: disk, gate: G-01, state: {passed: READY}}]
`;

test('no part of a plan can change without a word', async () => {
  const side = await sideOf(files(whole));
  const silent: string[] = [];
  let count = 0;
  for (const { path, value } of mutants(side.plan)) {
    const name = path.join('.');
    if (derived.some((pattern) => pattern.test(name))) continue;
    count += 1;
    const plan = replaced(side.plan, path, value) as Plan;
    if (comparePlans(side, { ...side, plan }).length === 0) silent.push(name);
  }
  expect(count).toBeGreaterThan(150);
  expect(silent).toEqual([]);
});
