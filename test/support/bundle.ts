import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { journalBytes } from './journal.js';
import { bindingText, passed, planText, runbookText } from './o9-events.js';

/** The bundle of a run that passed, as it is before it is sealed. */
export async function writeBundle(folder: string): Promise<void> {
  await mkdir(join(folder, 'source/runbooks'), { recursive: true });
  await mkdir(join(folder, 'logs'));
  await writeFile(join(folder, 'source/runbooks/o9-backup.yaml'), runbookText);
  await writeFile(join(folder, 'plan.json'), planText);
  await writeFile(join(folder, 'binding.json'), bindingText);
  await writeFile(join(folder, 'logs/C-02.stdout'), 'done\n');
  await writeFile(join(folder, 'journal.jsonl'), journalBytes(passed()));
}
