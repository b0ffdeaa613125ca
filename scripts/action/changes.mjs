// Which runbooks a pull request changes, and what each change means.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Params } from './params.mjs';
import { gatebook, git, paths } from './programs.mjs';

const isYaml = (path) => /\.ya?ml$/.test(path);
const isLibrary = (text) => /^kind:\s*gates\b/m.test(text);

/** The commit from which the pull request departs; null where this clone doesn't reach back so far. */
export const departure = (against) => git('merge-base', `${against}^{commit}`, 'HEAD')?.trim() ?? null;

/**
 * Of each runbook below `where` that changed since `base`, or one of whose libraries, scripts or data did: its path,
 * the review as data and as Markdown, or why there is none; and of each that is gone, its path. The dangerous first.
 * `values`: `name=value` for params.
 */
export function changedRunbooks(where, base, values) {
  const changed = new Set(paths(git('diff', '--name-only', '--no-renames', '-z', `${base}...HEAD`)));
  if (changed.size === 0) return [];
  const present = paths(git('ls-files', '-z', '--', ...where)).filter(isYaml);
  const params = new Params(values);
  const found = present
    .filter((path) => !isLibrary(readFileSync(path, 'utf8')))
    .map((path) => review(path, base, changed, params))
    .filter((one) => one !== null);
  params.warnOfUnused();
  return [...found, ...removed(where, base)].sort((a, b) => weakening(b).length - weakening(a).length);
}

function review(path, base, changed, params) {
  const call = (...options) => params.given(path, (given) => gatebook('review', path, ...given, ...options));
  const markdownOf = (...options) => call(...options, '--format', 'md').stdout;
  const compared = read(call, '--against', base);
  const alone = compared.data ? compared : read(call);
  const { data } = alone;
  if (!data)
    return mayBeChanged(path, changed)
      ? { path, state: 'unreviewable', malformed: alone.code === 3, why: alone.why }
      : null;
  const files = data.files.map((file) => inRepository(path, data.runbook.path, file.path));
  if (![path, ...files].some((file) => changed.has(file))) return null;
  if (!compared.data) return { path, state: 'uncompared', why: compared.why, data, markdown: markdownOf() };
  const state = data.comparison.is_new ? 'new' : 'changed';
  return { path, state, data, markdown: markdownOf('--against', base) };
}

/** A review as data; or the exit code (3: malformed) and why there is none. */
function read(call, ...options) {
  const { code, stdout, stderr } = call(...options, '--format', 'json');
  return code === 0 ? { data: JSON.parse(stdout) } : { code, why: lastWords(stderr) };
}

/** What a runbook uses is not known where it can't be read: then it is what it names. */
function mayBeChanged(path, changed) {
  const text = readFileSync(path, 'utf8');
  return changed.has(path) || [...changed].some((file) => text.includes(basename(file)));
}

/** A review names files from its project's folder, which may lie below the repository's top. */
export const inRepository = (path, inProject, file) =>
  path.endsWith(inProject) ? path.slice(0, path.length - inProject.length) + file : file;

/** The changes that weaken what guards a run. */
export const weakening = ({ data }) =>
  (data?.comparison?.changes ?? []).filter((change) => change.weight === 'weakens');

/** Nobody can say that these weaken nothing. */
export const isUnknown = ({ state }) => state === 'unreviewable' || state === 'uncompared';

const removed = (where, base) =>
  paths(git('diff', '--name-only', '--no-renames', '--diff-filter=D', '-z', `${base}...HEAD`, '--', ...where))
    .filter((path) => isYaml(path) && !isLibrary(git('show', `${base}:${path}`) ?? ''))
    .map((path) => ({ path, state: 'removed' }));

const lastWords = (stderr) => stderr.trim().split('\n').slice(-12).join('\n');
