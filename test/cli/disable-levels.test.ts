import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openState } from '../../src/adapters/state/index.js';
import type { Refusal } from '../../src/bind/index.js';
import type { RunId } from '../../src/base/ids.js';
import type { Admission } from '../../src/cli/running/admit.js';
import { disableCommand } from '../../src/cli/controls/disable.js';
import { enableCommand } from '../../src/cli/controls/enable.js';
import { disableLevels } from '../../src/cli/controls/levels.js';
import { claimTargets } from '../../src/cli/targets/target-claims.js';
import type { BoundTarget } from '../../src/model/binding.js';
import type { StateFolder } from '../../src/ports/state.js';
import { mountSmall } from '../support/project.js';

const one = 'one' as RunId;
let folder: string;
let state: StateFolder;
let said: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gbl-'));
  const opened = await openState(join(folder, 'state'));
  if (!opened.ok) throw new Error(opened.error.message);
  state = opened.value;
  said = '';
  vi.spyOn(process.stderr, 'write').mockImplementation(((text: string, then?: () => void) => {
    said += text;
    then?.();
    return true;
  }) as typeof process.stderr.write);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});
const levels = async () => {
  const found = await disableLevels(state);
  if (!found.ok) throw new Error(found.error.message);
  return found.value.map(({ engaged, detail }) => (engaged ? `engaged ${detail}`.trim() : detail));
};

describe('what is engaged', () => {
  test('of rehearsals only says that no other run is refused', async () => {
    const effect = async () => {
      const found = await disableLevels(state);
      return found.ok ? found.value[0]?.effect : '';
    };
    expect(await effect()).toMatch(/^every run is refused;/);
    await disableCommand({ reason: 'x', rehearsals: true, state: state.path });
    expect(await effect()).toMatch(/^rehearsals are refused, and no other run;/);
    await disableCommand({ reason: 'x', rehearsals: false, state: state.path });
    expect(await effect()).toMatch(/^every run is refused;/);
  });
  test('is told level by level', async () => {
    expect(await levels()).toEqual(['', '', '', 'engaged']);
    await disableCommand({ reason: 'a night off', rehearsals: true, state: state.path });
    for (const nonce of ['ab', 'cd']) await state.approvals.revoke(nonce.repeat(16), 'x', 'signature');
    await state.claim('target db/shop', one);
    await state.hold(one);
    await state.claim('runbook read', 'two' as RunId);
    await state.controls.voidRun({ run: one, reason: 'x', by: 'bo', at: '2026-11-21T08:15:02.000Z' });
    expect(await levels()).toEqual([
      expect.stringMatching(/^engaged rehearsals only: by .*: a night off$/),
      'engaged 2 approvals revoked',
      'engaged 1 run void; one still holds a target',
      'not ended: two',
    ]);
  });

  test.each(['controls/kill-switch.production', 'void/one.json', 'approvals'])(
    'is not told where %s can’t be read',
    async (name) => {
      await disableCommand({ reason: 'x', rehearsals: false, state: state.path });
      await state.controls.voidRun({ run: one, reason: 'x', by: 'bo', at: '2026-11-21T08:15:02.000Z' });
      await writeFile(join(state.path, name), '{');
      expect(await disableLevels(state)).toMatchObject({ ok: false, error: { code: 'STATE_IO' } });
    },
  );
});

describe('on a full disk', () => {
  let unmount: () => void;
  const filler = () => join(state.path, 'controls/filler');
  beforeEach(async () => {
    unmount = await mountSmall(join(state.path, 'controls'), 4096 * 3);
    await chmod(join(state.path, 'controls'), 0o700);
  });
  afterEach(() => unmount());
  const full = () => writeFile(filler(), 'x'.repeat(4096 * 3)).catch(() => undefined);

  test('a switch is not engaged, and nobody says that it was', async () => {
    await full();
    expect(await disableCommand({ reason: 'stop', rehearsals: false, state: state.path })).toBe(4);
    expect(said).toContain('could not be engaged');
    expect(await state.controls.engaged('production')).toEqual({ ok: true, value: null });
  });

  test('a switch stays engaged whose release can’t be recorded, and nobody says that runs may begin', async () => {
    expect(await disableCommand({ reason: 'stop', rehearsals: false, state: state.path })).toBe(0);
    await full();
    said = '';
    expect(await enableCommand({ state: state.path })).toBe(4);
    expect(said).toContain('could not be released');
    expect(said).not.toContain('may begin');
    expect(await state.controls.engaged('production')).toMatchObject({ value: { reason: 'stop' } });
  });
});

describe('the claim on a server', () => {
  const target = (more: Partial<BoundTarget>): BoundTarget => ({
    ...{ via: 'url', production: true, standIn: false, host: 'db', port: 5432, database: 'shop' },
    ...{ identity: {}, ...more },
  });
  const claimed = async (mode: Admission['mode'], ...targets: readonly BoundTarget[]) => {
    const admission = {
      id: one,
      mode,
      bound: { binding: { targets: Object.fromEntries(targets.entries()) } },
    };
    const refusal = await claimTargets(admission as unknown as Admission, state);
    const claims = await state.claims();
    return refusal ?? (claims.ok && claims.value.map(({ name }) => name).sort());
  };

  test('bears the name of its cluster, of its container or of its place, and of the database', async () => {
    const cluster = { system_identifier: '7611578671664259111' };
    expect(
      await claimed(
        'live',
        target({ identity: cluster }),
        target({ host: 'the-same', identity: { ...cluster, database: 'shop' } }),
        target({ via: 'docker', container: { name: 'pg', id: 'c0ffee' } }),
        target({ database: 'bank' }),
        target({ host: 'rehearsed', standIn: true }),
        { via: 'sandbox', production: false, standIn: false, identity: {} },
      ),
    ).toEqual(['target 7611578671664259111/shop', 'target c0ffee/shop', 'target db:5432/bank']);
  });

  test.each(['rehearsal', 'dry-run'] as const)('is not taken by a %s', async (mode) => {
    expect(await claimed(mode, target({}))).toEqual([]);
  });

  test('is another run’s: the command that is told finds this state folder', async () => {
    const taken = 'target db:5432/shop';
    const next = async () => ((await claimed('live', target({}))) as Refusal).next;
    const again = `--state ${state.path}`;
    await state.claim(taken, 'two' as RunId);
    expect(await next()).toBe(`wait for it, or if it is dead: gatebook teardown two ${again}`);
    await state.hold('two' as RunId);
    expect(await next()).toBe(`look at what it left, then gatebook void two --reason TEXT ${again}`);
    await writeFile(join(state.path, 'claims', encodeURIComponent(taken)), '');
    expect(await next()).toMatch(`see with gatebook runs ${again} that none`);
  });

  test('is another run’s: refused as a control; unwritable: as what is missing here', async () => {
    await state.claim('target db:5432/shop', 'two' as RunId);
    expect(await claimed('live', target({}))).toMatchObject({ code: 'CLAIMED', exit: 6 });
    await rm(join(state.path, 'claims'), { recursive: true });
    expect(await claimed('live', target({}))).toMatchObject({ code: 'STATE_IO', exit: 4 });
  });
});
