import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A home that holds nothing at first, for the programs that the tests start: what V8 has compiled is kept there. */
export async function setup(): Promise<() => Promise<void>> {
  const home = await mkdtemp(join(tmpdir(), 'gbh-'));
  process.env['GATEBOOK_TEST_HOME'] = home;
  return () => rm(home, { recursive: true, force: true });
}
