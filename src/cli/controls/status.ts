import { resolve } from 'node:path';
import { findState } from '../../adapters/state/index.js';
import { visible } from '../../base/visible.js';
import type { DisableLevel } from '../../ports/state.js';
import { fitted, problemText, say } from '../io.js';
import { inState } from '../shown.js';
import { disableLevels, levelsUnused } from './levels.js';

export interface StatusOptions {
  readonly json: boolean;
  readonly state: string;
}

/** `gatebook status`: each disable level, whether it could be used now and whether it is engaged. */
export async function statusCommand(options: StatusOptions): Promise<number> {
  const state = await findState(options.state);
  const levels = !state.ok
    ? state
    : state.value === null
      ? await levelsUnused(options.state)
      : await disableLevels(state.value);
  if (!levels.ok) {
    await say(process.stderr, problemText(levels.error));
    return 4;
  }
  if (state.ok && state.value === null)
    await say(process.stderr, `there is no state folder ${visible(resolve(options.state))} yet\n`);
  const text = options.json
    ? `${JSON.stringify({ levels: levels.value }, null, 2)}\n`
    : levelLines(levels.value, inState(options.state));
  await say(process.stdout, text);
  return 0;
}

/** A few short lines a level: what engaged it may be a long sentence. `again` is what finds this state folder. */
export function levelLines(levels: readonly DisableLevel[], again: string): string {
  return levels
    .flatMap(({ level, name, command, effect, available, engaged, detail }) => [
      `${`${level} ${name}`.padEnd(22)} ${available ? 'available' : 'NOT AVAILABLE'}, ${engaged ? 'ENGAGED' : 'not engaged'}`,
      ...(detail === '' ? [] : [fitted(process.stdout, `    ${detail}`, 4)]),
      fitted(process.stdout, `    ${effect}`, 4),
      ...(command === null ? [] : [`    ${command}${again}`]),
    ])
    .map((line) => `${line}\n`)
    .join('');
}
