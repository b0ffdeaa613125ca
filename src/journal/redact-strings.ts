type Redact = (text: string) => string;

/** Fields of a record that hold what came from outside, whose keys are anybody's. */
const fromOutside: ReadonlySet<string> = new Set(['outputs', 'observed', 'expected', 'detail']);

/**
 * The same value with every text in it redacted. Keys are names of the language and stay, but for those inside of what
 * came from outside.
 */
export function redactStrings<T>(value: T, redact: Redact): T;
export function redactStrings(value: unknown, redact: Redact): unknown {
  return redacted(value, redact, false);
}

function redacted(value: unknown, redact: Redact, keysToo: boolean): unknown {
  if (typeof value === 'string') return redact(value);
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
