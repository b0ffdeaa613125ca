import { basename } from 'node:path/posix';
import { startOf } from '../document/read.js';
import { SETTINGS_FILE } from '../document/settings.js';
import { loadFile, loadRunbook, type LoadedRunbook, type SeenSources } from '../document/load.js';
import { err, ok, type Result } from '../base/result.js';
import { actions } from '../kinds/actions/index.js';
import { probes } from '../kinds/probes/index.js';
import type { Sources } from '../ports/sources.js';
import type { Diagnostic } from '../text/diagnostic.js';
import type { Given } from './folded-args.js';
import { checkRules, sorted, unique } from './check.js';

export interface Validation {
  readonly diagnostics: readonly Diagnostic[];
  /** Text of the files that diagnostics speak of, for code frames. */
  readonly sources: SeenSources;
  /** What was asked for, in that order. */
  readonly files: readonly string[];
}

/**
 * Everything that can be found without running anything. Of a library that was found in a folder (`wholeFolders`) it
 * is also told that no runbook uses it: where single files are given, another may.
 */
export async function validate(
  sources: Sources,
  paths: readonly string[],
  wholeFolders: ReadonlySet<string> = new Set(),
): Promise<Validation> {
  const seen: SeenSources = new Map();
  const diagnostics: Diagnostic[] = [];
  const loaded: LoadedRunbook[] = [];
  const others: string[] = [];
  for (const path of paths) {
    const file = await loadFile(sources, path, seen);
    if (!file.ok) diagnostics.push(...sorted(file.error));
    else if (file.value === null) others.push(path);
    else {
      loaded.push(file.value);
      diagnostics.push(...checkRules(file.value, { probes, actions }, sources.today));
    }
  }
  const unused = others.filter((path) => wholeFolders.has(path));
  // A runbook that can't be loaded may use any of them.
  if (unused.length > 0 && loaded.length > 0 && loaded.length + others.length === paths.length)
    diagnostics.push(...(await unusedLibraries(sources, unused, loaded)));
  return { diagnostics: unique(diagnostics), sources: seen, files: paths };
}

async function unusedLibraries(
  sources: Sources,
  paths: readonly string[],
  runbooks: readonly LoadedRunbook[],
): Promise<readonly Diagnostic[]> {
  const used = new Set(
    runbooks.flatMap(({ project, files }) => files.map((file) => `${project.root}\0${file.path}`)),
  );
  const found: Diagnostic[] = [];
  for (const path of paths) {
    const project = await sources.project(path);
    if (!project.ok || basename(path) === SETTINGS_FILE) continue;
    const { root, entry, shown } = project.value;
    if (used.has(`${root}\0${entry}`) || !runbooks.some((runbook) => runbook.project.root === root)) continue;
    const code = 'GB2005';
    const message = 'no runbook of this folder uses this library';
    found.push({ code, severity: 'warning', message, location: startOf(shown(entry)), fix: 'remove it' });
  }
  return found;
}

/** A runbook without an error; warnings and waived findings come with it. This is what plan and run begin with. `given`: params. */
export async function loadValid(
  sources: Sources,
  path: string,
  seen: SeenSources = new Map(),
  given: Given = {},
): Promise<Result<LoadedRunbook, readonly Diagnostic[]>> {
  const loaded = await loadRunbook(sources, path, seen);
  if (!loaded.ok) return err(sorted(loaded.error));
  const found = checkRules(loaded.value, { probes, actions }, sources.today, given);
  if (found.some((d) => d.severity === 'error')) return err(found);
  return ok({ ...loaded.value, warnings: found });
}
