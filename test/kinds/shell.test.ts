import { expect, it } from 'vitest';
import { shellScriptIndex } from '../../src/kinds/shell.js';

it.each<[readonly string[], number | null]>([
  [['sh', '-c', 'TEXT'], 2],
  [['/bin/bash', '-ec', 'TEXT', 'arg'], 2],
  [['bash', '-o', 'pipefail', '-c', 'TEXT'], 4],
  [['bash', '--norc', '-c', '-e', 'TEXT'], 4],
  [['env', 'A=1', 'sh', '-c', 'TEXT'], 4],
  [['timeout', '5', 'bash', '-c', 'TEXT'], 4],
  [['busybox', 'sh', '-c', 'TEXT'], 3],
  [['sh', 'script.sh', '-c', 'x'], null],
  [['sh', '-c'], null],
  [['psql', '-c', 'select 1'], null],
  [['env', 'psql', '-c', 'select 1'], null],
  [['true'], null],
  [[], null],
])('%j', (argv, index) => {
  expect(shellScriptIndex(argv)).toBe(index);
});
