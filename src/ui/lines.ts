import { cut, visible } from '../base/visible.js';
import { capitalised, counted, listed, shortDigest, size } from '../base/words.js';
import type { Cause, CommandEnd, GateEnd, ResourceHandle } from '../model/event.js';
import type { GateOutline } from '../model/outline.js';
import type { Progress, SeenEvent, Summary } from './ui.js';

/** What a line is to the eye. A terminal gives it a mark and a colour, plain mode a word. */
export type Tone = 'good' | 'bad' | 'note' | 'skipped' | 'running' | 'stop' | 'plain';
export interface Line {
  readonly tone: Tone;
  readonly text: string;
  /** Stands at the right edge. */
  readonly right?: string;
  /** Steps to the right of the command. */
  readonly depth: number;
  /** A terminal breaks it between words and never cuts it; what follows begins in this column of the text. */
  readonly hang?: number;
  /** Follows the text; stands below it where a terminal has no room. */
  readonly note?: string;
}
export type GateEndedEvent = Extract<SeenEvent, { readonly type: 'gate_ended' }>;
export type ActionEndedEvent = Extract<SeenEvent, { readonly type: 'action_ended' }>;
/** A resource, by what the run calls it. */
export type Made = Pick<Extract<SeenEvent, { readonly type: 'resource_intended' }>, 'name' | 'kind'>;
export type PlannedEvent = Extract<SeenEvent, { readonly type: 'run_planned' }>;

export const line = (tone: Tone, depth: number, text: string, right?: string): Line => ({
  tone,
  depth,
  text: visible(text),
  ...(right === undefined ? {} : { right: visible(right) }),
});

/** A sentence: whole, however narrow the terminal is. `label` stands before it, and nothing below. */
const prose = (depth: number, label: string, text: string): Line => ({
  ...line('plain', depth, label + text),
  hang: label.length,
});

export const stopWords = 'STOP. Teardown only.';

export function headLines({ outline, run, plan_digest: plan, mode }: PlannedEvent): readonly Line[] {
  const mark = mode === 'live' ? undefined : mode.toUpperCase();
  const standIn = mode === 'rehearsal' ? ' · production is a STAND-IN' : '';
  const digest = plan === '' ? '' : ` · plan ${shortDigest(plan)}`;
  return [
    line('plain', 0, `${outline.id} · ${outline.title}`, mark),
    line('plain', 0, `run ${run}${digest}${standIn}`),
  ];
}

const gateTones: Readonly<Record<GateEnd, Tone>> = {
  passed: 'good',
  failed: 'bad',
  error: 'bad',
  noted: 'note',
  recorded: 'note',
  cancelled: 'skipped',
  skipped: 'skipped',
  not_evaluated: 'skipped',
};

/** Longest observation on a screen; the report and the logs have the whole. */
const longestSeen = 300;

/** `x: expected = 1, observed 2` says no more than the two lines above it. */
const repeats = (words: string, seen: string): boolean =>
  words === seen || words.replace(': ', ' ') === seen || /^[\w.]+: expected .*, observed /.test(words);

/** A gate that held is one line; one that didn't says what was expected, what was seen and why it matters. */
export function gateLines(event: GateEndedEvent, gate: GateOutline | undefined): readonly Line[] {
  const title = `${event.gate} ${gate?.title ?? ''}`;
  const tone = gateTones[event.state];
  if (tone === 'good') return [line(tone, 1, title)];
  if (event.state === 'skipped' || event.state === 'not_evaluated' || event.state === 'cancelled') {
    return [
      line(
        tone,
        1,
        `${title} · ${event.state.replace('_', ' ')}${event.reason === undefined ? '' : `: ${event.reason}`}`,
      ),
    ];
  }
  const seen = cut(event.observed_words ?? event.reason ?? 'nothing', longestSeen);
  // A note is said in passing; the report has the rest.
  if (event.state === 'noted') return [line(tone, 1, `${title} · ${seen}`, 'noted')];
  const differences = (event.difference?.words ?? []).filter((words) => !repeats(words, seen)).slice(0, 3);
  const compared = [
    prose(3, 'expected  ', cut(event.expected_words.join('; '), longestSeen)),
    prose(3, 'observed  ', seen),
  ];
  return [
    line(tone, 1, title, tone === 'bad' ? (gate?.on_fail ?? '') : event.state),
    // A probe that couldn't be carried out has observed nothing.
    ...(event.state === 'error' ? [prose(3, 'error     ', seen)] : compared),
    ...differences.map((words) => prose(3, 'differs   ', cut(words, longestSeen))),
    ...(gate?.why === undefined ? [] : [prose(3, 'why       ', gate.why)]),
  ];
}

export function actionLines(event: ActionEndedEvent, kind: string): readonly Line[] {
  const words = event.words === undefined ? '' : `  ${event.words}`;
  switch (event.state) {
    case 'passed':
      return [line('good', 1, `${kind}${words}`)];
    case 'skipped':
    case 'cancelled':
      return [
        line('skipped', 1, `${kind} · ${event.state}${event.words === undefined ? '' : `: ${event.words}`}`),
      ];
    case 'failed':
      return [
        line('bad', 1, kind, event.problem?.code),
        ...(event.problem === undefined ? [] : [prose(3, '', event.problem.message)]),
      ];
  }
}

/** `41.2 MB · 118 MB/s · snapshot held 0.3 s` */
export const progressWords = ({ bytes, bytesPerSecond, words }: Progress): string =>
  [
    bytes === undefined ? '' : size(bytes),
    bytesPerSecond === undefined ? '' : `${size(bytesPerSecond)}/s`,
    words ?? '',
  ]
    .filter((part) => part !== '')
    .join(' · ');

type CompensatedEvent = Extract<SeenEvent, { readonly type: 'compensation_engaged' }>;

/** What follows a failure after a change on production, and who decides now. */
export function compensationLines(event: CompensatedEvent): readonly Line[] {
  const { kill_switch: engaged, scope, recorded, escalate } = event;
  const who = scope === 'rehearsal' ? 'the stand-in of production' : 'production';
  const refused = scope === 'rehearsal' ? 'rehearsals are refused' : 'every further run is refused';
  return [
    {
      ...line(
        'bad',
        1,
        `COMPENSATION: a change of ${who} was begun and the run failed; nothing is restored or deleted by itself`,
      ),
      hang: 0,
    },
    line('plain', 3, engaged ? `kill switch  engaged, ${refused}` : 'kill switch  NOT ENGAGED'),
    ...recorded.map((words) => prose(3, 'recorded     ', cut(words, longestSeen))),
    line('plain', 3, `escalated to ${escalate}`),
  ];
}

type AddedEvent = Extract<SeenEvent, { readonly type: 'cause_added' }>;

/** What failed beside the first cause; of a gate or action its own lines tell. */
export const addedLines = ({ cause }: AddedEvent): readonly Line[] =>
  cause.command === null && cause.gate === null ? [{ ...line('bad', 1, cause.message), hang: 0 }] : [];

/** How a command ended where that isn't plain; a dry run's reason says how much of it was looked at. */
export function endWords(state: CommandEnd, reason: string | null): string {
  if (state === 'passed') return reason ?? '';
  return `${state.replace('_', ' ')}${reason === null ? '' : `: ${reason}`}`;
}

export const gateCount = (count: number): string => (count === 0 ? '' : counted(count, 'gate'));

/** What an action's own lines said of this cause already. */
export const isTold = ({ gate, message }: Cause, told: readonly string[]): boolean =>
  gate === null && told.some((words) => message.endsWith(words));

/** What may stand twice on a screen. */
const short = 100;

/**
 * The last lines; the very last says what to do next, or that it was a rehearsal. `told`: messages of actions that
 * stand above.
 */
export function summaryLines(summary: Summary, told: readonly string[] = []): readonly Line[] {
  const { verdict, cause, teardown, exitCode } = summary;
  const where = [cause?.gate, cause?.command].filter((id) => id !== null && id !== undefined).join(' in ');
  const end = teardown === null || teardown === 'not_needed' ? '' : ` · teardown ${teardown}`;
  const tone: Tone = verdict === 'PASS' ? 'good' : verdict === 'PARTIAL' ? 'note' : 'bad';
  return [
    line(
      exitCode === 0 ? 'good' : tone,
      0,
      `${verdict}${where === '' ? '' : `  ${where}`}${end} · exit ${exitCode}`,
    ),
    // A gate's own lines stand above, with what it expected and saw.
    ...(cause === null || cause.gate !== null ? [] : [prose(0, '', causeWords(cause, told))]),
    ...(summary.notHeld.length === 0 ? [] : [prose(0, '', notHeldWords(summary.notHeld))]),
    ...(summary.source === null ? [] : [prose(0, '', sourceWords[summary.source])]),
    ...(summary.report === null ? [] : [line('plain', 0, `report   ${summary.report}`)]),
    ...[...(cause?.next === undefined ? [] : [cause.next]), ...summary.next].map(nextLine),
    ...(summary.rehearsal === null ? [] : [line('plain', 0, summary.rehearsal)]),
  ];
}

/** A command to copy is one line, whatever a terminal makes of it; what it does follows after some blanks. */
function nextLine(next: string): Line {
  if (!next.startsWith('gatebook ')) return prose(0, 'next     ', next);
  const [command = '', ...words] = next.split(/ {3,}/);
  const told = line('plain', 0, `next     ${command}`);
  return words.length === 0 ? told : { ...told, note: visible(words.join(' ')) };
}

/** What was made to stay, and where; evidence is in the bundle, which the last lines name. */
export const keptLines = (made: Made | undefined, { path }: ResourceHandle): readonly Line[] =>
  made?.kind !== 'artifact' || typeof path !== 'string'
    ? []
    : [line('plain', 2, `kept: ${made.name}, ${path}`)];

const sourceWords: Readonly<Record<NonNullable<Summary['source']>, string>> = {
  declared: "The runbook's own result says so",
  'nothing ran': 'No command ran: its when skipped each',
};

const mostNamed = 10;

function notHeldWords(gates: readonly string[]): string {
  const more = gates.length - mostNamed;
  const named = more > 0 ? [...gates.slice(0, mostNamed), `${more} more`] : gates;
  return `${listed(named)} did not hold: shown above`;
}

/** Of an action the code stands above, where it failed; a signal needs no page. */
function causeWords(cause: Cause, told: readonly string[]): string {
  const { kind, code, command, message } = cause;
  if (message.length > short && isTold(cause, told)) {
    const name = message.slice(0, message.indexOf(': '));
    return `${name} failed: shown above`;
  }
  // A name of the runbook (`secrets.token`) and an action's kind (`sql: …`) keep their first letter.
  const named = kind === 'action' || kind === 'timeout' || /^[a-z]\w*\.\w/.test(message);
  const words = named ? message : capitalised(message);
  return command === null && kind !== 'signal' ? `${words} [${code}]` : words;
}
