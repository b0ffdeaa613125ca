import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { call, compare, seconds, shell, type Contender, type Measured } from './harness.js';
import { watchMemory } from './memory.js';
import { program, startServer } from './server.js';
import { database, makeWorld, tables, type World } from './world.js';
import type { Figure, Remark } from './table.js';

const runbook = `gatebook: v1
id: bench-proof
title: A backup and its restore proof
revision: 1
authorization: {none: reads the bench's production}
targets:
  prod:
    postgres: {url: {env: PROD_DATABASE_URL}}
    production: true
    identity: {database: ${database}, system_identifier: {env: PROD_SYSTEM_IDENTIFIER}}
  copy:
    postgres: {sandbox: {engine: local}}
    access: write
    identity: {differs_from: prod}
keys:
  backup: {gpg: {fingerprint: {env: BACKUP_GPG_FPR}}}
commands:
  C-01:
    title: Backup
    guards:
      G-01: {title: production, probe: {postgres.identity: {target: prod}}, expect: {database: ${database}}}
    do:
      - postgres.backup: {target: prod, tables: [${tables.join(', ')}], encrypt: {key: backup, proof: ephemeral}}
        as: backup
  C-02:
    title: Restore proof
    do:
      - postgres.sandbox: {target: copy}
        as: copy
      - postgres.restore: {artifact: "\${{ commands['C-01'].backup }}", target: copy}
        as: restore
    expectations:
      G-02:
        title: every row equals its source
        probe: {postgres.rows: {target: copy, like: "\${{ commands['C-01'].backup.tables }}"}}
        expect: {differences: {empty: true}}
teardown:
  C-03:
    title: Teardown
    do:
      - destroy: [copy]
`;

const ratio = (ours: Measured, floor: Measured): string => (ours.ms / floor.ms).toFixed(2);

interface Run {
  readonly backupMs: number;
  readonly proofMs: number;
  readonly peakMb: number;
}

const settleMs = 3_000;

/**
 * What the one before has left is nobody's burden and nobody's gift: its dirty pages are written, and the memory it
 * freed has gone back to the host of a virtual machine, from which each page is costlier to get than from the kernel.
 */
const settled = (contender: Contender): Contender => ({
  ...contender,
  prepare: async () => {
    await contender.prepare?.();
    await call(['sync']);
    await sleep(settleMs);
  },
});

/** One run of Gatebook; the durations of its commands are those that its report says. */
async function gatebook(world: World): Promise<Run> {
  const file = (name: string): string => join(world.folder, name);
  await writeFile(file('proof.yaml'), runbook);
  const env = {
    ...process.env,
    PROD_DATABASE_URL: world.server.url('bench_reader', database),
    PROD_SYSTEM_IDENTIFIER: world.systemIdentifier,
    BACKUP_GPG_FPR: world.fingerprint,
    GNUPGHOME: world.gnupgHome,
  };
  const argv = [
    process.execPath,
    'dist/cli.js',
    'run',
    file('proof.yaml'),
    '--state',
    file('state'),
    '--reports',
    file('reports'),
  ];
  let memory: ReturnType<typeof watchMemory> | undefined;
  await call(argv, { env, onSpawn: (pid) => (memory = watchMemory(pid)) });
  const [run = ''] = await readdir(file('reports/bench-proof'));
  const report = JSON.parse(await readFile(file(`reports/bench-proof/${run}/report.json`), 'utf8')) as {
    commands: readonly { id: string; duration_ms: number }[];
  };
  const duration = (id: string): number =>
    report.commands.find((command) => command.id === id)?.duration_ms ?? Number.NaN;
  return { backupMs: duration('C-01'), proofMs: duration('C-02'), peakMb: memory?.stop() ?? Number.NaN };
}

/** As the sandbox's: a server that is thrown away needs no durability. */
const thrownAway = {
  ...{ shared_buffers: '256MB', maintenance_work_mem: '256MB', fsync: 'off', full_page_writes: 'off' },
  ...{ synchronous_commit: 'off', wal_level: 'minimal', max_wal_senders: '0', max_wal_size: '16GB' },
  autovacuum: 'off',
};

/** Every row counted and hashed as Gatebook does it, as somebody would type it. */
const hashed = tables
  .map(
    (table) =>
      `select count(*), sum(pg_catalog.hashint8(pg_catalog.hash_record_extended(row(t.*), 0))::numeric) from only ${table} t;`,
  )
  .join(' ');

interface Typed {
  readonly env: NodeJS.ProcessEnv;
  readonly only: string;
  readonly gpg: string;
  readonly artifact: string;
}

/** The same work without Gatebook: what stands in the way of being faster. */
async function floors(world: World, { env, only, gpg, artifact }: Typed): Promise<Contender[]> {
  const [dump, restore, psql] = await Promise.all(['pg_dump', 'pg_restore', 'psql'].map(program));
  const bySession = `set jit=off; set max_parallel_workers_per_gather=0; ${hashed}`;
  return [
    {
      name: 'the same dump, rows hashed beside it',
      run: () =>
        shell(
          `${psql} -Xq -d ${database} -c '${bySession}' >/dev/null & ` +
            `${dump} -Fc -Z0 ${only} ${database} | zstd -1 | ${gpg} --compress-algo none -o ${artifact} && wait $!`,
          { ...env, ...world.server.env, GNUPGHOME: world.gnupgHome },
        ),
    },
    {
      name: 'the same restore into a server of its own, rows hashed after it',
      run: async () => {
        const copy = await startServer(thrownAway);
        await copy.sql('postgres', `create database ${database}`);
        await shell(
          `gpg --batch -q -d ${artifact} | zstd -d | ${restore} -1 --no-owner --no-privileges -d ${database} && ` +
            `${psql} -Xq -d ${database} -c 'set jit=off; ${hashed}' >/dev/null`,
          { ...env, ...copy.env },
        );
        await copy.stop();
        return undefined;
      },
    },
  ];
}

/** Backup and restore proof of a database of `rows` documents beside what is typed into a shell. */
export async function proof(rows: number, rounds: number): Promise<(Figure | Remark)[]> {
  const world = await makeWorld(rows);
  try {
    const size = await world.server.sql(database, `select pg_size_pretty(pg_database_size('${database}'))`);
    const [dump, psql, cat] = [await program('pg_dump'), await program('psql'), 'cat'];
    const env = { ...world.server.env, GNUPGHOME: world.gnupgHome };
    const only = tables.map((table) => `-t ${table}`).join(' ');
    const gpg = `gpg --batch --yes --trust-model always -e -r ${world.fingerprint}`;
    const seeds = join(world.folder, 'seeds.sql.gpg');
    const proofs: number[] = [];
    let peakMb = 0;
    const contenders: Contender[] = [
      {
        name: '`pg_dump -Fp \\| gpg`',
        run: () => shell(`${dump} -Fp ${only} ${database} | ${gpg} -o ${seeds}`, env),
      },
      {
        name: '`pg_dump -Fc -Z0 \\| zstd -1 \\| gpg --compress-algo none`',
        run: () =>
          shell(
            `${dump} -Fc -Z0 ${only} ${database} | zstd -1 | ${gpg} --compress-algo none -o ${seeds}.2`,
            env,
          ),
      },
      {
        name: 'gatebook',
        prepare: async () => {
          for (const left of ['state', 'reports'])
            await rm(join(world.folder, left), { recursive: true, force: true });
        },
        run: async () => {
          const { backupMs, proofMs, peakMb: peak } = await gatebook(world);
          process.stderr.write(`  restore proof: ${(proofMs / 1000).toFixed(1)} s, ${peak.toFixed(0)} MB\n`);
          proofs.push(proofMs);
          peakMb = Math.max(peakMb, peak);
          return { ms: backupMs };
        },
      },
      {
        name: '`gpg -d \\| psql`',
        prepare: async () => {
          await world.server.sql('postgres', 'drop database if exists restored');
          await world.server.sql('postgres', 'create database restored');
        },
        run: () =>
          shell(`${cat} ${seeds} | gpg --batch -q -d | ${psql} -Xq -d restored -v ON_ERROR_STOP=1`, env),
      },
    ];
    const [seed, best, ours, plain, dumped, restored] = await compare(
      [...contenders, ...(await floors(world, { env, only, gpg, artifact: `${seeds}.2` }))].map(settled),
      rounds,
      false,
    );
    if (!seed || !best || !ours || !plain || !dumped || !restored) throw new Error('nothing was measured');
    const sorted = [...proofs].sort((a, b) => a - b);
    const proven = { name: 'gatebook', ms: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN };
    return [
      { what: `encrypted backup of ${size}, counted and hashed`, ours, peer: seed, aim: { least: 3 } },
      { what: 'the same', ours, peer: best, aim: { least: 0.9 } },
      { what: 'restore proof of it, comparisons included', ours: proven, peer: plain, aim: { least: 1.3 } },
      {
        remark:
          `Floors: the dump with its rows hashed beside it, typed into a shell, takes ${seconds(dumped.ms)} (we: ${ratio(ours, dumped)} × that); ` +
          `initdb, restore and hashes, typed into a shell, take ${seconds(restored.ms)} (we: ${ratio(proven, restored)} × that).`,
      },
      {
        remark: `Peak memory of the runner during backup and restore: ${peakMb.toFixed(0)} MB (aim: under 150 MB).`,
      },
    ];
  } finally {
    await world.close();
  }
}
