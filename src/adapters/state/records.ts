import { isRunId } from '../../base/ids.js';
import type { KillSwitch, RunEntry, RunProcess, Voided } from '../../ports/state.js';

type Form<T> = { readonly [Field in keyof T]: (value: unknown) => boolean };

const isText = (value: unknown): boolean => typeof value === 'string';
const isRun = (value: unknown): boolean => typeof value === 'string' && isRunId(value);
/** As the runner's clock says it: such texts have the order of what they mean. */
const isInstant = (value: unknown): boolean =>
  typeof value === 'string' &&
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) &&
  !Number.isNaN(Date.parse(value));
const oneOf =
  (...texts: readonly unknown[]) =>
  (value: unknown): boolean =>
    texts.includes(value);
const orNull =
  (is: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === null || is(value);

const killSwitch: Form<KillSwitch> = {
  scope: oneOf('production', 'rehearsal'),
  reason: isText,
  by: isText,
  at: isInstant,
  run: orNull(isRun),
  escalate: orNull(isText),
};
const voided: Form<Voided> = { run: isRun, reason: isText, by: isText, at: isInstant };
const runProcess: Form<RunProcess> = { pid: Number.isSafeInteger, bootId: isText, startTime: isText };
export const isRunProcess = (value: unknown): value is RunProcess => has(value, runProcess);
const runEntry: Form<RunEntry> = {
  id: isRun,
  runbook: isText,
  path: isText,
  project: isText,
  admitted: (value) => typeof value === 'boolean',
  mode: oneOf('live', 'rehearsal', 'dry-run'),
  bundle: isText,
  startedAt: isInstant,
  process: orNull(isRunProcess),
};

function has<T extends object>(value: unknown, form: Form<T>): value is T {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Readonly<Record<string, unknown>>;
  return Object.entries<(value: unknown) => boolean>(form).every(([name, is]) => is(fields[name]));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * What a file of the state folder says, where it has the form that is written there and the name that belongs to it:
 * one that was damaged must not read as a switch that refuses nothing.
 */
const record =
  <T extends object>(form: Form<T>, nameOf: (entry: T) => string) =>
  (name: string, text: string): T => {
    const value = parse(text);
    if (!has(value, form)) throw new Error(`${name} does not hold what is written there`);
    if (nameOf(value) !== name) throw new Error(`${name} holds what belongs to ${nameOf(value)}`);
    return value;
  };

export const switchName = ({ scope, run }: KillSwitch): string =>
  `kill-switch.${scope}${run === null ? '' : `.${run}`}`;
export const voidName = ({ run }: Pick<Voided, 'run'>): string => `${run}.json`;
export const entryName = ({ id }: Pick<RunEntry, 'id'>): string => `${id}.json`;

export const readSwitch = record(killSwitch, switchName);
export const readVoided = record(voided, voidName);
export const readEntry = record(runEntry, entryName);
