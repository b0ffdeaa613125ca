import { basename } from 'node:path/posix';
import { err, ok, type Result } from '../base/result.js';
import type { Runbook } from '../model/runbook.js';
import type { Project, Sources } from '../ports/sources.js';
import type { Diagnostic, Location } from '../text/diagnostic.js';
import type { IndexedSource } from '../text/source.js';
import { readDataFiles, readScripts, readSeeds } from './attachments.js';
import { Libraries, usedLibraries, valuesOf } from './build/library.js';
import { buildRunbook } from './build/runbook.js';
import { Scope, textAt } from './build/scope.js';
import { Reader, startOf, type SourcePart } from './read.js';
import { readSettings, SETTINGS_FILE, type Settings } from './settings.js';
import { locateText } from './yaml/offsets.js';
import { child, locate, locationOf, nodeAt, type Node, type Path } from './tree.js';

export type { SourcePart } from './read.js';
export type { Settings } from './settings.js';

/** A runbook that is valid by type, with everything it consists of. The rules have not looked at it yet. */
export interface LoadedRunbook {
  readonly runbook: Runbook;
  /** Relative to the project. */
  readonly path: string;
  readonly project: Project;
  readonly settings: Settings;
  /** The runbook first, then what it uses; each once. */
  readonly files: readonly SourcePart[];
  /** Where a path of the runbook's YAML stands, e.g. `['commands', 'C-01', 'title']`. */
  readonly locate: (path: Path, what: 'key' | 'value') => Location;
  /** Whether the author wrote something there, or a default stands in its place. */
  readonly isWritten: (path: Path) => boolean;
  /** Where a stretch of the text under a path stands. */
  readonly locateText: (path: Path, start: number, end: number) => Location;
  /** A file of the runbook as text; what it holds can be shown in code frames from then on. */
  readonly textOf: (path: string) => IndexedSource | undefined;
  readonly warnings: readonly Diagnostic[];
}

/** Text by the name that diagnostics use: for code frames. */
export type SeenSources = Map<string, IndexedSource>;

/**
 * Reads a runbook, its libraries, constants, scripts and seeds. All findings of a stage come at once; a later
 * stage would only repeat what an earlier one found.
 */
export async function loadRunbook(
  sources: Sources,
  path: string,
  seen: SeenSources = new Map(),
): Promise<Result<LoadedRunbook, readonly Diagnostic[]>> {
  const project = await openProject(sources, path);
  if (!project.ok) return project;
  const reader = new Reader(project.value, seen);
  const settings = await readSettings(reader);
  if (!settings.ok) return settings;
  const tree = await reader.document(project.value.entry, 'runbook', 'runbook');
  return tree.ok ? assemble(tree.value, reader, settings.value) : tree;
}

/** What a project says of itself, found from any file in it; its runbooks aren't read. */
export async function loadSettings(
  sources: Sources,
  path: string,
): Promise<Result<Pick<LoadedRunbook, 'project' | 'settings'>, readonly Diagnostic[]>> {
  const project = await openProject(sources, path);
  if (!project.ok) return project;
  const settings = await readSettings(new Reader(project.value, new Map()));
  return settings.ok ? ok({ project: project.value, settings: settings.value }) : settings;
}

async function assemble(
  root: Node,
  reader: Reader,
  settings: Settings,
): Promise<Result<LoadedRunbook, readonly Diagnostic[]>> {
  const findings: Diagnostic[] = [];
  const libraries = await readLibraries(root, reader, findings);
  const dataFiles = await readDataFiles(root, reader, findings);
  const runbook = buildRunbook(root, new Scope(findings), libraries, dataFiles);
  await readScripts(root, runbook, reader, findings);
  await readSeeds(root, runbook, reader, findings);
  if (findings.length > 0) return err(unique(findings));
  const entry = reader.project.entry;
  const parts = [...reader.parts.values()];
  return ok({
    runbook,
    path: entry,
    project: reader.project,
    settings,
    files: [...parts.filter((p) => p.role === 'runbook'), ...parts.filter((p) => p.role !== 'runbook')],
    locate: (path, what) => locate(root, path, what),
    isWritten: (path) => nodeAt(root, path) !== undefined,
    locateText: (path, start, end) => locateText(root, path, start, end),
    textOf: (path) => reader.text(path),
    warnings: [],
  });
}

async function readLibraries(root: Node, reader: Reader, findings: Diagnostic[]): Promise<Libraries> {
  const files = new Map<string, Node>();
  for (const [path, use] of usedLibraries(root)) {
    const tree = await reader.document(path, 'library', 'gates', locationOf(use));
    if (tree.ok) files.set(path, tree.value);
    else findings.push(...tree.error);
  }
  return new Libraries(files, {
    keys: new Set(namesOf(child(root, 'keys'))),
    targets: new Set(namesOf(child(root, 'targets'))),
  });
}

const namesOf = (node: Node | undefined): readonly string[] =>
  node?.kind === 'map' ? [...node.entries.keys()] : [];

/** A library gate that is used twice has its findings once. */
function unique(findings: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return findings.filter((d) => {
    const { file, range } = d.location;
    const key = [d.code, file, range.start.line, range.start.column, d.message].join('\0');
    return seen.size < seen.add(key).size;
  });
}

/** What a file says it is: a library says `kind: gates`, settings have their own name. */
export async function loadFile(
  sources: Sources,
  path: string,
  seen: SeenSources = new Map(),
): Promise<Result<LoadedRunbook | null, readonly Diagnostic[]>> {
  const project = await openProject(sources, path);
  if (!project.ok) return project;
  const reader = new Reader(project.value, seen);
  const { entry } = project.value;
  if (basename(entry) === SETTINGS_FILE) {
    const settings = await reader.document(entry, 'settings', 'settings');
    return settings.ok ? ok(null) : settings;
  }
  const tree = await reader.tree(entry, 'runbook');
  if (!tree.ok) return tree;
  if (textAt(tree.value, 'kind') === 'gates') return checkLibrary(tree.value, reader);
  const settings = await readSettings(reader);
  if (!settings.ok) return settings;
  const runbook = await reader.checked(tree.value, 'runbook');
  return runbook.ok ? assemble(runbook.value, reader, settings.value) : runbook;
}

/** A library on its own: each gate whole. Its parameters are checked where it is used. */
async function checkLibrary(root: Node, reader: Reader): Promise<Result<null, readonly Diagnostic[]>> {
  const tree = await reader.checked(root, 'gates');
  if (!tree.ok) return tree;
  const scope = new Scope([]);
  for (const gate of valuesOf(child(tree.value, 'gates'))) {
    const missing = ['title', 'probe'].filter((key) => child(gate, key) === undefined);
    if (child(gate, 'expect') === undefined && child(gate, 'assert') === undefined)
      missing.push('expect or assert');
    for (const key of missing) scope.report(gate, 'GB1102', `a library gate needs ${key}`);
  }
  return scope.diagnostics.length > 0 ? err(scope.diagnostics) : ok(null);
}

async function openProject(sources: Sources, path: string): Promise<Result<Project, readonly Diagnostic[]>> {
  const project = await sources.project(path);
  if (project.ok) return project;
  const { code, message, next } = project.error;
  const location = startOf(path === '' ? '.' : path);
  return err([{ code, severity: 'error', message, location, ...(next !== undefined && { fix: next }) }]);
}
