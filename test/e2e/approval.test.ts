import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { basisOfPlan, readRequest } from '../../src/approve/index.js';
import { blocksOf } from '../docs/support.js';
import type { Authorized } from '../support/authorized.js';
import {
  fakeTime,
  openAuthorized,
  reportOf,
  startedIn,
  tool,
  toolRan,
  writeTool,
} from '../support/authorized.js';
import { projectRoot, startGatebook } from '../support/gatebook.js';
import { journalSays, until } from '../support/project.js';
import { openPair } from '../support/production-pair.js';
import type { ProductionPair } from '../support/production-pair.js';

const both = ['SG_1', 'SG_2'];
let pair: ProductionPair;
let project: Authorized;
let env: Record<string, string>;

beforeAll(async () => {
  pair = await openPair();
  await writeTool();
  env = pair.configured();
  project = await openAuthorized(env);
  for (const step of [
    await project.request('guarded.yaml'),
    await project.approve('SG_1', 'alice'),
    await project.approve('SG_2', 'bob'),
  ])
    expect(step, step.stderr).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await rm('/opt/gatebook-test', { recursive: true, force: true });
  await project.closeAll();
  await pair.close();
});

const run = (more: readonly string[] = [], extra: Record<string, string> = {}) =>
  project.runWith('guarded.yaml', both, more, extra);

/** Refused with its own reason and a sealed report; nothing was started, says the journal, and says the script. */
async function refused(
  ended: Awaited<ReturnType<typeof run>>,
  code: string,
  says: string | RegExp,
  exit = 6,
  where = project,
): Promise<void> {
  expect(ended, ended.stderr).toMatchObject({ code: exit });
  const report = reportOf(ended);
  expect(report).toMatchObject({ verdict: 'REFUSED', exit_code: exit, cause: { code } });
  expect(report.cause?.message).toMatch(says);
  expect(await startedIn(where, report)).toEqual([]);
  expect(await where.marks()).toBe('');
  expect(existsSync(toolRan)).toBe(false);
}

/** The approvals hold again once the change is undone: a refusal uses none up. */
async function changed(
  file: string,
  change: (text: string) => string,
  then: () => Promise<void>,
): Promise<void> {
  const path = file.startsWith('/') ? file : join(project.folder, file);
  const before = await readFile(path, 'utf8');
  await writeFile(path, change(before));
  try {
    await then();
  } finally {
    await writeFile(path, before);
  }
}

describe('what was approved and what is here are compared before anything starts', () => {
  test('a byte of the script: the pin refuses it', async () => {
    await changed(
      'mark.sh',
      (text) => text.replace('$1', '$2'),
      async () => {
        const ended = await run();
        expect(ended, ended.stderr).toMatchObject({ code: 3 });
        expect(ended.stderr).toContain('mark.sh');
        expect(await project.marks()).toBe('');
      },
    );
  });

  test('a byte of the script and its pin', async () => {
    const old = execFileSync('sha256sum', [join(project.folder, 'mark.sh')])
      .toString()
      .slice(0, 64);
    await changed(
      'mark.sh',
      (text) => `${text}# changed\n`,
      async () => {
        const pin = execFileSync('sha256sum', [join(project.folder, 'mark.sh')])
          .toString()
          .slice(0, 64);
        await changed(
          'guarded.yaml',
          (text) => text.replace(old, pin),
          async () => {
            await refused(
              await run(),
              'APPROVAL_OTHER_PLAN',
              /file guarded\.yaml has changed; file mark\.sh has changed/,
            );
          },
        );
      },
    );
  });

  test('a comment in the runbook', async () => {
    await changed(
      'guarded.yaml',
      (text) => `${text}# changed\n`,
      async () => {
        await refused(await run(), 'APPROVAL_OTHER_PLAN', /file guarded\.yaml has changed$/);
      },
    );
  });

  test('the settings of the project', async () => {
    await changed(
      'gatebook.yaml',
      (text) => text.replace('embedded: never\n', ''),
      async () => {
        await refused(await run(), 'APPROVAL_OTHER_PLAN', /file gatebook\.yaml has changed/);
      },
    );
  });

  test('a param', async () => {
    await refused(await run(['--param', 'n=2']), 'APPROVAL_OTHER_PLAN', /params\.n is 2, and 1 was approved/);
  });

  test("the approvers' file", async () => {
    await changed(
      'allowed_signers',
      (text) => `${text}# harmless\n`,
      async () => {
        await refused(await run(), 'APPROVAL_OTHER_BINDING', /approvers has changed/);
      },
    );
  });

  test('a param from a file', async () => {
    await changed(
      'note.txt',
      () => 'something else\n',
      async () => {
        await refused(await run(), 'APPROVAL_OTHER_BINDING', /outside\.params\.note has changed/);
      },
    );
  });

  test('a program that a probe starts', async () => {
    await changed(
      tool,
      (text) => `${text}# changed\n`,
      async () => {
        await refused(
          await run(),
          'APPROVAL_OTHER_BINDING',
          /programs\.\/opt\/gatebook-test\/tool has changed/,
        );
      },
    );
  });

  test.concurrent.each([
    [
      'another cluster',
      () => ({ PROD_DATABASE_URL: pair.otherUrl() }),
      /targets\.prod\.host is .* was approved/,
    ],
    [
      'another database',
      () => ({ PROD_DATABASE_URL: (env['PROD_DATABASE_URL'] ?? '').replace('/directus?', '/postgres?') }),
      /targets\.prod\.database is "postgres", and "directus" was approved/,
    ],
    [
      'another user',
      () => ({ PROD_DATABASE_URL: (env['PROD_DATABASE_URL'] ?? '').replace('the_reader', 'the_boss') }),
      /targets\.prod\.user is "the_boss"/,
    ],
    [
      'another password',
      () => ({ PROD_DATABASE_URL: (env['PROD_DATABASE_URL'] ?? '').replace(/:[^:@]+@/, ':another-one@') }),
      /sealed\.targets\.prod\.password has changed/,
    ],
    [
      'less protection of the connection',
      () => ({ PROD_DATABASE_URL: `${env['PROD_DATABASE_URL'] ?? ''}&sslmode=disable` }),
      /targets\.prod\.ssl\.mode is new/,
    ],
    [
      'PROD_SYSTEM_IDENTIFIER',
      () => ({ PROD_SYSTEM_IDENTIFIER: '7611578671664259111' }),
      /targets\.prod\.identity\.system_identifier is "7611578671664259111"/,
    ],
    ['BACKUP_GPG_FPR', () => ({ BACKUP_GPG_FPR: 'A'.repeat(40) }), /keys\.backup\.fingerprint is "A{40}"/],
    ['the keyring', () => ({ GNUPGHOME: '/nonexistent' }), /keys\.backup\.home is "\/nonexistent"/],
    ['a secret', () => ({ API_TOKEN: 'another-token' }), /sealed\.secrets\.token has changed/],
    [
      'what Node loads',
      () => ({ NODE_OPTIONS: '--no-warnings' }),
      /sealed\.environment\.NODE_OPTIONS is new/,
    ],
    ['what libpq does', () => ({ PGOPTIONS: '-c role=other' }), /sealed\.environment\.PGOPTIONS is new/],
  ])('%s', async (_, change, says) => {
    await refused(await run([], change()), 'APPROVAL_OTHER_BINDING', says);
  });

  test('no secret stands in a refusal or in what was signed', async () => {
    const ended = await run([], { API_TOKEN: 'another-token' });
    const texts = [ended.stderr, ended.stdout, await readFile(project.at('request.json'), 'utf8')];
    for (const secret of ['another-token', env['API_TOKEN'] ?? '', pair.password])
      for (const text of texts) expect(text).not.toContain(secret);
  });

  test('another state folder', async () => {
    const ended = await run(['--state', project.at('other-state')]);
    await refused(ended, 'APPROVAL_OTHER_STATE', /another state folder/);
    const none = project.at('no-state');
    const revoked = await project.gatebook([
      'revoke',
      project.at('SG_1.json'),
      '--state',
      none,
      ...project.as('alice'),
    ]);
    expect(revoked, revoked.stderr).toMatchObject({ code: 6 });
    expect(revoked.stderr).toContain('is for another state folder');
    expect(existsSync(none)).toBe(false);
  });

  test('another folder with the same files', async () => {
    const copy = project.at('copy');
    await cp(project.folder, copy, { recursive: true });
    const args = ['run', 'guarded.yaml', '--state', project.state, '--reports', project.reports, '--json'];
    const approvals = both.flatMap((slot) => ['--approval', project.at(`${slot}.json`)]);
    const ended = await startGatebook([...args, ...approvals], project.env, copy).ended;
    await refused(ended, 'APPROVAL_OTHER_BINDING', /project is .*copy/);
  });

  test('another runner', async () => {
    const copy = project.at('dist');
    await cp(join(projectRoot, 'dist'), copy, { recursive: true });
    const bundle = join(copy, 'bundle/gatebook.cjs');
    await writeFile(bundle, `${await readFile(bundle, 'utf8')}\n`);
    const approvals = both.flatMap((slot) => ['--approval', project.at(`${slot}.json`)]);
    const run = ['run', 'guarded.yaml', '--state', project.state, '--reports', project.reports, '--json'];
    const call = (): string =>
      execFileSync(process.execPath, [join(copy, 'cli.js'), ...run, ...approvals], {
        cwd: project.folder,
        env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...project.env },
        stdio: ['ignore', 'pipe', 'pipe'],
      }).toString();
    expect(call).toThrow(/gatebook\.cjs/);
    expect(await project.marks()).toBe('');
  });
});

describe('approvals that authorize nothing', () => {
  /** `SG_1` as somebody else made it; the right one is put back. */
  async function forged(
    who: 'alice' | 'bob',
    namespace: string,
    change: (text: string) => string,
    then: () => Promise<void>,
  ): Promise<void> {
    const path = project.at('SG_1.json');
    const [text, signature] = await Promise.all([readFile(path, 'utf8'), readFile(`${path}.sig`, 'utf8')]);
    const signed = await project.keys.sign(who, change(text), namespace);
    await writeFile(path, signed.text);
    await writeFile(`${path}.sig`, signed.signature);
    try {
      await then();
    } finally {
      await writeFile(path, text);
      await writeFile(`${path}.sig`, signature);
    }
  }
  const same = (text: string): string => text;
  const ours = 'gatebook-approval@v1';
  const shifted = (minutes: number) => (text: string) =>
    text.replace(/"(expires|not_before)": "([^"]+)"/g, (_, name: string, at: string) => {
      return `"${name}": "${new Date(Date.parse(at) + minutes * 60_000).toISOString()}"`;
    });

  test('given in vain they are in the bundle and in the report, looked at or not', async () => {
    await changed(
      project.signers,
      (text) => `${text}*@example.org ssh-ed25519 AAAA\n`,
      async () => {
        const ended = await run();
        await refused(ended, 'APPROVERS_MALFORMED', /allowed_signers/, 3);
        const { run: refusedRun } = reportOf(ended);
        expect(refusedRun.offered).toMatchObject([
          { slot: 'SG_1', checked: false, wrong: null },
          { slot: 'SG_2', checked: false },
        ]);
        const bundle = join(project.reports, 'guarded', refusedRun.id);
        for (const { slot, sha256 } of refusedRun.offered ?? []) {
          const copy = await readFile(join(bundle, 'approvals', `${slot}.json`));
          expect(createHash('sha256').update(copy).digest('hex')).toBe(sha256);
        }
        const checked = await project.gatebook(['report', bundle, '--check']);
        expect(checked, checked.stderr).toMatchObject({ code: 0 });
      },
    );
  });
  test('none at all', async () => {
    const ended = await project.runWith('guarded.yaml', []);
    await refused(ended, 'APPROVAL_MISSING', /SG_1 and SG_2/);
    expect(ended.stderr).toContain('gatebook request');
  });
  test('one of two', async () => {
    await refused(await project.runWith('guarded.yaml', ['SG_1']), 'APPROVAL_MISSING', /SG_2/);
  });
  test('the same one for both slots', async () => {
    await refused(await project.runWith('guarded.yaml', ['SG_1', 'SG_1']), 'APPROVAL_SLOT', /filled twice/);
  });
  test('signed in the namespace git', async () => {
    await forged('alice', 'git', same, async () => {
      await refused(await run(), 'SIGNATURE_NAMESPACE', /"git"/);
    });
  });
  test('a forged principal', async () => {
    await forged('bob', ours, same, async () => {
      await refused(await run(), 'SIGNER_KEY', /names alice, and is signed with the key of bob/);
    });
  });
  test('expired', async () => {
    await forged('alice', ours, shifted(-70), async () => {
      const ended = await run();
      await refused(ended, 'APPROVAL_EXPIRED', /expired at/);
      expect(reportOf(ended).run.offered).toMatchObject([
        {
          slot: 'SG_1',
          principal: 'alice',
          checked: true,
          wrong: expect.stringContaining('expired') as string,
        },
        { slot: 'SG_2', principal: 'bob', checked: true, wrong: null },
      ]);
    });
  });
  test('not yet valid', async () => {
    await forged('alice', ours, shifted(10), async () => {
      await refused(await run(), 'APPROVAL_NOT_YET_VALID', /valid from/);
    });
  });
  test('valid for longer than the runbook allows', async () => {
    const long = (text: string) => text.replace(/"expires": "20/, '"expires": "21');
    await forged('alice', ours, long, async () => {
      await refused(await run(), 'APPROVAL_TOO_LONG', /longer/);
    });
    const asked = await project.approve('SG_1', 'alice', ['--valid', '2h', '-o', project.at('long.json')]);
    expect(asked).toMatchObject({ code: 6 });
    expect(asked.stderr).toContain('APPROVAL_TOO_LONG');
  });
  test('of another plan', async () => {
    const request = readRequest(await readFile(project.at('request.json'), 'utf8'));
    expect(request.ok && basisOfPlan(request.value.plan).files.length).toBeGreaterThan(2);
    await refused(
      await project.runWith('slow.yaml', ['SG_1']),
      'APPROVAL_OTHER_PLAN',
      /for the runbook guarded/,
    );
  });
  test.each([
    ['nonsense', () => 'nonsense'],
    ['an edited one', (text: string) => text.replace('"slot": "SG_1"', '"slot":  "SG_1"')],
  ])('malformed: %s, exit 3', async (_, spoil) => {
    await changed(project.at('SG_1.json'), spoil, async () => {
      const ended = await run();
      await refused(ended, 'APPROVAL_MALFORMED', /SG_1\.json/, 3);
      expect(reportOf(ended).run).toMatchObject({
        malformed: [{ file: 'SG_1.json' }],
        offered: [{ slot: 'SG_2', checked: false }],
      });
    });
  });
  test('without its signature beside it', async () => {
    await rename(project.at('SG_1.json.sig'), project.at('elsewhere'));
    const ended = await run();
    await rename(project.at('elsewhere'), project.at('SG_1.json.sig'));
    await refused(ended, 'APPROVAL_MALFORMED', /SG_1\.json\.sig/, 3);
  });
  test.each(['alice,bob', '*@corp'])(
    "a line for %s in the approvers' file: exit 3 with its line",
    async (who) => {
      await changed(
        'allowed_signers',
        (text) => `${text}${who} ${project.keys.publicOf('alice')}\n`,
        async () => {
          await refused(await run(), 'APPROVERS_MALFORMED', /allowed_signers:5:/, 3);
          const asked = await project.request('guarded.yaml', ['-o', project.at('r2.json')]);
          expect(asked).toMatchObject({ code: 3 });
        },
      );
    },
  );
  test('a rehearsal has none', async () => {
    const ended = await run(['--embedded']);
    expect(ended).toMatchObject({ code: 2 });
    expect(await project.marks()).toBe('');
  });
});

describe('people and their keys', () => {
  let own: Authorized;
  beforeAll(async () => {
    own = await openAuthorized(env);
    // Alice has two keys, bob uses the first of them, and rita may do everything.
    const { keys } = own;
    const lines = [keys.line('rita', 'rita'), keys.line('alice', 'alice'), keys.line('alice', 'carol')];
    await writeFile(own.signers, [...lines, keys.line('bob', 'alice')].join(''));
    expect(await own.request('guarded.yaml')).toMatchObject({ code: 0 });
    expect(await own.approve('SG_1', 'alice')).toMatchObject({ code: 0 });
  });
  afterAll(() => own.closeAll());

  /** `SG_2` by this person with this key, and then the run. */
  const second = async (who: string, key: 'alice' | 'carol') => {
    await own.forget('SG_2.json');
    const as = ['--as', who, '--key', own.keys.file(key), '-o', own.at('SG_2.json')];
    const approved = await own.gatebook(['approve', own.at('request.json'), '--slot', 'SG_2', ...as]);
    expect(approved, approved.stderr).toMatchObject({ code: 0 });
    return own.runWith('guarded.yaml', both);
  };

  test('one person with two keys', async () => {
    const said = await second('alice', 'carol');
    await refused(said, 'APPROVAL_SAME_PERSON', /SG_1 and SG_2 are filled by alice alone/, 6, own);
    expect(said.stderr).toMatch(/\nnext {5}gatebook explain APPROVAL_SAME_PERSON\n$/);
  });
  test('one key for two people', async () => {
    await refused(await second('bob', 'alice'), 'APPROVAL_SAME_KEY', /one key signed for/i, 6, own);
  });
  test("the requester's own, by command and by hand", async () => {
    const asked = await own.gatebook([
      ...['approve', own.at('request.json'), '--slot', 'SG_2', ...own.as('rita'), '-o', own.at('own.json')],
    ]);
    expect(asked).toMatchObject({ code: 6 });
    expect(asked.stderr).toContain('APPROVAL_BY_REQUESTER');
    const path = own.at('SG_2.json');
    const text = (await readFile(path, 'utf8')).replace('"principal": "bob"', '"principal": "rita"');
    const signed = await own.keys.sign('rita', text, 'gatebook-approval@v1');
    await writeFile(path, signed.text);
    await writeFile(`${path}.sig`, signed.signature);
    const ended = await own.runWith('guarded.yaml', both);
    await refused(ended, 'APPROVAL_BY_REQUESTER', /is filled by rita, who asked/, 6, own);
  });
});

describe('a dry run', () => {
  test('without approvals looks at no production, exit 1', async () => {
    const before = await pair.sessions();
    const ended = await project.runWith('guarded.yaml', [], ['--dry-run']);
    expect(ended, ended.stderr).toMatchObject({ code: 1 });
    expect(reportOf(ended)).toMatchObject({
      verdict: 'DRY-RUN',
      cause: { code: 'APPROVAL_MISSING' },
      gates: [
        { id: 'G-01', state: 'not_evaluated' },
        { id: 'G-02', state: 'passed' },
        { state: 'not_evaluated' },
      ],
    });
    expect(await pair.sessions()).toBe(before);
  });
  test('with them looks, and uses none up', async () => {
    const ended = await run(['--dry-run']);
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    expect(reportOf(ended)).toMatchObject({
      verdict: 'DRY-RUN',
      cause: null,
      gates: [{ state: 'passed' }, {}, {}],
    });
  });
});

describe('approved', () => {
  let bundle: string;

  test('of two that start at the same instant one runs', async () => {
    const ended = await Promise.all([run(), run()]);
    expect(ended.map(({ code }) => code).sort(), ended.map((e) => e.stderr).join('\n')).toEqual([0, 6]);
    expect(await project.marks()).toBe('as agreed 1\n');
    const [won, lost] = ended.map(reportOf).sort((a, b) => a.exit_code - b.exit_code);
    expect(lost).toMatchObject({
      verdict: 'REFUSED',
      cause: { code: expect.stringMatching(/CLAIMED|APPROVAL_USED/) as string },
    });
    expect(won).toMatchObject({
      verdict: 'PASS',
      run: {
        operator: 'root',
        approvals: [
          { slot: 'SG_1', principal: 'alice', requester: 'rita', key: project.keys.fingerprint('alice') },
          { slot: 'SG_2', principal: 'bob' },
        ],
      },
    });
    bundle = join(project.reports, 'guarded', won?.run.id ?? '');
    const markdown = await readFile(join(bundle, 'report.md'), 'utf8');
    for (const words of [
      'SG_1: approved by alice',
      'SG_2: approved by bob',
      'asked for by rita',
      'belongs to root',
    ])
      expect(markdown).toContain(words);
  });

  test('a second run with the same approvals is refused', async () => {
    await rm(join(project.folder, 'started'));
    await rm(toolRan);
    await refused(await run(), 'APPROVAL_USED', /was used by run/);
  });

  test('the bundle holds what authorized it, and finds a change of it', async () => {
    expect((await project.verify(bundle)).code).toBe(0);
    const copy = project.at('changed-bundle');
    await cp(bundle, copy, { recursive: true });
    const path = join(copy, 'approvals/SG_1.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('alice', 'carol'));
    const verified = await project.verify(copy);
    expect(verified).toMatchObject({ code: 1 });
    expect(verified.stderr).toContain('approvals/SG_1.json');
  });

  test('the documented command checks a statement with OpenSSH alone', () => {
    const [block] = blocksOf('docs/authorization.md').filter(({ form }) => form === 'verify');
    const check = (folder: string) =>
      execFileSync('sh', ['-c', block?.text ?? ''], { cwd: folder, stdio: 'pipe' });
    expect(check(join(bundle, 'approvals')).toString()).toContain(
      'Good "gatebook-approval@v1" signature for alice',
    );
    expect(() => check(project.at('changed-bundle/approvals'))).toThrow();
  });
});

describe('under way', () => {
  beforeAll(() => rm(toolRan, { force: true }));
  const slow = async (...more: readonly string[]) => {
    await project.forget('request.json', 'SG_1.json');
    await rm(join(project.folder, 'go'), { force: true });
    expect(await project.request('slow.yaml')).toMatchObject({ code: 0 });
    const approved = await project.approve('SG_1', 'alice', more);
    expect(approved, approved.stderr).toMatchObject({ code: 0 });
  };
  const start = (id: string) => project.runWith('slow.yaml', ['SG_1'], ['--run-id', id]);
  /** Its first command waits for the file `go`. */
  const begun = (id: string) =>
    until('it waits', async () => {
      const path = join(project.reports, 'slow', id, 'journal.jsonl');
      return /action_intended|run_refused/.test(await readFile(path, 'utf8').catch(() => ''));
    });
  const go = () => writeFile(join(project.folder, 'go'), '');
  const aborted = (ended: Awaited<ReturnType<typeof run>>, code: string): void => {
    expect(ended, ended.stderr).toMatchObject({ code: 8 });
    expect(reportOf(ended)).toMatchObject({
      verdict: 'ABORTED',
      cause: { kind: 'approval', code, command: 'C-02' },
      teardown: { status: 'clean' },
    });
  };
  afterEach(async () => {
    expect(await project.processes()).toEqual([]);
  });

  /** On a machine that is busy the run may begin too late for the shortest. */
  test('an approval that expires between two commands: teardown, exit 8', async () => {
    for (const seconds of [4, 30]) {
      await slow('--valid', `${seconds}s`);
      const over = Date.now() + seconds * 1000;
      const running = start(`expiring-${seconds}`);
      await begun(`expiring-${seconds}`);
      await until('it is over', () => Date.now() > over, 60_000);
      await go();
      const ended = await running;
      if (ended.code === 6 && seconds === 4) continue;
      aborted(ended, 'APPROVAL_EXPIRED');
      break;
    }
    expect(await project.marks()).toBe('');
  });

  test('a revocation by another approver: teardown, exit 8, and no further run', async () => {
    await slow();
    const running = start('revoked');
    await begun('revoked');
    const revoke = (who: 'carol' | 'rita') =>
      project.gatebook(['revoke', project.at('SG_1.json'), '--state', project.state, ...project.as(who)]);
    expect(await revoke('rita')).toMatchObject({ code: 6 });
    const done = await revoke('carol');
    expect(done).toMatchObject({ code: 0 });
    expect(done.stderr).toContain('run revoked has used it, and stops before its next action');
    await go();
    aborted(await running, 'APPROVAL_REVOKED');
    expect(await project.marks()).toBe('');
    await refused(await project.runWith('slow.yaml', ['SG_1']), 'APPROVAL_REVOKED', /revoked/);
    const kept =
      (await readdir(join(project.state, 'approvals'))).find((name) => name.endsWith('.revoked')) ?? '';
    const verify = '-f ../../project/allowed_signers -I carol -n gatebook-revocation@v1';
    const check = `ssh-keygen -Y verify ${verify} -s ${kept}.sig < ${kept}`;
    const said = execFileSync('sh', ['-c', check], { cwd: join(project.state, 'approvals') }).toString();
    expect(said).toContain('Good "gatebook-revocation@v1" signature for carol');
  });

  test('files that are swapped after admission: what was loaded is what runs', async () => {
    await slow();
    const running = start('swapped');
    await begun('swapped');
    await changed(
      'mark.sh',
      () => '#!/bin/sh\necho swapped >> "$2"\n',
      () =>
        changed(
          'slow.yaml',
          (text) => text.replace('[slow,', '[swapped,'),
          async () => {
            await go();
            const ended = await running;
            expect(ended, ended.stderr).toMatchObject({ code: 0 });
          },
        ),
    );
    expect(await project.marks()).toBe('slow\n');
    const kept = join(project.reports, 'slow/swapped/source/mark.sh');
    expect(await readFile(kept, 'utf8')).toBe(await readFile(join(project.folder, 'mark.sh'), 'utf8'));
    expect(await journalSays(project, 'swapped >>')).toBe(false);
  });
});

describe('the clock', () => {
  test('set back: no run begins with what is not yet valid, or behind a run that was', async () => {
    await project.forget('request.json', 'SG_1.json');
    const now = await fakeTime('+0');
    const fresh = ['--state', project.at('clock-state')];
    expect(await project.request('slow.yaml', fresh, now)).toMatchObject({ code: 0 });
    expect(await project.approve('SG_1', 'alice', [], now)).toMatchObject({ code: 0 });
    const early = await fakeTime('-10m');
    await refused(
      await project.runWith('slow.yaml', ['SG_1'], fresh, early),
      'APPROVAL_NOT_YET_VALID',
      /valid from/,
    );
    const late = await fakeTime('+61m');
    await refused(await project.runWith('slow.yaml', ['SG_1'], fresh, late), 'APPROVAL_EXPIRED', /expired/);
    await refused(
      await project.runWith('slow.yaml', ['SG_1'], fresh, now),
      'CLOCK_SET_BACK',
      /the clock says/,
    );
  });
});

describe('what a person attested', () => {
  const attest = ['attest', 'attested.yaml', 'C-02', '--text', 'imported it from the safe'];
  const option = () => ['--attest', `C-02=${project.at('C-02.json')}`];

  test('stands in for the terminal, once, and is named', async () => {
    await project.forget('request.json', 'SG_1.json', 'C-02.json');
    const call = [...attest, '--state', project.state, ...project.as('carol'), '-o', project.at('C-02.json')];
    const attested = await project.gatebook(call);
    expect(attested, attested.stderr).toMatchObject({ code: 0 });
    expect(await project.request('attested.yaml', option())).toMatchObject({ code: 0 });
    for (const name of ['SG_1', 'again']) {
      const approved = await project.approve('SG_1', 'alice', ['-o', project.at(`${name}.json`)]);
      expect(approved, approved.stderr).toMatchObject({ code: 0 });
      expect(approved.stderr).toMatch(/^next {5}gatebook run .* --attest C-02=FILE$/m);
    }
    await refused(
      await project.runWith('attested.yaml', ['SG_1']),
      'APPROVAL_OTHER_BINDING',
      /attestations\.C-02/,
    );
    const ended = await project.runWith('attested.yaml', ['SG_1'], option());
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    expect(await project.marks()).toBe('attested\n');
    const report = reportOf(ended);
    const path = join(project.reports, 'attested', report.run.id);
    expect(await readFile(join(path, 'journal.jsonl'), 'utf8')).toContain('attested by carol');
    expect(await readFile(join(path, 'approvals/C-02.attestation.json'), 'utf8')).toContain('from the safe');

    await project.forget('request.json');
    const used = `the confirmation C-02.json was used by run ${report.run.id}; it is for one run`;
    const asked = await project.request('attested.yaml', option());
    expect(asked).toMatchObject({ code: 6 });
    expect(asked.stderr).toContain(used);
    expect(asked.stderr).toContain('next     attest again: gatebook attest\n');
    await refused(await project.runWith('attested.yaml', ['again'], option()), 'APPROVAL_USED', used);
  });

  test('by somebody else than it names, for another command or plan: refused', async () => {
    await project.forget('request.json');
    await changed(
      project.at('C-02.json'),
      (text) => text.replace('carol', 'alice'),
      async () => {
        const ended = await project.runWith('attested.yaml', ['SG_1'], option());
        await refused(ended, 'SIGNER_KEY', /names alice/);
      },
    );
    const other = ['--attest', `C-03=${project.at('C-02.json')}`];
    await refused(
      await project.runWith('attested.yaml', ['SG_1'], other),
      'ATTESTATION_OTHER',
      /C-02, not C-03/,
    );
  });
});

describe('a key with a passphrase', () => {
  let folder: string;
  const ask = (): readonly string[] => [
    ...['request', 'slow.yaml', '--state', project.state, '--as', 'rita'],
    ...['--key', join(folder, 'key'), '-o', join(folder, 'request.json')],
  ];
  beforeAll(async () => {
    folder = project.at('locked');
    await mkdir(folder);
    await cp(project.keys.file('rita'), join(folder, 'key'));
    execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'a passphrase', '-f', join(folder, 'key')]);
  });

  test('and no terminal: fails clearly, and leaves nothing', async () => {
    const ended = await project.gatebook(ask());
    expect(ended).toMatchObject({ code: 4 });
    expect(ended.stderr).toContain('KEY_UNUSABLE');
    expect(existsSync(join(folder, 'request.json'))).toBe(false);
  });

  test('at a terminal: ssh-keygen itself asks for it', async () => {
    const command = [process.execPath, join(projectRoot, 'dist/cli.js'), ...ask()].join(' ');
    const terminal = spawn('script', ['-qec', command, '/dev/null'], {
      cwd: project.folder,
      env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...project.env },
    });
    let shown = '';
    terminal.stdout.on('data', (bytes: Buffer) => (shown += bytes.toString()));
    const ended = once(terminal, 'close');
    await until('it asks', () => shown.includes('Enter passphrase'));
    terminal.stdin.write('a passphrase\n');
    expect(await ended, shown).toEqual([0, null]);
    expect(shown).not.toContain('a passphrase');
    expect(existsSync(join(folder, 'request.json.sig'))).toBe(true);
  });
});
