import { call, compare } from './harness.js';
import type { Figure } from './table.js';

/** A cold `validate` of the main runbook beside the start of Node itself. */
export async function validate(): Promise<Figure[]> {
  const runbook = 'runbooks/o9-backup.yaml';
  const [node, ours, launcher] = await compare(
    [
      { name: '`node -e 0`', run: () => call([process.execPath, '-e', '0']) },
      { name: 'validate', run: () => call([process.execPath, 'dist/cli.js', 'validate', runbook]) },
      { name: 'through ./gatebook', run: () => call(['./gatebook', 'validate', runbook]) },
    ],
    21,
  );
  if (!node || !ours || !launcher) throw new Error('nothing was measured');
  return [
    { what: `cold \`gatebook validate ${runbook}\``, ours, peer: node, aim: { most: 3 } },
    { what: 'the same through `./gatebook`', ours: launcher, peer: node, aim: { most: 3 } },
  ];
}
