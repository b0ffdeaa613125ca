import { baseOf } from '../../base/ids.js';
import { capitalised, counted, period, sentence, size } from '../../base/words.js';
import type { Block, Text } from '../../report/document.js';
import { bold, bullets, code, heading, paragraph, table } from '../../report/document.js';
import { lookWords } from '../../report/look-words.js';
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
export function details({ commands: all, files: read }: Review): Section | null {
  const untold: Untold = new Map(read.map((file) => [file.path, file]));
  return section(
    'In detail',
    all.flatMap((command, index) => commandDetails(command, all[index - 1], untold)),
  );
}

/** Files whose text doesn't stand above yet: each is shown where it is run first. */
type Untold = Map<string, Review['files'][number]>;

function commandDetails(
  command: ReviewCommand,
  previous: ReviewCommand | undefined,
  untold: Untold,
): Block[] {
  const { guards, actions, expectations } = command;
  const gate = (one: ReviewGate): Part => gatePart(one, untold);
  const parts = [
    ...guards.map(gate),
    ...actions.map((action) => actionPart(action, untold)),
    ...expectations.map(gate),
  ];
  const told = previous !== undefined && baseOf(previous.id) === baseOf(command.id);
  return [
    heading(3, `${command.id} · ${command.title}`),
    ...(command.why === null || told ? [] : [paragraph(sentence(capitalised(command.why)))]),
    bullets(parts.map(({ line }) => line)),
    ...parts.flatMap(({ blocks }) => blocks),
  ];
}

/** A line for the list, and below the list what is longer than a line. */
interface Part {
  readonly line: Text;
  readonly blocks: readonly Block[];
}

function gatePart(gate: ReviewGate, untold: Untold): Part {
  const long = gate.details.filter((detail) => !fits(detail) && !isTold(detail, gate.looks_at));
  const query = gate.probe === 'sql' && long.some(({ name }) => name === 'query');
  const looks = ` ${lookWords(gate.looks_at, query)}`;
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
      ...(gate.why === null ? [] : [` ${sentence(capitalised(gate.why))}`]),
      ...(gate.uses === null ? [] : [' From ', code(gate.uses), '.']),
    ],
    blocks: [
      ...long.flatMap((detail) => inFull(gate.id, detail)),
      ...fileInFull(gate.id, gate.details, untold),
    ],
  };
}

const ifNot: Readonly<Record<ReviewGate['on_fail'], string>> = {
  abort: 'abort',
  'hard-abort': 'hard abort',
  fail: 'the run goes on and fails',
  record: 'it is recorded',
  note: 'it is noted',
};

function actionPart(action: ReviewAction, untold: Untold): Part {
  const long = action.details.filter((detail) => !fits(detail) && !isTold(detail, action.words));
  const more = [...restOf(action.details, action.words), ...(action.as === null ? [] : [`as ${action.as}`])];
  return {
    line: [
      code(action.kind),
      ` ${sentence(`${action.words}${more.length === 0 ? '' : ` (${more.join('; ')})`}`)}`,
    ],
    blocks: [
      ...long.flatMap((detail) => inFull(action.kind, detail)),
      ...fileInFull(action.kind, action.details, untold),
    ],
  };
}

const longest = 80;
const fits = ({ lines, one_text: oneText }: Detail): boolean =>
  oneText ? lines.length === 1 && (lines[0] ?? '').length <= longest : lines.join(', ').length <= longest;

/** Whether the sentence holds all of it; of a file's digest its beginning, the whole stands under Files. */
const isTold = ({ name, lines }: Detail, words: string): boolean =>
  (name === 'transaction' && words.includes('outside a transaction')) ||
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

function fileInFull(name: string, all: readonly Detail[], untold: Untold): Block[] {
  const path = all.find((detail) => detail.name === 'file')?.lines.join('') ?? '';
  const file = untold.get(path);
  if (file === undefined) return [];
  untold.delete(path);
  const { text, role } = file;
  if (text === null) return [paragraph(`${name}, file `, code(path), ', is no text and not shown.')];
  const { lines, left_out: leftOut } = text;
  return [
    paragraph(`${name}, file `, code(path), ':'),
    { kind: 'code', language: role === 'sql' ? 'sql' : '', lines },
    ...(leftOut === null
      ? []
      : [paragraph(`Left out here: ${size(leftOut.bytes)}, in ${counted(leftOut.lines, 'line')}.`)]),
  ];
}

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
