import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectContainment } from '../../../src/adapters/process/containment.js';

const folder = mkdtempSync(join(tmpdir(), 'gb-cont-'));
const program = join(folder, 'inner.mjs');
beforeAll(async () => {
  await build({
    entryPoints: [resolve('test/support/inner-sleeper.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Processes that bear the mark anywhere in their command line. */
function bearing(mark: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^[0-9]+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(mark);
    } catch {
      return false;
    }
  });
}
async function until(condition: () => boolean, ms = 10_000): Promise<boolean> {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(10)) if (condition()) return true;
  return condition();
}
let count = 0;
const newMark = () => join(folder, `mark${(count += 1)}-${process.pid}`);
const exitOf = (child: ReturnType<typeof spawn>) =>
  new Promise((r) => child.once('exit', (code, signal) => r(code ?? signal)));

const contained = (await detectContainment({})) === 'pid-namespace';

describe.runIf(contained)('the namespace', () => {
  it('leaves no survivor when the outer is killed at any instant', async () => {
    for (let round = 0; round < 20; round++) {
      const mark = newMark();
      const outer = spawn(process.execPath, [program, mark], { stdio: 'ignore' });
      const ended = exitOf(outer);
      // The last rounds wait until the grandchildren are there.
      if (round < 14) await sleep(round * 12);
      else expect(await until(() => existsSync(`${mark}.ready`) && bearing(mark).length >= 6)).toBe(true);
      outer.kill('SIGKILL');
      await ended;
      expect(await until(() => bearing(mark).length === 0, 3000), `round ${round}: ${bearing(mark)}`).toBe(
        true,
      );
    }
  }, 60_000);

  it('counts each forwarded signal once, and hands the exit code out', async () => {
    const mark = newMark();
    const outer = spawn(process.execPath, [program, mark], { stdio: 'ignore' });
    const ended = exitOf(outer);
    await until(() => existsSync(`${mark}.ready`));
    const seen = () => (existsSync(`${mark}.signals`) ? readFileSync(`${mark}.signals`, 'utf8') : '');
    outer.kill('SIGINT');
    await until(() => seen() === 'SIGINT');
    outer.kill('SIGINT');
    await until(() => seen() === 'SIGINT SIGINT');
    outer.kill('SIGTERM');
    await until(() => seen() === 'SIGINT SIGINT SIGTERM');
    outer.kill('SIGHUP');
    expect(await ended).toBe(42);
    expect(seen()).toBe('SIGINT SIGINT SIGTERM SIGHUP');
    expect(await until(() => bearing(mark).length === 0)).toBe(true);
  });

  it.each([
    ['exit', 7],
    ['end', 0],
  ] as const)('%s ends with %i', async (mode, code) => {
    const outer = spawn(process.execPath, [program, newMark(), mode], { stdio: 'ignore' });
    expect(await exitOf(outer)).toBe(code);
  });

  it.each(['stand-still', 'crash'])(
    'an inner that never begins (%s) has done nothing, and is told',
    async (mode) => {
      const mark = newMark();
      const outer = spawn(process.execPath, [program, mark, mode], { stdio: 'ignore' });
      expect(await exitOf(outer)).toBe(98);
      expect(await until(() => bearing(mark).length === 0)).toBe(true);
    },
  );

  it('answers 137 for an inner that was killed', async () => {
    const mark = newMark();
    const outer = spawn(process.execPath, [program, mark], { stdio: 'ignore' });
    const ended = exitOf(outer);
    await until(() => existsSync(`${mark}.ready`));
    const inner = bearing(mark).find((pid) => {
      const parts = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
      return parts[0] === process.execPath && pid !== String(outer.pid);
    });
    process.kill(Number(inner), 'SIGKILL');
    expect(await ended).toBe(137);
  });

  it('has no last word where the outer was killed', async () => {
    const env = { ...process.env, GATEBOOK_INNER: '3' };
    const inner = spawn(process.execPath, [program, newMark()], {
      env,
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    });
    let said = '';
    inner.stderr?.on('data', (text) => (said += String(text)));
    const line = inner.stdio[3] as Socket;
    line.once('data', () => line.destroy());
    expect(await exitOf(inner)).toBe(137);
    expect(said).toBe('');
  });

  it.skipIf(process.getuid?.() !== 0)(
    'is refused without a word where no namespace can be made',
    async () => {
      const withoutRight = ['--bounding-set=-sys_admin', '--inh-caps=-sys_admin'];
      const outer = spawn('setpriv', [...withoutRight, process.execPath, program, newMark(), 'exit']);
      let said = '';
      outer.stderr.on('data', (text) => (said += String(text)));
      expect(await exitOf(outer)).toBe(99);
      expect(said).toBe('');
    },
  );

  it('works for a user who is not root', async () => {
    const asNobody = [
      '--reuid=65534',
      '--regid=65534',
      '--clear-groups',
      process.execPath,
      program,
      '/tmp/none',
      'exit',
    ];
    const mode = await new Promise((r) =>
      spawn('setpriv', [
        '--reuid=65534',
        '--regid=65534',
        '--clear-groups',
        'unshare',
        '--user',
        '--map-current-user',
        'true',
      ]).once('exit', r),
    );
    if (mode !== 0) return;
    const { chmodSync } = await import('node:fs');
    chmodSync(folder, 0o755);
    const outer = spawn('setpriv', asNobody, { stdio: 'inherit' });
    expect(await exitOf(outer)).toBe(7);
  });
});

describe.runIf(process.platform === 'linux')('the death signal', () => {
  it.each(['same', 'user'])(
    'leaves no child, killed at any instant (%s)',
    async (user) => {
      const runner = join(folder, 'runner.mjs');
      await build({
        entryPoints: [resolve('test/support/death-signal-runner.ts')],
        outfile: runner,
        bundle: true,
        platform: 'node',
        format: 'esm',
        banner: {
          js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
        },
      });
      for (let round = 0; round < 12; round++) {
        const mark = newMark();
        const child = spawn(process.execPath, [runner, mark, user], { stdio: 'ignore' });
        const ended = exitOf(child);
        await until(() => bearing(mark).length > 1, round === 0 ? 3000 : 400);
        if (round > 0) await sleep(round % 4);
        child.kill('SIGKILL');
        await ended;
        expect(await until(() => bearing(mark).length === 0, 2000), bearing(mark).join()).toBe(true);
      }
    },
    60_000,
  );
});

describe('detection', () => {
  it('lets a weaker mode be forced, never a stronger one', async () => {
    expect(await detectContainment({ GATEBOOK_CONTAINMENT: 'process-group' })).toBe('process-group');
    expect(await detectContainment({ GATEBOOK_CONTAINMENT: 'death-signal' })).not.toBe('pid-namespace');
    expect(await detectContainment({ GATEBOOK_CONTAINMENT: 'pid-namespace' })).toBe(
      await detectContainment({}),
    );
    expect(await detectContainment({ GATEBOOK_CONTAINMENT: 'nonsense' })).toBe(await detectContainment({}));
  });
});
