import { addSigned } from '../../adapters/add-signed.js';
import type { Signed } from '../../approve/index.js';
import type { Refusal } from '../../bind/index.js';

/** Into `path` and `path.sig`, as `addSigned` does; why it can't be written, or null. */
export async function writeSigned(path: string, signed: Signed): Promise<Refusal | null> {
  try {
    return (await addSigned(path, signed)) ? null : unwritable(path, 'a file is there already');
  } catch (error) {
    return unwritable(path, error instanceof Error ? error.message : String(error));
  }
}

const unwritable = (path: string, why: string): Refusal => ({
  code: 'OUTPUT_UNWRITABLE',
  exit: 4,
  message: `${path} can't be written: ${why}`,
  next: 'give a new file with --output; nothing is overwritten',
});
