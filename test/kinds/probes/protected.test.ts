import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { ok } from '../../../src/base/result.js';
import { execute } from '../../../src/kinds/probes/protected/execute.js';
import type { ProtectedNames } from '../../../src/kinds/executor.js';
import { kindContext, sha256 } from '../../support/kind-context.js';
import { findingsOf } from '../../support/validate.js';

let kit: ReturnType<typeof kindContext>;
let names: ProtectedNames;
beforeEach(() => {
  kit = kindContext({ protectedNames: () => ok(names) });
  const at = join(kit.root, 'work/0');
  writeFileSync(at, 'A=1\n');
  names = { containers: [], clusters: [], files: [{ path: '/opt/app/.env', at }] };
});
afterEach(() => kit.done());
const look = (given: object = {}) => execute(given as never, kit.context);

describe('protected', () => {
  it('tells a file by the name that was declared, and its sha256', async () => {
    expect(await look()).toEqual({
      ok: true,
      value: { containers: [], clusters: [], files: [{ path: '/opt/app/.env', sha256: sha256('A=1\n') }] },
    });
  });
  it('takes what is not there for an error, never for an observation', async () => {
    names = { ...names, files: [{ path: 'gone', at: join(kit.root, 'gone') }] };
    expect(await look()).toMatchObject({ ok: false, error: { code: 'FILE_ABSENT' } });
    names = { ...names, files: [], clusters: ['nobody'] };
    expect(await look()).toMatchObject({ ok: false, error: { code: 'TARGET_NOT_STARTED' } });
    names = { ...names, clusters: [], containers: [{ name: 'db', at: 'db' }] };
    const nobody = { container: () => Promise.resolve(ok(null)) };
    expect(await execute({}, { ...kit.context, docker: nobody as never })).toMatchObject({
      error: { code: 'CONTAINER_GONE', message: 'the protected container db is not there' },
    });
  });
  it('looks at the parts that are asked for, and at nothing only to fail', async () => {
    names = { ...names, clusters: ['nobody'] };
    expect(await look({ only: ['files'] })).toMatchObject({ ok: true, value: { clusters: [] } });
    expect(await look({ only: ['containers'] })).toMatchObject({
      ok: false,
      error: { code: 'PROTECTED_EMPTY' },
    });
  });
});

describe('a runbook', () => {
  const runbook = (declared: string, gate = 'probe: {protected: {}}, expect: {files: {length: 1}}') =>
    `${declared}commands:\n  C-01:\n    title: Look\n    guards:\n      G-01: {title: protected, ${gate}}\n`;
  const codes = async (text: string) =>
    (await findingsOf(text)).map(({ code, message }) => `${code} ${message}`);

  test.each([
    ['protected: {files: [/opt/app/.env]}\n', []],
    ['', ['GB2306 nothing is declared as protected']],
    ['protected: {files: []}\n', ['GB2306 nothing is declared as protected']],
    ['protected: {clusters: [prod]}\n', ['GB2003 there is no target prod']],
  ])('%j', async (declared, expected) => {
    expect(await codes(runbook(declared))).toEqual(expected);
  });

  test('that looks at nothing of what it calls protected is warned', async () => {
    const gate = 'probe: {value: "${{ run.id }}"}, expect: {not: {equals: \'\'}}';
    expect(await codes(runbook('protected: {files: [a]}\n', gate))).toEqual([
      'GB2005 no gate looks at what is protected',
    ]);
  });
});
