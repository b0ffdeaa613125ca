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

/** Most records hold no secret: what needs no change stays the object that it is. */
function redacted(value: unknown, redact: Redact, keysToo: boolean): unknown {
  if (typeof value === 'string') return redact(value);
  if (typeof value === 'number' && keysToo) return redactedNumber(value, redact);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const shown = value.map((item) => redacted(item, redact, keysToo));
    return shown.every((item, index) => item === value[index]) ? value : shown;
  }
  return redactedMap(value as Readonly<Record<string, unknown>>, redact, keysToo);
}

function redactedMap(value: Readonly<Record<string, unknown>>, redact: Redact, keysToo: boolean): object {
  const keys = Object.keys(value);
  const names = keysToo ? keys.map(redact) : keys;
  const items = keys.map((key) => redacted(value[key], redact, keysToo || fromOutside.has(key)));
  if (keys.every((key, index) => names[index] === key && items[index] === value[key])) return value;
  const entries = new Map<string, unknown>();
  for (const [index, name] of names.entries()) entries.set(unused(name, entries), items[index]);
  return Object.fromEntries(entries);
}

/** Two keys that hold one secret stay two. */
function unused(name: string, entries: ReadonlyMap<string, unknown>): string {
  let free = name;
  for (let n = 2; entries.has(free); n += 1) free = `${name} (${n})`;
  return free;
}
