/** What a change does to the safety of a run, the worst first. */
export const weights = ['weakens', 'changes', 'strengthens', 'neutral', 'cosmetic'] as const;
export type Weight = (typeof weights)[number];

/** Every kind of change there is; within one weight a reader sees them in this order. */
export const changeKinds = [
  'gate-removed',
  'expectation-removed',
  'expectation-changed',
  'probe-changed',
  'on-fail-changed',
  'gate-condition-changed',
  'gate-moved',
  'gate-patience-changed',
  'target-added',
  'target-changed',
  'target-removed',
  'identity-changed',
  'authorization-changed',
  'compensation-changed',
  'waiver-changed',
  'protection-changed',
  'secret-reaches',
  'resource-left',
  'encryption-changed',
  'refusal-changed',
  'allowed-errors-changed',
  'program-changed',
  'sql-changed',
  'action-removed',
  'action-added',
  'action-changed',
  'action-condition-changed',
  'command-removed',
  'command-added',
  'command-moved',
  'command-condition-changed',
  'command-changed',
  'key-changed',
  'secret-changed',
  'param-changed',
  'data-changed',
  'file-changed',
  'boundary-changed',
  'report-changed',
  'gate-added',
  'expectation-added',
  'renamed',
  'reworded',
] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** Where a change stands. */
export interface Place {
  /** `C-07`, `G-17`, `target prod`. */
  readonly name: string;
  /** In the YAML of the new runbook; the nearest thing that is there is what a reader is shown. */
  readonly path: readonly (string | number)[];
}

export interface Change {
  readonly kind: ChangeKind;
  readonly weight: Weight;
  readonly place: Place;
  /** What changed, in words. */
  readonly what: string;
  /** In words; absent where there was or is nothing. */
  readonly before?: string;
  readonly after?: string;
}

/** Kinds that concern a gate: what a run looks at before it goes on. */
const ofGates: ReadonlySet<ChangeKind> = new Set<ChangeKind>([
  'gate-removed',
  'gate-added',
  'gate-moved',
  'gate-condition-changed',
  'gate-patience-changed',
  'probe-changed',
  'on-fail-changed',
  'expectation-removed',
  'expectation-changed',
  'expectation-added',
]);
export const concernsGate = ({ kind }: Change): boolean => ofGates.has(kind);

/** The worst first; then by kind, and then as they stand in the runbook. */
export const byDanger = (changes: readonly Change[]): Change[] =>
  changes.toSorted(
    (a, b) =>
      weights.indexOf(a.weight) - weights.indexOf(b.weight) ||
      changeKinds.indexOf(a.kind) - changeKinds.indexOf(b.kind),
  );
