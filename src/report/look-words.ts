/**
 * What a gate does to observe, to follow its name: a probe's words say what it looks at, but for a program, which it
 * runs, and a query, which it asks of a target.
 */
export function lookWords(probeWords: string, queryBelow = false): string {
  if (probeWords.startsWith('runs ')) return probeWords;
  const [, target, query] = /^on (\S+): ([^]*)$/.exec(probeWords) ?? [];
  if (target === undefined) return `looks at ${probeWords}`;
  return queryBelow ? `asks ${target} by the query below` : `asks ${target}: ${query ?? ''}`;
}
