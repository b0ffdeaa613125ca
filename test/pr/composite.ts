import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readProperties } from '../support/workflow-command.js';
import { projectRoot } from '../support/gatebook.js';

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly shell?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}
interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

export interface Job {
  readonly workspace: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly event: object;
  readonly api: string;
  readonly token?: string;
}
export interface Annotation {
  readonly command: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}
export interface JobEnd {
  readonly success: boolean;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly annotations: readonly Annotation[];
  readonly log: string;
}

/** Carries action.yml out as GitHub's runner does: its steps in order, each with the documented variables and files. */
export async function runAction(job: Job): Promise<JobEnd> {
  const action = parse(await readFile(join(projectRoot, 'action.yml'), 'utf8')) as Action;
  if (action.runs.using !== 'composite') throw new Error('not a composite action');
  const runner = await Runner.make(action, job);
  let success = true;
  for (const [index, step] of action.runs.steps.entries()) {
    success = await runner.step(step, String(index));
    if (!success) break;
  }
  return { success, ...runner.end() };
}

const folders: string[] = [];
/** A runner's folder outlives its job: outputs name files in it. */
export const removeRunners = async (): Promise<void> => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
};

class Runner {
  readonly #outputs = new Map<string, string>();
  #log = '';
  #summary = '';

  private constructor(
    readonly action: Action,
    readonly job: Job,
    readonly folder: string,
  ) {}

  static async make(action: Action, job: Job): Promise<Runner> {
    const runner = new Runner(action, job, await mkdtemp(join(tmpdir(), 'gb-runner-')));
    folders.push(runner.folder);
    await writeFile(join(runner.folder, 'event.json'), JSON.stringify(job.event));
    return runner;
  }

  async step(step: Step, name: string): Promise<boolean> {
    if (step.uses !== undefined) return this.#usesNode(step);
    const [output, summary, script] = ['output', 'summary', 'sh'].map((kind) =>
      join(this.folder, `${name}.${kind}`),
    ) as [string, string, string];
    await writeFile(output, '');
    await writeFile(summary, '');
    await writeFile(script, step.run ?? '');
    if (step.shell !== 'bash' || step.run?.includes('${{') === true)
      throw new Error('a step says `shell: bash`, and takes expressions through its environment only');
    const env = Object.fromEntries(
      Object.entries(step.env ?? {}).map(([variable, value]) => [variable, this.#evaluate(value)]),
    );
    const code = await this.#bash(script, {
      ...this.#variables(),
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      ...env,
    });
    for (const line of (await readFile(output, 'utf8')).split('\n').filter((text) => text !== '')) {
      const at = line.indexOf('=');
      this.#outputs.set(`steps.${step.id}.outputs.${line.slice(0, at)}`, line.slice(at + 1));
    }
    this.#summary += await readFile(summary, 'utf8');
    return code === 0;
  }

  end(): Omit<JobEnd, 'success'> {
    const outputs = Object.entries(this.action.outputs).map(
      ([name, { value }]) => [name, this.#evaluate(value)] as const,
    );
    return {
      outputs: Object.fromEntries(outputs),
      summary: this.#summary,
      annotations: annotationsIn(this.#log),
      log: this.#log,
    };
  }

  /** What actions/setup-node leaves: a Node of the version asked for on PATH. Here it is the one of the tests. */
  #usesNode(step: Step): boolean {
    if (!/^actions\/setup-node@[0-9a-f]{40}$/.test(step.uses ?? ''))
      throw new Error(`${step.uses} is not pinned`);
    return Number(step.with?.['node-version']) >= 20;
  }

  /** `${{ inputs.x }}`, `${{ steps.a.outputs.b }}`, `${{ github.token }}`: all that action.yml needs. */
  #evaluate(text: string): string {
    return text.replaceAll(/\$\{\{\s*([\w.-]+)\s*\}\}/g, (_, path: string) => {
      const [first, second = ''] = path.split('.');
      if (path === 'github.token') return this.job.token ?? '';
      if (first === 'steps') return this.#outputs.get(path) ?? '';
      const input = this.action.inputs[second];
      if (first !== 'inputs' || input === undefined) throw new Error(`unknown: ${path}`);
      return this.job.inputs?.[second] ?? this.#evaluate(input.default ?? '');
    });
  }

  #variables(): Record<string, string> {
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: this.folder,
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: this.job.workspace,
      GITHUB_ACTION_PATH: projectRoot,
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_EVENT_PATH: join(this.folder, 'event.json'),
      GITHUB_REPOSITORY: 'acme/ops',
      GITHUB_API_URL: this.job.api,
      GITHUB_SERVER_URL: 'https://github.example',
      GITHUB_RUN_ID: '77',
      RUNNER_TEMP: this.folder,
    };
  }

  #bash(script: string, env: Record<string, string>): Promise<number | null> {
    // As the runner's documentation has it for `shell: bash`.
    const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
      cwd: this.job.workspace,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (this.#log += chunk.toString()));
    return new Promise((resolve) => child.on('close', resolve));
  }
}

/** The workflow commands that a runner obeys in a log. */
function annotationsIn(log: string): readonly Annotation[] {
  const found: Annotation[] = [];
  let stopped: string | null = null;
  for (const line of log.split('\n')) {
    if (stopped !== null) stopped = line === `::${stopped}::` ? null : stopped;
    else if (line.startsWith('::stop-commands::')) stopped = line.slice('::stop-commands::'.length);
    else if (line.startsWith('::')) found.push(readProperties(line));
  }
  return found;
}
