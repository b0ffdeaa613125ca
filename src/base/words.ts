/** Numbers, sizes and times as a person reads them. The exact values are in report.json. */

/** `1234567` as `1,234,567`. */
export function grouped(value: number | bigint): string {
  if (typeof value === 'number' && !Number.isInteger(value)) return String(value);
  return value.toString().replace(/\B(?=(\d{3})+$)/g, ',');
}

const small = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ');

/** Up to twelve in words, then in grouped digits. */
export const inWords = (count: number): string => small[count] ?? grouped(count);

/** Ended by a full stop, unless it ends one already. */
export const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `1 gate`, `2 gates`; with `words`, `one gate`, `two gates`. */
export const counted = (count: number, singular: string, plural = `${singular}s`): string =>
  `${grouped(count)} ${count === 1 ? singular : plural}`;
export const countedInWords = (count: number, singular: string, plural = `${singular}s`): string =>
  `${inWords(count)} ${count === 1 ? singular : plural}`;

const units = ['kB', 'MB', 'GB', 'TB', 'PB'];

/** Decimal units, three significant digits: `41.2 MB`. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${grouped(Math.round(bytes))} B`;
  let value = bytes;
  let unit = 'B';
  for (const next of units) {
    // 999.5 would be printed as 1000 of the smaller unit.
    if (value < 999.5) break;
    value /= 1000;
    unit = next;
  }
  return `${value < 9.995 ? value.toFixed(2) : value < 99.95 ? value.toFixed(1) : grouped(Math.round(value))} ${unit}`;
}

/** `12 ms`, `0.4 s`, `7.3 s`, `42 s`, `3 min 5 s`, `2 h 4 min`. */
export function duration(ms: number): string {
  if (ms < 50) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${grouped(Math.floor(minutes / 60))} h ${minutes % 60} min`;
}

/** A length of time that somebody wrote down, without the zeros of a measured one: `24 h`, `5 min`, `2 s`. */
export const period = (ms: number): string => duration(ms).replace(/ 0 (?:min|s)$|\.0(?= s$)/, '');

/** The first eight digits of a digest whose whole form stands elsewhere in the same document. */
export const shortDigest = (digest: string): string => {
  const hex = digest.replace(/^sha256:/, '');
  return hex.length > 8 ? `${hex.slice(0, 8)}…` : hex;
};

/** The two ends of a key's fingerprint whose whole form stands elsewhere: `3DE3…E240`. */
export const shortFingerprint = (fingerprint: string): string =>
  fingerprint.length > 12 ? `${fingerprint.slice(0, 4)}…${fingerprint.slice(-4)}` : fingerprint;

/** `one`, `one and two`, `one, two and three`. */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}
