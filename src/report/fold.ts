import { invariant } from '../base/invariant.js';
import type { Json } from '../base/value.js';
import type { MalformedApproval, OfferedApproval } from '../model/approval.js';
import type { Cause, JournalRecord, RunEvent } from '../model/event.js';
import type { EvaluatedParts } from '../model/parts.js';

export type EventOf<T extends RunEvent['type']> = Extract<JournalRecord, { readonly type: T }>;
type Resource = EventOf<'resource_intended'>;

/** One action, from its intent to its end. */
export interface ActionTrace {
  readonly intended: EventOf<'action_intended'>;
  ended?: EventOf<'action_ended'>;
}
export interface CommandTrace {
  started?: EventOf<'command_started'>;
  ended?: EventOf<'command_ended'>;
  readonly actions: Map<number, ActionTrace>;
}
export interface ResourceTrace {
  readonly intended: Resource;
  state: 'intended' | 'created' | 'destroyed' | 'kept' | 'leaked';
  handle: Resource['handle'];
  evidence: string | null;
}

/** What a journal says, by the thing it says it of. */
export interface Trace {
  readonly commands: Map<string, CommandTrace>;
  readonly gates: Map<string, EventOf<'gate_ended'>>;
  readonly resources: Map<string, ResourceTrace>;
  readonly embargoed: string[];
  readonly causes: Cause[];
  readonly recovered: EventOf<'recovery_started'>[];
  /** Approvals that were given in vain; null where the run wasn't refused, or the journal is older than they. */
  offered: readonly OfferedApproval[] | null;
  malformed: readonly MalformedApproval[];
  startedAt: string | null;
  teardownReason: string | null;
  leakScan: EventOf<'leak_scan'> | null;
  compensation: EventOf<'compensation_engaged'> | null;
  parts: EvaluatedParts;
}

const noParts: EvaluatedParts = {
  facts: [],
  checks: [],
  readiness: [],
  tables: [],
  notes: [],
  gaps: [],
  operator_package: null,
  verdict_lines: [],
};

/** Folds the records in order; a later record about the same thing wins, as a recovery's does. */
export function foldRecords(records: readonly JournalRecord[]): Trace {
  const trace: Trace = {
    commands: new Map(),
    gates: new Map(),
    resources: new Map(),
    embargoed: [],
    causes: [],
    recovered: [],
    offered: null,
    malformed: [],
    startedAt: null,
    teardownReason: null,
    leakScan: null,
    compensation: null,
    parts: noParts,
  };
  for (const record of records) foldRecord(trace, record);
  return trace;
}

function foldRecord(trace: Trace, record: JournalRecord): void {
  switch (record.type) {
    case 'run_planned':
    case 'gate_started':
    case 'run_ended':
      return;
    case 'run_started':
      trace.startedAt = record.at;
      return;
    case 'run_refused':
      trace.causes.push(record.cause);
      trace.offered = record.offered ?? null;
      trace.malformed = record.malformed ?? [];
      return;
    case 'abort':
    case 'cause_added':
      trace.causes.push(record.cause);
      return;
    case 'command_started':
      commandOf(trace, record.command).started = record;
      return;
    case 'command_ended':
      commandOf(trace, record.command).ended = record;
      return;
    case 'gate_ended':
      trace.gates.set(record.gate, record);
      return;
    case 'action_intended':
      commandOf(trace, record.command).actions.set(record.index, { intended: record });
      return;
    case 'action_ended':
      endAction(trace, record);
      return;
    case 'resource_intended':
    case 'resource_created':
    case 'resource_destroyed':
    case 'resource_kept':
    case 'resource_leaked':
      foldResource(trace, record);
      return;
    case 'embargo':
      trace.embargoed.push(...record.targets.filter((target) => !trace.embargoed.includes(target)));
      return;
    case 'teardown_started':
      trace.teardownReason = record.reason;
      return;
    case 'recovery_started':
      trace.recovered.push(record);
      return;
    case 'compensation_engaged':
      trace.compensation = record;
      return;
    case 'leak_scan':
      trace.leakScan = record;
      return;
    case 'parts_evaluated':
      trace.parts = record.parts;
      return;
  }
}

function commandOf(trace: Trace, id: string): CommandTrace {
  const known = trace.commands.get(id);
  if (known !== undefined) return known;
  const fresh: CommandTrace = { actions: new Map() };
  trace.commands.set(id, fresh);
  return fresh;
}

function endAction(trace: Trace, record: EventOf<'action_ended'>): void {
  const actions = commandOf(trace, record.command).actions;
  // The intent comes first; without one nothing is known but the end.
  const intended: EventOf<'action_intended'> = actions.get(record.index)?.intended ?? {
    ...record,
    type: 'action_intended',
    kind: '',
  };
  actions.set(record.index, { intended, ended: record });
}

function foldResource(
  trace: Trace,
  record: EventOf<`resource_${'intended' | 'created' | 'destroyed' | 'kept' | 'leaked'}`>,
): void {
  if (record.type === 'resource_intended') {
    const entry: ResourceTrace = {
      intended: record,
      state: 'intended',
      handle: record.handle,
      evidence: null,
    };
    trace.resources.set(record.resource, entry);
    return;
  }
  const entry = trace.resources.get(record.resource);
  invariant(entry, `resource ${record.resource} was intended before ${record.type}`);
  switch (record.type) {
    case 'resource_created':
      entry.state = 'created';
      entry.handle = record.handle;
      return;
    case 'resource_kept':
      entry.state = 'kept';
      entry.handle = record.handle;
      return;
    case 'resource_destroyed':
      entry.state = 'destroyed';
      entry.evidence = record.proof;
      return;
    case 'resource_leaked':
      entry.state = 'leaked';
      entry.evidence = record.reason;
      return;
  }
}

/** A map whose keys are a user's words, in their order. */
export function jsonMap<T extends Json>(entries: Iterable<readonly [string, T]>): Record<string, T> {
  const map = Object.create(null) as Record<string, T>;
  for (const [key, value] of entries) map[key] = value;
  return map;
}
