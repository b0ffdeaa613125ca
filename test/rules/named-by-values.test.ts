import { expect, test } from 'vitest';
import { loadValid } from '../../src/rules/validate.js';
import { memorySources } from '../support/sources.js';
import { actions, command, free, guards, ruleTable, runbook } from '../support/table.js';

const head = `params: {where: {type: identifier, default: db}, hosts: {type: list, default: [db, copy]}}
data: {where: db, of_param: "\${{ params.where }}", started: copy}
authorization: {none: reads}
targets:
  db: {postgres: {url: {env: URL}}, identity: {database: a}}
  copy: {postgres: {sandbox: {}}, access: write, identity: {database: postgres}}
`;
const start = '{postgres.sandbox: {target: copy}, as: copy}';
const teardown = `teardown:\n${command('C-09', actions('destroy: [copy]'))}`;
const doing = (extra: string, ...items: readonly string[]): string =>
  head +
  runbook(command('C-01', `    effect: change\n${extra}${guards(free('G-01'))}${actions(...items)}`)) +
  teardown;
const each = '    for_each: {x: copy, y: db}\n';
const sql = (target: string, query: string): string => `sql: {target: "\${{ ${target} }}", query: ${query}}`;
const changed = (target: string, query = 'create table t ()'): string =>
  `GB2308 {target: "\${{ ${target} }}", query: ${query}}`;
const psql = (target: string): string => `exec: {argv: [psql, -Xc, select 1], connect: "\${{ ${target} }}"}`;

/** What a name comes to decides, as where it is written out: the run would refuse it in the middle of its work. */
ruleTable('names that params, constants and loops give', ['GB2003', 'GB2303', 'GB2308', 'GB2314', 'GB2315'], {
  valid: {
    'a sandbox by a constant': doing('', start, sql('data.started', 'create table t ()')),
    'started by its loop': doing(
      '    for_each: {x: copy}\n',
      '{postgres.sandbox: {target: "${{ each.value }}"}, as: copy}',
      sql('each.value', 'create table t ()'),
    ),
    'what only the run knows': `params: {where: {type: identifier, from: {env: W}}}\n${doing('', start, sql('params.where', 'select 1')).replace(/^params.*\ndata.*\n/, '')}`,
  },
  invalid: {
    'read, by a param': [doing('', start, sql('params.where', 'create table t ()')), changed('params.where')],
    'read, by a constant of a param': [
      doing('', start, sql('data.of_param', 'create table t ()')),
      changed('data.of_param'),
    ],
    'read, by an item': [doing(each, start, sql('each.value', 'create table t ()')), changed('each.value')],
    'a statement, by an item': [
      doing(each, start, sql('each.value', 'vacuum')),
      changed('each.value', 'vacuum'),
      'GB2314 vacuum',
    ],
    'connected, by an item of a param': [
      doing('    for_each: "${{ params.hosts }}"\n', start, psql('each.value')),
      'GB2308 {argv: [psql, -Xc, select 1], connect: "${{ each.value }}"}',
      'GB2315 "${{ each.value }}"',
    ],
    'not yet started': [doing('', sql('data.started', 'select 1'), start), 'GB2303 "${{ data.started }}"'],
    'not there': [
      doing('    for_each: {x: copy, y: nowhere}\n', start, psql('each.value')),
      'GB2003 "${{ each.value }}"',
    ],
  },
});

test('a param of the command line is looked at as its default would be', async () => {
  const text = `gatebook: v1\nid: a\ntitle: A\nrevision: 1\n${doing('', start, psql('params.where')).replace('default: db}', 'default: copy}')}`;
  const codes = async (given: Readonly<Record<string, string>>) => {
    const found = await loadValid(memorySources({ 'a.yaml': text }), 'a.yaml', new Map(), given);
    return found.ok ? [] : found.error.filter((d) => d.severity === 'error').map((d) => d.code);
  };
  expect(await codes({})).toEqual([]);
  expect(await codes({ where: 'db' })).toEqual(['GB2308', 'GB2315']);
});
