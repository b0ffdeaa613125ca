import type { Sha256 } from '../base/ids.js';
import type { Report } from '../report/index.js';
import type { Problem } from '../text/problem.js';
import type { ManifestEntry } from './manifest.js';
import { attestationName, isListed, journalName, manifestName } from './manifest.js';

export interface Finding {
  /**
   * `untrusted`: as it was sealed or added, but not signed by whom the caller asks for. `unreadable`: the system didn't
   * give it, or can't check its signature, so that nothing is known of it.
   */
  readonly kind:
    'changed' | 'missing' | 'added' | 'reordered' | 'truncated' | 'refused' | 'unreadable' | 'untrusted';
  readonly file: string;
  /** Counts from 1. */
  readonly line?: number;
  readonly message: string;
}

/** What can't be read is only missing where it isn't there, and only refused where something else stands in its place. */
export function notRead(file: string, { code, message }: Problem, findings: Finding[]): void {
  const kind =
    code === 'BUNDLE_MISSING' ? 'missing' : code === 'BUNDLE_UNREADABLE' ? 'unreadable' : 'refused';
  // Some files are looked at twice.
  if (!findings.some((one) => one.file === file && one.kind === kind)) findings.push({ kind, file, message });
}

export const unreadNext = 'mend that, then look again: as somebody who may read it, or once its disk answers';

/** What was found says nothing against the bundle: it couldn't be looked at. */
export const onlyUnread = (findings: readonly Finding[]): boolean =>
  findings.length > 0 && findings.every(({ kind }) => kind === 'unreadable');

/** sha256 of each file that was found; null where nothing lists it, so that there is nothing to compare it with. */
export type Hashes = ReadonlyMap<string, Sha256 | null>;

export interface ReadManifest {
  readonly entries: readonly ManifestEntry[];
  readonly sha256: string;
}

/** The attestation is a second witness of what the manifest was. */
export function compareManifest(
  manifest: ReadManifest,
  attested: ReadonlyMap<string, string>,
  findings: Finding[],
): void {
  const sha256 = attested.get(manifestName);
  if (sha256 === undefined || sha256 === manifest.sha256) return;
  findings.push({
    kind: 'changed',
    file: manifestName,
    line: firstUnattested(manifest.entries, attested),
    message: `${attestationName} names another sha256 for it`,
  });
}

/** The line, from 1, at which the manifest departs from the attested files: one was changed, put in or taken out there. */
function firstUnattested(entries: readonly ManifestEntry[], attested: ReadonlyMap<string, string>): number {
  const sealed = [...attested].filter(([path]) => path !== manifestName);
  const departs = (index: number): boolean => {
    const [path, sha256] = sealed[index] ?? [];
    return entries[index]?.path !== path || entries[index]?.sha256 !== sha256;
  };
  let at = 0;
  while (at < entries.length && !departs(at)) at += 1;
  return at + 1;
}

/** What was refused or couldn't be read is there, whatever it holds: it isn't missing too. */
const refusedIn = (findings: readonly Finding[]): ReadonlySet<string> =>
  new Set(findings.filter(({ kind }) => kind === 'refused' || kind === 'unreadable').map(({ file }) => file));

export function compareFiles(
  found: Hashes,
  manifest: readonly ManifestEntry[],
  attested: ReadonlyMap<string, string>,
  findings: Finding[],
): void {
  const listed = new Set<string>();
  const refused = refusedIn(findings);
  for (const [index, { path, sha256 }] of manifest.entries()) {
    listed.add(path);
    const hash = found.get(path);
    if (hash === undefined) {
      if (!refused.has(path))
        findings.push({ kind: 'missing', file: path, message: `${manifestName}:${index + 1} lists it` });
    } else if (hash !== sha256) {
      const message = `its sha256 is not the one in ${manifestName}:${index + 1}`;
      // Where the attestation agrees with the file, it is the manifest's line that was changed.
      if (attested.get(path) !== hash) findings.push({ kind: 'changed', file: path, message });
      else
        findings.push({
          kind: 'changed',
          file: manifestName,
          line: index + 1,
          message: `it is not the sha256 of ${path}`,
        });
    }
  }
  for (const path of found.keys()) {
    if (listed.has(path) || !isListed(path)) continue;
    findings.push({ kind: 'added', file: path, message: `${manifestName} does not list it` });
  }
}

const [planName, bindingName, sourceFolder] = ['plan.json', 'binding.json', 'source/'] as const;
export const mayBePinned = (path: string): boolean =>
  path === planName || path === bindingName || path.startsWith(sourceFolder);

/** What the journal's first record pins: plan, binding and every file under source/. */
export function compareDigests(found: Hashes, report: Report, findings: Finding[]): void {
  const pinned: readonly (readonly [string, string])[] = [
    [planName, report.run.plan_digest.replace(/^sha256:/, '')],
    [bindingName, report.run.binding_digest.replace(/^sha256:/, '')],
    ...report.evidence.files.map(({ path, sha256 }) => [`${sourceFolder}${path}`, sha256] as const),
  ];
  const refused = refusedIn(findings);
  for (const [file, sha256] of pinned) {
    const hash = found.get(file);
    // Null: it wasn't read, since a manifest that could be doesn't list it, and that is a finding already.
    if (hash === sha256 || hash === null) continue;
    if (hash === undefined && (sha256 === '' || refused.has(file))) continue;
    const kind = hash === undefined ? 'missing' : 'changed';
    findings.push({
      kind,
      file,
      message: `${journalName}:1 names sha256 ${sha256 === '' ? '(none)' : sha256}`,
    });
  }
}

/** The first line, from 1, in which two texts differ. */
export function firstDifference(text: string, expected: string): number {
  const lines = text.split('\n');
  const at = expected.split('\n').findIndex((line, index) => line !== lines[index]);
  return at === -1 ? expected.split('\n').length + 1 : at + 1;
}
