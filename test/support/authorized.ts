import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Report } from '../../src/report/index.js';
import { openKeys } from './approval.js';
import { projectRoot, startGatebook } from './gatebook.js';
import type { Ended } from './gatebook.js';
import { openProject } from './project.js';

export type Person = 'rita' | 'alice' | 'bob' | 'carol';

/** A program outside the project, with a path of its own: the plan starts it, the binding holds it. */
export const tool = '/opt/gatebook-test/tool';
/** What it makes when it is started. */
export const toolRan = '/opt/gatebook-test/ran';
export async function writeTool(): Promise<void> {
  await mkdir('/opt/gatebook-test', { recursive: true });
  await writeFile(tool, `#!/bin/sh\ntouch ${toolRan}\n`);
  await chmod(tool, 0o755);
}

/** A project with runbooks that need approvals, and the people who ask and approve. */
export async function openAuthorized(env: Readonly<Record<string, string>> = {}) {
  const project = await openProject(join(projectRoot, 'test/fixtures/approval'), env);
  const keys = openKeys('rita', 'alice', 'bob', 'carol');
  const signers = join(project.folder, 'allowed_signers');
  const usual = [
    keys.line('rita', 'rita', 'namespaces="gatebook-request@v1"'),
    keys.line('alice', 'alice'),
    keys.line('bob', 'bob'),
    keys.line('carol', 'carol', 'namespaces="gatebook-attestation@v1,gatebook-revocation@v1"'),
  ].join('');
  await writeFile(signers, usual);
  const at = (name: string): string => join(project.root, name);
  const state = ['--state', project.state];
  const as = (who: Person) => ['--as', who, '--key', keys.file(who)];
  const call = (args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ended> =>
    startGatebook(args, { ...project.env, ...more }, project.folder).ended;
  const started = join(project.folder, 'started');
  return {
    ...project,
    keys,
    signers,
    usualSigners: usual,
    at,
    as,
    gatebook: call,
    request: (runbook: string, more: readonly string[] = [], extra = {}, who: Person = 'rita') =>
      call(['request', runbook, ...state, ...as(who), '-o', at('request.json'), ...more], extra),
    approve: (slot: string, who: Person, more: readonly string[] = [], extra = {}) =>
      call(
        ['approve', at('request.json'), '--slot', slot, ...as(who), '-o', at(`${slot}.json`), ...more],
        extra,
      ),
    runWith: (runbook: string, slots: readonly string[], more: readonly string[] = [], extra = {}) => {
      const approvals = slots.flatMap((slot) => ['--approval', at(`${slot}.json`)]);
      return call(
        ['run', runbook, ...state, '--reports', project.reports, '--json', ...approvals, ...more],
        extra,
      );
    },
    /** Whether anything of a runbook was started: what its script writes. */
    marks: () => readFile(started, 'utf8').catch(() => ''),
    forget: async (...names: readonly string[]) => {
      for (const name of names)
        for (const file of [at(name), `${at(name)}.sig`]) await rm(file, { force: true });
      await rm(started, { force: true });
    },
    closeAll: async () => {
      keys.close();
      await project.close();
    },
  };
}
export type Authorized = Awaited<ReturnType<typeof openAuthorized>>;

export const reportOf = (ended: Ended): Report => JSON.parse(ended.stdout) as Report;

/** What the journal of the run that ended last says was started. */
export async function startedIn(
  { reports }: Pick<Authorized, 'reports'>,
  report: Report,
): Promise<readonly string[]> {
  const path = join(reports, report.run.runbook, report.run.id, 'journal.jsonl');
  const lines = (await readFile(path, 'utf8')).trim().split('\n');
  const types = lines.map((line) => (JSON.parse(line) as { type: string }).type);
  return types.filter((type) => /^(?:run|command|gate)_started|action_intended|resource_intended/.test(type));
}

/** libfaketime, from Debian's `faketime`; null where it isn't installed. */
export async function fakeTime(offset: string): Promise<Readonly<Record<string, string>>> {
  const library = execFileSync('sh', ['-c', 'ls /usr/lib/*/faketime/libfaketime.so.1']).toString().trim();
  await stat(library);
  return { LD_PRELOAD: library, FAKETIME: offset, FAKETIME_DONT_FAKE_MONOTONIC: '1' };
}
