type Redact = (text: string) => string;

/** Fields of a record that hold what came from outside, whose keys are anybody's. */
const fromOutside: ReadonlySet<string> = new Set(['outputs', 'observed', 'expected', 'detail']);

/**
 * The same value with every text in it redacted. Keys are names of the language and stay, and numbers are the runner's
 * own, but for those inside of what came from outside.
 */
export function redactStrings<T>(value: T, redact: Redact): T;
export function redactStrings(value: unknown, redact: Redact): unknown {
  return redacted(value, redact, false);
}

/** A secret of digits that a program printed as JSON. */
function redactedNumber(value: number, redact: Redact): number | string {
  const digits = String(value);
  const shown = redact(digits);
  return shown === digits ? value : shown;
}

function redacted(value: unknown, redact: Redact, keysToo: boolean): unknown {
  if (typeof value === 'string') return redact(value);
  if (typeof value === 'number' && keysToo) return redactedNumber(value, redact);
  if (Array.isArray(value)) return value.map((item) => redacted(item, redact, keysToo));
  if (typeof value !== 'object' || value === null) return value;
  const entries = new Map<string, unknown>();
  for (const [key, item] of Object.entries(value)) {
    const name = keysToo ? unused(redact(key), entries) : key;
    entries.set(name, redacted(item, redact, keysToo || fromOutside.has(key)));
  }
  return Object.fromEntries(entries);
}

/** Two keys that hold one secret stay two. */
function unused(name: string, entries: ReadonlyMap<string, unknown>): string {
  let free = name;
  for (let n = 2; entries.has(free); n += 1) free = `${name} (${n})`;
  return free;
}
