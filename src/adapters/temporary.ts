import { tmpdir } from 'node:os';
import { resolve } from 'node:path';

/** Where what lasts no longer than a run is made. Absolute, whatever TMPDIR says: a teardown may be called elsewhere. */
export const temporaryFolder = (): string => resolve(tmpdir());

/** What to do where nothing can be made in it. */
export const temporaryAdvice = 'set TMPDIR to a folder that is there and in which you may write, or unset it';
