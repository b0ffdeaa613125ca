import { baseOf } from '../../base/ids.js';
import type { Plan } from '../../model/plan.js';
import type { SecretDeclaration } from '../../model/runbook.js';
import { namesIn } from '../../expression/index.js';
import { isExpression, isText } from '../../model/template.js';
import { counted } from '../../base/words.js';
import { from } from '../touches.js';
import type { Change } from './change.js';
import { byName } from './named.js';
import type { Sides } from './sides.js';

interface Reach {
  readonly secret: string;
  /** `C-04 exec env.TOKEN` */
  readonly where: string;
  readonly name: string;
  readonly path: readonly (string | number)[];
}

/** Places that a secret's value now reaches and didn't before. */
export function secretsReach({ before, after }: Sides): Change[] {
  const key = ({ secret, where }: Reach): string => `${secret} ${where}`;
  const known = new Set(reachesOf(before.plan).map(key));
  return reachesOf(after.plan)
    .filter((reach) => !known.has(key(reach)))
    .map((reach): Change => ({
      kind: 'secret-reaches',
      weight: 'weakens',
      place: { name: reach.name, path: reach.path },
      what: `the secret ${reach.secret} reaches a new place`,
      after: reach.where,
    }));
}

/** Each use of each secret in what a run does. */
function reachesOf({ commands, teardown, targets }: Plan): readonly Reach[] {
  const found: Reach[] = [];
  const look = (value: unknown, inside: readonly string[], base: Omit<Reach, 'secret' | 'where'>): void => {
    if (isExpression(value)) {
      for (const { root, path } of namesIn(value.source))
        if (root === 'secrets')
          found.push({ ...base, secret: String(path[0]), where: inside.filter(Boolean).join(' ') });
    } else if (isText(value)) value.parts.forEach((part) => look(part, inside, base));
    else if (typeof value === 'object' && value !== null)
      for (const [name, entry] of Object.entries(value))
        look(
          entry,
          [...inside.slice(0, -1), `${inside.at(-1) ?? ''}${inside.at(-1) === '' ? '' : '.'}${name}`],
          base,
        );
  };
  for (const [phase, list] of [
    ['commands', commands],
    ['teardown', teardown],
  ] as const)
    for (const command of list) {
      const path = [phase, command.base];
      command.actions.forEach(({ kind, args }, index) =>
        look(args, [command.id, kind, ''], { name: command.id, path: [...path, 'do', index, kind] }),
      );
      for (const part of ['guards', 'expectations'] as const)
        for (const gate of command[part])
          look(gate.probe.args, [gate.id, gate.probe.kind, ''], {
            name: gate.id,
            path: [...path, part, baseOf(gate.id)],
          });
    }
  for (const [name, target] of Object.entries(targets))
    look(target, [`target ${name}`, ''], { name: `target ${name}`, path: ['targets', name] });
  return found;
}

const sourceWords = (secret: SecretDeclaration): string =>
  'generate' in secret ? `${counted(secret.generate.bytes, 'random byte')} of this run` : from(secret);

/** Where secrets come from. */
export function secretsChanged({ before, after }: Sides): Change[] {
  const { removed, added, changed } = byName(before.plan.secrets, after.plan.secrets);
  const place = (name: string) => ({ name: `secret ${name}`, path: ['secrets', name] });
  return [
    ...removed.map(([name, secret]): Change => ({
      kind: 'secret-changed',
      weight: 'neutral',
      place: place(name),
      what: 'this secret is gone',
      before: sourceWords(secret),
    })),
    ...added.map(([name, secret]): Change => ({
      kind: 'secret-changed',
      weight: 'changes',
      place: place(name),
      what: 'a further secret',
      after: sourceWords(secret),
    })),
    ...changed.map((one): Change => ({
      kind: 'secret-changed',
      weight: 'changes',
      place: place(one.name),
      what: 'this secret comes from somewhere else',
      before: sourceWords(one.before),
      after: sourceWords(one.after),
    })),
  ];
}
