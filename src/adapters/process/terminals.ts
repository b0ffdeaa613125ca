import { closeSync } from 'node:fs';
import { isatty } from 'node:tty';

/**
 * Node puts the terminals that it began with back into their state when it exits, and aborts with a core dump
 * where one has hung up (a window closed, an ssh session lost): such a one is closed before.
 */
export function releaseLostTerminals(): void {
  const terminals = [0, 1, 2].filter((fd) => isatty(fd));
  process.once('exit', () => {
    for (const fd of terminals) if (!isatty(fd)) closeSync(fd);
  });
}
