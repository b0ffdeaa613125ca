import type { Json } from '../base/value.js';
import type { ActionOutline, CommandOutline, GateOutline } from '../model/outline.js';
import type { ActionTrace, Trace } from './fold.js';
import { jsonMap } from './fold.js';
import type { Report } from './schema.js';

export type ReportCommand = Report['commands'][number];
export type ReportGate = Report['gates'][number];
export type ReportAction = ReportCommand['actions'][number];

/** A command as it was planned, with what the journal says of it; what it doesn't say did not happen. */
export function buildCommand(outline: CommandOutline, trace: Trace): ReportCommand {
  const seen = trace.commands.get(outline.id);
  const actions = outline.actions.map((action, index) => buildAction(action, seen?.actions.get(index)));
  const open = actions.some((action) => action.state === 'unknown');
  return {
    id: outline.id,
    title: outline.title,
    why: outline.why ?? null,
    effect: outline.effect,
    teardown: outline.teardown,
    state: seen?.ended?.state ?? (seen?.started === undefined ? 'not_run' : open ? 'unknown' : 'cancelled'),
    reason: seen?.ended?.reason ?? null,
    started_at: seen?.started?.at ?? null,
    duration_ms: seen?.ended?.duration_ms ?? null,
    gates: outline.gates.map((gate) => gate.id),
    actions,
    outputs: jsonMap(outputsOf(outline, seen?.actions)),
  };
}

function buildAction(outline: ActionOutline, seen: ActionTrace | undefined): ReportAction {
  return {
    kind: outline.kind,
    words: outline.words,
    effect: outline.effect,
    as: outline.as ?? null,
    state: seen?.ended?.state ?? (seen === undefined ? 'not_run' : 'unknown'),
    result: seen?.ended?.words ?? null,
    problem: seen?.ended?.problem ?? null,
    duration_ms: seen?.ended?.duration_ms ?? null,
  };
}

function* outputsOf(
  outline: CommandOutline,
  seen: ReadonlyMap<number, ActionTrace> | undefined,
): Generator<readonly [string, Json]> {
  for (const [index, action] of outline.actions.entries()) {
    const outputs = seen?.get(index)?.ended?.outputs;
    if (action.as !== undefined && outputs !== undefined) yield [action.as, outputs];
  }
}

export function buildGate(outline: GateOutline, command: string, trace: Trace): ReportGate {
  const seen = trace.gates.get(outline.id);
  return {
    id: outline.id,
    title: outline.title,
    command,
    phase: outline.phase,
    state: seen?.state ?? 'not_evaluated',
    on_fail: outline.on_fail,
    probe: outline.probe,
    probe_words: outline.probe_words,
    why: outline.why ?? null,
    expected: seen?.expected ?? null,
    expected_words: [...(seen?.expected_words ?? outline.expected_words)],
    observed: seen?.observed ?? null,
    observed_words: seen?.observed_words ?? null,
    difference:
      seen?.difference == null
        ? null
        : {
            words: [...seen.difference.words],
            ...(seen.difference.detail === undefined ? {} : { detail: seen.difference.detail }),
          },
    reason: seen?.reason ?? null,
    duration_ms: seen?.duration_ms ?? 0,
    attempts: seen?.attempts ?? 0,
  };
}

/** Outputs that are a complete envelope of an artifact: {sha256, size_bytes, artifact_ref}. */
export function artifactsOf(commands: readonly ReportCommand[]): Report['evidence']['artifacts'] {
  return commands.flatMap((command) =>
    Object.values(command.outputs).flatMap((output) => {
      if (!isFields(output)) return [];
      const { artifact_ref: ref, sha256, size_bytes: bytes, gpg_fpr: recipient } = output;
      if (typeof ref !== 'string' || typeof sha256 !== 'string') return [];
      if (typeof bytes !== 'number' && typeof bytes !== 'string') return [];
      return [
        {
          ref,
          sha256,
          size_bytes: bytes,
          recipient: typeof recipient === 'string' ? recipient : null,
          command: command.id,
        },
      ];
    }),
  );
}

export const isFields = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
