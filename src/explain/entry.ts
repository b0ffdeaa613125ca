/** An example: some top-level keys of a runbook, the rest is what every runbook begins with. */
export interface Example {
  readonly text: string;
  /** Other files of the example's project. */
  readonly files?: Readonly<Record<string, string>>;
}

/** What a stable code means, and what to do about it. */
export interface Explanation {
  readonly code: string;
  readonly title: string;
  /** Markdown, for a person who has just met the code. */
  readonly explanation: string;
  /** Produces the code; the tests run it. Absent for what no text alone can show. */
  readonly wrong?: Example | string;
  /** The same, put right; the tests run it too. */
  readonly right?: Example | string;
}

const beginning: readonly (readonly [string, string])[] = [
  ['gatebook', 'gatebook: v1'],
  ['id', 'id: example'],
  ['title', 'title: Example'],
  ['revision', 'revision: 1'],
];
const commands = `commands:
  C-01:
    title: Look
    guards:
      G-01:
        title: enough free disk
        probe: {disk: {path: "\${{ run.work }}"}}
        expect: {free_bytes: {gte: 1000000}}
`;

export const asExample = (example: Example | string): Example =>
  typeof example === 'string' ? { text: example } : example;

/** The whole file that an example stands for. */
export function wholeExample(example: Example | string): string {
  const { text } = asExample(example);
  const has = (key: string): boolean => new RegExp(`^["']?${key}["']?\\s*:`, 'm').test(text);
  const missing = beginning.filter(([key]) => !has(key)).map(([, line]) => `${line}\n`);
  return `${missing.join('')}${text.trimEnd()}\n${has('commands') ? '' : commands}`;
}
