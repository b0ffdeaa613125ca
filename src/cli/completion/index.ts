import type { Command } from 'commander';
import { bashCompletion } from './bash.js';
import { describe } from './describe.js';
import { fishCompletion } from './fish.js';
import { zshCompletion } from './zsh.js';

const shells = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;
export type Shell = keyof typeof shells;

/** `gatebook completion SHELL`: the script that the shell sources. */
export const completion = (shell: Shell, program: Command): string => shells[shell](describe(program));
