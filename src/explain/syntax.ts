import type { Explanation } from './entry.js';

/** GB10xx: the text itself. */
export const syntax: readonly Explanation[] = [
  {
    code: 'GB1000',
    title: "the file isn't YAML",
    explanation:
      "The text can't be read as YAML 1.2. The mark stands where the reader noticed; what is missing is often a line above: a quote or bracket that was opened, a colon and space inside unquoted text.",
    wrong: 'summary: a: b\n',
    right: 'summary: "a: b"\n',
  },
  {
    code: 'GB1001',
    title: 'the file is empty',
    explanation:
      'There is nothing in the file but white space and comments. `gatebook init` writes a runbook to begin with.',
  },
  {
    code: 'GB1002',
    title: "the file isn't UTF-8",
    explanation:
      "A byte doesn't belong to any UTF-8 character, or the file is UTF-16. Most editors can save it as UTF-8. A byte order mark at the beginning is accepted.",
  },
  {
    code: 'GB1003',
    title: 'an invisible character',
    explanation:
      'The source holds a control character, or a mark that changes the direction of the text that follows. What a reviewer sees would not be what runs.',
    wrong: 'summary: a\u202eb\n',
    right: 'summary: ab\n',
  },
  {
    code: 'GB1004',
    title: 'an anchor, an alias or a merge key',
    explanation:
      'A reader needs no other place open: what is used twice becomes a constant under `data`, or a gate of a library.',
    wrong: 'data: {a: &x 1, b: *x}\n',
    right: 'data: {a: 1}\nsummary: one value, one name\nfacts: {a: "${{ data.a }}"}\n',
  },
  {
    code: 'GB1005',
    title: 'a tag',
    explanation: "Tags (`!name`, `!!str`) aren't part of the language. Text that begins with ! is quoted.",
    wrong: 'summary: !important text\n',
    right: 'summary: "!important text"\n',
  },
  {
    code: 'GB1006',
    title: 'a second document',
    explanation:
      'One file holds one runbook. A line of three hyphens begins another document: remove it, or make it a file of its own.',
    wrong: 'summary: one\n---\nsummary: two\n',
    right: 'summary: one\n',
  },
  {
    code: 'GB1007',
    title: 'a tab as indentation',
    explanation: 'YAML counts spaces. Set the editor to insert spaces for this file.',
    wrong: 'facts:\n\ta: b\n',
    right: 'facts:\n  a: b\n',
  },
  {
    code: 'GB1008',
    title: "a key that isn't text",
    explanation: 'A key is a plain word before a colon, never a list or a map.',
    wrong: 'facts:\n  ? [a]\n  : b\n',
    right: 'facts:\n  a: b\n',
  },
  {
    code: 'GB1009',
    title: 'a key stands twice',
    explanation: 'In a map each key stands once. The second would silently take the place of the first.',
    wrong: 'summary: one\nsummary: two\n',
    right: 'summary: one\n',
  },
  {
    code: 'GB1010',
    title: 'a limit of the file is reached',
    explanation:
      'A runbook nests at most 64 levels and holds at most 500,000 values; a map has at most 20,000 keys.',
    wrong: `data: {deep: ${'['.repeat(70)}${']'.repeat(70)}}\n`,
    right: 'summary: flat\n',
  },
  {
    code: 'GB1011',
    title: "a number that isn't exact",
    explanation:
      "Integers beyond ±(2^53−1) are rounded by most programs, a leading zero is dropped, and infinities aren't numbers at all. Identifiers such as a system_identifier are text: quote them.",
    wrong: 'data: {id: 7611578671664259111}\nfacts: {id: "${{ data.id }}"}\n',
    right: 'data: {id: "7611578671664259111"}\nfacts: {id: "${{ data.id }}"}\n',
  },
  {
    code: 'GB1012',
    title: 'a key that would lose its place',
    explanation:
      'The order of a map is that of the document: a loop runs in it. Keys that are whole numbers can only be read in ascending order and before all others, so they stand like that, or begin with a letter.',
    wrong: 'data: {steps: {10: last, 9: first}}\nfacts: {steps: "${{ json(data.steps) }}"}\n',
    right: 'data: {steps: {S10: last, S9: first}}\nfacts: {steps: "${{ json(data.steps) }}"}\n',
  },
];
