import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ok } from '../../../src/base/result.js';
import type { ValueMap } from '../../../src/base/value.js';
import type { LiveKey } from '../../../src/kinds/executor.js';
import { execute as probeKey } from '../../../src/kinds/probes/gpg.key/execute.js';
import { readRecord } from '../../../src/kinds/postgres/record.js';
import { operatorKeyring } from '../../support/postgres-run.js';
import type { World } from '../../support/server.js';
import { openSession, openWorld, sessionSpec } from '../../support/server.js';
import type { Bench } from './backup-fixture.js';
import { openBench, take, value } from './backup-fixture.js';

let world: World;
let bench: Bench;
beforeAll(async () => {
  world = await openWorld();
  bench = await openBench(world);
}, 60_000);
afterAll(async () => {
  await bench.close();
  await world.close();
});

type Run = Awaited<ReturnType<Bench['run']>>;
const artifacts = (run: Run) => readdir(run.context.run.artifacts).catch(() => []);
const scope = ['public.unit', 'cutter_governance.entry', 'cutter_governance.history'];

async function refused(run: Run, args: ValueMap, code: string | RegExp) {
  const taken = await take(run.context, args);
  expect(taken).toMatchObject({ ok: false, error: { code: expect.stringMatching(code) as string } });
  expect((await artifacts(run)).filter((n) => !n.startsWith('already'))).toEqual([]);
  for (const entry of run.entries.values())
    if (entry.kind === 'artifact') expect(entry.state).toBe('destroyed');
  return taken.ok ? undefined : taken.error;
}

/** The server refuses one statement of this run, the nth that holds the words, or does something else instead. */
function refusing(run: Run, words: string, nth: number, instead = 'SELECT 1/0'): void {
  const prod = value(run.context.target('prod'));
  let met = 0;
  const open: typeof prod.open = async (purpose) => {
    const session = value(await prod.open(purpose));
    const query: typeof session.query = (text, params) => {
      if (text.includes(words)) met += 1;
      return text.includes(words) && met === nth ? session.query(instead) : session.query(text, params);
    };
    return ok({ ...session, query });
  };
  Object.assign(run.context, { target: () => ok({ ...prod, open }) });
}

describe('postgres.backup', () => {
  it('publishes one encrypted file with a complete envelope', async () => {
    const run = await bench.run();
    const { outputs, words } = value(await take(run.context, { tables: scope }));
    const path = join(run.context.run.artifacts, outputs['artifact_ref'] as string);
    const bytes = await readFile(path);
    expect(outputs['sha256']).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(outputs['size_bytes']).toBe(bytes.length);
    expect(outputs['gpg_fpr']).toBe(bench.operator.fingerprint);
    expect(outputs['artifact_ref']).toMatch(/^prod-directus-C-02-backup-.*\.dump\.zst\.gpg$/);
    expect(outputs['snapshot']).toMatch(/^[0-9A-F-]+$/);
    expect(outputs['tables']).toMatchObject([
      { table: 'cutter_governance.entry', count: 50, of: outputs['sha256'] },
      { table: 'cutter_governance.history', count: 50 },
      { table: 'public.unit', count: 500 },
    ]);
    expect(outputs['not_covered']).toEqual([
      '1 large object (a dump of named tables has none)',
      'foreign keys (1) of named tables (what they refer to may not be in the dump)',
    ]);
    expect(words).toMatch(/snapshot held [0-9.]+ s/);
    expect((await stat(run.context.run.artifacts)).mode & 0o777).toBe(0o700);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await artifacts(run)).toEqual([outputs['artifact_ref']]);
    expect([...run.entries.values()].map((e) => [e.kind, e.state])).toEqual([
      ['gpg.home', 'created'],
      ['artifact', 'kept'],
    ]);
    expect(bytes.includes('Điều')).toBe(false);
    await run.close();
  });

  it('has read the sequences before pg_dump can: they are of no snapshot', async () => {
    const state = `SELECT last_value::text AS at FROM public.unit_id_seq`;
    const before = (await bench.sql(bench.source, state))[0]?.['at'];
    const run = await bench.run();
    const { processes } = run.context;
    const mover = await openSession(world, bench.source.superuser);
    let options: readonly string[] = [];
    const pipeline: typeof processes.pipeline = async (...given) => {
      await mover.query(`SELECT nextval('public.unit_id_seq')`);
      options = given[0][0].argv;
      return processes.pipeline(...given);
    };
    const watched: typeof processes = { ...processes, pipeline, forServer: () => watched };
    const context = { ...run.context, processes: watched };
    const { outputs } = value(await take(context, { tables: scope }));
    const { content, sequencesAfter } = value(await readRecord(context, outputs['sha256'] as string));
    const at = (all: readonly { readonly sequence: string; readonly last_value: string }[]) =>
      all.find(({ sequence }) => sequence === 'public.unit_id_seq')?.last_value;
    expect(options).toContain(`--snapshot=${outputs['snapshot'] as string}`);
    // Who waits to drop a table waits for us, and pg_dump behind them: for no longer than a statement of ours.
    expect(options).toContain('--lock-wait-timeout=10000');
    expect(at(content.sequences)).toBe(before);
    expect(at(sequencesAfter)).toBe(String(Number(before) + 1));
    await mover.close();
    await run.close();
  });

  it('is encrypted to the declared key, whose owner can decrypt it', async () => {
    const run = await bench.run();
    const { outputs } = value(await take(run.context, { all: true, encrypt: { key: 'backup' } }));
    const path = join(run.context.run.artifacts, outputs['artifact_ref'] as string);
    const listing = execFileSync('sh', ['-c', `gpg --homedir "$H" -q -d "$F" | zstd -dq | pg_restore -l`], {
      env: {
        ...process.env,
        H: bench.operator.home,
        F: path,
        PATH: `/usr/lib/postgresql/15/bin:${process.env['PATH']}`,
      },
    }).toString();
    expect(listing).toMatch(/TABLE DATA public unit/);
    expect(listing).toMatch(/BLOBS/);
    await run.close();
  });

  it.each([
    [{ compress: 'none' }, /\.dump\.gpg$/],
    [{ compress: 'gzip' }, /\.dump\.gpg$/],
    [{ format: 'plain' }, /\.sql\.zst\.gpg$/],
    [{ to: 'mine.gpg' }, /^mine\.gpg$/],
    [{ schemas: ['Odd Schema'], to: 'odd.gpg' }, /^odd\.gpg$/],
  ])('takes %j', async (args, name) => {
    const run = await bench.run();
    const { outputs } = value(await take(run.context, { schemas: ['public'], ...args }));
    expect(outputs['artifact_ref']).toMatch(name);
    await run.close();
  });

  it('falls back to gzip where there is no zstd; says which program is missing', async () => {
    const first = await bench.run();
    const bin = join(first.folder, 'bin');
    await mkdir(bin);
    for (const name of ['gpg', 'gpg-agent', 'gpgconf', 'gpg-connect-agent', 'sh', 'setpriv'])
      await symlink(execFileSync('which', [name]).toString().trim(), join(bin, name));
    const run = await bench.run({}, bin);
    const { outputs } = value(await take(run.context, { tables: scope }));
    expect(outputs['artifact_ref']).toMatch(/\.dump\.gpg$/);
    const next = await bench.run({}, bin);
    await refused(next, { tables: scope, compress: 'zstd' }, 'PROGRAM_MISSING');
    await rm(join(bin, 'gpg'));
    await refused(next, { tables: scope }, 'PROGRAM_MISSING');
    for (const one of [run, next, first]) await one.close();
  });

  it('marks a stand-in’s artifact and lets the ledger destroy it', async () => {
    const run = await bench.run({ artifactDurability: () => 'ephemeral' });
    Object.assign(run.context.run, { mode: 'rehearsal' });
    const { outputs } = value(await take(run.context, { tables: scope }));
    expect(outputs['artifact_ref']).toMatch(/^STAND-IN-prod-.*\.gpg$/);
    expect([...run.entries.values()].at(-1)).toMatchObject({ durability: 'ephemeral', state: 'created' });
    await run.close();
  });

  it('expands partitions and takes odd names literally', async () => {
    const run = await bench.run();
    const names = ['public.part', 'Odd Schema.a=b://;"x?*'];
    const { outputs } = value(await take(run.context, { tables: names }));
    expect(outputs['tables']).toMatchObject([
      { table: names[1], count: 2 },
      { table: 'public.part_1', count: 10 },
      { table: 'public.part_2', count: 5 },
    ]);
    await run.close();
  });

  it.each([
    [['public.missing'], 'TABLE_MISSING'],
    [[...scope, 'public.unit?'], 'TABLE_MISSING'],
    [['public.uni?'], 'TABLE_MISSING'],
    [['public.*'], 'TABLE_MISSING'],
  ])('refuses %j: %s', async (tables, code) => {
    const run = await bench.run();
    await refused(run, { tables }, code);
    await run.close();
  });

  it('refuses a missing schema, no scope and two scopes', async () => {
    const run = await bench.run();
    await refused(run, { schemas: ['nowhere'] }, 'TABLE_MISSING');
    await refused(run, {}, 'SCOPE_UNCLEAR');
    await refused(run, { all: true, tables: scope }, 'SCOPE_UNCLEAR');
    await run.close();
  });

  it('dumps not everything where no table of the list can be dumped', async () => {
    await bench.sql(bench.source, 'CREATE FOREIGN DATA WRAPPER w');
    await bench.sql(bench.source, 'CREATE SERVER s FOREIGN DATA WRAPPER w');
    await bench.sql(bench.source, 'CREATE FOREIGN TABLE public.far (i int) SERVER s');
    const run = await bench.run();
    await refused(run, { tables: ['public.far'] }, 'NOTHING_SELECTED');
    await bench.sql(bench.source, 'DROP FOREIGN DATA WRAPPER w CASCADE');
    await run.close();
  });

  it('refuses a run id or a connection that isn’t safe as a name', async () => {
    const run = await bench.run();
    const { connection } = bench.source;
    for (const [part, bad] of [
      ['database', 'dbname=other'],
      ['database', 'postgresql://elsewhere/x'],
      ['database', ''],
      ['database', 'x'.repeat(64)],
      ['host', '-h'],
      ['host', 'a\nb'],
      ['user', '-h'],
    ] as const) {
      run.addTarget('prod', connection);
      const real = value(run.context.target('prod'));
      const target = { ...real, connection: { ...connection, [part]: bad } };
      const found = await take(
        { ...run.context, target: () => ({ ok: true, value: target }) },
        { tables: scope },
      );
      expect(found).toMatchObject({
        error: { code: 'UNSAFE_NAME' },
      });
    }
    Object.assign(run.context.run, { id: '../../etc' });
    await refused(run, { tables: scope }, 'UNSAFE_NAME');
    await run.close();
  });

  it('refuses a file name that is none, and says what one is', async () => {
    const run = await bench.run();
    for (const to of ['../x.gpg', 'x.dump', '-x.gpg', `${'x'.repeat(200)}.gpg`]) {
      const error = await refused(run, { tables: scope, to }, 'UNSAFE_NAME');
      expect(error?.next).toMatch(/`to`/);
    }
    await run.close();
  });

  it('refuses a key that is unset, absent from the keyring, or unable to encrypt', async () => {
    const run = await bench.run();
    const key = (found: Pick<LiveKey, 'fingerprint' | 'home'>) =>
      run.addKey({ name: 'backup', standIn: false, operatorHome: null, ...found } as LiveKey);
    key({ fingerprint: null, home: null });
    await refused(run, { tables: scope }, 'KEY_UNSET');
    expect(await probeKey({ key: 'backup' }, run.context)).toMatchObject({
      value: { present: false, fingerprint: null },
    });
    key({ fingerprint: bench.operator.fingerprint, home: null });
    await refused(run, { tables: scope }, 'KEY_NOT_IN_KEYRING');
    const expired = await operatorKeyring({ expired: true });
    key({ fingerprint: expired.fingerprint, home: expired.home });
    await refused(run, { tables: scope }, 'KEY_CANNOT_ENCRYPT');
    expect(await probeKey({ key: 'backup' }, run.context)).toMatchObject({
      value: { present: true, expired: true, can_encrypt: false },
    });
    await expired.close();
    await run.close();
  });

  it('names the target that turned out to be another cluster: it goes under embargo', async () => {
    const run = await bench.run();
    const prod = value(run.context.target('prod'));
    const expected = { systemIdentifier: '1' };
    const moved = sessionSpec(prod.connection, { signal: run.context.signal, expected });
    Object.assign(run.context, { target: () => ok({ ...prod, open: () => world.postgres.open(moved) }) });
    expect(await refused(run, { tables: scope }, 'IDENTITY_MISMATCH')).toMatchObject({ target: 'prod' });
    await run.close();
  });

  it('never writes over what exists, nor through a link', async () => {
    const run = await bench.run();
    await mkdir(run.context.run.artifacts, { recursive: true, mode: 0o700 });
    await writeFile(join(run.context.run.artifacts, 'already.gpg'), 'precious');
    await refused(run, { tables: scope, to: 'already.gpg' }, 'ARTIFACT_EXISTS');
    expect(await readFile(join(run.context.run.artifacts, 'already.gpg'), 'utf8')).toBe('precious');
    // It is seen before anything is begun.
    expect([...run.entries.values()].filter(({ kind }) => kind === 'artifact')).toEqual([]);
    await run.close();

    const linked = await bench.run();
    const elsewhere = join(linked.folder, 'elsewhere');
    await mkdir(elsewhere);
    await mkdir(join(linked.folder, 'artifacts'), { mode: 0o700 });
    await symlink(elsewhere, linked.context.run.artifacts);
    await refused(linked, { tables: scope }, 'FILE_SYMLINK');
    expect(await readdir(elsewhere)).toEqual([]);
    await linked.close();
  });

  it('writes over nothing that came meanwhile, and removes it as little', async () => {
    const run = await bench.run();
    const path = join(run.context.run.artifacts, 'late.gpg');
    const entry = () => [...run.entries.values()].find(({ kind }) => kind === 'artifact');
    const { files } = run.context;
    const publish: typeof files.publish = async (staged) => {
      if (staged.path === path) {
        expect(entry()).toMatchObject({ state: 'created', handle: { inode: staged.inode } });
        await writeFile(path, 'precious');
      }
      return files.publish(staged);
    };
    const context = { ...run.context, files: { ...files, publish } };
    expect(await take(context, { tables: scope, to: 'late.gpg' })).toMatchObject({
      error: { code: 'ARTIFACT_EXISTS' },
    });
    expect(await artifacts(run)).toEqual(['late.gpg']);
    expect(await readFile(path, 'utf8')).toBe('precious');
    // What stands there isn’t ours: it is neither removed nor said to be gone.
    expect(entry()).toMatchObject({ state: 'created' });
    await run.close();
  });

  it('publishes nothing where the disk is full', async () => {
    const run = await bench.run();
    const small = join(run.folder, 'artifacts');
    await mkdir(small, { mode: 0o700 });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8k,mode=0700', 'tmpfs', small]);
    try {
      await refused(run, { all: true, compress: 'none' }, 'DISK_FULL');
    } finally {
      execFileSync('umount', [small]);
    }
    await run.close();
  });

  it.each([
    ['exit 1', /pg_dump exited with 1: .*connection lost/],
    ['kill -KILL $$', /pg_dump was ended by SIGKILL/],
    ['exit 0', /hardly a byte/],
  ])('fails with the member that failed (%s), and leaves nothing', async (end, message) => {
    const run = await bench.run();
    const bin = join(run.folder, 'bin');
    await mkdir(bin);
    // Half a dump, then the end that a crash has: everything downstream exits with 0.
    const fake = join(bin, 'pg_dump');
    await writeFile(fake, `#!/bin/sh\necho half\necho "pg_dump: error: connection lost" >&2\n${end}\n`);
    await chmod(fake, 0o755);
    const { processes } = run.context;
    const broken: typeof processes = {
      ...processes,
      forServer: () => broken,
      pipeline: ([dump, ...rest], io, limits) =>
        processes.pipeline([{ ...dump, argv: [fake] }, ...rest], io, limits),
    };
    const args = { tables: scope, encrypt: { key: 'backup' } };
    const taken = await take({ ...run.context, processes: broken }, args);
    expect(taken).toMatchObject({
      error: {
        code: 'PIPELINE_FAILED',
        message: expect.stringMatching(message) as string,
      },
    });
    expect(await artifacts(run)).toEqual([]);
    await run.close();
  });

  it('tells why pg_dump failed, also where a connection has no password', async () => {
    const run = await bench.run();
    const { processes } = run.context;
    const lost: typeof processes = {
      ...processes,
      forServer: () => lost,
      pipeline: ([dump, ...rest], io, limits) =>
        processes.pipeline([{ ...dump, env: { ...dump.env, PGDATABASE: 'nowhere' } }, ...rest], io, limits),
    };
    const taken = await take({ ...run.context, processes: lost }, { tables: scope });
    expect(taken).toMatchObject({
      error: {
        message: expect.stringMatching(/^pg_dump exited with 1: pg_dump: error: .*"nowhere"/) as string,
      },
    });
    await run.close();
  });

  it('is not ended by what a role or database has as a time limit of a statement', async () => {
    const run = await bench.run();
    const superuser = (set: string) => bench.sql(bench.source, `ALTER ROLE postgres ${set}`);
    // Compiling takes longer than that.
    await superuser("SET statement_timeout = '1ms'");
    await superuser('SET jit_above_cost = 0');
    expect(await take(run.context, { tables: scope })).toMatchObject({ ok: true });
    await superuser('RESET ALL');
    await run.close();
  });

  it('holds its tables from before the dump on: none can be emptied or dropped before its rows are hashed', async () => {
    const run = await bench.run();
    const other = await openSession(world, bench.source.superuser);
    const { files } = run.context;
    const codes: (string | undefined)[] = [];
    // The first thing that a dump does.
    const stageFilled: typeof files.stageFilled = async (...given) => {
      for (const table of [...scope].reverse()) {
        await other.query('BEGIN');
        const taken = await other.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE NOWAIT`);
        await other.query('ROLLBACK');
        codes.push(taken.ok ? 'taken' : taken.error.sqlstate);
      }
      return files.stageFilled(...given);
    };
    value(await take({ ...run.context, files: { ...files, stageFilled } }, { tables: scope }));
    expect(codes).toEqual(['55P03', '55P03', '55P03']);
    await other.close();
    await run.close();
  });

  it('takes its snapshot when nobody can change its tables any more: what was being altered is read as it is now', async () => {
    await bench.sql(bench.source, 'CREATE TABLE public.altered AS SELECT 1 AS kept, 2 AS dropped');
    const run = await bench.run();
    const other = await openSession(world, bench.source.superuser);
    await other.query('BEGIN');
    await other.query('ALTER TABLE public.altered DROP COLUMN dropped');
    const taken = take(run.context, { tables: ['public.altered'] });
    const waiting = `SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'public.altered'::regclass`;
    await expect.poll(async () => (await bench.sql(bench.source, waiting)).length).toBe(1);
    await other.query('COMMIT');
    expect(value(await taken)).toMatchObject({ words: expect.stringContaining('1 row') as string });
    await other.close();
    await run.close();
  });

  it('gives up where somebody waits to change a table, and pg_dump behind them', async () => {
    const run = await bench.run({ timeoutMs: 2_000 });
    const other = await openSession(world, bench.source.superuser);
    const { processes } = run.context;
    const overtaken: typeof processes = {
      ...processes,
      forServer: () => overtaken,
      pipeline: async (specs, io, limits) => {
        await other.query('BEGIN');
        void other.query('LOCK TABLE public.unit IN ACCESS EXCLUSIVE MODE');
        return processes.pipeline(specs, io, limits);
      },
    };
    const taken = await take({ ...run.context, processes: overtaken }, { tables: scope });
    expect(taken).toMatchObject({
      error: { code: 'PIPELINE_FAILED', next: expect.stringContaining('pg_locks') as string },
    });
    await other.close();
    await run.close();
  });

  it('ends with its snapshot: SNAPSHOT_LOST, and nothing is published', async () => {
    const run = await bench.run();
    const { processes } = run.context;
    const killing: typeof processes = {
      ...processes,
      forServer: () => killing,
      pipeline: async (specs, io, limits) => {
        await bench.sql(
          bench.source,
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'`,
        );
        return processes.pipeline(specs, io, limits);
      },
    };
    const taken = await take({ ...run.context, processes: killing }, { tables: scope });
    expect(taken).toMatchObject({ error: { code: 'SNAPSHOT_LOST' } });
    expect(await artifacts(run)).toEqual([]);
    await run.close();
  });

  it.each([
    ['its tables can’t be locked', 'LOCK TABLE', 1],
    ['its sequences can’t be read a second time', 'last_value::text', 2],
    ['its snapshot’s transaction can’t be ended', 'COMMIT', 1],
  ])('publishes nothing where %s', async (_, part, nth) => {
    const run = await bench.run();
    refusing(run, part, nth);
    expect(await refused(run, { tables: scope }, 'SQL_ERROR')).toMatchObject({ sqlstate: '22012' });
    await run.close();
  });

  it.each(['its rows can’t be counted', 'the run is cancelled'])(
    'ends pg_dump as soon as %s',
    async (why) => {
      const stop = new AbortController();
      const run = await bench.run({ signal: stop.signal });
      const { processes } = run.context;
      const slow: typeof processes = {
        ...processes,
        forServer: () => slow,
        pipeline: ([dump, ...rest], io, limits) => {
          if (why.includes('cancelled')) setTimeout(() => stop.abort(), 300);
          return processes.pipeline([{ ...dump, argv: ['sleep', '25'] }, ...rest], io, limits);
        },
      };
      Object.assign(run.context, { processes: slow });
      if (why.includes('counted')) refusing(run, 'count(*)', 1);
      const startedAt = performance.now();
      await refused(run, { tables: scope }, /SQL_ERROR|CANCELLED/);
      expect(performance.now() - startedAt).toBeLessThan(15_000);
      await run.close();
    },
  );

  it('counts no further once pg_dump has failed, whose failure is the reason', async () => {
    const run = await bench.run();
    const { processes } = run.context;
    const failing: typeof processes = {
      ...processes,
      forServer: () => failing,
      pipeline: ([dump, ...rest], io, limits) =>
        processes.pipeline([{ ...dump, argv: ['false'] }, ...rest], io, limits),
    };
    Object.assign(run.context, { processes: failing });
    refusing(run, 'count(*)', 1, 'SELECT pg_sleep(25)');
    const startedAt = performance.now();
    await refused(run, { tables: scope }, 'PIPELINE_FAILED');
    expect(performance.now() - startedAt).toBeLessThan(15_000);
    await run.close();
  });

  it('counts and reads in one snapshot, and lets go of the tables after the last of it', async () => {
    await bench.sql(bench.source, 'CREATE TABLE public.doomed (id serial)');
    const run = await bench.run();
    const prod = value(run.context.target('prod'));
    const other = await openSession(world, bench.source.superuser);
    let sequencesRead = 0;
    let readOnly: unknown;
    let dropped: Promise<unknown> = Promise.resolve();
    const open: typeof prod.open = async (purpose) => {
      const session = value(await prod.open(purpose));
      const query: typeof session.query = async (text, params) => {
        if (text.includes('count(*)')) {
          await other.query('INSERT INTO public.doomed DEFAULT VALUES');
          readOnly = value(await session.query('SHOW transaction_read_only')).rows[0];
        }
        if (text.includes('FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON')) sequencesRead += 1;
        if (sequencesRead === 2) {
          sequencesRead += 1;
          dropped = other.query('DROP TABLE public.doomed');
          await new Promise((resolve) => setTimeout(resolve, 200));
        }
        return session.query(text, params);
      };
      return ok({ ...session, query });
    };
    Object.assign(run.context, { target: () => ok({ ...prod, open }) });
    const { outputs } = value(await take(run.context, { tables: ['public.doomed'] }));
    expect(outputs['tables']).toMatchObject([{ table: 'public.doomed', count: 0 }]);
    expect(readOnly).toEqual({ transaction_read_only: 'on' });
    const { sequencesAfter } = value(await readRecord(run.context, outputs['sha256'] as string));
    expect(sequencesAfter).toMatchObject([{ sequence: 'public.doomed_id_seq' }]);
    expect(await dropped).toMatchObject({ ok: true });
    await other.close();
    await run.close();
  });

  it('publishes nothing that is encrypted to other keys than was asked', async () => {
    const run = await bench.run();
    const { gpg } = run.context;
    const encrypt: typeof gpg.encrypt = (home, recipients) => gpg.encrypt(home, recipients.slice(0, 1));
    Object.assign(run.context, { gpg: Object.create(gpg, { encrypt: { value: encrypt } }) as typeof gpg });
    await refused(run, { tables: scope }, 'RECIPIENTS_DIFFER');
    await run.close();
  });

  it('stops when it is cancelled: no file, no session', async () => {
    const stop = new AbortController();
    const run = await bench.run({ signal: stop.signal });
    const holder = await openSession(world, bench.source.superuser);
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE public.unit IN ACCESS EXCLUSIVE MODE');
    setTimeout(() => stop.abort(), 300);
    const taken = await take(run.context, { tables: scope });
    expect(taken).toMatchObject({ error: { code: 'CANCELLED' } });
    expect(await artifacts(run)).toEqual([]);
    await holder.query('ROLLBACK');
    await holder.close();
    await run.close();
  });
});
