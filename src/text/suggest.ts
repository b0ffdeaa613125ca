import { distance } from 'fastest-levenshtein';

/** The candidate that was probably meant: near in letters, or the same but for case and punctuation. */
export function nearest(written: string, candidates: Iterable<string>): string | undefined {
  const plain = simplify(written);
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(written.length / 3)) + 1;
  for (const candidate of candidates) {
    if (simplify(candidate) === plain) return candidate;
    const d = steps(written.toLowerCase(), candidate.toLowerCase());
    if (d < bestDistance) {
      best = candidate;
      bestDistance = d;
    }
  }
  return best;
}

/** `did you mean "x"?`, or the few there are, or nothing. */
export function didYouMean(written: string, candidates: Iterable<string>): string | undefined {
  const all = [...candidates];
  const meant = nearest(written, all);
  if (meant !== undefined) return `did you mean ${meant}?`;
  if (all.length === 0) return undefined;
  if (all.length <= 12) return `one of ${all.join(', ')}`;
  return undefined;
}

const simplify = (s: string): string => s.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** The candidate that is `written` with a slip of the hand: two letters at most, or case and punctuation. */
export function slipOf(written: string, candidates: Iterable<string>): string | undefined {
  for (const candidate of candidates) {
    if (candidate === written) continue;
    if (simplify(candidate) === simplify(written) || distance(written, candidate) <= 2) return candidate;
  }
  return undefined;
}

/** Edit distance, but letters in another order are one slip. */
const steps = (a: string, b: string): number => (letters(a) === letters(b) ? 1 : distance(a, b));
const letters = (s: string): string => Array.from(s).sort().join('');
