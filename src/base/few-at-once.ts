/** Files that are read together: thousands would take more descriptors than there may be. */
const most = 32;

/** What the work on each yields, in their order; few are under way at once. */
export async function fewAtOnce<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += most)
    results.push(...(await Promise.all(items.slice(from, from + most).map(work))));
  return results;
}
