import { err, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import { listed } from '../base/words.js';
import type { Plan } from '../model/plan.js';
import { isOutside } from '../model/runbook.js';
import type { Given, Mode, PostgresTarget } from '../model/runbook.js';
import type { Problem } from '../text/problem.js';
import { slipOf } from '../text/suggest.js';
import type { Environment, OutsideName } from './outside.js';
import { outsideNames, showSource } from './outside.js';

export interface ModeOptions {
  readonly embedded: boolean;
  readonly dryRun: boolean;
  /** Whether an approval was given on the command line. */
  readonly approved: boolean;
  /** Whether an approval is asked for; what can be approved is a live run. */
  readonly asked?: boolean;
  /** `embedded: never` in gatebook.yaml. */
  readonly neverEmbedded: boolean;
  /** Whether this state folder has seen a live run of the runbook. */
  readonly everLive: boolean;
}

/** Why a run can't begin, and the exit code of such a refusal. */
export interface Refusal extends Problem {
  readonly exit: 2 | 3 | 4 | 6;
}

/**
 * Live, rehearsal or dry run: all or nothing. A rehearsal happens when it is asked for, or when nothing at all
 * is configured; anything in between is refused by name, but for what a gate is there to observe.
 */
export function decideMode(
  plan: Plan,
  environment: Environment,
  options: ModeOptions,
): Result<Mode, Refusal> {
  const names = outsideNames(plan);
  const entering = names.filter(({ role }) => role === 'target' || role === 'key');
  if (options.embedded) return embedded(plan, entering, options);
  const absent = names.filter(({ source }) => environment.get(source) === undefined);
  const misspelt = misspellings(absent, names, environment);
  const unconfigured = absent.length === names.length && misspelt.length === 0;
  if (!options.dryRun && entering.length > 0 && unconfigured) {
    const why = noRehearsal(options);
    return why === null ? rehearsal(plan) : err(missing(absent, [], why, orRehearse(options)));
  }
  const empty = names.find(({ source }) => environment.get(source)?.trim() === '');
  if (empty !== undefined) {
    return err({
      code: 'VALUE_EMPTY',
      exit: 4,
      message: `${showSource(empty.source)} is set but empty; ${empty.place} needs a value`,
      next: `set ${showSource(empty.source)}, or unset it if nothing is meant to be configured`,
    });
  }
  const needed = absent.filter(({ observed, place }) => !observed || misspelt.some((m) => m.place === place));
  const why = unconfigured ? 'nothing is configured' : 'half configured';
  // Without a target or key from outside there is nothing to rehearse on.
  if (needed.length > 0)
    return err(missing(needed, misspelt, why, entering.length === 0 ? '' : orRehearse(options)));
  return ok(options.dryRun ? 'dry-run' : 'live');
}

function embedded(plan: Plan, entering: readonly OutsideName[], options: ModeOptions): Result<Mode, Refusal> {
  const usage = (message: string): Result<Mode, Refusal> =>
    err({ code: 'USAGE', exit: 2, message, next: 'leave --embedded out' });
  if (options.dryRun) return usage('--dry-run and --embedded exclude each other');
  if (options.approved) return usage('--approval is for a live run, and --embedded is a rehearsal');
  if (entering.length === 0)
    return usage(
      '--embedded makes no sense here: no target or key of this runbook takes a value from outside',
    );
  if (options.neverEmbedded) {
    return err({
      code: 'REHEARSAL_REFUSED',
      exit: 4,
      message: 'gatebook.yaml says embedded: never',
      next: 'rehearse in a project that allows it',
    });
  }
  return rehearsal(plan);
}

/** From where a server's place comes, in parentheses. */
function placeOf(postgres: PostgresTarget): string {
  if (postgres.via === 'url') return named(postgres.url);
  return postgres.via === 'docker' ? named(postgres.container) : '';
}

const named = (given: Given): string => (isOutside(given) ? ` (${showSource(given)})` : '');

/** A rehearsal needs a stand-in for everything that would come from outside. */
function rehearsal(plan: Plan): Result<Mode, Refusal> {
  const targets = Object.entries(plan.targets)
    .filter(([, { postgres: p }]) => (p.via === 'url' || p.via === 'docker') && p.embedded === undefined)
    .map(([name, { postgres: p }]) => `targets.${name}${placeOf(p)}`);
  const keys = Object.entries(plan.keys)
    .filter(([, k]) => k.via === 'fingerprint' && isOutside(k.fingerprint) && !k.embedded)
    .map(([name, k]) => `keys.${name}${k.via === 'fingerprint' ? named(k.fingerprint) : ''}`);
  const without = [...targets, ...keys];
  if (without.length === 0) return ok('rehearsal');
  return err({
    code: 'NO_STAND_IN',
    exit: 4,
    message: `a rehearsal needs a stand-in, and ${listed(without)} ${without.length === 1 ? 'declares' : 'declare'} none`,
    next: 'declare embedded: there, or configure production',
  });
}

function noRehearsal(options: ModeOptions): string | null {
  if (options.neverEmbedded) return 'gatebook.yaml says embedded: never, so this is no rehearsal';
  if (options.asked === true) return 'a request asks for a live run';
  if (options.approved) return 'an approval was given, so this is no rehearsal';
  if (options.everLive)
    return 'this state folder has seen a live run of this runbook, so this is no rehearsal unless --embedded says so';
  return null;
}

interface Misspelling {
  readonly place: string;
  readonly wanted: string;
  readonly found: string;
}

/** A variable that is set and nearly bears the name of one that is absent was meant for it. */
function misspellings(
  absent: readonly OutsideName[],
  names: readonly OutsideName[],
  environment: Environment,
): readonly Misspelling[] {
  const declared = new Set(names.map(({ source }) => showSource(source)));
  const candidates = environment.names().filter((name) => !declared.has(name));
  return absent.flatMap(({ place, source }) => {
    // By chance short names are near each other.
    if (!('env' in source) || source.env.length < 8) return [];
    const found = slipOf(source.env, candidates);
    return found === undefined ? [] : [{ place, wanted: source.env, found }];
  });
}

function missing(
  absent: readonly OutsideName[],
  misspelt: readonly Misspelling[],
  why: string,
  otherwise: string,
): Refusal {
  const list = absent.map(({ place, source }) => `${showSource(source)} (${place})`).join(', ');
  const hint = misspelt.map(({ wanted, found }) => `did you mean ${wanted} where ${found} is set?`).join(' ');
  return {
    code: 'NOT_CONFIGURED',
    exit: 4,
    message: `${why}: missing ${list}${hint === '' ? '' : `; ${hint}`}`,
    next: `set what is missing${otherwise}`,
  };
}

/** What else could be done about a missing value: a rehearsal, where one is possible. */
function orRehearse({ approved, asked = false, dryRun, neverEmbedded, everLive }: ModeOptions): string {
  if (approved || asked || neverEmbedded) return '';
  if (dryRun) return ', or rehearse: --embedded in place of --dry-run';
  return everLive
    ? ', or ask for a rehearsal with --embedded'
    : ', or unset everything for a rehearsal (--embedded asks for one)';
}
