/**
 * Milliseconds of a processor that the work takes. What is to end soon is held to these and not to the wall clock's,
 * which a busy machine multiplies.
 */
export function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
