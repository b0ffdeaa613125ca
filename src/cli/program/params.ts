/** `--param name=value`, each once; a text says what is wrong. */
export function readParams(given: readonly string[]): Record<string, string> | string {
  const params: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const text of given) {
    const at = text.indexOf('=');
    if (at < 1) return `--param takes name=value, not ${JSON.stringify(text)}`;
    const name = text.slice(0, at);
    if (name in params) return `--param ${name} is given twice`;
    params[name] = text.slice(at + 1);
  }
  return params;
}
