import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { doctor } from '../../src/cli/tools/doctor.js';
import type { Examination } from '../../src/doctor/examine.js';
import { testEngine } from '../support/docker.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gb-doctor-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

async function doctorAt(host: string) {
  vi.stubEnv('DOCKER_HOST', host);
  const { output, exitCode } = await doctor({ json: true });
  return { exitCode, engine: (JSON.parse(output) as Examination).engine };
}

test('the engine of the tests answers, with client and version', async () => {
  const { host } = await testEngine();
  const { exitCode, engine } = await doctorAt(host);
  expect(engine).toEqual({
    host,
    version: expect.stringMatching(/^\d+\.\d+/) as string,
    trouble: null,
    remedy: null,
  });
  expect(exitCode).toBe(0);
  const { output } = await doctor({ json: false });
  expect(output).toMatch(/✔ Docker client +\d+\.\d+/);
  expect(output).toMatch(/✔ Docker engine +\d+\.\d+/);
});

test('where nothing listens it says so, with what mends it, and is ready all the same', async () => {
  const host = `unix://${folder}/nobody.sock`;
  const { exitCode, engine } = await doctorAt(host);
  expect(engine).toMatchObject({ host, version: null, trouble: 'no engine listens there' });
  expect(engine?.remedy).toMatch(/^unset DOCKER_HOST/);
  expect(exitCode).toBe(0);
});

test('an address on another machine is not spoken to', async () => {
  const { exitCode, engine } = await doctorAt('tcp://192.0.2.1:2375');
  expect(engine).toMatchObject({ version: null, remedy: 'export DOCKER_HOST=unix:///var/run/docker.sock' });
  expect(exitCode).toBe(0);
});

test('an engine that takes the call and never answers is waited for a few seconds', async () => {
  const calls: Socket[] = [];
  const server: Server = createServer((socket) => calls.push(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(join(folder, 'mute.sock'), resolve));
  const started = performance.now();
  const { exitCode, engine } = await doctorAt(`unix://${folder}/mute.sock`);
  for (const call of calls) call.destroy();
  server.close();
  expect(calls.length).toBeGreaterThan(0);
  expect(engine).toMatchObject({ version: null, trouble: 'it takes the call and never answers' });
  expect(performance.now() - started).toBeLessThan(12_000);
  expect(exitCode).toBe(0);
});
