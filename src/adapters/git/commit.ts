import { err, ok, type Result } from '../../base/result.js';
import type { Problem } from '../../text/problem.js';
import { git } from './run.js';

const refMax = 256;

/** Whether git could take it for a name of a commit; it is given to git behind `--end-of-options` all the same. */
export const isRefLike = (ref: string): boolean =>
  ref !== '' && !ref.startsWith('-') && ref.length <= refMax && !/[\0-\x20\x7f]/.test(ref);

/** Problems: REF_UNKNOWN, REF_AMBIGUOUS, GIT_MISSING, GIT_FAILED. */
export async function commitOf(top: string, ref: string): Promise<Result<string, Problem>> {
  const named = await git(top, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
  const commit = named.ok ? named.value.toString('utf8').trim() : '';
  if (!/^[0-9a-f]{40,64}$/.test(commit))
    return err({
      code: 'REF_UNKNOWN',
      message: `${ref} is neither a file nor a commit of this repository`,
      next: 'git fetch it, or compare with a file',
    });
  const meanings = await meaningsOf(top, ref);
  if (!meanings.ok) return meanings;
  if (meanings.value.length < 2) return ok(commit);
  return err({
    code: 'REF_AMBIGUOUS',
    message: `${ref} is the name of more than one: ${meanings.value.join(', ')}`,
    next: 'name the whole ref (refs/heads/…), or the whole id of the commit',
  });
}

/**
 * Everything that the ref's name stands for. git takes the first (a tag before a branch), and whoever can add a tag
 * would decide what a change is compared with.
 */
async function meaningsOf(top: string, ref: string): Promise<Result<readonly string[], Problem>> {
  const [name = ''] = ref.split(/[~^:]|@\{/);
  if (name === '' || /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(name)) return ok([]);
  const places = ['refs/', 'refs/tags/', 'refs/heads/', 'refs/remotes/'].map((place) => `${place}${name}`);
  const listed = await git(top, ['for-each-ref', '--format=%(refname)', '--end-of-options', ...places]);
  if (!listed.ok) return listed;
  const refs = linesOf(listed.value).filter((line) => places.includes(line));
  if (refs.length === 0 || !/^[0-9a-f]{4,}$/.test(name)) return ok(refs);
  const objects = await git(top, ['rev-parse', `--disambiguate=${name}`]);
  return objects.ok ? ok([...refs, ...linesOf(objects.value)]) : objects;
}

const linesOf = (output: Buffer): readonly string[] =>
  output
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
