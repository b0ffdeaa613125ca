/** The order of texts by their UTF-16 units: the same on every machine, whatever its language. */
export const byUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Of things by a text of theirs. */
export const by =
  <T>(key: (item: T) => string) =>
  (a: T, b: T): number =>
    byUnits(key(a), key(b));
