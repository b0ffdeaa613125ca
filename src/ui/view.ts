import type { CommandEnd } from '../model/event.js';
import type { CommandOutline, GateOutline } from '../model/outline.js';
import type { Line } from './lines.js';
import { actionLines, gateLines, line, progressWords, stopWords } from './lines.js';
import type { ActionEndedEvent, GateEndedEvent } from './lines.js';
import type { Progress } from './ui.js';

/** Lines of a running command that are kept in sight; a command may have hundreds of gates. */
const maxLines = 10;

/** One command as a terminal shows it: collapsed when it passed, open while it runs and where it failed. */
export class CommandView {
  readonly outline: CommandOutline;
  end: { readonly state: CommandEnd; readonly ms: number | null; readonly reason: string | null } | null =
    null;
  stopped = false;
  private readonly done: Line[] = [];
  private readonly kept: Line[] = [];
  private readonly unseen: string[] = [];
  private running: Line | null = null;
  private action = '';

  constructor(outline: CommandOutline) {
    this.outline = outline;
  }

  gateStarted(id: string): void {
    this.running = line('running', 1, `${id} ${this.gate(id)?.title ?? ''}`);
  }
  gateEnded(event: GateEndedEvent): void {
    this.running = null;
    if (event.state === 'not_evaluated') {
      this.unseen.push(event.gate);
      return;
    }
    const lines = gateLines(event, this.gate(event.gate));
    this.done.push(...lines);
    if (event.state !== 'passed') this.kept.push(...lines);
  }
  actionStarted(kind: string): void {
    this.action = kind;
    this.running = line('running', 1, kind);
  }
  actionEnded(event: ActionEndedEvent): void {
    this.running = null;
    const lines = actionLines(event, this.action);
    this.done.push(...lines);
    if (event.state === 'failed') this.kept.push(...lines);
  }
  progress(progress: Progress): void {
    if (this.action !== '') this.running = line('running', 1, `${this.action}   ${progressWords(progress)}`);
  }
  /** Stays in sight after the command has ended. */
  keep(added: Line): void {
    this.done.push(added);
    this.kept.push(added);
  }

  /** What stands below the command's own line. */
  lines(): readonly Line[] {
    const stop = this.stopped ? [line('stop', 0, stopWords)] : [];
    if (this.end?.state === 'not_run') return stop;
    const unseen =
      this.unseen.length === 0 ? [] : [line('skipped', 1, `not evaluated: ${this.unseen.join(', ')}`)];
    if (this.end === null) {
      const hidden = this.done.length - maxLines;
      const above = hidden > 0 ? [line('plain', 2, `… ${hidden} lines above`)] : [];
      return [
        ...above,
        ...this.done.slice(-maxLines),
        ...(this.running === null ? [] : [this.running]),
        ...stop,
      ];
    }
    return [...(this.end.state === 'passed' ? this.kept : this.done), ...unseen, ...stop];
  }

  private gate(id: string): GateOutline | undefined {
    return this.outline.gates.find((gate) => gate.id === id);
  }
}
