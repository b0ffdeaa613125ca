import { err } from '../../../base/result.js';
import type { ProbeExecutor } from '../../executor.js';
import { runAsDeclared } from '../../run-program.js';
import type { Args } from './schema.js';

export const execute: ProbeExecutor = async (given, context) => {
  const args = given as unknown as Args;
  const [program, ...rest] = args.argv;
  if (program === undefined) return err({ code: 'ARGV_EMPTY', message: 'argv names no program' });
  return runAsDeclared([program, ...rest], args, context);
};
