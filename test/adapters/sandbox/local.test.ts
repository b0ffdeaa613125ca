import { existsSync, watch } from 'node:fs';
import { chown, mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { intendServer, layout, makeFolder } from '../../../src/adapters/sandbox/folder.js';
import { createSandboxes } from '../../../src/adapters/sandbox/index.js';
import { serverUid } from '../../../src/adapters/sandbox/isolation.js';
import type { Server } from '../../../src/ports/sandbox.js';
import type { World } from '../../support/server.js';
import { localHandle, openSession, openWorld, startServer } from '../../support/server.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const destroyed = async (server: Server) => {
  const result = await world.sandboxes.destroy(server.handle);
  expect(result).toMatchObject({ ok: true });
  expect(existsSync(localHandle(server).folder)).toBe(false);
};

/** What this user has in the machine's shared memory, POSIX's and System V's. */
async function sharedMemoryOf(uid: number): Promise<readonly string[]> {
  const names = await readdir('/dev/shm');
  const owners = await Promise.all(names.map((name) => stat(join('/dev/shm', name)).catch(() => null)));
  const segments = (await readFile('/proc/sysvipc/shm', 'utf8')).split('\n');
  return [
    ...names.filter((_, at) => owners[at]?.uid === uid),
    ...segments.filter((line) => line.trim().split(/\s+/)[7] === String(uid)),
  ];
}

describe('a throwaway server', () => {
  test('has its own identity, a short private socket, no TCP and a structured error log', async () => {
    const [one, two] = [await startServer(world), await startServer(world)];
    try {
      expect(one.systemIdentifier).toMatch(/^[0-9]{18,20}$/);
      expect(one.systemIdentifier).not.toBe(two.systemIdentifier);
      expect(one.connection.host.length).toBeLessThan(60);
      const session = await openSession(world, one.connection);
      const rows = await session.query(
        "SELECT current_setting('listen_addresses') AS tcp, current_setting('lc_messages') AS m, current_database()::text AS d",
      );
      expect(rows).toMatchObject({ ok: true, value: { rows: [{ tcp: '', m: 'C', d: 'directus' }] } });
      const alone = await session.query(`SELECT current_setting('unix_socket_permissions') AS socket,
        current_setting('dynamic_shared_memory_type') AS memory,
        (SELECT count(*)::int FROM pg_stat_activity WHERE application_name = 'gatebook/start') AS others`);
      expect(alone).toMatchObject({ value: { rows: [{ socket: '0700', memory: 'mmap', others: 0 }] } });
      // As those of a restore of ten thousand tables in one transaction.
      const locks = 'SELECT count(pg_advisory_xact_lock(i)) FROM generate_series(1, 50000) i';
      expect(await session.query(locks)).toMatchObject({ ok: true });
      await session.query('SELECT * FROM nowhere');
      await session.close();
      await expect.poll(() => readFile(one.errorLog.path, 'utf8')).toContain('"state_code":"42P01"');
      expect((await stat(one.errorLog.path)).mode & 0o777).toBe(0o600);
    } finally {
      await destroyed(one);
      await destroyed(two);
    }
  });

  test('runs as a user of its own when the runner is root, never as postgres', async () => {
    const server = await startServer(world);
    try {
      const status = await readFile(`/proc/${localHandle(server).pid}/status`, 'utf8');
      const field = (name: string) => new RegExp(`^${name}:[ \t]*(.*?) *$`, 'm').exec(status)?.[1];
      const uid = localHandle(server).uid ?? process.getuid?.();
      expect(field('Uid')).toBe(Array<unknown>(4).fill(uid).join('\t'));
      if (process.getuid?.() !== 0) return;
      expect(uid).toBeGreaterThan(60_000);
      expect(field('Gid')).toBe(field('Uid'));
      expect([field('Groups'), field('NoNewPrivs'), field('CapEff')]).toEqual(['', '1', '0'.repeat(16)]);
    } finally {
      await destroyed(server);
    }
  });

  test('takes what the database started with it', async () => {
    const server = await startServer(world);
    const session = await openSession(world, server.superuser);
    await session.query("COPY (SELECT 1) TO PROGRAM 'setsid sleep 300 >/dev/null 2>&1 &'");
    await session.close();
    await destroyed(server);
  });

  test('is destroyed from its handle alone, twice without harm', async () => {
    const server = await startServer(world);
    await destroyed(server);
    await destroyed(server);
  });

  test.runIf(process.getuid?.() === 0)('leaves no shared memory, however it ended', async () => {
    const server = await startServer(world);
    const { pid, uid } = localHandle(server);
    const session = await openSession(world, server.superuser);
    process.kill(pid ?? 0, 'SIGKILL');
    await session.close();
    await destroyed(server);
    expect(await sharedMemoryOf(uid ?? -1)).toEqual([]);
  });

  test.runIf(process.getuid?.() === 0)(
    'takes what its initdb left in shared memory, and nothing of others',
    async () => {
      const uid = serverUid(4_000_000_000, '         0          0 4294967295\n');
      const made = await makeFolder({ ...intendServer(), uid }, uid);
      const name = (what: string): string => `/dev/shm/${what}-${made.nonce}`;
      const files = [
        [name('PostgreSQL.1'), uid],
        [name('PostgreSQL.2'), uid + 1],
        [name('other'), uid],
      ] as const;
      for (const [path, owner] of files) {
        await writeFile(path, '');
        await chown(path, owner, owner);
      }
      expect(await world.sandboxes.destroy({ ...made })).toMatchObject({ ok: true });
      expect(files.map(([path]) => existsSync(path))).toEqual([false, true, true]);
      for (const [path] of files) await rm(path, { force: true });
    },
  );

  test('that breaks on the way is a problem, and what was made of it by then is gone', async () => {
    const full = { ...world.processes, daemon: () => Promise.reject(new Error('ENOSPC: no space left')) };
    const sandboxes = createSandboxes({ ...world, processes: full });
    const intent = sandboxes.intend();
    const spec = { database: 'x', timeoutMs: 30_000, signal: new AbortController().signal };
    const gone = `no process of the server and no folder ${intent.folder}`;
    const message = expect.stringContaining('ENOSPC') as string;
    expect(await sandboxes.start(intent, spec)).toEqual({
      ok: false,
      error: { code: 'SANDBOX_FAILED', message, gone },
    });
    expect(existsSync(intent.folder)).toBe(false);
  });

  test('is found from the intent when the runner died before it knew more', async () => {
    const intent = world.sandboxes.intend();
    const spec = { database: 'x', timeoutMs: 30_000, signal: new AbortController().signal };
    const started = await world.sandboxes.start(intent, spec);
    if (!started.ok) throw new Error(started.error.message);
    expect(await world.sandboxes.destroy(intent)).toMatchObject({ ok: true });
    expect(existsSync(intent.folder)).toBe(false);
    expect(existsSync(`/proc/${localHandle(started.value).pid}/cwd`)).toBe(false);
  });

  test.each([
    ['without its mark', null, true],
    ['with a mark that was cut short', 5, true],
    ['with the mark of another', 'x', false],
    ['with something in it', 'file', false],
  ] as const)('a folder that is half made, %s: gone is %s', async (_, mark, gone) => {
    const intent = world.sandboxes.intend();
    await mkdir(intent.folder);
    const nonce = typeof mark === 'number' ? intent.nonce.slice(0, mark) : mark;
    if (nonce === 'file') await writeFile(join(intent.folder, 'file'), '');
    else if (nonce !== null) await writeFile(join(intent.folder, 'nonce'), nonce);
    expect(await world.sandboxes.destroy(intent)).toMatchObject({ ok: gone });
    expect(existsSync(intent.folder)).toBe(!gone);
    await rm(intent.folder, { recursive: true, force: true });
  });

  test.each([
    ['emptied', [], true],
    ['without its mark, and something in it', ['data'], false],
  ] as const)('a folder that is %s, by a removal that was cut short: gone is %s', async (_, left, gone) => {
    const made = await makeFolder(intendServer(), null);
    for (const name of await readdir(made.folder))
      if (!left.some((kept) => kept === name)) await rm(join(made.folder, name), { recursive: true });
    expect(await world.sandboxes.destroy({ ...made })).toMatchObject({ ok: gone });
    expect(existsSync(made.folder)).toBe(!gone);
    await rm(made.folder, { recursive: true, force: true });
  });

  test('a folder is removed with its mark last', async () => {
    const made = await makeFolder(intendServer(), null);
    const seen: (string | null)[] = [];
    const watching = watch(made.folder, (_, name) => seen.push(name));
    expect(await world.sandboxes.destroy({ ...made })).toMatchObject({ ok: true });
    await vi.waitFor(() => expect(seen).toContain('nonce'));
    watching.close();
    expect(seen.indexOf('nonce')).toBeGreaterThan(seen.lastIndexOf('s'));
    expect(seen.indexOf('nonce')).toBeGreaterThan(seen.lastIndexOf('data'));
  });

  test('one that can’t be looked at is not proved gone', async () => {
    const intent = world.sandboxes.intend();
    const folder = join('/tmp', 'x'.repeat(300), basename(intent.folder));
    const gone = await world.sandboxes.destroy({ ...intent, folder });
    expect(gone).toMatchObject({ ok: false, error: { code: 'DESTROY_FAILED' } });
  });

  test('a folder that took its place is left alone', async () => {
    const server = await startServer(world);
    const aside = `${localHandle(server).folder}-moved`;
    await rename(localHandle(server).folder, aside);
    await mkdir(localHandle(server).folder);
    expect(await world.sandboxes.destroy(server.handle)).toMatchObject({
      ok: false,
      error: { code: 'NOT_OURS' },
    });
    expect(existsSync(localHandle(server).folder)).toBe(true);
    await rm(localHandle(server).folder, { recursive: true });
    await rename(aside, localHandle(server).folder);
    await destroyed(server);
  });

  test('a version that is not installed is named with its package', async () => {
    const started = await world.sandboxes.start(world.sandboxes.intend(), {
      database: 'x',
      major: 9,
      timeoutMs: 9_000,
      signal: new AbortController().signal,
    });
    expect(started).toMatchObject({ ok: false, error: { code: 'ENGINE_VERSION' } });
    if (!started.ok) expect(started.error.next).toContain('postgresql-9');
  });

  test('a seed runs as files do, and its reader is who the sessions are', async () => {
    const sql =
      'CREATE ROLE nobody_enters; GRANT pg_read_all_data TO nobody_enters; CREATE ROLE looker LOGIN; GRANT pg_read_all_data TO looker; CREATE TABLE t (i int); INSERT INTO t VALUES (1);';
    const server = await startServer(world, { seed: [{ name: 's.sql', sql }], sessionsAs: 'reader' });
    expect(server.connection.user).toBe('looker');
    await destroyed(server);
    const broken = startServer(world, {
      seed: [{ name: 's.sql', sql: "DO $$BEGIN RAISE WARNING 'w'; END$$;\nSELEC 2;" }],
    });
    await expect(broken).rejects.toThrow(/SEED_FAILED: seed s.sql: line 2: ERROR/);
  });

  test('with a password nobody enters without it', async () => {
    const server = await startServer(world, { password: 'correct horse' });
    const { password: _, ...without } = server.connection;
    expect(existsSync(layout(localHandle(server).folder).password)).toBe(false);
    await (await openSession(world, server.connection)).close();
    await expect(openSession(world, without)).rejects.toThrow(/UNREACHABLE/);
    await destroyed(server);
  });
});
