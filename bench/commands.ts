import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, compare, type Measured } from './harness.js';
import type { Figure, Remark } from './table.js';

const count = 100;
const numbers = Array.from({ length: count }, (_, index) => index + 1);
const id = (n: number): string => String(n).padStart(3, '0');

const runbook = `gatebook: v1
id: bench-commands
title: ${count} commands with a gate each
revision: 1
authorization: {none: runs true}
commands:
${numbers
  .map(
    (n) => `  C-${id(n)}:
    title: number ${n}
    effect: observe
    do:
      - exec: {argv: ['true']}
        as: r${n}
    expectations:
      G-${id(n)}: {title: it ended with 0, probe: {value: "\${{ commands['C-${id(n)}'].r${n}.exit_code }}"}, expect: {equals: 0}}`,
  )
  .join('\n')}
`;

const playbook = `- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
${numbers
  .map((n) => `    - command: 'true'\n      register: r${n}\n    - assert: {that: r${n}.rc == 0}`)
  .join('\n')}
`;

const bats = numbers.map((n) => `@test "number ${n}" { run true; [ "$status" -eq 0 ]; }`).join('\n');
const make = `all: ${numbers.map((n) => `t${n}`).join(' ')}\n${numbers.map((n) => `t${n}:\n\t@/usr/bin/true && :`).join('\n')}\nnone:\n`;

/**
 * What nobody gets below who keeps a journal and a namespace with Node: two starts, and for each program a record on
 * disk, a spawn with its output read, and a record on disk.
 */
const floorInner = `
  const { openSync, writeSync, fdatasyncSync } = require('node:fs');
  const { spawn } = require('node:child_process');
  const journal = openSync(process.argv[1], 'a');
  const record = () => (writeSync(journal, 'x'.repeat(200) + '\\n'), fdatasyncSync(journal));
  let left = ${count};
  const next = () => {
    if (left-- === 0) return;
    record();
    const child = spawn('/usr/bin/true', { stdio: ['ignore', 'pipe', 'pipe'], detached: true, env: {} });
    child.stdout.resume();
    child.stderr.resume();
    child.once('close', () => (record(), next()));
  };
  next();`;
const floorOuter = `
  const namespace = ['--pdeathsig', 'KILL', 'unshare', '--pid', '--fork', '--kill-child=KILL', '--mount-proc'];
  const [inner, journal] = process.argv.slice(1);
  require('node:child_process').spawn('setpriv', [...namespace, process.execPath, '-e', inner, journal], { stdio: 'inherit' });`;

/** Runs of a hundred trivial commands with a check each, beside what people write such lists in. */
export async function commands(): Promise<(Figure | Remark)[]> {
  const folder = await mkdtemp(join(tmpdir(), 'gb-bench-'));
  const file = (name: string): string => join(folder, name);
  await writeFile(file('runbook.yaml'), runbook);
  await writeFile(file('playbook.yml'), playbook);
  await writeFile(file('checks.bats'), bats);
  await writeFile(file('Makefile'), make);
  const run = [
    './gatebook',
    'run',
    file('runbook.yaml'),
    '--state',
    file('state'),
    '--reports',
    file('reports'),
  ];
  // As we start Node: without the authorities that the environment adds to its list.
  const bare = ['env', '-u', 'NODE_EXTRA_CA_CERTS', process.execPath];
  const floor = [...bare, '-e', floorOuter, floorInner, file('floor')];
  try {
    const fast = await compare(
      [
        { name: 'gatebook', run: () => call(run) },
        // Both processes of a run start, the program is loaded, and nothing is run.
        { name: 'gatebook run --help', run: () => call(['./gatebook', 'run', '--help']) },
        { name: 'bats', run: () => call(['bats', file('checks.bats')]) },
        { name: 'make', run: () => call(['make', '-s', '-f', file('Makefile'), 'all']) },
        { name: 'floor', run: () => call(floor) },
        { name: 'make, nothing to do', run: () => call(['make', '-s', '-f', file('Makefile'), 'none']) },
      ],
      7,
    );
    const slow = await compare(
      [
        { name: 'gatebook', run: () => call(run) },
        {
          name: 'ansible-playbook',
          run: () => call(['ansible-playbook', '-i', 'localhost,', file('playbook.yml')]),
        },
      ],
      3,
    );
    return figures(fast, slow);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function figures(fast: readonly Measured[], slow: readonly Measured[]): (Figure | Remark)[] {
  const [ours, start, bash, made, floor, empty] = fast;
  const [besideAnsible, ansible] = slow;
  if (!ours || !start || !bash || !made || !floor || !empty || !besideAnsible || !ansible)
    throw new Error('nothing was measured');
  const what = `${count} × \`true\` with a gate each, journal on`;
  const beyond = { name: 'beyond start', ms: ours.ms - start.ms };
  return [
    { what, ours: besideAnsible, peer: ansible, aim: { least: 25 } },
    { what, ours, peer: bash, aim: { least: 4 } },
    {
      what: 'the same, beyond process start',
      ours: beyond,
      peer: { name: 'make', ms: made.ms - empty.ms },
      aim: { most: 3 },
    },
    {
      remark: `Floor of the ${count} commands (bare Node: two starts, ${count} spawns, ${2 * count} records on disk): ${floor.ms.toFixed(0)} ms; we take ${(ours.ms / floor.ms).toFixed(2)} × that.`,
    },
  ];
}
