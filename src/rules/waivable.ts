/**
 * Findings that a named person may accept. A closed list, so that a new code can't be waived before somebody thought
 * about it: what isn't here breaks a promise of the language (identity, secrets, production, types, pins), and a run
 * would not do what its review says.
 */
export const waivable: ReadonlySet<string> = new Set([
  'GB2001', // ids that don't ascend
  'GB2005', // nothing uses it
  'GB2104', // a gate that can't fail
  'GB2304', // something is started and never destroyed: the sweep still does
  'GB2310', // a change through a program, without a guard of its own
  'GB2311', // something is made that the ledger doesn't know
  'GB2504', // a note that nothing refers to
  'GB2701', // something is removed that nobody named
  'GB2702', // a heredoc
  'GB2703', // text is run that nobody has reviewed
  'GB2704', // a pipeline that always succeeds
  'GB2705', // only the last of a pipeline is looked at
  'GB2706', // a failure that nobody would see
  'GB2707', // error messages are thrown away
  'GB2708', // steps that don't stop at a failure
  'GB2710', // an image that isn't pinned
  'GB2711', // psql without ON_ERROR_STOP
  'GB2712', // no timeout for a change
  'GB2713', // a file is run that isn't pinned
]);
