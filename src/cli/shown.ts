import { isAbsolute, relative, resolve } from 'node:path';

/** As a person would type it from where they stand. */
export function shown(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') || isAbsolute(near) ? path : near;
}

/** One word of a command that is told to be typed: a blank in it would make two, and a shell would expand brackets. */
export const word = (text: string): string =>
  /^[\p{L}\p{N}_@%+=:,./-]+$/u.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** The state folder of who names none. */
export const stateUnnamed = '.gatebook';

/** What a command that is told to be typed needs to find this state folder: nothing where it would without. */
export const inState = (state: string): string =>
  resolve(state) === resolve(process.env['GATEBOOK_STATE'] ?? stateUnnamed)
    ? ''
    : ` --state ${word(shown(state))}`;
