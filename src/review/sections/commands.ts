import { baseOf } from '../../base/ids.js';
import { capitalised, period } from '../../base/words.js';
import type { Block, Text } from '../../report/document.js';
import { bold, bullets, code, heading, paragraph, table } from '../../report/document.js';
import type { Review } from '../schema.js';
import type { Detail, ReviewAction, ReviewGate } from '../commands.js';
import { plain } from '../words.js';
import { section, type Section } from './section.js';

type ReviewCommand = Review['commands'][number];

/** The command table of a review: each command, then its guards, actions and expectations as they would happen. */
export function commands({ commands: all }: Review): Section | null {
  const rows = all.flatMap((command): Text[][] => [
    [[command.id], [bold(command.title)], [], [effectWords(command)]],
    ...command.guards.map(gateRow),
    ...command.actions.map(actionRow),
    ...command.expectations.map(gateRow),
  ]);
  return section('Proposed command sequence', [
    table(['Cmd', 'Action', 'Identity / safety guard', 'Expected'], rows),
  ]);
}

const effectWords = ({ effect, teardown, condition }: ReviewCommand): string =>
  [
    ...(teardown ? ['teardown, always attempted'] : effect === 'observe' ? ['only looks'] : []),
    ...onlyIf(condition),
  ].join('; ');

const onlyIf = (condition: string | null): string[] => (condition === null ? [] : [`only if ${condition}`]);

const gateRow = (gate: ReviewGate): Text[] => [
  [],
  [],
  [bold(gate.id), ` ${gate.title}`, ...(gate.on_fail === 'abort' ? [] : [` (${onFail[gate.on_fail]})`])],
  [[...gate.expects, ...onlyIf(gate.condition)].join('; ')],
];

const onFail: Readonly<Record<ReviewGate['on_fail'], string>> = {
  abort: 'abort',
  'hard-abort': 'HARD ABORT if not',
  fail: 'goes on, but fails',
  record: 'recorded if not',
  note: 'noted if not',
};

const actionRow = (action: ReviewAction): Text[] => [
  [],
  [action.words.replace(/; must be refused.*$/, '')],
  [],
  [
    [
      ...(action.refusal === null ? [] : [`refused with ${action.refusal}`]),
      ...onlyIf(action.condition),
    ].join('; '),
  ],
];

/** What the table has no room for: what each gate looks at and compares, and arguments in full. */
export function details({ commands: all }: Review): Section | null {
  return section(
    'In detail',
    all.flatMap((command, index) => commandDetails(command, all[index - 1])),
  );
}

function commandDetails(command: ReviewCommand, previous: ReviewCommand | undefined): Block[] {
  const { guards, actions, expectations } = command;
  const parts = [...guards.map(gatePart), ...actions.map(actionPart), ...expectations.map(gatePart)];
  const told = previous !== undefined && baseOf(previous.id) === baseOf(command.id);
  return [
    heading(3, `${command.id} · ${command.title}`),
    ...(command.why === null || told ? [] : [paragraph(`${capitalised(command.why)}.`)]),
    bullets(parts.map(({ line }) => line)),
    ...parts.flatMap(({ blocks }) => blocks),
  ];
}

/** A line for the list, and below the list what is longer than a line. */
interface Part {
  readonly line: Text;
  readonly blocks: readonly Block[];
}

function gatePart(gate: ReviewGate): Part {
  const long = gate.details.filter((detail) => !fits(detail) && !isTold(detail, gate.looks_at));
  const query = gate.probe === 'sql' && long.some(({ name }) => name === 'query');
  const looks = query
    ? ' asks by the query below'
    : ` looks at ${gate.looks_at.replace(/^on (\S+): /, '$1 by ')}`;
  const more = [
    ...restOf(gate.details, gate.looks_at),
    ...(gate.attempts > 1 ? [`up to ${gate.attempts} attempts`] : []),
    ...(gate.timeout_ms === 60_000 ? [] : [`${period(gate.timeout_ms)} at most`]),
  ];
  return {
    line: [
      bold(gate.id),
      `${looks}${more.length === 0 ? '' : ` (${more.join('; ')})`}; holds if ${gate.expects.join('; ')}.`,
      ...(gate.on_fail === 'abort' ? [] : [` If not: ${ifNot[gate.on_fail]}.`]),
      ...(gate.why === null ? [] : [` ${capitalised(gate.why)}.`]),
      ...(gate.uses === null ? [] : [' From ', code(gate.uses), '.']),
    ],
    blocks: long.flatMap((detail) => inFull(gate.id, detail)),
  };
}

const ifNot: Readonly<Record<ReviewGate['on_fail'], string>> = {
  abort: 'abort',
  'hard-abort': 'hard abort',
  fail: 'the run goes on and fails',
  record: 'it is recorded',
  note: 'it is noted',
};

function actionPart(action: ReviewAction): Part {
  const long = action.details.filter((detail) => !fits(detail) && !isTold(detail, action.words));
  const more = [...restOf(action.details, action.words), ...(action.as === null ? [] : [`as ${action.as}`])];
  return {
    line: [code(action.kind), ` ${action.words}${more.length === 0 ? '' : ` (${more.join('; ')})`}.`],
    blocks: long.flatMap((detail) => inFull(action.kind, detail)),
  };
}

const longest = 80;
const fits = ({ lines, one_text: oneText }: Detail): boolean =>
  oneText ? lines.length === 1 && (lines[0] ?? '').length <= longest : lines.join(', ').length <= longest;

/** Whether the sentence holds all of it; of a file's digest its beginning, the whole stands under Files. */
const isTold = ({ lines }: Detail, words: string): boolean =>
  lines.every((line) =>
    [line, line.replace(/^\w+: /, ''), line.replace(/^([0-9a-f]{12})[0-9a-f]{52}$/, '$1…')].some((form) =>
      words.includes(plain(form)),
    ),
  );

/** Short arguments that the sentence doesn't say already. */
const restOf = (all: readonly Detail[], words: string): readonly string[] =>
  all
    .filter((detail) => fits(detail) && !isTold(detail, words))
    .map(({ name, lines }) => ({ name, value: plain(lines.join(', ')) }))
    .map(({ name, value }) => `${name.replaceAll('_', ' ')} ${value}`);

const inFull = (name: string, { name: argument, lines }: Detail): Block[] => [
  paragraph(`${name}, ${argument.replaceAll('_', ' ')}:`),
  { kind: 'code', language: argument === 'query' ? 'sql' : '', lines },
];

export const files = ({ files: all }: Review): Section | null =>
  section('Files', [
    table(
      ['File', 'Role', 'sha256'],
      all.map(({ path, role, sha256 }) => [[code(path)], [role], [code(sha256)]]),
    ),
  ]);

export const warnings = ({ warnings: all }: Review): Section | null =>
  section(
    'Warnings of validate',
    all.length === 0
      ? []
      : [
          bullets(
            all.map(({ code: id, message, file, line, column }): Text => [
              bold(id),
              ` ${message} — `,
              code(`${file}:${line}:${column}`),
            ]),
          ),
        ],
  );
