#!/usr/bin/env node
/**
 * What `gatebook` starts. It loads nothing but Node's own before it has looked at Node's version, so that one too
 * old is answered with a sentence; then it runs the program, from V8's cache where there is one.
 */
import process from 'node:process';
import { giveAuthoritiesBack } from '../../adapters/process/authorities.js';
import { limitReached } from '../../adapters/process/exhausted.js';
import { releaseLostTerminals } from '../../adapters/process/terminals.js';
import { runBundle } from './bundle-loader.js';
import type { Problem } from '../../text/problem.js';

const oldest = [20, 19] as const;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
  process.stderr.write(
    `gatebook: Node ${process.versions.node} (${process.execPath}) is too old; Gatebook needs ${oldest.join('.')} or newer.\n` +
      'gatebook: upgrade it, then call this again: https://nodejs.org/en/download\n',
  );
  process.exitCode = 4;
} else {
  void start().catch(async (error: unknown) => {
    const problem = limitReached(error);
    if (problem === null) throw error;
    process.exit(await told(problem));
  });
}

/** The outer process of a run only waits: it never loads the program. */
async function start(): Promise<void> {
  giveAuthoritiesBack(process.env);
  releaseLostTerminals();
  if (process.argv[2] !== 'run') {
    runBundle();
    return;
  }
  const { enter } = await import('./enter.js');
  const entered = await enter();
  if (!entered.ok) process.exit(await told(entered.error));
  if (entered.value === null) runBundle();
  else process.exit(entered.value);
}

async function told(problem: Problem): Promise<number> {
  const { problemText, tell } = await import('../io.js');
  return tell(problemText(problem), 4);
}
