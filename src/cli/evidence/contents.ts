import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleFiles } from '../../adapters/bundle/files.js';
import { fewAtOnce } from '../../base/few-at-once.js';
import { counted } from '../../base/words.js';
import { firstDifference } from '../../bundle/compare.js';
import { journalName } from '../../bundle/manifest.js';
import { loadReport } from '../../bundle/seal.js';
import { isSetAside } from '../../ports/state.js';
import type { ContentsEntry } from '../../report/contents.js';
import { renderContents } from '../../report/contents.js';
import type { CommandOutput } from '../output.js';
import { failed, lines, said } from '../output.js';
import { word } from '../shown.js';

const page = 'README.md';
const nextFolder = 'gatebook report --index DIR   names the folder of the reports';

/** `gatebook report --index`: writes the table of contents, or compares it; 1 where a bundle is broken or it differs. */
export async function contentsCommand(
  [folder = 'reports', ...more]: readonly string[],
  options: { readonly check: boolean },
): Promise<CommandOutput> {
  const wrong = wrongFolder(folder, more);
  if (wrong !== null) return failed({ code: 'USAGE', message: wrong, next: nextFolder }, 2);
  const found = await bundlesIn(folder);
  if (found === null)
    return failed({ code: 'BUNDLE_MISSING', message: `${folder} can't be read`, next: nextFolder }, 4);
  const entries = await fewAtOnce(found, (path) => entryOf(folder, path));
  const text = renderContents(entries);
  const broken = entries.flatMap((entry) =>
    entry.kind === 'broken' ? [`${join(folder, entry.path)} is broken: ${entry.why}`] : [],
  );
  const differs = options.check ? await differenceOf(folder, text) : await write(folder, text);
  const faults = [...broken, ...(differs === null ? [] : [differs])];
  if (faults.length === 0)
    return said('', lines(`${join(folder, page)}: ${counted(entries.length, 'bundle')}`), 0);
  const next =
    differs === null
      ? `gatebook verify ${word(join(folder, entries.find(({ kind }) => kind === 'broken')?.path ?? ''))}`
      : options.check
        ? `gatebook report --index ${word(folder)}`
        : `see that you can write in ${folder}`;
  return said('', lines(...faults, `next     ${next}`), 1);
}

/** In a bundle the page would be a file that was added after the seal. */
function wrongFolder(folder: string, more: readonly string[]): string | null {
  if (more.length > 0) return `one folder has one table of contents, and ${more.join(', ')} is named as well`;
  return existsSync(join(folder, journalName))
    ? `${folder} is a bundle, not the folder of the reports`
    : null;
}

/** RUNBOOK/RUN, in order; null where the folder can't be read. Links are not followed. */
async function bundlesIn(folder: string): Promise<readonly string[] | null> {
  const runbooks = await foldersIn(folder);
  if (runbooks === null) return null;
  const all = await fewAtOnce(runbooks, async (runbook) =>
    ((await foldersIn(join(folder, runbook))) ?? []).map((run) => `${runbook}/${run}`),
  );
  return all.flat();
}

async function foldersIn(folder: string): Promise<readonly string[] | null> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => null);
  return (
    entries
      ?.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort() ?? null
  );
}

async function entryOf(folder: string, path: string): Promise<ContentsEntry> {
  if (isSetAside(path)) return { path, kind: 'set-aside' };
  const report = await loadReport(bundleFiles(join(folder, path)));
  if (report.ok) return { path, kind: 'report', report: report.value };
  // A path of this machine has no place on a page that is the same everywhere.
  const why = report.error.message.replaceAll(`${join(folder, path)}/`, '');
  return { path, kind: 'broken', why };
}

async function differenceOf(folder: string, text: string): Promise<string | null> {
  const written = await bundleFiles(folder).read(page, 4 * Buffer.byteLength(text) + 1024);
  if (!written.ok) return written.error.message;
  const present = Buffer.from(written.value).toString();
  if (present === text) return null;
  return `${join(folder, page)}:${String(firstDifference(present, text))} is not what the journals give`;
}

async function write(folder: string, text: string): Promise<string | null> {
  const written = await bundleFiles(folder).write(page, text);
  return written.ok ? null : `${join(folder, page)} can't be written: ${written.error.message}`;
}
