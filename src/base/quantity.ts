const durationUnits: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const sizeUnits: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

export const durationForm = 'a whole number and ms, s, m, h or d (90s, 10m), 999d at most';
/** Schemas check with it what `parseDuration` reads, so that nothing written is too long to be understood. */
export const durationPattern = '^([0-9]{1,9}ms|[0-9]{1,7}s|[0-9]{1,6}m|[0-9]{1,4}h|[0-9]{1,3}d)$';
/** A duration that isn't nothing. */
export const limitPattern = durationPattern.replace('^', '^(?=0*[1-9])');
const duration = new RegExp(durationPattern);
export const sizeForm = `a number and one of ${Object.keys(sizeUnits).join(', ')} (5GiB), 9007TB at most`;

/** `90s` → milliseconds; null where the text isn't a duration. */
export function parseDuration(text: string): number | null {
  if (!duration.test(text)) return null;
  return Number.parseInt(text, 10) * (durationUnits[text.replace(/^[0-9]+/, '')] ?? Number.NaN);
}

/** The text of an integer beyond ±(2^53−1), which YAML refuses without quotes. */
export const isBigInteger = (text: string): boolean =>
  /^-?[0-9]+$/.test(text) && !Number.isSafeInteger(Number(text));

/** `5GiB`, `1.5GB`, `512` → bytes; to the nearest byte; null where the text isn't a size of exactly countable bytes. */
export function parseSize(text: string): number | null {
  const match = /^([0-9]{1,15}(?:\.[0-9]{1,3})?)(B|kB|MB|GB|TB|KiB|MiB|GiB|TiB)?$/.exec(text);
  if (match === null) return null;
  const bytes = Number(match[1]) * (sizeUnits[match[2] ?? 'B'] ?? 1);
  return Number.isSafeInteger(Math.round(bytes)) ? Math.round(bytes) : null;
}
