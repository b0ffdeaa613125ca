import { expect, test } from 'vitest';
import { checkArgs } from '../../src/document/index.js';

test('evaluated arguments are what the kind asks for', async () => {
  expect(await checkArgs('probe', 'disk', { path: '/tmp' })).toBeNull();
  expect(await checkArgs('action', 'destroy', ['copy'])).toBeNull();
});

test('an expression that is left, or yields something else, is named with its field', async () => {
  expect(await checkArgs('probe', 'disk', { path: 3 })).toMatchObject({
    code: 'ARGUMENT_INVALID',
    message: expect.stringContaining('path') as string,
  });
  expect(await checkArgs('action', 'destroy', '${{ run.id }}')).toMatchObject({ code: 'ARGUMENT_INVALID' });
  expect(await checkArgs('probe', 'disk', { path: '/tmp', more: 1 })).toMatchObject({
    code: 'ARGUMENT_INVALID',
  });
});

test('a kind that is not there is told', async () => {
  expect(await checkArgs('probe', 'none', {})).toMatchObject({ code: 'UNKNOWN_KIND' });
});
