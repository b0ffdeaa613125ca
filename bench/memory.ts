import { readFileSync, readdirSync } from 'node:fs';

/**
 * Peak of the memory of the runner's own processes below `root` (its servers and gpg are the pipeline's, as they are the
 * shell's), pages that processes share counted in shares (Pss), looked at five times a second: looking takes time from
 * what is measured. Linux; NaN elsewhere.
 */
export function watchMemory(root: number): { readonly stop: () => number } {
  let peakMb = Number.NaN;
  const timer = setInterval(() => {
    const mb = residentMb(root);
    if (!(mb <= peakMb)) peakMb = mb;
  }, 200);
  return {
    stop: () => {
      clearInterval(timer);
      return peakMb;
    },
  };
}

function residentMb(root: number): number {
  const parents = new Map<number, number>();
  const runners = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const status = readFileSync(`/proc/${name}/status`, 'utf8');
      parents.set(Number(name), Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]));
      if (readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('dist/cli.js')) {
        const rollup = readFileSync(`/proc/${name}/smaps_rollup`, 'utf8');
        runners.set(Number(name), Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) / 1024);
      }
    } catch {
      // It has ended in between.
    }
  }
  const isBelow = (pid: number | undefined): boolean =>
    pid === root || (pid !== undefined && pid > 1 && isBelow(parents.get(pid)));
  return [...runners].filter(([pid]) => isBelow(pid)).reduce((sum, [, mb]) => sum + mb, 0);
}
