import { authorizationCodes } from './authorization.js';
import { backupCodes } from './backup.js';
import { controlCodes } from './controls.js';
import { dockerCodes } from './docker.js';
import { evidenceCodes } from './evidence.js';
import { planCodes } from './plan.js';
import { postgresCodes } from './postgres.js';
import { programCodes } from './programs.js';
import { reviewCodes } from './review.js';
import { runCodes } from './run.js';

/** Codes of what happens while a run is prepared or going on. */
export const runtime = [
  ...planCodes,
  ...runCodes,
  ...controlCodes,
  ...authorizationCodes,
  ...programCodes,
  ...postgresCodes,
  ...backupCodes,
  ...dockerCodes,
  ...reviewCodes,
  ...evidenceCodes,
];
