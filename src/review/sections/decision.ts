import { period, listed } from '../../base/words.js';
import type { Block, Inline, Text } from '../../report/document.js';
import { bold, bullets, code, paragraph, table } from '../../report/document.js';
import type { Review } from '../schema.js';
import { toldOnce } from './iterations.js';
import { section, type Section } from './section.js';

/** What a reviewer decides on: servers, keys and outside names. */
export function touches({ touches: { targets, keys, outside, protected: kept } }: Review): Section | null {
  const blocks: Block[] = [];
  if (targets.length > 0)
    blocks.push(
      table(
        ['Target', 'What it is', 'Access', 'Identity that every session must show', 'Used in'],
        targets.map((target) => [
          [target.production ? bold(target.name) : target.name],
          [...(target.production ? [bold('PRODUCTION'), ', '] : []), target.reached],
          accessOf(target),
          [target.identity.length === 0 ? 'none' : target.identity.join('; ')],
          [commandsOf(target.used_by)],
        ]),
      ),
    );
  if (keys.length > 0)
    blocks.push(
      table(
        ['Key', 'What it is', 'Used in'],
        keys.map((key) => [[key.name], [key.from], [commandsOf(key.used_by)]]),
      ),
    );
  const more = [...names(outside), ...protectedThings(kept), ...standIns(targets)];
  if (more.length > 0) blocks.push(bullets(more));
  return section('What it touches', blocks);
}

type Target = Review['touches']['targets'][number];

function accessOf({ access, production, superuser }: Target): Text {
  const words: Inline[] = [access === 'write' ? bold('write') : 'read'];
  if (production && access === 'read') words.push('; sessions are read-only');
  if (superuser !== null) words.push('; ', bold('superuser accepted'), `: ${superuser}`);
  return words;
}

const commandsOf = (ids: readonly string[]): string => (ids.length === 0 ? 'no command' : ids.join(', '));

function names(outside: Review['touches']['outside']): readonly Text[] {
  if (outside.length === 0) return [['Nothing outside the runbook is looked up.']];
  return outside.map((one): Text => [
    one.kind === 'env' ? 'environment ' : 'file ',
    code(one.name),
    ` gives ${listed(one.gives)}${one.secret ? ' (redacted everywhere)' : ''}`,
  ]);
}

const protectedThings = (kept: Review['touches']['protected']): readonly Text[] =>
  kept.length === 0
    ? []
    : [[`must be the same before and after: ${listed(kept.map(({ kind, name }) => `${kind} ${name}`))}`]];

const standIns = (targets: readonly Target[]): readonly Text[] =>
  targets.flatMap(({ name, stand_in: words }) =>
    words === null ? [] : [[`in a rehearsal ${name} is ${words}; nothing outside is looked up then`]],
  );

/** What is there afterwards that wasn't before, and what is gone again. */
export function resources({ resources: all }: Review): Section | null {
  const kept = all.filter(({ fate }) => fate === 'kept');
  const stays = all.filter(({ fate }) => fate === 'stays');
  const words: Text[] = [];
  if (kept.length > 0 || !stays.some(({ does }) => does === 'create'))
    words.push(
      kept.length === 0
        ? [
            `Nothing that ${all.some(({ fate }) => fate === 'unknown') ? 'the runner itself' : 'it'} makes is kept.`,
          ]
        : [
            bold(`Kept: ${kept.length}`),
            ` — ${listed(kept.map((r) => `${r.words} (${r.command ?? 'run'})`))}.`,
          ],
    );
  if (stays.length > 0)
    words.push([
      bold(
        `${stays.some(({ does }) => does === 'create') ? 'Made or changed' : 'Changed'} for good: ${stays.length}`,
      ),
      ` — ${listed(stays.map((r) => `${r.words} (${r.command ?? 'run'})`))}.`,
    ]);
  return section('What it creates, keeps and destroys', [
    ...words.map((line) => paragraph(...line)),
    table(
      ['Cmd', 'Does', 'What', 'Afterwards'],
      toldOnce(
        all,
        ({ command }) => command ?? 'run',
        ({ does, words }) => `${does} ${words}`,
      ).map(({ first: resource, id }) => [[id], [resource.does], [resource.words], fateOf(resource)]),
    ),
  ]);
}

function fateOf({ fate, destroyed_by: by, command }: Review['resources'][number]): Text {
  switch (fate) {
    case 'kept':
      return [bold('KEPT')];
    case 'stays':
      return [bold('STAYS')];
    case 'unknown':
      return ['in the private folder it goes with the run; elsewhere the runner does not know'];
    case 'destroyed':
      return [
        by === null
          ? command === null
            ? 'destroyed with the run'
            : 'destroyed at the end'
          : `destroyed in ${by}`,
      ];
  }
}

/** The abort matrix, and what looks like a failure and is none. */
export function aborts(review: Review): Section | null {
  const rows = review.aborts.map((row) => [
    [row.when, ...(row.targets.length > 0 && row.gates.length > 0 ? [` (${listed(row.targets)})`] : [])],
    [row.then],
    [row.verdict ?? 'unchanged'],
  ]);
  const blocks: Block[] = [table(['If', 'Then', 'Verdict'], rows)];
  const conditions = conditionsOf(review);
  if (conditions.length > 0) blocks.push(bullets(conditions));
  if (review.refusals.length > 0)
    blocks.push(
      paragraph(
        'Expected refusals. Each is the proof, not an abort; should it be missing, that is the abort.',
      ),
      bullets(
        toldOnce(
          review.refusals,
          ({ command }) => command,
          ({ action, refusal }) => `${action} ${refusal}`,
        ).map(({ first: { action, refusal }, id }) => [`${id}: ${action} — refused with ${refusal}`]),
      ),
    );
  if (review.compensation !== null) {
    const { record, escalate } = review.compensation;
    blocks.push(
      paragraph(
        bold('After a failure that follows a change on production'),
        ` the kill switch engages by itself. Nothing is restored or deleted. Recorded: ${listed(record)}. Only a signed statement of ${escalate} lets anything run again.`,
      ),
    );
  }
  return section('What could go wrong, and what then happens', blocks);
}

function conditionsOf({ commands }: Review): readonly Text[] {
  const conditions = commands.flatMap((command) => [
    ...(command.condition === null
      ? []
      : [{ id: command.id, words: ` runs only if ${command.condition}; else it is skipped` }]),
    ...command.actions
      .filter((action) => action.condition !== null)
      .map((action) => ({ id: command.id, words: `: ${action.words} — only if ${action.condition ?? ''}` })),
    ...[...command.guards, ...command.expectations]
      .filter((gate) => gate.condition !== null)
      .map((gate) => ({ id: gate.id, words: ` is evaluated only if ${gate.condition ?? ''}` })),
  ]);
  return toldOnce(
    conditions,
    ({ id }) => id,
    ({ words }) => words,
  ).map(({ first, id }): Text => [bold(id), first.words]);
}

export function authorization({
  authorization: { slots, valid_for_ms: ms },
  waivers,
}: Review): Section | null {
  const blocks: Block[] = [];
  if (slots.length > 0)
    blocks.push(
      paragraph(
        `Before it may run, ${listed(slots)} ${slots.length === 1 ? 'has to approve exactly this plan: a person who does not ask for it' : 'have to approve exactly this plan, each another person with another key, none of them who asks'}. An approval holds ${period(ms ?? 0)} and for one run.`,
      ),
    );
  if (waivers.length > 0)
    blocks.push(
      table(
        ['Waived', 'At', 'Reason', 'Approver', 'Until'],
        waivers.map((w) => [[bold(w.code)], [w.at ?? 'everywhere'], [w.reason], [w.approver], [w.until]]),
      ),
    );
  return section(waivers.length > 0 ? 'Authorization and waivers' : 'Authorization', blocks);
}

export const boundaries = ({ boundaries: lines }: Review): Section | null =>
  section('What is NOT here', lines.length === 0 ? [] : [bullets(lines.map((line) => [line]))]);

export const conventions = ({ conventions: lines }: Review): Section | null =>
  section('Conventions', lines.length === 0 ? [] : [bullets(lines.map((line) => [line]))]);
