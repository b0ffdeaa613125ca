import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { largeRunbook } from '../test/support/large.js';
import { call, compare, seconds } from './harness.js';
import type { Figure, Remark } from './table.js';

const gatebook = [process.execPath, 'dist/cli.js'];

/** A cold `validate` of the main runbook beside the start of Node itself, and of one with 1,000 commands. */
export async function validate(): Promise<(Figure | Remark)[]> {
  const runbook = 'runbooks/o9-backup.yaml';
  const [node, ours, launcher] = await compare(
    [
      { name: '`node -e 0`', run: () => call([process.execPath, '-e', '0']) },
      { name: 'validate', run: () => call([...gatebook, 'validate', runbook]) },
      { name: 'through ./gatebook', run: () => call(['./gatebook', 'validate', runbook]) },
    ],
    21,
  );
  if (!node || !ours || !launcher) throw new Error('nothing was measured');
  return [
    { what: `cold \`gatebook validate ${runbook}\``, ours, peer: node, aim: { most: 3 } },
    { what: 'the same through `./gatebook`', ours: launcher, peer: node, aim: { most: 3 } },
    await large(),
  ];
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
