import type { CommandId, GateId, Sha256 } from '../base/ids.js';
import type { Effect, OnFail, Phase } from './runbook.js';

/** What a reader of the report needs to know of a gate before it ran. Words are for people. */
export interface GateOutline {
  readonly id: GateId;
  readonly title: string;
  readonly phase: Phase;
  readonly on_fail: OnFail;
  readonly probe: string;
  readonly probe_words: string;
  readonly expected_words: readonly string[];
  readonly why?: string;
}
export interface ActionOutline {
  readonly kind: string;
  readonly words: string;
  readonly effect: Effect;
  readonly as?: string;
}
export interface CommandOutline {
  readonly id: CommandId;
  readonly title: string;
  readonly why?: string;
  readonly effect: Effect;
  readonly teardown: boolean;
  readonly gates: readonly GateOutline[];
  readonly actions: readonly ActionOutline[];
}
/** The plan as a reader of the report sees it: the first record, so that the report needs no other file. */
export interface Outline {
  readonly id: string;
  readonly title: string;
  readonly revision: number;
  readonly path: string;
  readonly sha256: Sha256;
  readonly tags: readonly string[];
  readonly summary?: string;
  readonly kb?: string;
  readonly boundaries: readonly string[];
  readonly conventions: readonly string[];
  readonly authorization: string;
  readonly commands: readonly CommandOutline[];
  /** Targets that are production, and whether a statement may write there; absent in journals of before they were recorded. */
  readonly production?: readonly { readonly target: string; readonly access: 'read' | 'write' }[];
  readonly files: readonly { readonly path: string; readonly sha256: Sha256; readonly role: string }[];
}

/** What a rehearsal says of production at its end: that no backup was taken of it, where one is what the run is for. */
export const rehearsalWords = (
  commands: readonly { readonly actions: readonly { readonly kind: string }[] }[],
): string =>
  commands.some(({ actions }) => actions.some(({ kind }) => kind === 'postgres.backup'))
    ? 'No production was backed up.'
    : 'Production was a stand-in.';
