import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { Controls, KillSwitch, SwitchScope, Voided } from '../../ports/state.js';
import type { Problem } from '../../text/problem.js';
import { createFile, io, isCode, syncFolder } from './create-file.js';

const maxBytes = 64 * 1024;

/** The kill switch and what was declared void: a file each, read anew at every question. */
export function controlsAt(root: string): Controls {
  const switchFile = (scope: SwitchScope): string => join(root, 'controls', `kill-switch.${scope}`);
  const voidFolder = join(root, 'void');
  return {
    async engaged(scope) {
      // Production's switch refuses everything; a rehearsal's only rehearsals.
      const asked: readonly SwitchScope[] =
        scope === 'production' ? ['production'] : ['production', 'rehearsal'];
      for (const one of asked) {
        const found = await readEntry<KillSwitch>(switchFile(one));
        if (!found.ok || found.value !== null) return found;
      }
      return ok(null);
    },
    async engage(entry) {
      try {
        await mkdir(join(root, 'controls'), { recursive: true, mode: 0o700 });
        await createFile(switchFile(entry.scope), `${JSON.stringify(entry)}\n`);
        return ok(true);
      } catch (error) {
        return isCode(error, 'EEXIST') ? ok(false) : err(io('the kill switch could not be engaged', error));
      }
    },
    async release(scope) {
      try {
        await rm(switchFile(scope), { force: true });
        await syncFolder(join(root, 'controls'));
        return ok(null);
      } catch (error) {
        return isCode(error, 'ENOENT') ? ok(null) : err(io('the kill switch could not be released', error));
      }
    },
    async voidRun(entry) {
      try {
        await mkdir(voidFolder, { recursive: true, mode: 0o700 });
        await createFile(join(voidFolder, `${entry.run}.json`), `${JSON.stringify(entry)}\n`);
        return ok(null);
      } catch (error) {
        if (!isCode(error, 'EEXIST')) return err(io(`run ${entry.run} could not be declared void`, error));
        return err({ code: 'ALREADY_VOID', message: `run ${entry.run} is void already` });
      }
    },
    async voided() {
      const found: Voided[] = [];
      try {
        for (const name of await readdir(voidFolder)) {
          const entry = await readEntry<Voided>(join(voidFolder, name));
          if (!entry.ok) return entry;
          if (entry.value !== null) found.push(entry.value);
        }
      } catch (error) {
        if (!isCode(error, 'ENOENT')) return err(io("the void runs can't be listed", error));
      }
      return ok(found.sort((a, b) => (a.at < b.at ? -1 : 1)));
    },
  };
}

/** Null where there is none. A file that is cut short or unreadable is an error: a control fails closed. */
async function readEntry<T>(path: string): Promise<Result<T | null, Problem>> {
  try {
    const text = await readFile(path, 'utf8');
    if (text.length > maxBytes) throw new Error('it is too large');
    return ok(JSON.parse(text) as T);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return ok(null);
    return err(io(`${dirname(path)} holds a control that can't be read`, error));
  }
}
