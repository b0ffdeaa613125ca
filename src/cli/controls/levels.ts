import { constants, existsSync } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { errno } from '../../adapters/errno.js';
import { io } from '../../adapters/state/create-file.js';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { counted, listed } from '../../base/words.js';
import type { Claim, DisableLevel, KillSwitch, StateFolder, Voided } from '../../ports/state.js';
import type { Problem } from '../../text/problem.js';
import { whoAndWhy } from './controls.js';

/**
 * The disable levels of a state folder as they are now: what `gatebook status` prints and the probe `controls`
 * observes. A level is available where it could be used this moment: its folder can be written.
 */
export async function disableLevels(state: StateFolder): Promise<Result<readonly DisableLevel[], Problem>> {
  const switches = await state.controls.switches();
  if (!switches.ok) return switches;
  const voided = await state.controls.voided();
  if (!voided.ok) return voided;
  const claims = await state.claims();
  if (!claims.ok) return claims;
  const revoked = await revocations(state.path);
  if (!revoked.ok) return revoked;
  return ok(
    levelsOf({
      switches: switches.value,
      voided: voided.value,
      claims: claims.value,
      revoked: revoked.value,
      available: await canBeWritten(state.path),
    }),
  );
}

/** Where no state folder was begun yet: nothing is engaged, and all is available where one could be made. */
export async function levelsUnused(path: string): Promise<Result<readonly DisableLevel[], Problem>> {
  let nearest = resolve(path);
  while (!existsSync(nearest)) nearest = dirname(nearest);
  const available = await canBeWritten(nearest);
  return ok(levelsOf({ switches: [], voided: [], claims: [], revoked: 0, available }));
}

interface Held {
  readonly switches: readonly KillSwitch[];
  readonly voided: readonly Voided[];
  readonly claims: readonly Claim[];
  readonly revoked: number;
  readonly available: boolean;
}

function levelsOf({ switches, voided, claims, revoked, available }: Held): readonly DisableLevel[] {
  const atWork = runsOf(claims, false);
  const waiting = runsOf(claims, true);
  return [
    {
      level: 0,
      name: 'kill switch',
      command: 'gatebook disable --reason TEXT',
      effect: `${refusedBy(switches)}; a running one aborts before its next action`,
      available,
      engaged: switches.length > 0,
      detail: switches.map((one) => `${scopeWords[one.scope]}: ${whoAndWhy(one)}`).join('; '),
    },
    {
      level: 1,
      name: 'withhold approval',
      command: 'gatebook revoke APPROVAL',
      effect: 'a run that needs an approval is refused at admission',
      available,
      engaged: revoked > 0,
      detail: revoked === 0 ? '' : `${counted(revoked, 'approval')} revoked`,
    },
    {
      level: 2,
      name: 'void run',
      command: 'gatebook void RUN --reason TEXT',
      effect: 'gives back the target that a failed change keeps; the evidence stays and says so',
      available,
      engaged: voided.length > 0,
      detail: [
        voided.length === 0 ? '' : `${counted(voided.length, 'run')} void`,
        waiting.length === 0
          ? ''
          : `${listed(waiting)} still ${waiting.length === 1 ? 'holds' : 'hold'} a target`,
      ]
        .filter((part) => part !== '')
        .join('; '),
    },
    {
      level: 3,
      name: 'no run',
      command: null,
      effect: 'nothing happens',
      available: true,
      engaged: atWork.length === 0,
      detail: atWork.length === 0 ? '' : `not ended: ${listed(atWork)}`,
    },
  ];
}

/** Of a switch that isn't engaged: what it would do. */
const refusedBy = (switches: readonly KillSwitch[]): string =>
  switches.length > 0 && switches.every(({ scope }) => scope === 'rehearsal')
    ? 'rehearsals are refused, and no other run'
    : 'every run is refused';

const scopeWords = { production: 'all runs', rehearsal: 'rehearsals only' } as const;

async function canBeWritten(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** None where no approval was ever used or revoked; what can't be read may hold some. */
async function revocations(path: string): Promise<Result<number, Problem>> {
  try {
    const names = await readdir(join(path, 'approvals'));
    return ok(names.filter((name) => name.endsWith('.revoked')).length);
  } catch (error) {
    return errno(error) === 'ENOENT' ? ok(0) : err(io("the revocations can't be read", error));
  }
}

/** Each once. A run that hasn't ended holds a claim, alive or dead. */
const runsOf = (claims: readonly Claim[], held: boolean): readonly string[] => [
  ...new Set(claims.filter((claim) => claim.held === held).map(({ run }) => run)),
];
