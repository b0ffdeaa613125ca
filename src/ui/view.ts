import type { CommandEnd } from '../model/event.js';
import type { CommandOutline, GateOutline } from '../model/outline.js';
import type { Line } from './lines.js';
import { actionLines, gateLines, line, progressWords, stopWords } from './lines.js';
import type { ActionEndedEvent, GateEndedEvent } from './lines.js';
import type { Progress, SeenEvent } from './ui.js';

type StepEvent = Extract<
  SeenEvent,
  { readonly type: 'gate_started' | 'gate_ended' | 'action_intended' | 'action_ended' }
>;

/** Lines of a running command that are kept in sight; a command may have hundreds of gates. */
const maxLines = 10;

/** One command as a terminal shows it: collapsed when it passed, open while it runs and where it failed. */
export class CommandView {
  readonly outline: CommandOutline;
  end: { readonly state: CommandEnd; readonly ms: number | null; readonly reason: string | null } | null =
    null;
  stopped = false;
  private begun = false;
  /** What actions that failed have said. */
  readonly told: string[] = [];
  private readonly done: Line[] = [];
  private readonly kept: Line[] = [];
  private readonly unseen: string[] = [];
  private running: Line | null = null;
  private action = '';

  constructor(outline: CommandOutline) {
    this.outline = outline;
  }

  begin(): void {
    this.begun = true;
  }
  see(event: StepEvent): void {
    switch (event.type) {
      case 'gate_started': {
        this.gateStarted(event.gate);
        return;
      }
      case 'gate_ended': {
        this.gateEnded(event);
        return;
      }
      case 'action_intended': {
        this.actionStarted(event.kind);
        return;
      }
      case 'action_ended': {
        this.actionEnded(event);
        return;
      }
    }
  }
  private gateStarted(id: string): void {
    this.running = line('running', 1, `${id} ${this.gate(id)?.title ?? ''}`);
  }
  private gateEnded(event: GateEndedEvent): void {
    this.running = null;
    if (event.state === 'not_evaluated') {
      this.unseen.push(event.gate);
      return;
    }
    // Of a command that its when skipped its own line tells all.
    if (event.state === 'skipped' && !this.begun) return;
    const lines = gateLines(event, this.gate(event.gate));
    this.done.push(...lines);
    if (event.state !== 'passed') this.kept.push(...lines);
  }
  private actionStarted(kind: string): void {
    this.action = kind;
    this.running = line('running', 1, kind);
  }
  private actionEnded(event: ActionEndedEvent): void {
    this.running = null;
    if (event.problem !== undefined) this.told.push(event.problem.message);
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
