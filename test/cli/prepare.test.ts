import { expect, test } from 'vitest';
import { prepare } from '../../src/cli/running/prepare.js';
import { MemoryFile, stage } from '../support/execution.js';

test('a journal that can’t be written before C-01 stops the run in good order, as one later does', async () => {
  const body = 'commands: {C-01: {title: One, do: [{exec: {argv: [ls]}}]}}\n';
  const { execution } = await stage(body, { journal: new MemoryFile(0) });
  const ready = await prepare(execution, {
    ...{ bound: { binding: { targets: {} } } as never, keys: new Map(), withheld: false },
    seed: () => undefined,
  });
  expect(ready).toMatchObject({ ok: false, error: { code: 'JOURNAL_UNWRITABLE', exit: 4 } });
  expect(execution.cancellation.cause).toMatchObject({ code: 'JOURNAL_UNWRITABLE' });
});
