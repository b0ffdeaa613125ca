import { readFile, truncate, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handedOn } from '../../support/kind-context.js';
import type { ValueMap } from '../../../src/base/value.js';
import type { Args } from '../../../src/kinds/probes/postgres.rows/schema.js';
import { execute as rows } from '../../../src/kinds/probes/postgres.rows/execute.js';
import { execute as probeDump } from '../../../src/kinds/probes/postgres.dump/execute.js';
import { compareContent } from '../../../src/kinds/postgres/content/compare.js';
import { captureContent } from '../../../src/kinds/postgres/content/capture.js';
import type { BackupRecord } from '../../../src/kinds/postgres/record.js';
import { readRecord, writeRecord } from '../../../src/kinds/postgres/record.js';
import type { Processes, ProgramSpec } from '../../../src/ports/process.js';
import type { Server } from '../../../src/ports/sandbox.js';
import type { World } from '../../support/server.js';
import { openSession, openWorld } from '../../support/server.js';
import type { Bench } from './backup-fixture.js';
import { bring, openBench, seed, take, value } from './backup-fixture.js';

let world: World;
let bench: Bench;
beforeAll(async () => {
  world = await openWorld();
  bench = await openBench(world, `${seed}${trap}`);
}, 60_000);
afterAll(async () => {
  await bench.close();
  await world.close();
});

/** Rows that would be run as SQL if they came through psql after a refused CREATE TABLE. */
const trap = `
  CREATE TABLE public.victim (id int);
  CREATE SCHEMA trap; CREATE TYPE trap.kind AS ENUM ('a');
  CREATE TABLE trap.bait (kind trap.kind, text text);
  INSERT INTO trap.bait VALUES ('a', E'x\\n\\\\.\\n;\\nDROP TABLE public.victim;\\nCREATE ROLE intruder SUPERUSER;');
  CREATE TABLE public.bulk AS SELECT i, md5(i::text) || md5((i + 1)::text) AS noise FROM generate_series(1, 40000) i;
`;
type Run = Awaited<ReturnType<Bench['run']>>;
const scope = ['cutter_governance.entry', 'cutter_governance.history'];
const backupOf = async (run: Run, args: ValueMap) => value(await take(run.context, args)).outputs;
const fileOf = (run: Run, outputs: ValueMap) =>
  join(run.context.run.artifacts, outputs['artifact_ref'] as string);

/** The server's process that writes its log. */
async function loggerOf({ handle }: Server): Promise<number> {
  if (handle.engine !== 'local' || handle.pid === null) throw new Error('no local server');
  const pids = await readFile(`/proc/${handle.pid}/task/${handle.pid}/children`, 'utf8');
  for (const pid of pids.trim().split(' '))
    if ((await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes('logger')) return Number(pid);
  throw new Error('the server has no logger');
}

describe('postgres.restore', () => {
  it.each(['ephemeral', undefined])('brings back everything, proof: %s', async (proof) => {
    const run = await bench.run();
    const artifact = await backupOf(run, {
      all: true,
      encrypt: { key: 'backup', ...(proof !== undefined && { proof }) },
    });
    const server = await bench.sandbox(run);
    const { outputs, words } = value(await bring(run.context, artifact));
    expect(outputs).toMatchObject({ errors: 0, allowed: [], disallowed: [], exit_code: 0 });
    expect(outputs['roles_missing']).toEqual(['cutter_ro', 'directus', 'odd "role']);
    expect(words).toMatch(/without an error/);
    const record = value(await readRecord(run.context, artifact['sha256'] as string));
    const session = await openSession(world, server.superuser);
    const restored = value(await captureContent(session, { tables: null }));
    expect(compareContent({ ...record.content, sequencesAfter: record.sequencesAfter }, restored)).toEqual(
      [],
    );
    expect(restored.largeObjects?.count).toBe(1);
    await session.close();
    await run.close();
  });

  it('is not compared where the source hashes the same constants otherwise', async () => {
    const run = await bench.run();
    const artifact = await backupOf(run, { tables: scope });
    await bench.sandbox(run);
    value(await bring(run.context, artifact));
    const like: Args = { target: 'copy', like: handedOn(artifact['tables']) };
    expect(value(await rows(like, run.context))).toMatchObject({ differences: [] });
    const path = join(run.context.run.work, 'backups', `${artifact['sha256'] as string}.json`);
    const record = JSON.parse(await readFile(path, 'utf8')) as BackupRecord;
    await writeFile(path, JSON.stringify({ ...record, content: { ...record.content, hashTrial: '1' } }));
    expect(await rows(like, run.context)).toMatchObject({ error: { code: 'HASHES_DIFFER' } });
    await run.close();
  });

  it('creates the schema that a dump of tables lacks', async () => {
    const run = await bench.run();
    const artifact = await backupOf(run, { tables: [...scope, 'Odd Schema.a=b://;"x?*', 'public.part'] });
    const server = await bench.sandbox(run);
    expect(value(await bring(run.context, artifact, { jobs: 1 })).outputs).toMatchObject({ errors: 0 });
    expect(await bench.sql(server, 'SELECT count(*) FROM cutter_governance.history')).toEqual([
      { count: 50 },
    ]);
    expect(await bench.sql(server, 'SELECT count(*) FROM public.part')).toEqual([{ count: 15 }]);
    await run.close();
  });

  it('counts the benign errors of missing roles, and keeps every other grant of the object', async () => {
    const run = await bench.run();
    const artifact = await backupOf(run, { schemas: ['cutter_governance'] });
    const server = await bench.sandbox(run);
    await bench.sql(server, 'CREATE ROLE cutter_ro');
    const benign = {
      ...{ note: 'N-1', why: 'cluster-global roles', sqlstate: '42704' },
      only: { role: ['directus', 'odd "role'], statement: ['GRANT', 'REVOKE', 'ALTER OWNER'] },
      never: { statement: ['CREATE TABLE', 'COPY'] },
    };
    const { outputs } = value(await bring(run.context, artifact, { roles: 'none', allow_errors: [benign] }));
    expect(outputs['roles_missing']).toEqual(['directus', 'odd "role']);
    expect(outputs).toMatchObject({ exit_code: 0, disallowed: [] });
    const allowed = outputs['allowed'] as { count: number; statement: string; role: string }[];
    expect(allowed.reduce((sum, a) => sum + a.count, 0)).toBe(outputs['errors']);
    expect(allowed).toContainEqual({
      ...{ note: 'N-1', role: 'odd "role', schema: 'cutter_governance', statement: 'GRANT', count: 1 },
    });
    // One object, one missing role among its grantees: psql keeps the others.
    expect(
      await bench.sql(
        server,
        `SELECT has_table_privilege('cutter_ro', 'cutter_governance.entry', 'SELECT') AS ok`,
      ),
    ).toEqual([{ ok: true }]);
    await run.close();
  });

  it('fails on every error that no rule allows, and on one that `never` names', async () => {
    const run = await bench.run();
    const artifact = await backupOf(run, { schemas: ['cutter_governance'] });
    await bench.sandbox(run);
    expect(await bring(run.context, artifact, { roles: 'none' })).toMatchObject({
      error: {
        code: 'RESTORE_ERRORS',
        sqlstate: '42704',
        message: expect.stringMatching(/role "directus" does not exist/) as string,
      },
    });
    // A statement that isn't in the log could not be held against `never`.
    const silent = await bench.sandbox(run);
    await bench.sql(silent, `ALTER DATABASE directus SET log_min_error_statement = 'panic'`);
    const rule = { note: 'N-1', why: 'roles', sqlstate: '42704', never: { schema: ['cutter_governance'] } };
    expect(await bring(run.context, artifact, { roles: 'none', allow_errors: [rule] })).toMatchObject({
      error: { code: 'RESTORE_ERRORS' },
    });
    await run.close();
  });

  it('says where a row names what is not there yet, and that any restore lacks its table', async () => {
    const run = await bench.run();
    await bench.sql(bench.source, `CREATE TABLE public.names (id int PRIMARY KEY, "at, it" regclass)`);
    await bench.sql(bench.source, "INSERT INTO public.names VALUES (1, 'public.names_pkey')");
    const artifact = await backupOf(run, { tables: ['public.names'] });
    await bench.sql(bench.source, 'DROP TABLE public.names');
    await bench.sandbox(run);
    expect(await bring(run.context, artifact)).toMatchObject({
      error: {
        code: 'RESTORE_ERRORS',
        message: expect.stringMatching(
          /42P01 relation "public\.names_pkey" does not exist \[COPY public\.names .* line 1, column at, it\]/,
        ) as string,
        next: expect.stringMatching(/^A row names a role or object/) as string,
      },
    });
    await run.close();
  });

  it('never runs a row as SQL, whatever became of its table', async () => {
    const run = await bench.run();
    const artifact = await backupOf(run, { tables: ['trap.bait', 'public.victim'] });
    const server = await bench.sandbox(run);
    // The type isn't in a dump of tables: CREATE TABLE is refused, and so is its COPY.
    const failed = await bring(run.context, artifact);
    const next = expect.stringMatching(/^A dump of named tables has none of the types/) as string;
    expect(failed).toMatchObject({ error: { code: 'RESTORE_ERRORS', next } });
    const missingType = [
      {
        note: 'N-1',
        why: 'the type is not in the dump',
        sqlstate: '42704',
        only: { statement: ['CREATE TABLE'] },
      },
      { note: 'N-1', why: 'nor then its table', sqlstate: '42P01' },
    ];
    const again = await bench.sandbox(run);
    const { outputs } = value(await bring(run.context, artifact, { allow_errors: missingType }));
    expect(outputs['errors']).toBeGreaterThanOrEqual(2);
    for (const copy of [server, again]) {
      expect(await bench.sql(copy, `SELECT to_regclass('public.victim') IS NOT NULL AS there`)).toEqual([
        { there: true },
      ]);
      expect(await bench.sql(copy, `SELECT rolname FROM pg_roles WHERE rolname = 'intruder'`)).toEqual([]);
    }
    await run.close();
  });

  it('counts the errors of its stages alone, however late the server logs what was tried before', async () => {
    const run = await bench.run();
    const artifact = await backupOf(run, { tables: ['trap.bait'] });
    const server = await bench.sandbox(run);
    const logger = await loggerOf(server);
    process.kill(logger, 'SIGSTOP');
    const goOn = setTimeout(() => process.kill(logger, 'SIGCONT'), 4000);
    const failed = await bring(run.context, artifact);
    clearTimeout(goOn);
    process.kill(logger, 'SIGCONT');
    expect(failed).toMatchObject({ error: { code: 'RESTORE_ERRORS' } });
    await run.close();
  });

  it('finds its errors in the log where a loop’s item has a name longer than application_name', async () => {
    const run = await bench.run();
    const artifact = await backupOf(run, { tables: ['trap.bait'] });
    await bench.sandbox(run);
    const failed = await bring(run.context, artifact, {}, `C-100a[${'x'.repeat(64)}]`);
    expect(failed).toMatchObject({ error: { code: 'RESTORE_ERRORS' } });
    await run.close();
  });

  it('refuses a target that is no sandbox', async () => {
    const run = await bench.run();
    const artifact = await backupOf(run, { tables: scope });
    expect(await bring(run.context, artifact, { target: 'prod' })).toMatchObject({
      error: { code: 'NOT_A_SANDBOX' },
    });
    await run.close();
  });

  it('refuses what this run did not make, a plain dump, and another name', async () => {
    const run = await bench.run();
    await bench.sandbox(run);
    const artifact = await backupOf(run, { tables: scope, format: 'plain' });
    expect(await bring(run.context, artifact)).toMatchObject({ error: { code: 'FORMAT_UNSUPPORTED' } });
    const record = join(run.context.run.work, 'backups', `${artifact['sha256'] as string}.json`);
    const custom = { ...(JSON.parse(await readFile(record, 'utf8')) as BackupRecord), format: 'custom' };
    await writeFile(record, JSON.stringify(custom));
    expect(await bring(run.context, artifact)).toMatchObject({ error: { code: 'ARCHIVE_UNREADABLE' } });
    for (const [change, code] of [
      [{ sha256: '0'.repeat(64) }, 'BACKUP_UNKNOWN'],
      [{ artifact_ref: '../run/x.gpg' }, 'UNSAFE_NAME'],
      [{ artifact_ref: 'other.gpg' }, 'FILE_ABSENT'],
    ] as const)
      expect(await bring(run.context, { ...artifact, ...change })).toMatchObject({ error: { code } });
    await run.close();
  });

  it('feeds nothing of a file whose sha256 is another', async () => {
    const run = await bench.run();
    const server = await bench.sandbox(run);
    const artifact = await backupOf(run, { tables: scope });
    await truncate(fileOf(run, artifact), Number(artifact['size_bytes']) - 1);
    expect(await bring(run.context, artifact)).toMatchObject({ error: { code: 'ARTIFACT_CHANGED' } });
    expect(await bench.sql(server, `SELECT to_regclass('cutter_governance.entry') AS there`)).toEqual([
      { there: null },
    ]);
    await run.close();
  });

  // The sha256 is right here: these are messages that were damaged before they were hashed.
  it.each([
    [
      'one flipped byte',
      (bytes: Buffer) => bytes.fill((bytes.at(-2000) ?? 0) ^ 1, bytes.length - 2000, bytes.length - 1999),
    ],
    ['its last byte missing', (bytes: Buffer) => bytes.subarray(0, -1)],
    ['cut in half', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
  ])('discards what was restored from a message with %s', async (_, damage) => {
    const run = await bench.run();
    const server = await bench.sandbox(run);
    const artifact = await backupOf(run, { all: true });
    const bytes = Buffer.from(damage(await readFile(fileOf(run, artifact))));
    await writeFile(fileOf(run, artifact), bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex') as never;
    const record = value(await readRecord(run.context, artifact['sha256'] as string));
    value(await writeRecord(run.context, { ...record, artifact: sha256 }));
    const brought = await bring(run.context, { ...artifact, sha256 });
    expect(brought.ok).toBe(false);
    expect(brought).not.toMatchObject({ error: { code: 'ARTIFACT_CHANGED' } });
    const maintenance = { ...server, superuser: { ...server.superuser, database: 'template1' } };
    const [left] = await bench.sql(maintenance, `SELECT FROM pg_database WHERE datname = 'directus'`);
    // Where the damage shows while the table of contents is read, nothing is restored and nothing is to be discarded.
    const tables = `SELECT relname FROM pg_class WHERE relnamespace::regnamespace::text !~ '^(pg_|information_schema)'`;
    if (left !== undefined) expect(await bench.sql(server, tables)).toEqual([]);
    await run.close();
  });

  it('attaches indexes one after the other: of two at once neither sees the other, and their parent stays invalid', async () => {
    const partitions = [
      'TABLE public.tree (id int PRIMARY KEY) PARTITION BY RANGE (id)',
      'TABLE public.tree_1 PARTITION OF public.tree FOR VALUES FROM (0) TO (10) PARTITION BY RANGE (id)',
      'TABLE public.tree_1_1 PARTITION OF public.tree_1 DEFAULT',
      'TABLE public.tree_2 PARTITION OF public.tree DEFAULT',
    ];
    for (const one of partitions) await bench.sql(bench.source, `CREATE ${one}`);
    const run = await bench.run();
    await bench.sandbox(run);
    const made = await backupOf(run, { tables: ['public.tree'] });
    const attached = new Set<string>();
    const lists: (readonly string[])[] = [];
    const watching = (processes: Processes): Processes => ({
      ...processes,
      forServer: (major) => watching(processes.forServer(major)),
      run: async (spec, limits) => {
        const list = spec.argv.find((arg) => arg.startsWith('--use-list='))?.slice('--use-list='.length);
        if (list !== undefined) lists.push((await readFile(list, 'utf8')).match(/\d+/g) ?? []);
        const ended = await processes.run(spec, limits);
        const listed = ended.ok && spec.argv.includes('--list') ? ended.value.stdout : '';
        for (const [, id = ''] of listed.matchAll(/^(\d+); .* INDEX ATTACH /gm)) attached.add(id);
        return ended;
      },
    });
    value(await bring({ ...run.context, processes: watching(run.context.processes) }, made));
    expect(attached.size).toBe(3);
    expect(lists.filter((ids) => ids.some((id) => attached.has(id)))).toHaveLength(1);
    await bench.sql(bench.source, 'DROP TABLE public.tree');
    await run.close();
  });

  it('leaves no plaintext on disk', async () => {
    const run = await bench.run();
    await bench.sandbox(run);
    const artifact = await backupOf(run, { tables: ['cutter_governance.entry'] });
    value(await bring(run.context, artifact));
    const { execFileSync } = await import('node:child_process');
    const found = execFileSync('sh', ['-c', `grep -rl xxxxxxxxxxxxxxxx ${run.folder} || true`]).toString();
    expect(found).toBe('');
    await run.close();
  });
});

/** The same programs, each changed on its way to its start. */
type Change = (spec: ProgramSpec, beside: readonly ProgramSpec[]) => ProgramSpec;
function changing(processes: Processes, change: Change): Processes {
  return {
    ...processes,
    forServer: (major) => changing(processes.forServer(major), change),
    run: (spec, limits) => processes.run({ ...spec, ...change(spec, []) }, limits),
    pipeline: ([first, ...others], io, limits) =>
      processes.pipeline(
        [change(first, others), ...others.map((other) => change(other, others))],
        io,
        limits,
      ),
  };
}
const elsewhere = (spec: ProgramSpec): ProgramSpec => {
  const [program, ...args] = spec.argv;
  const to = args.map((arg) => (arg === '--dbname=directus' ? '--dbname=nowhere' : arg));
  return { ...spec, argv: [program, ...to] };
};
const is =
  (name: string) =>
  ({ argv }: ProgramSpec): boolean =>
    argv[0].endsWith(name);
const [isGpg, isPsql, isPgRestore] = [is('gpg'), is('psql'), is('pg_restore')];

/** Changes the first of those that are meant. */
function once(meant: (spec: ProgramSpec) => boolean, change: Change): Change {
  let met = false;
  return (spec, beside) => {
    if (met || !meant(spec) || !spec.argv.includes('--dbname=directus')) return spec;
    met = true;
    return change(spec, beside);
  };
}

describe('a restore of which a part did not go as it should', () => {
  let run: Run;
  let server: Server;
  let artifact: ValueMap;
  beforeAll(async () => {
    run = await bench.run();
    server = await bench.sandbox(run);
    artifact = await backupOf(run, { tables: scope, encrypt: { key: 'backup' } });
  });
  afterAll(() => run.close());
  const maintenance = () => ({ ...server, superuser: { ...server.superuser, database: 'template1' } });
  const discarded = async () => {
    expect(await bench.sql(maintenance(), `SELECT FROM pg_database WHERE datname = 'directus'`)).toEqual([]);
    await bench.sql(maintenance(), 'CREATE DATABASE directus');
  };

  it.each<[string, string, Change]>([
    [
      'gpg says nothing of what the message is worth',
      'NOT_INTACT',
      (spec) =>
        isGpg(spec)
          ? { ...spec, argv: ['gpg', ...spec.argv.slice(1).filter((a) => a !== '--status-fd' && a !== '3')] }
          : spec,
    ],
    [
      'gpg says that it is intact and fails all the same',
      'PIPELINE_FAILED',
      (spec, beside) =>
        isGpg(spec) && beside.some(isPgRestore)
          ? { ...spec, argv: ['sh', '-c', '"$@"; exit 2', 'sh', ...spec.argv] }
          : spec,
    ],
    ['pg_restore gives up at once', 'RESTORE_FAILED', (spec) => (isPgRestore(spec) ? elsewhere(spec) : spec)],
    [
      'one of those pg_restores that work side by side gives up',
      'RESTORE_FAILED',
      once((spec) => isPgRestore(spec) && !spec.argv.includes('--single-transaction'), elsewhere),
    ],
    ['psql gives up', 'RESTORE_FAILED', (spec) => (isPsql(spec) ? elsewhere(spec) : spec)],
  ])('is discarded where %s: %s', async (_, code, change) => {
    const processes = changing(run.context.processes, change);
    const brought = await bring({ ...run.context, processes }, artifact);
    expect(brought).toMatchObject({ ok: false, error: { code } });
    await discarded();
  });

  it('is discarded where the file became another after it was hashed; that it could not be is said', async () => {
    const other = await backupOf(run, { tables: scope, encrypt: { key: 'backup' }, to: 'other.gpg' });
    const bytes = await readFile(fileOf(run, artifact));
    const { files } = run.context;
    let opened = 0;
    // Once for its table of contents, then for its rows.
    const open: typeof files.open = async (path) => {
      opened += 1;
      if (opened === 2) await writeFile(path, await readFile(fileOf(run, other)));
      return files.open(path);
    };
    const context = { ...run.context, files: { ...files, open } };
    await bench.sql(maintenance(), 'ALTER DATABASE directus IS_TEMPLATE true');
    expect(await bring(context, artifact)).toMatchObject({
      error: {
        code: 'RESTORE_NOT_DISCARDED',
        message: expect.stringMatching(
          /its sha256 differs; .*still there: ERROR: {2}cannot drop a template/,
        ) as string,
      },
    });
    await bench.sql(maintenance(), 'ALTER DATABASE directus IS_TEMPLATE false');
    await writeFile(fileOf(run, artifact), bytes);
    opened = 0;
    expect(await bring(context, artifact)).toMatchObject({ error: { code: 'ARTIFACT_CHANGED' } });
    await discarded();
    await writeFile(fileOf(run, artifact), bytes);
  });

  it('fails where the server recorded fewer errors than the programs counted', async () => {
    const bait = await backupOf(run, { tables: ['trap.bait'], to: 'bait.gpg' });
    const processes = changing(run.context.processes, (spec) =>
      isPgRestore(spec) && spec.env ? { ...spec, env: { ...spec.env, PGAPPNAME: 'another' } } : spec,
    );
    expect(await bring({ ...run.context, processes }, bait)).toMatchObject({
      error: { code: 'ERROR_COUNT_DIFFERS' },
    });
  });
});

describe('postgres.dump', () => {
  it('lists tables, views and role references without restoring', async () => {
    const run = await bench.run();
    const artifact = await backupOf(run, { all: true });
    const seen = value(
      await probeDump({ artifact: handedOn(artifact), schemas: ['cutter_governance'] }, run.context),
    );
    expect(seen).toEqual({
      tables: ['cutter_governance.entry', 'cutter_governance.history'],
      views: ['cutter_governance.v_entry_observe'],
      role_references: {
        cutter_ro: { GRANT: 3 },
        directus: { 'ALTER OWNER': 2 },
        'odd "role': { GRANT: 1 },
        postgres: { 'ALTER OWNER': 3 },
      },
    });
    const all = value(await probeDump({ artifact: handedOn(artifact) }, run.context)) as { tables: string[] };
    expect(all.tables).toContain('Odd Schema.a=b://;"x?*');
    const { processes } = run.context;
    const cut: typeof processes.run = async (spec, limits) => {
      const ran = await processes.run(spec, limits);
      if (!ran.ok || !spec.argv.includes('--file=-')) return ran;
      return { ok: true, value: { ...ran.value, cut: { ...ran.value.cut, stdout: true } } };
    };
    const short = { ...run.context, processes: { ...processes, run: cut } };
    expect(await probeDump({ artifact: handedOn(artifact) }, short)).toMatchObject({
      error: { code: 'ARCHIVE_UNREADABLE' },
    });
    await run.close();
  });
});
