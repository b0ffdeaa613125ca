import { loadFile, loadRunbook, type LoadedRunbook, type SeenSources } from '../document/load.js';
import { err, ok, type Result } from '../base/result.js';
import { actions } from '../kinds/actions/index.js';
import { probes } from '../kinds/probes/index.js';
import type { Sources } from '../ports/sources.js';
import type { Diagnostic } from '../text/diagnostic.js';
import { checkRules, sorted } from './check.js';

export interface Validation {
  readonly diagnostics: readonly Diagnostic[];
  /** Text of the files that diagnostics speak of, for code frames. */
  readonly sources: SeenSources;
  /** What was asked for, in that order. */
  readonly files: readonly string[];
}

/** Everything that can be found without running anything. */
export async function validate(sources: Sources, paths: readonly string[]): Promise<Validation> {
  const seen: SeenSources = new Map();
  const diagnostics: Diagnostic[] = [];
  for (const path of paths) diagnostics.push(...(await validateFile(sources, path, seen)));
  return { diagnostics: unique(diagnostics), sources: seen, files: paths };
}

async function validateFile(
  sources: Sources,
  path: string,
  seen: SeenSources,
): Promise<readonly Diagnostic[]> {
  const loaded = await loadFile(sources, path, seen);
  if (!loaded.ok) return sorted(loaded.error);
  return loaded.value === null ? [] : checkRules(loaded.value, { probes, actions });
}

/** A runbook that every rule holds for; warnings come with it. This is what plan and run begin with. */
export async function loadValid(
  sources: Sources,
  path: string,
  seen: SeenSources = new Map(),
): Promise<Result<LoadedRunbook, readonly Diagnostic[]>> {
  const loaded = await loadRunbook(sources, path, seen);
  if (!loaded.ok) return err(sorted(loaded.error));
  const found = checkRules(loaded.value, { probes, actions });
  if (found.some((d) => d.severity === 'error')) return err(found);
  return ok({ ...loaded.value, warnings: found });
}

/** A library that two runbooks use has its findings once. */
function unique(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map((d) => [JSON.stringify([d.code, d.location, d.message]), d])).values()];
}
