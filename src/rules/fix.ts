import { ok } from '../base/result.js';
import type { Project, Sources } from '../ports/sources.js';
import type { Diagnostic, Edit, Location } from '../text/diagnostic.js';
import type { IndexedSource } from '../text/source.js';
import { validate, type Validation } from './validate.js';

/** A finding that was mended in the text of its file. */
export interface Fixed {
  readonly location: Location;
  readonly code: string;
  readonly before: string;
  readonly after: string;
}
/** Mends that aren't made, for they would bring errors. */
export interface Unfixed {
  readonly file: string;
  readonly because: Diagnostic;
}
export interface Fixes {
  /** Texts by the names that diagnostics use, as they were read and mended; nothing is written yet. */
  readonly texts: ReadonlyMap<string, { readonly before: string; readonly after: string }>;
  readonly fixed: readonly Fixed[];
  readonly unfixed: readonly Unfixed[];
  /** What is found in the new texts. */
  readonly validation: Validation;
}

/** A mend may bring the next to light: an integer in quotes lets the schema look at the rest. */
const passes = 8;

/** Makes every safe mend, file by file, as long as none brings an error that wasn't there. */
export async function fix(
  sources: Sources,
  paths: readonly string[],
  wholeFolders?: ReadonlySet<string>,
): Promise<Fixes> {
  const first = await validate(sources, paths, wholeFolders);
  let texts: ReadonlyMap<string, string> = new Map();
  let validation = first;
  const fixed: Fixed[] = [];
  const unfixed = new Map<string, Unfixed>();
  for (let pass = 0; pass < passes; pass++) {
    const files = [...editsByFile(validation)].filter(([file]) => !unfixed.has(file));
    if (files.length === 0) break;
    for (const [file, findings] of files) {
      const source = validation.sources.get(file);
      if (source === undefined) continue;
      const next = new Map(texts).set(file, applied(source.text, findings));
      const after = await validate(overlaid(sources, next), paths, wholeFolders);
      const worse = newError(validation, after, file, shifted(findings));
      if (worse !== undefined) {
        unfixed.set(file, { file, because: worse });
        continue;
      }
      texts = next;
      fixed.push(...findings.map((finding) => asFixed(finding, source)));
      validation = after;
    }
  }
  const changed = [...texts].map(
    ([file, after]) => [file, { before: first.sources.get(file)?.text ?? '', after }] as const,
  );
  return { texts: new Map(changed), fixed, unfixed: [...unfixed.values()], validation };
}

type Mendable = Diagnostic & { readonly edit: Edit };

/** In the order in which they stand; of two that overlap the first. */
function editsByFile({ diagnostics }: Validation): ReadonlyMap<string, readonly Mendable[]> {
  const files = new Map<string, Mendable[]>();
  const found = diagnostics.filter((d): d is Mendable => d.edit !== undefined && d.severity !== 'note');
  for (const finding of found.sort((a, b) => a.edit.start - b.edit.start)) {
    const { file } = finding.location;
    const list = files.get(file) ?? [];
    const last = list.at(-1)?.edit;
    if (last === undefined || (finding.edit.start >= last.end && finding.edit.start > last.start))
      list.push(finding);
    files.set(file, list);
  }
  return files;
}

function applied(text: string, findings: readonly Mendable[]): string {
  let at = 0;
  let made = '';
  for (const { edit } of findings) {
    made += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return made + text.slice(at);
}

/** Where the edited stretches stand in the new text. */
function shifted(findings: readonly Mendable[]): readonly (readonly [number, number])[] {
  let by = 0;
  return findings.map(({ edit }) => {
    const start = edit.start + by;
    by += edit.text.length - (edit.end - edit.start);
    return [start, start + edit.text.length] as const;
  });
}

/** The same files, some with another text. */
function overlaid(sources: Sources, texts: ReadonlyMap<string, string>): Sources {
  const read =
    (project: Project): Project['read'] =>
    async (path, maxBytes) => {
      const found = await project.read(path, maxBytes);
      const text = found.ok ? texts.get(project.shown(found.value.path)) : undefined;
      return found.ok && text !== undefined
        ? ok({ ...found.value, bytes: new TextEncoder().encode(text) })
        : found;
    };
  return {
    today: sources.today,
    project: async (path) => {
      const project = await sources.project(path);
      return project.ok ? ok({ ...project.value, read: read(project.value) }) : project;
    },
  };
}

/**
 * An error that the mend brings: one that touches what was edited, or one of a kind that was already looked for. What
 * an error of an earlier stage hid isn't new.
 */
function newError(
  before: Validation,
  after: Validation,
  edited: string,
  places: readonly (readonly [number, number])[],
): Diagnostic | undefined {
  const known = new Set(before.diagnostics.map(nameOf));
  const errors = before.diagnostics.filter((d) => d.severity === 'error');
  const source = after.sources.get(edited);
  return after.diagnostics.find((d) => {
    if (d.severity !== 'error') return false;
    if (d.location.file === edited && source !== undefined && touches(d, source, places)) return true;
    if (known.has(nameOf(d))) return false;
    const hidden = errors.some(
      (e) => stageOf(e) < stageOf(d) && (e.location.file === d.location.file || e.location.file === edited),
    );
    return !hidden;
  });
}

const nameOf = ({ code, message, location: { file } }: Diagnostic): string => `${file}\0${code}\0${message}`;

/** What is looked for only where nothing of an earlier stage was found: text, shape, the rest of the document, rules. */
function stageOf({ code }: Diagnostic): number {
  if (code.startsWith('GB10')) return 0;
  if (/^GB1[12]/.test(code)) return 1;
  return code.startsWith('GB2') ? 3 : 2;
}

function touches(
  { location: { range } }: Diagnostic,
  source: IndexedSource,
  places: readonly (readonly [number, number])[],
): boolean {
  const before = (a: Location['range']['start'], b: Location['range']['start']): boolean =>
    a.line < b.line || (a.line === b.line && a.column < b.column);
  return places.some(([start, end]) => {
    const { range: place } = source.location(start, end);
    const holdsMore = before(range.start, place.start) && before(place.end, range.end);
    return !holdsMore && before(range.start, place.end) && before(place.start, range.end);
  });
}

function asFixed({ location, code, edit }: Mendable, source: IndexedSource): Fixed {
  return { location, code, before: source.text.slice(edit.start, edit.end), after: edit.text };
}
