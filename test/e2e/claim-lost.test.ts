import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/report/index.js';
import { projectRoot } from '../support/gatebook.js';
import type { Project } from '../support/project.js';
import { journalSays, openProject, until } from '../support/project.js';
import { startNetwork } from '../support/tcp-proxy.js';
import type { TcpServer } from '../support/tcp-server.js';
import { database, secret, startTcpServer } from '../support/tcp-server.js';

let server: TcpServer;
let project: Project;
beforeAll(async () => {
  server = await startTcpServer({});
});
afterAll(() => server.close());
afterEach(() => project.close());

/** A run that is in the midst of something which needs no session on production. */
async function inTheMidst(port = server.port) {
  const url = `postgresql://the_reader:${encodeURIComponent(secret)}@127.0.0.1:${port}/${database}`;
  project = await openProject(join(projectRoot, 'test/fixtures/claim'), { DB_URL: url });
  const run = project.start('waits.yaml', '--json');
  await until('it waits', () => journalSays(project, '"index":1,"kind":"exec"'));
  return run;
}
async function aborted(run: Awaited<ReturnType<typeof inTheMidst>>): Promise<Report> {
  const ended = await run.ended;
  expect(ended, ended.stderr).toMatchObject({ code: 1 });
  const report = JSON.parse(ended.stdout) as Report;
  expect(report).toMatchObject({
    verdict: 'FAIL',
    cause: { kind: 'environment', code: 'CLAIM_LOST', command: null },
    teardown: { status: 'clean' },
    commands: [
      { id: 'C-01', state: 'failed' },
      { id: 'C-02', state: 'not_run' },
    ],
  });
  expect(report.teardown.resources.every(({ state }) => state === 'destroyed')).toBe(true);
  expect(await project.processes()).toEqual([]);
  return report;
}

describe('a claim that is lost in the midst of a run ends it: teardown, exit 1', () => {
  test('where someone ends its session', async () => {
    const run = await inTheMidst();
    const admin = await server.admin();
    await admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'gatebook/%/claim'`,
    );
    await admin.close();
    const began = performance.now();
    const report = await aborted(run);
    expect(performance.now() - began).toBeLessThan(8_000);
    expect(report.cause?.message).toMatch(/claim on prod.*administrator command/);
  });

  test('where the server is restarted, which then is looked at again', async () => {
    const run = await inTheMidst();
    await server.stop();
    await server.start();
    const report = await aborted(run);
    expect(JSON.stringify(report)).not.toContain('SESSIONS_');
  });

  test('where the network swallows everything, instead of hanging', async () => {
    const network = await startNetwork(server.port);
    const run = await inTheMidst(network.port);
    network.swallow();
    const began = performance.now();
    const report = await aborted(run);
    await network.close();
    expect(performance.now() - began).toBeLessThan(120_000);
    expect(report.cause?.message).toContain('not answered for 30 s');
    // What can't be looked at is said, not assumed, and stays for teardown to prove.
    expect(JSON.stringify(report)).toContain('SESSIONS_UNPROVED');
  });
});
