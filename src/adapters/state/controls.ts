import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { by } from '../../base/order.js';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { Controls, KillSwitch, SwitchScope } from '../../ports/state.js';
import type { Problem } from '../../text/problem.js';
import { makeFoldersSynced, syncFolder } from '../sync-folder.js';
import { createIfNew, io } from './create-file.js';
import { folderIsThere, readIfThere } from './read-file.js';
import { readSwitch, readVoided, switchName, voidName } from './records.js';

const switchNames = /^kill-switch\./;
const voidNames = /\.json$/;

/** The kill switches and what was declared void: a file each, read anew at every question. */
export function controlsAt(root: string): Controls {
  const switchFolder = join(root, 'controls');
  const voidFolder = join(root, 'void');
  const fileOf = (entry: KillSwitch): string => join(switchFolder, switchName(entry));
  const switches = (): Result<readonly KillSwitch[], Problem> =>
    readAll(switchFolder, switchNames, readSwitch);
  return {
    switches: () => Promise.resolve(switches()),
    engaged(scope) {
      const found = switches();
      const refusing = (one: KillSwitch): boolean => refuses(one.scope, scope);
      return Promise.resolve(found.ok ? ok(found.value.find(refusing) ?? null) : found);
    },
    async engage(entry) {
      try {
        return ok(await publish(fileOf(entry), `${JSON.stringify(entry)}\n`));
      } catch (error) {
        return err(io('the kill switch could not be engaged', error));
      }
    },
    async release(entry, released) {
      try {
        const name = `${released.at.replaceAll(':', '')}.${entry.run ?? entry.scope}.json`;
        await publish(join(switchFolder, 'released', name), `${JSON.stringify({ ...entry, released })}\n`);
        await rm(fileOf(entry), { force: true });
        await syncFolder(switchFolder);
        return ok(null);
      } catch (error) {
        return err(io('the kill switch could not be released', error));
      }
    },
    async voidRun(entry) {
      try {
        if (await publish(join(voidFolder, voidName(entry)), `${JSON.stringify(entry)}\n`)) return ok(null);
        return err({ code: 'ALREADY_VOID', message: `run ${entry.run} is void already` });
      } catch (error) {
        return err(io(`run ${entry.run} could not be declared void`, error));
      }
    },
    voided: () => Promise.resolve(readAll(voidFolder, voidNames, readVoided)),
  };
}

/** Production's switch refuses everything; a rehearsal's only rehearsals. */
const refuses = (engaged: SwitchScope, asked: SwitchScope): boolean =>
  engaged === 'production' || asked === 'rehearsal';

/** False where the name is taken. */
async function publish(path: string, text: string): Promise<boolean> {
  await makeFoldersSynced(dirname(path), 0o700);
  return createIfNew(path, text);
}

/** Oldest first; none where the folder isn't there. A file that can't be read is an error: a control fails closed. */
function readAll<T extends { readonly at: string }>(
  folder: string,
  names: RegExp,
  read: (name: string, text: string) => T,
): Result<readonly T[], Problem> {
  const found: T[] = [];
  try {
    for (const name of folderIsThere(folder) ? readdirSync(folder) : []) {
      const text = names.test(name) ? readIfThere(join(folder, name)) : null;
      if (text !== null) found.push(read(name, text));
    }
  } catch (error) {
    return err({
      ...io(`${folder} holds a control that can't be read`, error),
      next: 'find out who changed it, and put it back from a copy; one that nobody engaged or declared is removed by hand',
    });
  }
  return ok(found.sort(by((one) => one.at)));
}
