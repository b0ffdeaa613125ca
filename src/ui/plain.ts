import { capitalised, duration } from '../base/words.js';
import type { CommandOutline, GateOutline } from '../model/outline.js';
import type { Line, Made } from './lines.js';
import {
  actionLines,
  addedLines,
  compensationLines,
  endWords,
  gateCount,
  gateLines,
  headLines,
  isTold,
  keptLines,
  line,
  progressWords,
  stopWords,
  summaryLines,
} from './lines.js';
import type { Progress, SeenEvent, Ui, UiOptions } from './ui.js';

/** A log that grows by whole lines: no colour, no cursor. Progress at most once in so long. */
const progressEveryMs = 10_000;
const marks = {
  good: 'ok    ',
  bad: 'FAIL  ',
  note: 'note  ',
  skipped: '-     ',
  running: '      ',
  stop: '',
  plain: '',
} as const;

export function plainUi(write: (text: string) => void, options: UiOptions): Ui {
  const now = options.now ?? (() => performance.now());
  const commands = new Map<string, CommandOutline>();
  const gates = new Map<string, GateOutline>();
  let at = '';
  let lastProgress = Number.NEGATIVE_INFINITY;
  const kinds = new Map<string, string>();
  const made = new Map<string, Made>();
  const nameOf = (id: string): string => made.get(id)?.name ?? id;
  const begun = new Set<string>();
  const notRun: string[] = [];
  /** What actions that failed have said. */
  const told: string[] = [];
  let dryRun = false;

  const print = (lines: readonly Line[]): void => {
    const stamp = options.timestamps === true ? `${at} ` : '';
    for (const { tone, text, right, depth, note } of lines) {
      const mark = depth === 0 ? '' : marks[tone];
      write(
        `${stamp}${'  '.repeat(depth)}${mark}${text}${right === undefined || right === '' ? '' : `  [${right}]`}${note === undefined ? '' : `    ${note}`}\n`,
      );
    }
  };
  const titleOf = (id: string): string => commands.get(id)?.title ?? '';
  const gatesOf = (id: string): number => commands.get(id)?.gates.length ?? 0;

  /** The commands that a stopped run passed over, together. */
  const notRunLines = (): readonly Line[] => {
    const ids = notRun.splice(0);
    const count = ids.reduce((sum, id) => sum + gatesOf(id), 0);
    if (ids.length === 0) return [];
    return [
      line(
        'plain',
        0,
        [`not ${dryRun ? 'looked at' : 'run'}: ${ids.join(', ')}`, gateCount(count)]
          .filter((part) => part !== '')
          .join(' · '),
      ),
    ];
  };

  const linesOf = (event: SeenEvent): readonly Line[] => {
    switch (event.type) {
      case 'run_planned':
        dryRun = event.mode === 'dry-run';
        for (const command of event.outline.commands) {
          commands.set(command.id, command);
          for (const gate of command.gates) gates.set(gate.id, gate);
        }
        return headLines(event);
      case 'command_started':
        begun.add(event.command);
        return [line('plain', 0, `${event.command} ${titleOf(event.command)}`)];
      case 'action_intended':
        kinds.set(`${event.command}.${event.index}`, event.kind);
        lastProgress = now();
        return [];
      case 'action_ended':
        if (event.problem !== undefined) told.push(event.problem.message);
        return actionLines(event, kinds.get(`${event.command}.${event.index}`) ?? 'action');
      case 'gate_ended':
        // Of a command that never began one line tells all.
        if (['not_evaluated', 'skipped'].includes(event.state) && !begun.has(event.command)) return [];
        return gateLines(event, gates.get(event.gate));
      case 'command_ended': {
        if (event.state === 'not_run') {
          notRun.push(event.command);
          return [];
        }
        // A dry run's reason counts them itself.
        const gatesIn = dryRun ? '' : gateCount(gatesOf(event.command));
        const took = event.duration_ms === null ? '' : duration(event.duration_ms);
        const words = endWords(event.state, event.reason ?? null);
        const ended = `${event.command} ${words === '' ? 'passed' : words}`;
        return [line('plain', 0, [ended, gatesIn, took].filter((part) => part !== '').join(' · '))];
      }
      case 'abort':
        return [
          line(
            'plain',
            0,
            event.cause.gate === null && !isTold(event.cause, told)
              ? `${stopWords} ${capitalised(event.cause.message)}`
              : stopWords,
          ),
        ];
      case 'cause_added':
        return addedLines(event);
      case 'compensation_engaged':
        return compensationLines(event);
      case 'resource_intended':
        made.set(event.resource, event);
        return [];
      case 'resource_kept':
        return keptLines(made.get(event.resource), event.handle).map(({ text }) => line('good', 1, text));
      case 'resource_leaked':
        return [line('bad', 1, `LEFT BEHIND: ${nameOf(event.resource)}: ${event.reason}`)];
      case 'resource_destroyed':
        return [line('good', 1, `gone  ${nameOf(event.resource)}`)];
      default:
        return [];
    }
  };

  return {
    event(event) {
      at = event.at;
      const lines = linesOf(event);
      if (lines.length > 0) print(notRunLines());
      print(lines);
    },
    progress(label: string, progress: Progress) {
      if (now() - lastProgress < progressEveryMs) return;
      lastProgress = now();
      print([line('running', 1, `${label} ${progressWords(progress)}`)]);
    },
    finish(summary) {
      print([...notRunLines(), ...summaryLines(summary, told)]);
      return Promise.resolve();
    },
  };
}
