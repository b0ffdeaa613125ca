import { loadRunbook } from '../../src/document/index.js';
import { buildPlan } from '../../src/plan/index.js';
import { compareFor, type Against } from '../../src/review/index.js';
import type { Review } from '../../src/review/index.js';
import { buildReview } from '../../src/review/index.js';
import { memorySources } from '../support/sources.js';

type Side = NonNullable<Against['side']>;
type Comparison = NonNullable<Review['comparison']>;
export type Files = Readonly<Record<string, string>>;

const head = `gatebook: v1
id: example
title: Example
revision: 1
`;

/** A runbook of these files; `runbook.yaml` is given what every runbook begins with. */
async function load(files: Files) {
  const whole = { ...files, 'runbook.yaml': head + (files['runbook.yaml'] ?? '') };
  const loaded = await loadRunbook(memorySources(whole), 'runbook.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error, null, 1));
  const plan = buildPlan(loaded.value, { params: {}, version: '0.0.0' });
  if (!plan.ok) throw new Error(JSON.stringify(plan.error, null, 1));
  return { loaded: loaded.value, plan: plan.value };
}

export async function sideOf(files: Files): Promise<Side> {
  const { loaded, plan } = await load(files);
  return { plan, runbook: loaded.runbook };
}

/** What a review says of the changes from one runbook to another. */
export async function comparisonOf(before: Files, after: Files): Promise<Comparison> {
  const { loaded, plan } = await load(after);
  const side = await sideOf(before);
  return compareFor({ plan, runbook: loaded.runbook }, { name: 'before', side }, (path) =>
    loaded.locate(path, 'key'),
  );
}

export async function reviewOf(files: Files, comparison: Review['comparison'] = null): Promise<Review> {
  const { loaded, plan } = await load(files);
  const { runbook, warnings, files: read } = loaded;
  return buildReview(plan, { params: runbook.params, warnings, files: read, comparison });
}

/** `weakens gate-removed G-01`, the dangerous first. */
export const said = ({ changes }: Comparison): string[] =>
  changes.map(({ weight, kind, place }) => `${weight} ${kind} ${place}`);
