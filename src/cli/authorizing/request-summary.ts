import type { ReadRequest } from '../../approve/index.js';
import { toJson } from '../../base/value.js';
import { visible } from '../../base/visible.js';
import { counted } from '../../base/words.js';
import type { BoundTarget } from '../../model/binding.js';
import type { CommandOutline } from '../../model/outline.js';
import type { Plan } from '../../model/plan.js';
import { isProduction } from '../../model/production.js';
import type { TargetDeclaration } from '../../model/runbook.js';
import { outline } from '../../plan/index.js';

/** What a person who approves has to know, in a screen; the whole plan is in the request. */
export function summaryOf({ request, plan }: ReadRequest): readonly string[] {
  const { title, id, revision, sha256, commands } = outline(plan);
  const { binding, requester, created, plan_digest, binding_digest } = request;
  const changes = commands.filter(({ effect }) => effect !== 'observe');
  const params = Object.entries(plan.params).map(
    ([name, value]) => `${name} = ${JSON.stringify(toJson(value))}`,
  );
  const rows: readonly (readonly [string, string])[] = [
    ['runbook', `${id} · ${title} · revision ${revision} · sha256 ${sha256}`],
    ['asked by', `${requester}, ${created}`],
    ...Object.entries(binding.targets).map(
      ([name, target]) => ['target', targetWords(name, target, plan)] as const,
    ),
    ...Object.entries(binding.keys).map(
      ([name, { fingerprint }]) => ['key', `${name} ${fingerprint ?? 'not known before the run'}`] as const,
    ),
    ...params.map((param) => ['param', param] as const),
    ...changes.flatMap((command) => [...iterationRow(command, plan), ...changeRows(command)]),
    // Nobody is asked in the run: what was confirmed is done already.
    ...Object.entries(binding.attestations).map(
      ([command, sha256]) => ['attested', `${command}, the confirmation with sha256 ${sha256}`] as const,
    ),
    [
      'files',
      `${counted(plan.files.length, 'file')}, ${counted(binding.programs.length, 'program')}, each by sha256`,
    ],
    ['plan', plan_digest],
    ['binding', binding_digest],
  ];
  return rows.map(([name, text]) => `${name.padEnd(8)} ${visible(text)}`);
}

function targetWords(name: string, target: BoundTarget, { targets }: Plan): string {
  const cluster = target.identity.system_identifier;
  return [
    `${name} ${placeWords(target, targets[name])}`,
    ...(cluster === undefined ? [] : [`cluster ${cluster}`]),
    ...(isProduction(targets, name) ? ['PRODUCTION'] : []),
  ].join(', ');
}

/** Where its server is; one that is there before the run is never told as made by it. */
function placeWords(
  { via, host, port, database, user, container }: BoundTarget,
  declared: TargetDeclaration | undefined,
): string {
  switch (via) {
    case 'url':
      return `${user ?? ''}@${host ?? ''}:${port ?? ''}/${database ?? ''}`;
    case 'docker':
      return `${user ?? ''}/${database ?? ''} in the container ${container?.name ?? ''} (${container?.id ?? ''})`;
    case 'of':
      return `the server of ${declared?.postgres.via === 'of' ? declared.postgres.of : ''} as ${user ?? 'a user whom the run names'}`;
    case 'sandbox':
      return 'made by the run';
  }
}

/** What an iteration of a loop is given: its actions may read alike, and differ in nothing but that. */
function iterationRow({ id }: CommandOutline, { commands, teardown }: Plan): (readonly [string, string])[] {
  const each = [...commands, ...teardown].find((command) => command.id === id)?.each;
  return each === undefined || each.value === each.key
    ? []
    : [['each', `${id} is given ${JSON.stringify(toJson(each.value))}`]];
}

function changeRows({ id, effect, actions, teardown }: CommandOutline): (readonly [string, string])[] {
  const where = `${id}${teardown ? ' (teardown)' : ''}`;
  const rows = actions
    .filter((action) => action.effect !== 'observe')
    .map((action): readonly [string, string] => [action.effect, `${where} ${action.words}`]);
  return rows.length === 0 ? [[effect, where]] : rows;
}
