import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { largeRunbook } from '../test/support/large.js';
import { call, compare, seconds } from './harness.js';
import { parserAlone } from './parse-floor.js';
import type { Figure, Remark } from './table.js';

const gatebook = [process.execPath, 'dist/cli.js'];
const runbook = 'runbooks/o9-backup.yaml';
const libraries = ['gates/host.yaml', 'gates/postgres.yaml', 'gates/gpg.yaml'];

/**
 * A cold `validate` of the main runbook beside the start of Node itself, and of one with 1,000 commands.
 *
 * Where NODE_EXTRA_CA_CERTS is set, Node 20 takes longer to read that than for all the rest of its start; a ratio to
 * such a start flatters us, so both starts are measured.
 */
export async function validate(): Promise<(Figure | Remark)[]> {
  const { NODE_EXTRA_CA_CERTS: authorities, ...bare } = process.env;
  const folder = await mkdtemp(join(tmpdir(), 'gb-bench-'));
  try {
    const parser = await parserAlone(folder, [runbook, ...libraries]);
    const [node, ours, launcher, bareNode, bareLauncher, floor] = await compare(
      [
        { name: '`node -e 0`', run: () => call([process.execPath, '-e', '0']) },
        { name: 'validate', run: () => call([...gatebook, 'validate', runbook]) },
        { name: 'through ./gatebook', run: () => call(['./gatebook', 'validate', runbook]) },
        { name: '`node -e 0` without it', run: () => call([process.execPath, '-e', '0'], { env: bare }) },
        { name: 'through ./gatebook', run: () => call(['./gatebook', 'validate', runbook], { env: bare }) },
        { name: 'yaml alone', run: () => call(parser, { env: bare }) },
      ],
      21,
    );
    if (!node || !ours || !launcher || !bareNode || !bareLauncher || !floor)
      throw new Error('nothing was measured');
    const without = 'the same, with `NODE_EXTRA_CA_CERTS` unset for both';
    return [
      { what: `cold \`gatebook validate ${runbook}\``, ours, peer: node, aim: { most: 3 } },
      { what: 'the same through `./gatebook`', ours: launcher, peer: node, aim: { most: 3 } },
      ...(authorities === undefined
        ? []
        : [{ what: without, ours: bareLauncher, peer: bareNode, aim: { most: 3 } }]),
      {
        remark: `Floor of the cold \`validate\` (the yaml package alone parses that runbook and its libraries, from V8's cache): ${seconds(floor.ms)}, ${(floor.ms / bareNode.ms).toFixed(1)} × a start of Node; we take ${(bareLauncher.ms / floor.ms).toFixed(2)} × that.`,
      },
      await large(),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function large(): Promise<Remark> {
  const folder = await mkdtemp(join(tmpdir(), 'gb-bench-'));
  const file = join(folder, 'large.yaml');
  await writeFile(file, largeRunbook(1000));
  try {
    const [ours] = await compare(
      [{ name: 'validate 1,000 commands', run: () => call([...gatebook, 'validate', file]) }],
      5,
    );
    return {
      remark: `A runbook of 1,000 commands and 5,000 gates validates in ${seconds(ours?.ms ?? Number.NaN)} (aim: under 2 s).`,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
