import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { disableCommand } from '../../src/cli/controls/disable.js';
import { runRunbook } from '../../src/cli/running/run.js';
import { Stopper } from '../../src/cli/running/stopper.js';
import { createUi } from '../../src/ui/index.js';

const runbook = `gatebook: v1
id: first
title: First
revision: 1
authorization: { none: looks only }
commands:
  C-01:
    title: Look
    guards:
      G-01:
        title: enough free disk
        probe: { disk: { path: '\${{ run.artifacts }}' } }
        expect: { free_bytes: { gte: 1 } }
`;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gbr-'));
  await writeFile(join(folder, 'first.yaml'), runbook);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('what is refused is refused by its control, exit 6, though a signal came before', async () => {
  const state = join(folder, 'state');
  await disableCommand({ reason: 'a night off', rehearsals: false, state });
  const stopper = new Stopper();
  stopper.signal('SIGTERM');
  const result = await runRunbook(
    {
      ...{ runbook: join(folder, 'first.yaml'), params: {}, state, reports: join(folder, 'reports') },
      ...{ dryRun: false, embedded: false, containment: 'process-group', approval: [], attest: [] },
    },
    await createUi('plain', { write: () => undefined }),
    stopper,
  );
  expect(result).toMatchObject({
    kind: 'ended',
    ended: { verdict: 'REFUSED', exitCode: 6, cause: { kind: 'control', code: 'KILL_SWITCH' } },
  });
});
