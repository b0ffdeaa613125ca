/** The same value with every text in it redacted. Keys are names of the language and stay: the leak scan looks at those too. */
export function redactStrings<T>(value: T, redact: (text: string) => string): T;
export function redactStrings(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => redactStrings(item as unknown, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactStrings(item, redact)]));
}
