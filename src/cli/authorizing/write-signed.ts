import { lstatSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { addSigned } from '../../adapters/add-signed.js';
import type { Signed } from '../../approve/index.js';
import { messageOf } from '../../base/thrown.js';
import type { Refusal } from '../../bind/index.js';

/** Into `path` and `path.sig`, as `addSigned` does; why it can't be written, or null. */
export async function writeSigned(path: string, signed: Signed): Promise<Refusal | null> {
  try {
    return (await addSigned(path, signed)) ? null : unwritable(path, 'a file is there already');
  } catch (error) {
    return unwritable(path, messageOf(error));
  }
}

/** Whether it can't be written as things are: asked before anybody types a passphrase for it. */
export function outputTaken(path: string): Refusal | null {
  try {
    const there = lstatSync(path, { throwIfNoEntry: false });
    if (there !== undefined)
      return unwritable(path, `a ${there.isDirectory() ? 'folder' : 'file'} is there already`);
    const folder = statSync(dirname(path), { throwIfNoEntry: false });
    return folder?.isDirectory() === true ? null : unwritable(path, `there is no folder ${dirname(path)}`);
  } catch (error) {
    return unwritable(path, messageOf(error));
  }
}

const unwritable = (path: string, why: string): Refusal => ({
  code: 'OUTPUT_UNWRITABLE',
  exit: 4,
  message: `${path} can't be written: ${why}`,
  next: 'give a new file with --output; nothing is overwritten',
});
