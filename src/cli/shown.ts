import { isAbsolute, relative, resolve } from 'node:path';
import { word } from '../base/shell-word.js';

export { word } from '../base/shell-word.js';

/** As a person would type it from where they stand. */
export function shown(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') || isAbsolute(near) ? path : near;
}

/** The state folder of who names none. */
export const stateUnnamed = '.gatebook';

/** What a command that is told to be typed needs to find this state folder: nothing where it would without. */
export const inState = (state: string): string =>
  resolve(state) === resolve(process.env['GATEBOOK_STATE'] ?? stateUnnamed)
    ? ''
    : ` --state ${word(shown(state))}`;
