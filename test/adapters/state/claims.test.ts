import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createHmac } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findState, openState } from '../../../src/adapters/state/index.js';
import type { RunId } from '../../../src/base/ids.js';
import type {
  ClaimProblem,
  KillSwitch,
  RunEntry,
  StateFolder,
  SwitchScope,
} from '../../../src/ports/state.js';
import { setAsidePath } from '../../../src/ports/state.js';

const one = 'one' as RunId;
/** Its id begins with that of the other. */
const two = 'one-more' as RunId;
const target = 'target 7611578671664259111/shop';
const runbook = 'runbook change';
const instant = (second: number): string => `2026-11-21T12:00:0${second}.000Z`;

let folder: string;
let state: StateFolder;
const at = (...names: string[]): string => join(folder, 'state', ...names);
async function opened(path = at()): Promise<StateFolder> {
  const result = await openState(path);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gbs-'));
  state = await opened();
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const refused = (words: string, holder: ClaimProblem['holder']) => ({
  ok: false,
  error: { code: 'CLAIMED', message: expect.stringContaining(words) as string, holder },
});
const claims = async () => {
  const all = await state.claims();
  return all.ok ? all.value.map(({ name, run, held }) => `${run} ${name}${held ? ' held' : ''}`).sort() : all;
};

describe('a claim', () => {
  test('is one run’s until that run gives it back, and nobody else does', async () => {
    expect(await state.claim(target, one)).toMatchObject({ ok: true });
    expect(await state.claim(runbook, two)).toMatchObject({ ok: true });
    expect(await state.claim(target, two)).toMatchObject(refused('by run one,', { run: one, held: false }));
    await state.release(two);
    expect(await claims()).toEqual([`one ${target}`]);
    await state.claim(runbook, two);
    await state.release(one);
    expect(await claims()).toEqual([`one-more ${runbook}`]);
    expect(await state.claim(target, two)).toMatchObject({ ok: true });
  });

  test('that is given back while another asks for it is had or refused, and never called damaged', async () => {
    const askAndGiveBack = async (run: RunId) => {
      const said: string[] = [];
      for (let round = 0; round < 60; round += 1) {
        const claimed = await state.claim(target, run);
        if (claimed.ok) await state.release(run);
        else said.push(claimed.error.message);
      }
      return said;
    };
    const said = await Promise.all([one, two, 'three' as RunId, 'four' as RunId].map(askAndGiveBack));
    expect(said.flat().filter((message) => !/by run (?:one|one-more|three|four),/.test(message))).toEqual([]);
  });

  test('on a target stays with a run that is held there, and all else is given back', async () => {
    for (const [name, run] of [
      [target, one],
      [runbook, one],
      ['target other:5432/shop', two],
    ] as const)
      await state.claim(name, run);
    await state.hold(one);
    await state.hold(one);
    expect(await claims()).toEqual([`one ${target} held`, 'one-more target other:5432/shop']);
    expect(await state.claim(target, two)).toMatchObject(refused('is not void', { run: one, held: true }));
    await state.release(one);
    expect(await claims()).toEqual(['one-more target other:5432/shop']);
  });

  test.each(['', 'no run\n', '../x\n'])(
    'that says %j is nobody’s to take, nor to give back',
    async (text) => {
      await writeFile(at('claims', 'x'), text);
      for (let time = 0; time < 2; time++) {
        expect(await state.claim('x', one)).toMatchObject(refused(at('claims', 'x'), null));
        await state.release(one);
      }
      expect(await claims()).toEqual([]);
    },
  );
});

test('runs are listed oldest first, each where its bundle is now', async () => {
  const entry = (id: RunId, second: number): RunEntry => ({
    ...{ id, runbook: 'change', path: 'change.yaml', project: '/p', admitted: true, mode: 'live' },
    ...{ bundle: join(folder, id), startedAt: instant(second), process: null },
  });
  await state.createRun(entry(one, 2));
  await state.createRun(entry(two, 1));
  expect(await state.createRun(entry(one, 3))).toMatchObject({ ok: false, error: { code: 'RUN_ID_USED' } });
  await mkdir(setAsidePath(join(folder, one)));
  await mkdir(join(folder, two));
  const runs = await state.runs();
  expect(runs.ok && runs.value.map(({ bundle }) => bundle)).toEqual([
    join(folder, two),
    setAsidePath(join(folder, one)),
  ]);
});

test('an approval is used up by one run, for ever; the first revocation stays', async () => {
  const nonce = 'ab'.repeat(16);
  const { approvals } = state;
  expect([await approvals.usedBy(nonce), await approvals.revocation(nonce)]).toMatchObject([
    { value: null },
    { value: null },
  ]);
  expect(await approvals.use(nonce, one)).toMatchObject({ ok: true });
  expect(await approvals.use(nonce, one)).toMatchObject({
    ok: false,
    error: { code: 'APPROVAL_USED', message: expect.stringContaining('by run one;') as string },
  });
  expect(await approvals.usedBy(nonce)).toMatchObject({ value: one });
  await approvals.revoke(nonce, 'first', 'signature');
  await approvals.revoke(nonce, 'second', 'another');
  expect(await approvals.revocation(nonce)).toMatchObject({ value: 'first' });
});

describe('kill switches', () => {
  const engaged = (scope: SwitchScope, run: RunId | null, second: number): KillSwitch => ({
    ...{ scope, run, reason: 'stop', by: 'ana', at: instant(second), escalate: run && 'SG_3' },
  });
  const refusing = async (): Promise<readonly unknown[]> =>
    Promise.all(
      (['production', 'rehearsal'] as const).map(async (scope) => {
        const found = await state.controls.engaged(scope);
        return found.ok ? (found.value?.at ?? null) : found;
      }),
    );

  test.each([one, null])('of production refuse everything, of rehearsals only those: by %j', async (run) => {
    expect(await refusing()).toEqual([null, null]);
    await state.controls.engage(engaged('rehearsal', run, 1));
    expect(await refusing()).toEqual([null, instant(1)]);
    await state.controls.engage(engaged('production', run, 2));
    expect(await refusing()).toEqual([instant(2), instant(1)]);
    expect(await state.controls.engage(engaged('production', run, 3))).toMatchObject({ value: false });
    expect(await refusing()).toEqual([instant(2), instant(1)]);
    await state.controls.release(engaged('rehearsal', run, 1), { by: 'bo', at: instant(4), statement: null });
    expect(await refusing()).toEqual([instant(2), instant(2)]);
  });

  test('stand side by side, oldest first, and each is released alone', async () => {
    const all = [
      engaged('production', two, 1),
      engaged('production', null, 2),
      engaged('production', one, 3),
    ];
    for (const entry of [...all].reverse()) await state.controls.engage(entry);
    expect(await state.controls.switches()).toEqual({ ok: true, value: all });
    for (const [index, entry] of all.entries()) {
      await state.controls.release(entry, { by: 'bo', at: instant(4), statement: null });
      expect(await state.controls.switches()).toEqual({ ok: true, value: all.slice(index + 1) });
    }
    expect(await refusing()).toEqual([null, null]);
  });
});

test('a run is declared void once, and the first reason stays', async () => {
  const voided = { run: one, reason: 'first', by: 'ana', at: instant(1) };
  expect(await state.controls.voidRun(voided)).toMatchObject({ ok: true });
  expect(await state.controls.voidRun({ ...voided, reason: 'second' })).toMatchObject({
    ok: false,
    error: { code: 'ALREADY_VOID' },
  });
  expect(await state.controls.voided()).toEqual({ ok: true, value: [voided] });
  await writeFile(at('void', 'one.json'), JSON.stringify({ ...voided, reason: 7 }));
  expect(await state.controls.voided()).toMatchObject({ ok: false, error: { code: 'STATE_IO' } });
});

describe('the state folder', () => {
  test('is found beside a draft of somebody who was killed', async () => {
    await writeFile(at('.0123456789abcdef'), '');
    expect(await findState(at())).toMatchObject({ ok: true, value: { id: state.id } });
  });

  test('seals by its key, which none but its owner can read, and not by what approvals name', async () => {
    const other = await opened(join(folder, 'other'));
    expect((await opened()).seal('x')).toBe(state.seal('x'));
    expect(other.seal('x')).not.toBe(state.seal('x'));
    expect(state.seal('x')).not.toBe(createHmac('sha256', state.id).update('x').digest('hex'));
    expect((await stat(at('key'))).mode & 0o777).toBe(0o600);
  });
});
