import type { Value } from '../base/value.js';
import { isList } from '../base/value.js';
import { listed } from '../base/words.js';
import type { Shape } from '../model/shape.js';
import type { MadeReference } from './declaration.js';
import { madeBy } from './docker/references.js';
import { argument, shown } from './words.js';

const text = (value: Value | undefined): string => (typeof value === 'string' ? value : '…');
const quoted = (argument: string): string =>
  /^[\w@%+=:,./${}[\]'-]+$/.test(argument) ? argument : JSON.stringify(argument);

/** `runs pg_dump --version`, as a person would type it. */
export function execWords(args: Value): string {
  const argv = argument(args, 'argv');
  return `runs ${isList(argv) ? argv.map((a) => quoted(text(a))).join(' ') : '…'}${placeWords(args)}`;
}

export function scriptWords(args: Value): string {
  const rest = argument(args, 'args');
  const given = isList(rest) ? rest.map((a) => ` ${quoted(text(a))}`).join('') : '';
  const sha256 = shown(args, 'sha256').slice(0, 12);
  return `runs a copy of ${shown(args, 'file')}${given} (sha256 ${sha256}…)${placeWords(args)}`;
}

/** Inside which container, connected to which target. */
function placeWords(args: Value): string {
  const container = argument(args, 'in');
  const inside = container === undefined ? '' : ` in the container ${text(container)}`;
  const [target] = programReferences(args).targets;
  return target === undefined ? inside : `${inside}, connected to ${target}`;
}

export function programReferences(args: Value): {
  readonly targets: readonly string[];
  readonly made: readonly MadeReference[];
} {
  const connect = argument(args, 'connect');
  return {
    targets: typeof connect === 'string' ? [connect] : [],
    made: madeBy(args, 'docker.container', 'in'),
  };
}

/** How it ended, and what of it nobody looked at. */
export function endWords(outputs: Value): string {
  const [cut, open] = [argument(outputs, 'cut'), argument(outputs, 'left_open')];
  const long = isList(cut) ? `; ${listed(cut.map(text))} too long to be held, whole in logs/` : '';
  const held = isList(open) ? `; ${listed(open.map(text))} held open by a process that it left behind` : '';
  return `exit code ${shown(outputs, 'exit_code')}${long}${held}`;
}

/**
 * `stdout` is what `output` makes of it. One that was too long is absent, and named in `cut`, which is there only then; so is
 * one that a process held that the program left behind, in `left_open`.
 */
export const execFields = {
  exit_code: 'int',
  stdout: 'any',
  stderr: 'string',
  cut: { list: 'string' },
  left_open: { list: 'string' },
} as const satisfies Record<string, Shape>;
export const scriptFields = { ...execFields, sha256: 'string', ran_sha256: 'string' } as const;
