import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDocker } from '../../../src/adapters/docker/index.js';
import { createProcesses } from '../../../src/adapters/process/index.js';
import type { Result } from '../../../src/base/result.js';
import { createRedactor } from '../../../src/journal/redact.js';
import type { CallLimits, ContainerSpec, Docker, DockerHandle } from '../../../src/ports/docker.js';
import type { Processes } from '../../../src/ports/process.js';
import { testEngine } from '../../support/docker.js';

export const limits = (timeoutMs = 30_000, signal = new AbortController().signal): CallLimits => ({
  timeoutMs,
  signal,
});

export function value<T>(result: Result<T, { readonly code: string; readonly message: string }>): T {
  if (result.ok) return result.value;
  throw new Error(`${result.error.code}: ${result.error.message}`);
}
export function problem(result: Result<unknown, { readonly code: string; readonly message: string }>): {
  readonly code: string;
  readonly message: string;
} {
  if (!result.ok) return result.error;
  throw new Error(`it was to fail, and gave ${JSON.stringify(result.value)}`);
}

export interface Bench {
  readonly docker: Docker;
  readonly image: string;
  readonly processes: Processes;
  readonly run: string;
  /** A name that nobody else has. */
  readonly name: (what: string) => string;
  /** Made and started; gone after the test. */
  readonly container: (spec?: Partial<ContainerSpec>, name?: string) => Promise<DockerHandle>;
  /** To be destroyed after the test. */
  readonly owe: (handle: DockerHandle) => DockerHandle;
  /** The docker program itself, as a person uses it. */
  readonly cli: (...args: string[]) => Promise<string>;
  readonly settle: () => Promise<void>;
}

/** The test run's engine. `path`: where the docker program is looked for. */
export async function openBench(path?: string): Promise<Bench> {
  const { host, image } = await testEngine();
  // In that of the test run, which goes with it.
  const home = mkdtempSync(join(process.env['GATEBOOK_TEST_HOME'] ?? tmpdir(), 'docker-'));
  const processes = createProcesses({
    mode: 'process-group',
    home,
    redactor: createRedactor(),
    ...(path !== undefined && { path }),
  });
  const docker = createDocker({ processes, host });
  const run = `t-${randomBytes(4).toString('hex')}`;
  const owed: DockerHandle[] = [];
  const owe = (handle: DockerHandle): DockerHandle => {
    owed.push(handle);
    return handle;
  };
  let count = 0;
  const name = (what: string): string => `${run}-${what}-${++count}`;
  return {
    ...{ docker, image, processes, run, name, owe },
    container: async (spec = {}, called = name('box')) => {
      const intent = docker.intend('container', called, run);
      const wanted = { image, network: 'none', argv: ['sleep', 'infinity'], ...spec };
      const handle = owe(value(await docker.createContainer(intent, wanted, limits())));
      value(await docker.start(handle, limits()));
      return handle;
    },
    cli: async (...args) => {
      const ended = value(await processes.run({ argv: ['docker', '-H', host, ...args] }, limits()));
      if (ended.exitCode !== 0) throw new Error(ended.stderr);
      return ended.stdout.trim();
    },
    settle: async () => {
      for (const handle of owed.splice(0).reverse()) value(await docker.destroy(handle));
    },
  };
}
