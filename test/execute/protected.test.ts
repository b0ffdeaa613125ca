import { expect, test } from 'vitest';
import { protectedNames } from '../../src/execute/scope/protected.js';
import { stage } from '../support/execution.js';

const body = `protected: {containers: [web, db], files: [etc/a.conf]}
commands:
  C-01: {title: t, do: [{sql: {target: a, query: "select 'one'"}}]}
`;

test.each([
  ['live', ['web', 'db'], '/project/etc/a.conf'],
  ['rehearsal', ['gb-protected-0-run-1', 'gb-protected-1-run-1'], '/run-work/protected/0'],
] as const)(
  'in a %s run what is protected is looked for under its own name, or its stand-in’s',
  async (mode, containers, file) => {
    const names = protectedNames((await stage(body, { mode })).execution);
    const value = names.ok ? names.value : null;
    expect(value?.containers.map(({ at }) => at)).toEqual(containers);
    expect(value?.files.map(({ at }) => at)).toEqual([file]);
  },
);
