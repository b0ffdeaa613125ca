import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { link, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { Controls, KillSwitch, SwitchScope, Voided } from '../../ports/state.js';
import type { Problem } from '../../text/problem.js';
import { syncFolder } from '../sync-folder.js';
import { createFile, io, isCode } from './create-file.js';
import { readIfThere } from './read-file.js';

const switchName = /^kill-switch\.(production|rehearsal)(\.[A-Za-z0-9][A-Za-z0-9._-]*)?$/;

/** The kill switches and what was declared void: a file each, read anew at every question. */
export function controlsAt(root: string): Controls {
  const switchFolder = join(root, 'controls');
  const voidFolder = join(root, 'void');
  const fileOf = ({ scope, run }: KillSwitch): string =>
    join(switchFolder, `kill-switch.${scope}${run === null ? '' : `.${run}`}`);
  const switches = async (): Promise<Result<readonly KillSwitch[], Problem>> => {
    const found = await readAll<KillSwitch>(switchFolder, switchName);
    return found.ok ? ok(oldestFirst(found.value)) : found;
  };
  return {
    switches,
    async engaged(scope) {
      const found = await switches();
      return found.ok ? ok(found.value.find((one) => refuses(one.scope, scope)) ?? null) : found;
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
        if (await publish(join(voidFolder, `${entry.run}.json`), `${JSON.stringify(entry)}\n`))
          return ok(null);
        return err({ code: 'ALREADY_VOID', message: `run ${entry.run} is void already` });
      } catch (error) {
        return err(io(`run ${entry.run} could not be declared void`, error));
      }
    },
    async voided() {
      const found = await readAll<Voided>(voidFolder, /\.json$/);
      return found.ok ? ok(oldestFirst(found.value)) : found;
    },
  };
}

/** Production's switch refuses everything; a rehearsal's only rehearsals. */
const refuses = (engaged: SwitchScope, asked: SwitchScope): boolean =>
  engaged === 'production' || asked === 'rehearsal';

const oldestFirst = <T extends { readonly at: string }>(entries: readonly T[]): readonly T[] =>
  [...entries].sort((a, b) => (a.at < b.at ? -1 : 1));

/** Whole under its name or not there, so that nobody reads half of it; false where the name is taken. */
async function publish(path: string, text: string): Promise<boolean> {
  const folder = join(path, '..');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, `.${randomBytes(8).toString('hex')}`);
  await createFile(draft, text);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
    await syncFolder(folder);
  }
}

/** None where the folder isn't there. A file that can't be read is an error: a control fails closed. */
async function readAll<T>(folder: string, names: RegExp): Promise<Result<readonly T[], Problem>> {
  const found: T[] = [];
  try {
    // Asked before every action, and nearly always of a folder that isn't there: no thread is worth it.
    for (const name of readdirSync(folder)) {
      if (!names.test(name)) continue;
      const text = await readIfThere(join(folder, name));
      if (text !== null) found.push(JSON.parse(text) as T);
    }
  } catch (error) {
    if (!isCode(error, 'ENOENT')) return err(io(`${folder} holds a control that can't be read`, error));
  }
  return ok(found);
}
