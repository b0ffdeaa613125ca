import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { Containment } from '../../../src/adapters/process/containment.js';
import { fixedPath } from '../../../src/adapters/process/find.js';
import { Ender } from '../../../src/adapters/process/ending.js';
import { createProcesses } from '../../../src/adapters/process/index.js';
import { createRedactor } from '../../../src/journal/redact.js';

const folder = mkdtempSync(join(tmpdir(), 'gb-proc-'));
afterAll(() => rmSync(folder, { recursive: true }));
const redactor = createRedactor();
redactor.add('db', 'hunter2hunter2');

const limits = (timeoutMs = 10_000, signal = new AbortController().signal) => ({ timeoutMs, signal });
const text = async (out: Readable) => {
  let all = '';
  for await (const chunk of out) all += String(chunk);
  return all;
};
const readlink = (path: string) => {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
};
const alive = (pid: string | number) =>
  spawnSync('ps', ['-o', 'stat=', '-p', String(pid)])
    .stdout.toString()
    .match(/^[^Z]/) !== null;

describe.each<Containment>(['process-group', 'death-signal'])('%s', (mode) => {
  const processes = createProcesses({ mode, home: folder, redactor });

  it('gives a child the fixed environment and what it was given, nothing else', async () => {
    const ran = await processes.run({ argv: ['/usr/bin/env'], env: { A: '1' } }, limits());
    const names = ran.ok ? ran.value.stdout.trim().split('\n').sort() : [];
    expect(names.filter((n) => !n.startsWith('PWD='))).toEqual([
      'A=1',
      `HOME=${folder}`,
      'LANG=C.UTF-8',
      `PATH=${fixedPath}`,
      'TZ=UTC',
    ]);
  });

  it('reports exit code, signal, both streams and further descriptors', async () => {
    const ran = await processes.run(
      {
        argv: ['sh', '-c', 'cat; cat <&4 >&3; echo e >&2; exit 3'],
        stdin: 'in',
        inputFds: { 4: 'four' },
        captureFds: [3],
      },
      limits(),
    );
    expect(ran).toMatchObject({
      ok: true,
      value: { exitCode: 3, signal: null, stdout: 'in', stderr: 'e\n', captured: { 3: 'four' } },
    });
    expect(await processes.run({ argv: ['sh', '-c', 'kill -9 $$'] }, limits())).toMatchObject({
      value: { exitCode: null, signal: 'SIGKILL' },
    });
  });

  it('marks where what a program said was cut, so that half a secret there is known', async () => {
    const argv = ['sh', '-c', 'printf "it is hunter2hunter2" >&2; exit 1'] as const;
    const few = { ...limits(), captureBytes: 14 };
    const ran = await processes.run({ argv: [...argv] }, few);
    const ends = await processes.pipeline([{ argv: [...argv] }, { argv: ['cat'] }], {}, few);
    for (const stderr of [ran.ok && ran.value.stderr, ends.ok && ends.value[0]?.stderr]) {
      expect(stderr).toBe('it is hunter2h…');
      expect(redactor.redact(stderr || '')).toBe('it is [secret db]…');
    }
  });

  it('passes arguments as they are: no shell, no expansion', async () => {
    const argv = ['printf', '%s\n', '$(id)', '`id`', '*', 'a\'b"c', '-n', ''] as const;
    const ran = await processes.run({ argv: [...argv] as [string, ...string[]] }, limits());
    expect(ran).toMatchObject({ value: { stdout: `$(id)\n\`id\`\n*\na'b"c\n-n\n\n` } });
  });

  it('answers arguments that are too long for the system as a program that could not be started', async () => {
    const long = 'x'.repeat(4 << 20);
    expect(await processes.run({ argv: ['true', long] }, limits())).toMatchObject({
      error: { code: 'SPAWN_FAILED', message: expect.stringContaining('E2BIG') as string },
    });
    const ends = await processes.pipeline([{ argv: ['yes'] }, { argv: ['cat', long] }], {}, limits());
    expect(ends).toMatchObject({ error: { code: 'SPAWN_FAILED' } });
  });

  it('is not upset by a child that reads nothing of a large input', async () => {
    expect(await processes.run({ argv: ['true'], stdin: 'x'.repeat(4 << 20) }, limits())).toMatchObject({
      value: { exitCode: 0 },
    });
  });

  it('says what is missing or cannot be started', async () => {
    expect(await processes.run({ argv: ['nonesuch'] }, limits())).toMatchObject({
      error: { code: 'PROGRAM_MISSING' },
    });
    expect(await processes.run({ argv: ['./x'] }, limits())).toMatchObject({
      error: { code: 'PROGRAM_MISSING' },
    });
    expect(await processes.run({ argv: ['true', 'a\0b'] }, limits())).toMatchObject({
      error: { code: 'SPAWN_FAILED' },
    });
    expect(await processes.run({ argv: ['true'], cwd: '/nonexistent' }, limits())).toMatchObject({
      error: { code: 'SPAWN_FAILED' },
    });
  });

  it('says of a file that it is there and may not be run', async () => {
    const path = join(folder, `${mode}-plain`);
    writeFileSync(path, '#!/bin/sh\n', { mode: 0o600 });
    expect(await processes.run({ argv: [path] }, limits())).toMatchObject({
      error: { code: 'SPAWN_FAILED', next: expect.stringContaining('interpreter') as unknown },
    });
  });

  it('ends the whole group at the time limit: TERM, and KILL for who ignores it', async () => {
    const script = `trap '' TERM; sh -c "trap '' TERM; echo \\$\\$; sleep 60" & sleep 60`;
    const log = join(folder, `${mode}-pids`);
    const started = performance.now();
    const ran = await processes.run(
      { argv: ['sh', '-c', script], logs: { stdout: log, stderr: `${log}.err` } },
      limits(1500),
    );
    expect(ran).toMatchObject({ error: { code: 'TIMEOUT' } });
    expect(performance.now() - started).toBeLessThan(12_000);
    expect(alive(readFileSync(log, 'utf8').trim())).toBe(false);
  }, 20_000);

  it('ends on cancellation, and does not begin once cancelled', async () => {
    const abort = new AbortController();
    const run = processes.run({ argv: ['sleep', '60'] }, limits(60_000, abort.signal));
    setTimeout(() => abort.abort(), 50);
    expect(await run).toMatchObject({ error: { code: 'CANCELLED' } });
    expect(await processes.run({ argv: ['true'] }, limits(1000, abort.signal))).toMatchObject({
      error: { code: 'CANCELLED' },
    });
  });

  it('is not held up by a stray descendant that keeps the output open', async () => {
    const started = performance.now();
    const ran = await processes.run({ argv: ['sh', '-c', '(setsid sleep 15 &); echo done'] }, limits());
    expect(ran).toMatchObject({ value: { exitCode: 0, stdout: 'done\n' } });
    expect(performance.now() - started).toBeLessThan(10_000);
  }, 20_000);

  it('is not held up by one that goes on talking, either', async () => {
    const started = performance.now();
    const talker = 'setsid timeout 15 sh -c "while :; do echo y; sleep 0.05; done" 2>/dev/null & echo done';
    expect(await processes.run({ argv: ['sh', '-c', talker] }, limits(700))).toMatchObject({
      error: { code: 'TIMEOUT' },
    });
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('reads what a program left to others of its group to say, and knows where they were cut short', async () => {
    const said = (script: string) => processes.run({ argv: ['sh', '-c', script] }, limits());
    expect(await said('(sleep 0.2; echo ERROR) & echo done')).toMatchObject({
      value: { stdout: 'done\nERROR\n', leftOpen: { stdout: false, stderr: false } },
    });
    const started = performance.now();
    expect(await said('sleep 15 2>/dev/null & echo done')).toMatchObject({
      value: { exitCode: 0, stdout: 'done\n', leftOpen: { stdout: true, stderr: false } },
    });
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('tells two outputs apart that differ in bytes which are no text', async () => {
    const said = (octets: string) => processes.run({ argv: ['printf', octets] }, limits());
    expect(await said('a\\377\\303\\244\\342\\202b')).toMatchObject({
      value: { stdout: 'a\\xffä\\xe2\\x82b' },
    });
    expect(await said('a\\376')).toMatchObject({ value: { stdout: 'a\\xfe' } });
    expect(await said('\\355\\240\\200\\364\\220\\200\\200')).toMatchObject({
      value: { stdout: '\\xed\\xa0\\x80\\xf4\\x90\\x80\\x80' },
    });
  });

  it('keeps a bounded part in memory and the whole in a redacted, inert log', async () => {
    const log = join(folder, `${mode}-log`);
    const argv: [string, ...string[]] = [
      'sh',
      '-c',
      "printf 'a\\033[2Jhunter2'; sleep 0.05; printf 'hunter2\\n'; head -c 3000000 /dev/zero | tr '\\0' x",
    ];
    const ran = await processes.run({ argv, logs: { stdout: log, stderr: `${log}.err` } }, limits());
    expect(ran.ok && ran.value.cut).toEqual({ stdout: true, stderr: false });
    expect(ran.ok && ran.value.stdout.length).toBe(1 << 20);
    const logged = readFileSync(log, 'utf8');
    expect(logged.startsWith('a␛[2J[secret db]\nxxx')).toBe(true);
    expect(logged.length).toBeGreaterThan(3_000_000);
    expect(statSync(log).mode & 0o777).toBe(0o600);
    expect(
      await processes.run({ argv, logs: { stdout: log, stderr: `${log}.err2` } }, limits()),
    ).toMatchObject({
      error: { code: 'OUTPUT_FAILED' },
    });
    // One whose output can't be kept is ended at once: what it goes on to do would stand nowhere.
    const began = performance.now();
    const logs = { stdout: log, stderr: `${log}.err3` };
    const talking = ['sh', '-c', 'head -c 99999 /dev/zero | tr "\\0" x; exec sleep 60'] as const;
    expect(await processes.run({ argv: talking, logs }, limits(60_000))).toMatchObject({
      error: { code: 'OUTPUT_FAILED' },
    });
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it('joins programs by kernel pipes and reports each end', async () => {
    let out = '';
    const ends = await processes.pipeline(
      [
        { argv: ['cat'] },
        { argv: ['tr', 'a-z', 'A-Z'] },
        { argv: ['sh', '-c', 'test -p /dev/stdin && cat'] },
      ],
      { input: Readable.from([Buffer.from('abc')]), consume: async (o) => void (out = await text(o)) },
      limits(),
    );
    expect(out).toBe('ABC');
    expect(ends.ok && ends.value.map((e) => e.exitCode)).toEqual([0, 0, 0]);
  });

  it('ends a member that would go on although nobody reads its output any more', async () => {
    const deaf = {
      argv: ['sh', '-c', `trap '' PIPE; echo said; while :; do echo more || sleep 0.1; done 2>/dev/null`],
    } as const;
    const startedAt = performance.now();
    const consume = async (out: Readable) => {
      for await (const chunk of out) if (String(chunk).includes('said')) return;
    };
    const ends = await processes.pipeline([deaf, { argv: ['cat'] }], { consume }, limits());
    expect(ends.ok && ends.value[0]).toMatchObject({ signal: 'SIGTERM', cancelled: true });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('lets the last member write to a descriptor of ours', async () => {
    const path = join(folder, `output-${mode}`);
    const file = await open(path, 'wx');
    const specs = [{ argv: ['echo', 'abc'] }, { argv: ['tr', 'a-z', 'A-Z'] }] as const;
    const ends = await processes.pipeline(specs, { output: file.fd }, limits());
    await file.close();
    expect(ends.ok && ends.value.map((e) => e.exitCode)).toEqual([0, 0]);
    expect(readFileSync(path, 'utf8')).toBe('ABC\n');
  });

  it('names the member that failed, not those that it took along', async () => {
    const ends = await processes.pipeline(
      [{ argv: ['yes'] }, { argv: ['sh', '-c', 'exit 3'] }, { argv: ['sleep', '60'] }],
      {},
      limits(),
    );
    expect(ends.ok && ends.value).toMatchObject([
      { signal: expect.stringMatching(/^SIG(PIPE|TERM)$/) as string },
      { exitCode: 3 },
      { signal: 'SIGTERM', cancelled: true },
    ]);
    expect(ends.ok && ends.value[1]).not.toHaveProperty('cancelled');
  });

  it('lets a member stop reading early', async () => {
    let out = '';
    const ends = await processes.pipeline(
      [{ argv: ['yes'] }, { argv: ['head', '-n', '1'] }],
      { consume: async (o) => void (out = await text(o)) },
      limits(),
    );
    expect(out).toBe('y\n');
    expect(ends.ok && ends.value).toMatchObject([{ signal: 'SIGPIPE' }, { exitCode: 0 }]);
  });

  it('loses nothing to a reader that begins late', async () => {
    let out = '';
    const consume = async (o: Readable) => {
      await sleep(100);
      out = await text(o);
    };
    await processes.pipeline([{ argv: ['echo', 'kept'] }], { consume }, limits());
    expect(out).toBe('kept\n');
  });

  it('holds the producers back while the reader is slow', async () => {
    let read = 0;
    const ends = await processes.pipeline(
      [{ argv: ['head', '-c', '8000000', '/dev/zero'] }, { argv: ['cat'] }],
      {
        consume: async (out) => {
          for await (const chunk of out) {
            if (read === 0) await sleep(1300);
            read += (chunk as Buffer).length;
          }
        },
      },
      limits(),
    );
    expect(read).toBe(8_000_000);
    expect(ends.ok).toBe(true);
  });

  it('turns a failing reader or input into a problem, and leaves nobody', async () => {
    const failing = () => Promise.reject(new Error('disk full'));
    expect(await processes.pipeline([{ argv: ['yes'] }], { consume: failing }, limits())).toMatchObject({
      error: { code: 'OUTPUT_FAILED', message: expect.stringContaining('disk full') },
    });
    const input = new Readable({ read: () => input.destroy(new Error('torn')) });
    expect(
      await processes.pipeline([{ argv: ['cat'] }, { argv: ['cat'] }], { input }, limits()),
    ).toMatchObject({
      error: { code: 'INPUT_FAILED' },
    });
    expect(await processes.pipeline([{ argv: ['yes'] }, { argv: ['nonesuch'] }], {}, limits())).toMatchObject(
      {
        error: { code: 'PROGRAM_MISSING' },
      },
    );
  });

  it('runs a daemon until its pid is sent a signal', async () => {
    const log = join(folder, `${mode}-daemon`);
    const started = await processes.daemon({ argv: ['sh', '-c', 'echo up; exec sleep 60'], log });
    if (!started.ok) throw new Error(started.error.message);
    for (let i = 0; i < 100 && readFileSync(log, 'utf8') === ''; i++) await sleep(20);
    expect(alive(started.value.pid)).toBe(true);
    process.kill(started.value.pid, 'SIGTERM');
    expect(await started.value.exited).toMatchObject({ exitCode: null, signal: 'SIGTERM' });
    expect(readFileSync(log, 'utf8')).toBe('up\n');
  });

  it('answers where a daemon’s log can’t be begun', async () => {
    const log = join(folder, 'nowhere/daemon');
    const started = await processes.daemon({ argv: ['sleep', '60'], log });
    expect(started).toMatchObject({ ok: false, error: { code: 'OUTPUT_FAILED' } });
  });

  it('leaves no file open whose log can’t be brought to the disk', async () => {
    const file = await open('/dev/null');
    const prototype = Object.getPrototypeOf(file) as typeof file;
    await file.close();
    const failing = vi.spyOn(prototype, 'sync').mockRejectedValue(new Error('EIO'));
    const logs = { stdout: join(folder, `${mode}-unsynced`), stderr: join(folder, `${mode}-silent`) };
    const ran = await processes.run({ argv: ['echo', 'a'], logs }, limits());
    failing.mockRestore();
    expect(ran).toMatchObject({ ok: false, error: { code: 'OUTPUT_FAILED' } });
    const held = readdirSync('/proc/self/fd').map((fd) => readlink(`/proc/self/fd/${fd}`));
    expect(held).not.toContain(logs.stdout);
  });

  it.runIf(process.getuid?.() === 0)('changes the user and drops every group', async () => {
    const user = { uid: 65534, gid: 65534 };
    expect(await processes.run({ argv: ['id', '-G'], user }, limits())).toMatchObject({
      value: { stdout: '65534\n' },
    });
  });
});

it('finds the newest PostgreSQL, absolute paths, and nothing by a relative one', async () => {
  const processes = createProcesses({ mode: 'process-group', home: folder, redactor });
  expect(await processes.find('pg_dump')).toMatch(/\/bin\/pg_dump$/);
  expect(await processes.find('/bin/sh')).toBe('/bin/sh');
  expect(await processes.find('bin/sh')).toBeNull();
  expect(await processes.find('/etc')).toBeNull();
  expect(await processes.find('')).toBeNull();
});

it('signals a group at the end of its leader and never again, when the number may be another’s', async () => {
  const kill = vi.spyOn(process, 'kill');
  const processes = createProcesses({ mode: 'process-group', home: folder, redactor });
  const ran = await processes.pipeline([{ argv: ['false'] }, { argv: ['sleep', '30'] }], {}, limits());
  expect(ran).toMatchObject({ ok: true });
  const signals = new Map<number, unknown[]>();
  for (const [group, signal] of kill.mock.calls) signals.set(group, [...(signals.get(group) ?? []), signal]);
  kill.mockRestore();
  // `false` ends by itself; `sleep` is ended because of it, and its own end comes after.
  expect([...signals.values()]).toEqual([['SIGKILL'], ['SIGTERM', 'SIGKILL']]);
});

it('makes the pipes with the system’s own program, whatever the PATH of who runs', async () => {
  vi.stubEnv('PATH', folder);
  const processes = createProcesses({ mode: 'process-group', home: folder, redactor });
  const ends = await processes.pipeline([{ argv: ['echo', 'x'] }, { argv: ['cat'] }], {}, limits());
  vi.unstubAllEnvs();
  expect(ends).toMatchObject({ ok: true, value: [{ exitCode: 0 }, { exitCode: 0 }] });
});

it('waits for nothing where all have ended already', () => {
  vi.useFakeTimers();
  const ender = new Ender([]);
  ender.done();
  ender.end();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});
