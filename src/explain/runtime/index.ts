import { backupCodes } from './backup.js';
import { planCodes } from './plan.js';
import { postgresCodes } from './postgres.js';
import { programCodes } from './programs.js';
import { runCodes } from './run.js';

/** Codes of what happens while a run is prepared or going on. */
export const runtime = [...planCodes, ...runCodes, ...programCodes, ...postgresCodes, ...backupCodes];
