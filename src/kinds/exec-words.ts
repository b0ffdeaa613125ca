import type { Value } from '../base/value.js';
import { field, isList, isMap } from '../base/value.js';
import type { Shape } from '../model/shape.js';
import type { MadeReference } from './declaration.js';
import { madeBy } from './docker/references.js';

const text = (value: Value | undefined): string => (typeof value === 'string' ? value : '…');
const quoted = (argument: string): string =>
  /^[\w@%+=:,./${}[\]'-]+$/.test(argument) ? argument : JSON.stringify(argument);

/** `runs pg_dump --version`, as a person would type it. */
export function execWords(args: Value): string {
  const argv = isMap(args) ? field(args, 'argv') : undefined;
  return `runs ${isList(argv) ? argv.map((a) => quoted(text(a))).join(' ') : '…'}${placeWords(args)}`;
}

export function scriptWords(args: Value): string {
  const file = isMap(args) ? field(args, 'file') : undefined;
  const sha = isMap(args) ? field(args, 'sha256') : undefined;
  const rest = isMap(args) ? field(args, 'args') : undefined;
  const shown = isList(rest) ? rest.map((a) => ` ${quoted(text(a))}`).join('') : '';
  return `runs a copy of ${text(file)}${shown} (sha256 ${text(sha).slice(0, 12)}…)${placeWords(args)}`;
}

/** Inside which container, connected to which target. */
function placeWords(args: Value): string {
  const container = isMap(args) ? field(args, 'in') : undefined;
  const inside = container === undefined ? '' : ` in the container ${text(container)}`;
  const [target] = programReferences(args).targets;
  return target === undefined ? inside : `${inside}, connected to ${target}`;
}

export function programReferences(args: Value): {
  readonly targets: readonly string[];
  readonly made: readonly MadeReference[];
} {
  const connect = isMap(args) ? field(args, 'connect') : undefined;
  return {
    targets: typeof connect === 'string' ? [connect] : [],
    made: madeBy(args, 'docker.container', 'in'),
  };
}

/** `stdout` is what `output` makes of it. */
export const execFields = { exit_code: 'int', stdout: 'any', stderr: 'string' } as const satisfies Record<
  string,
  Shape
>;
export const scriptFields = { ...execFields, sha256: 'string', ran_sha256: 'string' } as const;
