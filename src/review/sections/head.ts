import { baseOf } from '../../base/ids.js';
import { countedInWords, inWords, listed, shortDigest } from '../../base/words.js';
import type { Block, Text } from '../../report/document.js';
import { bold, bullets, code, heading, paragraph, quote } from '../../report/document.js';
import type { Review } from '../schema.js';

/** Everything above the first section: that nothing was executed, and what is proposed. */
export function head(review: Review): readonly Block[] {
  const { runbook, comparison } = review;
  const first: Block[] =
    comparison === null ? [] : [paragraph(bold(comparison.summary), ` — against ${comparison.against}`)];
  return [
    ...first,
    heading(1, `${runbook.title} — command review`),
    quote(
      [bold('NOTHING EXECUTED'), ` — ${proposed(review)}`],
      [bold('Authorization'), ` ${review.authorization.words}`],
    ),
    ...(runbook.summary === null ? [] : [paragraph(runbook.summary)]),
    bullets(facts(review)),
  ];
}

function proposed({ commands, touches, resources }: Review): string {
  const gates = commands.reduce(
    (sum, { guards, expectations }) => sum + guards.length + expectations.length,
    0,
  );
  const production = touches.targets.filter((target) => target.production);
  const writes = production.filter((target) => target.access === 'write');
  const touch =
    production.length === 0
      ? 'No production is among its targets.'
      : writes.length === 0
        ? `Production (${listed(production.map((t) => t.name))}) is read, never written.`
        : `Production is WRITTEN: ${listed(writes.map((t) => t.name))}.`;
  const unseen = commandsOf(resources.filter(({ fate, does }) => fate === 'unknown' && does !== 'create'));
  const programs =
    unseen.length === 0 ? '' : ` What programs change in ${listed(unseen)} the runner can't see.`;
  return `${countedInWords(commands.length, 'command')} with ${countedInWords(gates, 'gate')} ${commands.length === 1 ? 'is' : 'are'} proposed. ${touch}${programs}`;
}

/** Iterations of a loop as one command. */
const commandsOf = (resources: Review['resources']): readonly string[] => [
  ...new Set(resources.map(({ command }) => (command === null ? 'the run itself' : baseOf(command)))),
];

function facts({
  runbook,
  plan_digest: digest,
  params,
  facts: own,
  files,
  waivers,
  warnings,
}: Review): readonly Text[] {
  const open: Text[] = [];
  if (waivers.length > 0)
    open.push([bold(`waivers: ${inWords(waivers.length)}`), ' findings are accepted by name, see below']);
  if (warnings.length > 0) open.push([`warnings of validate: ${inWords(warnings.length)}, see below`]);
  return [
    ...open,
    ...own.map(({ name, value }): Text => [`${name}: ${value}`]),
    [
      'runbook: ',
      code(runbook.path),
      `, revision ${runbook.revision}, sha256 ${shortDigest(runbook.sha256)}`,
    ],
    [
      'plan: ',
      code(digest),
      ` — of these commands and ${countedInWords(files.length, 'file')}; whatever changes here changes it`,
    ],
    ...(params.length === 0
      ? []
      : [[`params: ${params.map(({ name, value }) => `${name} = ${value}`).join(', ')}`]]),
  ];
}
