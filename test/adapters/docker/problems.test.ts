import { expect, test } from 'vitest';
import { refusal } from '../../../src/adapters/docker/problems.js';

const said = (stderr: string): string => refusal('unix:///x', 'docker container start', stderr).message;

test.each([
  ['one line of the engine', 'Error response from daemon: no space\n'],
  [
    "the client's own line after it",
    'Error response from daemon: no space\nError: failed to start containers: 4b0f\n',
  ],
  ['without the engine', 'docker: Error: no space\n'],
])('a refusal gives the reason: %s', (_, stderr) => {
  expect(said(stderr)).toBe('docker container start: no space');
});

test('a refusal without a word is one', () => {
  expect(said('\n')).toBe('docker container start: the engine refused');
});
