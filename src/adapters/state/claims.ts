import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunId } from '../../base/ids.js';
import { isRunId } from '../../base/ids.js';
import { err, ok } from '../../base/result.js';
import type { ClaimProblem, StateFolder } from '../../ports/state.js';
import { targetClaim } from '../../ports/state.js';
import { createIfNew, io, writing } from './create-file.js';
import { readIfThere } from './read-file.js';

/** A file for each claim, made exclusively; beside a run's own one that it keeps them. */
export function claimsAt(root: string): Pick<StateFolder, 'claim' | 'release' | 'hold' | 'claims'> {
  const claimFile = (name: string): string => join(root, 'claims', encodeURIComponent(name));
  const heldFile = (run: string): string => join(root, 'runs', `${run}.held`);
  return {
    async claim(name, run) {
      const file = claimFile(name);
      for (;;) {
        try {
          if (await createIfNew(file, `${run}\n`)) return ok(null);
        } catch (error) {
          return err({ ...io(`${name} could not be claimed`, error), holder: null });
        }
        const holder = holderOf(file);
        if (holder === null) return err(claimDamaged(name, file));
        if (holder !== 'given back') return err(claimedBy(name, holder, existsSync(heldFile(holder))));
      }
    },
    release: (run) =>
      writing(`what run ${run} claims could not be given back`, () =>
        releaseClaims(root, (holder) => holder === run),
      ),
    hold: (run) =>
      writing(`what run ${run} need not keep could not be given back`, async () => {
        await createIfNew(heldFile(run), '');
        await releaseClaims(
          root,
          (holder, name) => holder === run && !name.startsWith(encodeURIComponent(targetClaim)),
        );
      }),
    async claims() {
      try {
        return ok(
          (await claimsIn(root)).map(([name, run]) => ({
            name: decodeURIComponent(name),
            run,
            held: existsSync(heldFile(run)),
          })),
        );
      } catch (error) {
        return err(io("the claims can't be read", error));
      }
    },
  };
}

const claimedBy = (name: string, run: RunId, held: boolean): ClaimProblem => ({
  code: 'CLAIMED',
  message: `${name} is claimed by run ${run}, ${held ? 'which failed after a change there and is not void' : 'which has not ended'}`,
  holder: { run, held },
});

const claimDamaged = (name: string, path: string): ClaimProblem => ({
  code: 'CLAIMED',
  message: `${name} is claimed, and ${path} doesn't say any more by which run`,
  holder: null,
});

/** Null where it names no run: nobody's to give back. */
function holderOf(path: string): RunId | 'given back' | null {
  try {
    const text = readIfThere(path);
    if (text === null) return 'given back';
    const run = text.trim();
    return isRunId(run) ? run : null;
  } catch {
    return null;
  }
}

/** Every claim that names its run, by the name of its file; a name that none is given is of another's file. */
async function claimsIn(root: string): Promise<readonly (readonly [string, RunId])[]> {
  const folder = join(root, 'claims');
  return (await readdir(folder)).flatMap((name) => {
    const holder = isEncoded(name) ? holderOf(join(folder, name)) : null;
    return holder === null || holder === 'given back' ? [] : [[name, holder] as const];
  });
}

function isEncoded(name: string): boolean {
  try {
    return encodeURIComponent(decodeURIComponent(name)) === name;
  } catch {
    return false;
  }
}

async function releaseClaims(root: string, which: (holder: string, name: string) => boolean): Promise<void> {
  for (const [name, holder] of await claimsIn(root))
    if (which(holder, name)) await rm(join(root, 'claims', name), { force: true });
}
