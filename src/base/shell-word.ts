/** One word of a command that is told to be typed: a blank in it would make two, and a shell would expand brackets. */
export const word = (text: string): string =>
  /^[\p{L}\p{N}_@%+=:,./-]+$/u.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
