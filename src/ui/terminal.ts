import { Chalk } from 'chalk';
import type { ChalkInstance } from 'chalk';
import { duration } from '../base/words.js';
import type { CommandOutline } from '../model/outline.js';
import type { Line, Made, Tone } from './lines.js';
import {
  addedLines,
  compensationLines,
  endWords,
  gateCount,
  headLines,
  keptLines,
  line,
  summaryLines,
} from './lines.js';
import { startList } from './list.js';
import type { CommandList } from './list.js';
import type { SeenEvent, Ui, UiOptions, UiStream } from './ui.js';
import { CommandView } from './view.js';
import { fit, padded, widthOf, widthOfScreen, wrapped } from './width.js';

const marks: Readonly<Record<Tone, string>> = {
  good: '✔ ',
  bad: '✖ ',
  note: '▪ ',
  skipped: '- ',
  running: '› ',
  stop: '',
  plain: '',
};
const progressEveryMs = 100;
const maxColumns = 110;

/** The commands of a run as a live list (listr2), its gates as they pass, and the end of it. */
export function terminalUi(stream: UiStream, write: (text: string) => void, options: UiOptions): Ui {
  const now = options.now ?? (() => performance.now());
  const paint = painter(new Chalk({ level: options.color === false ? 0 : 1 }));
  const columns = (): number => Math.min(Math.max(widthOfScreen(stream), 40), maxColumns);
  let outlines: readonly CommandOutline[] = [];
  let views = new Map<string, CommandView>();
  let list: CommandList | null = null;
  let lastProgress = 0;
  const resources = new Map<string, Made>();
  const nameOf = (id: string): string => resources.get(id)?.name ?? id;
  const gone: string[] = [];
  const kept: Line[] = [];
  const aftermath: Line[] = [];

  /** What isn't drawn again may wrap: a command to copy or a path is never cut. */
  const print = (lines: readonly Line[]): void => {
    for (const one of lines) {
      const whole = one.right === undefined && one.hang === undefined && one.note === undefined;
      write(`${paint(one, whole ? Number.POSITIVE_INFINITY : columns())}\n`);
    }
  };
  const refresh = (view: CommandView | undefined): void => {
    if (view === undefined || list === null) return;
    const below = view.lines().map((one) => paint({ ...one, depth: one.depth + 1 }, columns()));
    list.show(view.outline.id, [commandLine(view, columns()), ...below].join('\n'));
  };
  const started = (): CommandList => {
    views = new Map(outlines.map((outline) => [outline.id, new CommandView(outline)]));
    const titles = [...views.values()].map((view) => ({
      id: view.outline.id,
      title: commandLine(view, columns()),
    }));
    return startList(titles, stream, write);
  };
  const during = (command: string, change: (view: CommandView) => void): void => {
    const view = views.get(command);
    if (view === undefined) return;
    change(view);
    refresh(view);
  };

  const show = (event: SeenEvent): void => {
    switch (event.type) {
      case 'run_planned':
        outlines = event.outline.commands;
        write('\n');
        print(headLines(event));
        write('\n');
        return;
      case 'command_started':
        list ??= started();
        list.begin(event.command);
        views.get(event.command)?.begin();
        return;
      case 'gate_started':
      case 'gate_ended':
      case 'action_intended':
      case 'action_ended':
        during(event.command, (view) => {
          view.see(event);
        });
        return;
      case 'command_ended':
        during(event.command, (view) => {
          view.end = { state: event.state, ms: event.duration_ms, reason: event.reason ?? null };
        });
        list?.end(event.command, event.state);
        return;
      case 'abort':
        stop(event.cause.command ?? list?.current() ?? '');
        return;
      case 'cause_added':
        aftermath.push(...addedLines(event));
        return;
      case 'compensation_engaged':
        aftermath.push(...compensationLines(event));
        return;
      case 'resource_intended':
        resources.set(event.resource, event);
        return;
      case 'resource_kept':
        kept.push(...keptLines(resources.get(event.resource), event.handle));
        return;
      case 'resource_destroyed':
        gone.push(nameOf(event.resource));
        return;
      case 'resource_leaked':
        during(list?.current() ?? '', (view) => {
          view.keep(line('bad', 1, `LEFT BEHIND: ${nameOf(event.resource)}: ${event.reason}`));
        });
        return;
      default:
        return;
    }
  };
  const stop = (command: string): void => {
    during(command, (view) => {
      view.stopped = true;
    });
  };

  return {
    event: show,
    progress(label, progress) {
      if (now() - lastProgress < progressEveryMs) return;
      lastProgress = now();
      during(label, (view) => {
        view.progress(progress);
      });
    },
    async finish(summary) {
      await list?.finish();
      if (gone.length > 0) print([line('plain', 2, `destroyed and proved gone: ${gone.join(', ')}`)]);
      print([...kept, ...aftermath]);
      write('\n');
      print(
        summaryLines(
          summary,
          [...views.values()].flatMap(({ told }) => told),
        ),
      );
    },
  };
}

/** `C-01 Components                         5 gates         0.4 s`, beside the mark of listr2. */
function commandLine({ outline, end }: CommandView, columns: number): string {
  const ended = end !== null && end.state !== 'not_run';
  const took = end === null || end.ms === null ? '' : duration(end.ms);
  const words = end === null ? '' : endWords(end.state, end.reason);
  const state = words === '' ? '' : ` · ${words}`;
  const right = ended ? `${gateCount(outline.gates.length).padStart(9)}${took.padStart(12)}` : '';
  // Two columns for the mark, two kept free.
  const space = columns - 4 - widthOf(right);
  const left = line('plain', 0, `${outline.id} ${outline.title}${state}`).text;
  return right === '' ? fit(left, space) : padded(left, space) + right;
}

/** Below the words of `next`. */
const below9 = `\n${' '.repeat(9)}`;

function painter(chalk: ChalkInstance): (line: Line, columns: number) => string {
  const tones: Readonly<Record<Tone, (text: string) => string>> = {
    good: chalk.green,
    bad: chalk.red.bold,
    stop: chalk.red.bold,
    note: chalk.yellow,
    skipped: chalk.dim,
    running: chalk.cyan,
    plain: (text) => text,
  };
  return ({ tone, text, right = '', depth, hang, note }, columns) => {
    const mark = '  '.repeat(depth) + marks[tone];
    const space = columns - 2 - widthOf(mark) - (right === '' ? 0 : widthOf(right) + 1);
    if (note !== undefined) {
      const fits = widthOf(text) + 4 + widthOf(note) <= space;
      return text + (fits ? `    ${note}` : below9 + wrapped(note, space - 9, 0).join(below9));
    }
    if (hang !== undefined && right === '') {
      const below = `\n${' '.repeat(widthOf(mark) + hang)}`;
      return tones[tone](mark + wrapped(text, space, hang).join(below));
    }
    const body = right === '' ? fit(text, space) : `${padded(text, space)} ${right}`;
    // A passed line keeps its words plain, so that the eye is drawn by what failed.
    return tone === 'good' || tone === 'running' ? tones[tone](mark) + body : tones[tone](mark + body);
  };
}
