import { spawn } from 'node:child_process';

/** One way to do the thing that is measured. `prepare` isn't timed; `ms` overrules the wall time where a part counts. */
export interface Contender {
  readonly name: string;
  readonly prepare?: () => Promise<void>;
  readonly run: () => Promise<{ readonly ms?: number; readonly note?: string } | undefined>;
}
export interface Measured {
  readonly name: string;
  /** Median, in milliseconds. */
  readonly ms: number;
  readonly note?: string;
}

/** A B A B …: what else the machine does meets all contenders alike. One round before the first isn't counted. */
export async function compare(
  contenders: readonly Contender[],
  rounds: number,
  warm = true,
): Promise<Measured[]> {
  const times = contenders.map((): number[] => []);
  const notes = contenders.map((): string | undefined => undefined);
  for (let round = warm ? -1 : 0; round < rounds; round += 1)
    for (const [index, contender] of contenders.entries()) {
      await contender.prepare?.();
      const start = performance.now();
      const result = await contender.run();
      const ms = result?.ms ?? performance.now() - start;
      process.stderr.write(`  ${contender.name}: ${seconds(ms)}${round < 0 ? ' (warm-up)' : ''}\n`);
      if (round >= 0) times[index]?.push(ms);
      notes[index] = result?.note ?? notes[index];
    }
  return contenders.map(({ name }, index) => {
    const note = notes[index];
    return { name, ms: median(times[index] ?? []), ...(note !== undefined && { note }) };
  });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export const seconds = (ms: number): string =>
  ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`;

export interface Called {
  readonly stdout: string;
  readonly ms: number;
}

/** Runs a program to its end; anything but exit 0 ends the benchmark with what it said. */
export function call(
  argv: readonly string[],
  options: {
    readonly env?: NodeJS.ProcessEnv;
    readonly cwd?: string;
    readonly onSpawn?: (pid: number) => void;
  } = {},
): Promise<Called> {
  const [file = '', ...args] = argv;
  const start = performance.now();
  const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  if (child.pid !== undefined) options.onSpawn?.(child.pid);
  const out: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const ms = performance.now() - start;
      if (code === 0) resolve({ stdout: Buffer.concat(out).toString(), ms });
      else
        reject(
          new Error(
            `${argv.join(' ')}: exit ${String(code)}\n${Buffer.concat([...errors, ...out])
              .toString()
              .slice(-4000)}`,
          ),
        );
    });
  });
}

export const shell = (script: string, env?: NodeJS.ProcessEnv): Promise<Called> =>
  call(['bash', '-o', 'pipefail', '-c', script], env ? { env } : {});
