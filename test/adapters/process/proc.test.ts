import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isAlive, ownProcess } from '../../../src/adapters/process/own.js';
import { startTimeOf } from '../../../src/adapters/process/proc.js';
import { intendServer, ownership } from '../../../src/adapters/sandbox/folder.js';

// A run that counts as dead is torn down, and what counts as absent is recorded as destroyed.

const { readFile, lstat } = fs;
beforeEach(() => {
  const none = () => Promise.reject(Object.assign(new Error('too many open files'), { code: 'EMFILE' }));
  Object.assign(fs, { readFile: none, lstat: none });
  syncBuiltinESMExports();
});
afterEach(() => {
  Object.assign(fs, { readFile, lstat });
  syncBuiltinESMExports();
});

test('what could not be looked at is neither dead nor gone', async () => {
  await expect(startTimeOf(process.pid)).rejects.toThrow('too many');
  await expect(isAlive(ownProcess())).rejects.toThrow('too many');
  await expect(ownership(intendServer())).rejects.toThrow('too many');
});
