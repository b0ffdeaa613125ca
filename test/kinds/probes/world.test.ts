import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { execute as controls } from '../../../src/kinds/probes/controls/execute.js';
import { execute as disk } from '../../../src/kinds/probes/disk/execute.js';
import { execute as env } from '../../../src/kinds/probes/env/execute.js';
import { execute as execAction } from '../../../src/kinds/actions/exec/execute.js';
import { execute as exec } from '../../../src/kinds/probes/exec/execute.js';
import { execute as file } from '../../../src/kinds/probes/file/execute.js';
import { execute as gpgKey } from '../../../src/kinds/probes/gpg.key/execute.js';
import { execute as leakScan } from '../../../src/kinds/probes/leak_scan/execute.js';
import { execute as ledger } from '../../../src/kinds/probes/ledger/execute.js';
import { execute as script } from '../../../src/kinds/probes/script/execute.js';
import { execute as tool, parseVersion } from '../../../src/kinds/probes/tool/execute.js';
import { kindContext, sha256 } from '../../support/kind-context.js';

let kit: ReturnType<typeof kindContext>;
beforeEach(() => (kit = kindContext()));
afterEach(() => kit.done());
const problem = (code: string) => ({ ok: false, error: { code } });

describe('exec', () => {
  const run = (given: object) => exec(given as never, kit.context);
  it('runs in run.work and gives text without its last newline', async () => {
    expect(await run({ argv: ['pwd'] })).toEqual({
      ok: true,
      value: { exit_code: 0, stdout: kit.context.run.work, stderr: '' },
    });
  });
  it('gives JSON with exact integers, lines, or nothing', async () => {
    const json = '{"id": 7611578671664259111, "s": "7611578671664259111", "n": 1.5, "__proto__": 1}';
    const parsed = await run({ argv: ['printf', '%s', json], output: 'json' });
    expect(parsed.ok && (parsed.value as { stdout: unknown }).stdout).toMatchObject({
      id: 7611578671664259111n,
      s: '7611578671664259111',
      n: 1.5,
    });
    expect(await run({ argv: ['printf', 'a\\n\\nb\\n'], output: 'lines' })).toMatchObject({
      value: { stdout: ['a', '', 'b'] },
    });
    expect(await run({ argv: ['true'], output: 'lines' })).toMatchObject({ value: { stdout: [] } });
    expect(await run({ argv: ['echo', 'x'], output: 'none' })).toMatchObject({ value: { stdout: null } });
    expect(await run({ argv: ['echo', '{'], output: 'json' })).toMatchObject(problem('OUTPUT_NOT_JSON'));
    expect(await run({ argv: ['echo', '["\\u003a12", 9007199254740993]'], output: 'json' })).toMatchObject({
      value: { stdout: [':12', 9007199254740993n] },
    });
  });
  it('does not compare an output that was cut', async () => {
    const argv = ['sh', '-c', 'yes | head -c 2000000'];
    expect(await run({ argv, output: 'lines' })).toMatchObject(problem('OUTPUT_TOO_LARGE'));
    expect(await run({ argv })).toEqual({ ok: true, value: { exit_code: 0, stderr: '', cut: ['stdout'] } });
    expect(await run({ argv, output: 'none' })).toMatchObject({ value: { stdout: null } });
    expect(await run({ argv: ['sh', '-c', 'yes | head -c 2000000 >&2; echo {}'], output: 'json' })).toEqual({
      ok: true,
      value: { exit_code: 0, stdout: {}, cut: ['stderr'] },
    });
    expect(await execAction({ argv }, kit.context as never)).toMatchObject({
      value: { words: 'exit code 0; stdout too long to be held, whole in logs/' },
    });
  });
  it('does not compare an output that a process still held which the program left behind', async () => {
    const argv = ['sh', '-c', 'sleep 20 2>/dev/null & echo {}'];
    expect(await run({ argv, output: 'json' })).toMatchObject(problem('OUTPUT_LEFT_OPEN'));
    expect(await run({ argv })).toEqual({
      ok: true,
      value: { exit_code: 0, stderr: '', left_open: ['stdout'] },
    });
    expect(await execAction({ argv }, kit.context as never)).toMatchObject({
      value: { words: 'exit code 0; stdout held open by a process that it left behind' },
    });
  });
  it('takes an exit code that is not allowed as a problem, without the secret that was printed', async () => {
    kit.redactor.add('db', 'hunter2hunter2');
    const failed = await run({ argv: ['sh', '-c', 'echo no hunter2hunter2 >&2; exit 4'] });
    expect(failed).toMatchObject({
      error: { code: 'EXIT_CODE', exitCode: 4, message: expect.stringContaining('no [secret db]') },
    });
    expect(await run({ argv: ['sh', '-c', 'exit 4'], ok_codes: [0, 4] })).toMatchObject({
      value: { exit_code: 4 },
    });
    expect(await run({ argv: ['sh', '-c', 'kill $$'] })).toMatchObject(problem('EXIT_CODE'));
    expect(await run({ argv: ['sh', '-c', 'kill -9 $$'] })).toMatchObject({
      error: { next: expect.stringContaining('want of memory') as string },
    });
  });
  it('keeps whole outputs in logs, each attempt in its own', async () => {
    await run({ argv: ['echo', 'one'] });
    await run({ argv: ['echo', 'two'] });
    // A stream that said nothing leaves no file.
    expect(readdirSync(kit.context.run.logs).sort()).toEqual(['C-01.2.stdout.log', 'C-01.stdout.log']);
    expect(readFileSync(join(kit.context.run.logs, 'C-01.2.stdout.log'), 'utf8')).toBe('two\n');
  });
  it('finds free names where an earlier attempt wrote to one stream only', async () => {
    await run({ argv: ['sh', '-c', 'echo broken >&2'] });
    await run({ argv: ['sh', '-c', 'echo broken >&2'] });
    expect(readdirSync(kit.context.run.logs).filter((name) => name.includes('stderr'))).toHaveLength(2);
  });
  it('ends at its own timeout', async () => {
    expect(await run({ argv: ['sleep', '30'], timeout: '100ms' })).toMatchObject(problem('TIMEOUT'));
  });
  it('connects to a sandbox by a private password file that is gone afterwards, never to production', async () => {
    const connection = { host: '/run/pg:1', port: 5433, user: 'u', database: 'd', password: 'a:b\\c' };
    const declaration = {
      postgres: { via: 'sandbox', engine: 'auto' },
      access: 'write',
      production: false,
    } as const;
    const target = {
      name: 'copy',
      declaration,
      standIn: false,
      engine: 'local',
      connection,
      open: () => Promise.reject(new Error()),
    } as const;
    kit.targets.set('copy', target);
    kit.targets.set('prod', { ...target, declaration: { ...declaration, production: true } });
    const ran = await run({
      argv: [
        'sh',
        '-c',
        'echo $PGHOST $PGPORT $PGUSER $PGDATABASE; stat -c %a "$PGPASSFILE"; cat "$PGPASSFILE"; env | grep -c a:b; true',
      ],
      connect: 'copy',
      output: 'lines',
    });
    // The folder that a libpq was compiled with is `localhost` to it.
    const lines = ['/run/pg\\:1:5433:*:u:a\\:b\\\\c', 'localhost:5433:*:u:a\\:b\\\\c'];
    expect(ran).toMatchObject({ value: { stdout: ['/run/pg:1 5433 u d', '600', ...lines, '0'] } });
    expect(readdirSync(kit.context.run.work)).toEqual([]);
    // Who tries a write to see it denied meets what the role may, and no session that only reads.
    const options = { argv: ['sh', '-c', 'echo $PGOPTIONS'], connect: 'copy' };
    expect(await run(options)).toMatchObject({ value: { stdout: '' } });
    // What stands in its place isn't ours to remove, and what became of the password nobody knows.
    const swap = 'rm "$PGPASSFILE"; mkdir "$PGPASSFILE"';
    expect(await run({ argv: ['sh', '-c', swap], connect: 'copy' })).toMatchObject(problem('FILE_NOT_OURS'));
    expect(await run({ argv: ['true'], connect: 'prod' })).toMatchObject(problem('CONNECT_REFUSED'));
    expect(await run({ argv: ['true'], connect: 'none' })).toMatchObject(problem('TARGET_NOT_STARTED'));
  });
});

describe('script', () => {
  const text = '#!/bin/sh\necho "$0 $1"\n';
  it('runs a copy that has the pinned sha256', async () => {
    kit.scripts.set('s.sh', text);
    const ran = await script({ file: 's.sh', sha256: sha256(text), args: ['a b'] }, kit.context);
    expect(ran).toMatchObject({ value: { exit_code: 0, sha256: sha256(text), ran_sha256: sha256(text) } });
    expect(ran.ok && (ran.value as { stdout: string }).stdout).toMatch(
      /\/work\/script-[0-9a-f]{32}-s\.sh a b$/,
    );
    const by = await script({ file: 's.sh', sha256: sha256(text), interpreter: ['sh', '-e'] }, kit.context);
    expect(by).toMatchObject({ value: { exit_code: 0 } });
  });
  it('refuses one that differs, and one that is not of the plan', async () => {
    kit.scripts.set('s.sh', `${text}# changed`);
    expect(await script({ file: 's.sh', sha256: sha256(text) }, kit.context)).toMatchObject(
      problem('SCRIPT_CHANGED'),
    );
    expect(await script({ file: 'x', sha256: sha256(text) }, kit.context)).toMatchObject(
      problem('SCRIPT_NOT_PLANNED'),
    );
    expect(readdirSync(kit.context.run.logs)).toEqual([]);
  });
});

it('env tells whether a name is set', async () => {
  expect(await env({ name: 'IS_SET' }, kit.context)).toEqual({ ok: true, value: { set: true } });
  expect(await env({ name: 'OTHER' }, kit.context)).toEqual({ ok: true, value: { set: false } });
});

describe('gpg.key', () => {
  const facts = { present: true, canEncrypt: false, canDecrypt: false, expired: false, revoked: false };
  const seen = (state: object) => {
    const key = () => ({ ok: true, value: { home: '/h', fingerprint: 'F', operatorHome: '/o' } });
    const gpg = {
      inspect: () => Promise.resolve({ ok: true, value: { ...facts, expiresAt: null, ...state } }),
    };
    return gpgKey({ key: 'backup' }, { ...kit.context, key, gpg } as never);
  };
  it.each([
    ['canEncrypt', 'can_encrypt'],
    ['canDecrypt', 'can_decrypt'],
    ['expired', 'expired'],
    ['revoked', 'revoked'],
  ])('tells %s, and nothing else for it', async (fact, name) => {
    const all = { can_encrypt: false, can_decrypt: false, expired: false, revoked: false };
    expect(await seen({ [fact]: true })).toMatchObject({ value: { ...all, present: true, [name]: true } });
  });
});

it('controls are no observation where they can not be read', async () => {
  const disableLevels = () => Promise.resolve({ ok: false, error: { code: 'STATE_IO', message: 'EACCES' } });
  expect(await controls({}, { ...kit.context, disableLevels } as never)).toMatchObject(problem('STATE_IO'));
});

describe('tool', () => {
  it.each([
    'psql',
    'pg_dump',
    'pg_restore',
    'gpg',
    'ssh',
    'ssh-keygen',
    'openssl',
    'node',
    'git',
    'python3',
    'bash',
    'zstd',
    'tar',
  ])('knows %s', async (name) => {
    const found = await tool({ name }, kit.context);
    if (found.ok && !(found.value as { present: boolean }).present) return;
    expect(found).toMatchObject({ value: { present: true, version: { major: expect.any(Number) } } });
  });
  it('observes an absent program, and gives no version of one it does not know', async () => {
    expect(await tool({ name: 'nonesuch' }, kit.context)).toEqual({
      ok: true,
      value: { present: false, path: null, version: null },
    });
    expect(await tool({ name: 'true' }, kit.context)).toMatchObject({
      value: { present: true, version: null },
    });
  });
  it('takes a program that is there and does not run for broken, and not for one without a version', async () => {
    const ended = { exitCode: 127, stdout: '', stderr: 'libpq.so.5: cannot open shared object file' };
    const processes = {
      find: () => Promise.resolve('/x/psql'),
      run: () => Promise.resolve({ ok: true, value: ended }),
    };
    const broken = { ...kit.context, processes: processes as never };
    expect(await tool({ name: 'psql' }, broken)).toMatchObject(problem('TOOL_BROKEN'));
  });
  it.each([
    ['psql (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)', { text: '15.18', major: 15, minor: 18 }],
    ['psql (PostgreSQL) 18beta1', { text: '18beta1', major: 18, minor: null }],
    ['gpg (GnuPG) 2.4.4\nlibgcrypt 1.10.3', { text: '2.4.4', major: 2, minor: 4 }],
    ['OpenSSH_9.2p1 Debian-2+deb12u3, OpenSSL 3.0.15', { text: '9.2p1', major: 9, minor: 2 }],
    ['v20.20.2', { text: '20.20.2', major: 20, minor: 20 }],
    ['*** Zstandard CLI (64-bit) v1.5.4, by Yann Collet ***', { text: '1.5.4', major: 1, minor: 5 }],
    ['Docker version 20.10.24+dfsg1, build 297e128', { text: '20.10.24', major: 20, minor: 10 }],
    ['no number', null],
  ])('reads %j', (text, version) => {
    expect(parseVersion(text)).toEqual(version);
  });
});

it('disk looks at the nearest parent of what is not there yet', async () => {
  const here = await disk({ path: kit.context.run.project }, kit.context);
  expect(here).toMatchObject({
    value: {
      free_bytes: expect.any(Number),
      total_bytes: expect.any(Number),
      free_inodes: expect.any(Number),
    },
  });
  const later = await disk({ path: join(kit.context.run.artifacts, 'a', 'b') }, kit.context);
  expect(later.ok && (later.value as { total_bytes: number }).total_bytes).toBe(
    here.ok && (here.value as { total_bytes: number }).total_bytes,
  );
  const space: typeof kit.context.files.space = (path) =>
    path === '/closed/a'
      ? Promise.resolve({ ok: false, error: { code: 'FILE_IO', message: 'EACCES' } })
      : kit.context.files.space('/');
  const closed = { ...kit.context, files: { ...kit.context.files, space } };
  expect(await disk({ path: '/closed/a' }, closed)).toMatchObject(problem('FILE_IO'));
});

describe('file', () => {
  const look = (path: string) => file({ path }, kit.context);
  it('observes what is there, and that nothing is', async () => {
    const { project } = kit.context.run;
    writeFileSync(join(project, 'f'), 'text');
    chmodSync(join(project, 'f'), 0o640);
    symlinkSync('f', join(project, 'l'));
    expect(await look('f')).toEqual({
      ok: true,
      value: {
        present: true,
        type: 'file',
        mode: '0640',
        owner: execFileSync('id', ['-un']).toString().trim(),
        size_bytes: 4,
        sha256: sha256('text'),
        git_tracked: null,
      },
    });
    expect(await look('l')).toMatchObject({ value: { type: 'symlink', sha256: null } });
    expect(await look('.')).toMatchObject({ value: { type: 'directory', sha256: null } });
    expect(await look('none')).toMatchObject({ value: { present: false, type: null, git_tracked: null } });
  });
  it('tells what Git tracks, taking no name as a pattern', async () => {
    const { project } = kit.context.run;
    for (const name of ['tracked', '[t]racked', 'other']) writeFileSync(join(project, name), '');
    execFileSync('git', ['init', '-q', project]);
    execFileSync('git', ['-C', project, 'add', 'tracked']);
    expect(await look('tracked')).toMatchObject({ value: { git_tracked: true } });
    expect(await look('other')).toMatchObject({ value: { git_tracked: false } });
    expect(await look('[t]racked')).toMatchObject({ value: { git_tracked: false } });
  });
});

it('file says of no file that Git does not track it where Git could not tell', async () => {
  const { project } = kit.context.run;
  execFileSync('git', ['init', '-q'], { cwd: project });
  writeFileSync(join(project, '.git', 'index'), 'no index');
  writeFileSync(join(project, 'f'), '');
  expect(await file({ path: 'f' }, kit.context)).toMatchObject(problem('GIT_FAILED'));
});

it('leak_scan takes paths of the project and reports hits', async () => {
  writeFileSync(join(kit.context.run.project, 'f'), 'a\npassword=s3cr3t');
  expect(await leakScan({ paths: ['f'] }, kit.context)).toEqual({
    ok: true,
    value: {
      hits: [{ file: join(kit.context.run.project, 'f'), line: 2, kind: 'password' }],
      files_scanned: 1,
    },
  });
  expect(await leakScan({ paths: ['none'] }, kit.context)).toMatchObject(problem('FILE_ABSENT'));
});

it('ledger shows what the run made and what of it is left', async () => {
  const entry = (
    name: string,
    kind: 'file' | 'artifact' | 'claim',
    state: 'created' | 'destroyed' | 'kept' | 'intended',
  ) => ({ resource: name, name, kind, state, durability: 'ephemeral', handle: {} }) as const;
  kit.entries.push(
    entry('a', 'file', 'created'),
    entry('b', 'file', 'destroyed'),
    entry('c', 'artifact', 'kept'),
    entry('d', 'claim', 'created'),
    entry('e', 'file', 'intended'),
    { ...entry('w', 'file', 'created'), kind: 'folder', handle: { path: kit.context.run.work } },
  );
  const names = async (mode: 'live' | 'rehearsal') => {
    const seen = await ledger({}, { ...kit.context, run: { ...kit.context.run, mode } });
    const { created, left } = (seen.ok ? seen.value : {}) as Record<string, { name: string }[]>;
    return [created, left].map((list) => list?.map((e) => e.name).join(''));
  };
  expect(await names('live')).toEqual(['abc', 'ae']);
  expect(await names('rehearsal')).toEqual(['abc', 'ace']);
});
