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

test('a text of another form is told what form it needs', async () => {
  expect(await checkArgs('action', 'keep', { path: '/a', from: 'a' })).toMatchObject({
    message: expect.stringMatching(/^path has not the form it needs: a name has letters/) as string,
  });
});

test('a kind that is not there is told', async () => {
  expect(await checkArgs('probe', 'none', {})).toMatchObject({ code: 'UNKNOWN_KIND' });
});

test('where there is nothing to compare, what that most often means is said', async () => {
  expect(await checkArgs('probe', 'postgres.rows', { target: 'copy', like: [] })).toMatchObject({
    message: 'like is empty: there is nothing to look at, and nothing compared is nothing proved',
    next: expect.stringContaining('the wrong database') as string,
  });
});

test('what is asked for is said in words', async () => {
  const told = async (args: object) => (await checkArgs('action', 'exec', args as never))?.message;
  expect(await told({ argv: ['true'], stdin: ['a'] })).toBe('stdin must be of the type string');
  expect(await told({ stdin: 'a' })).toBe('what exec is given needs argv');
  expect(await told({ argv: [] })).toBe('argv is empty');
  expect(await told({ argv: ['true'], stdin: 'a'.repeat(2 ** 20 + 1) })).toBe(
    'stdin is too long (at most 1048576)',
  );
  expect(await told({ argv: ['true'], output: 'yaml' })).toBe(
    'output must be one of ["text","json","lines","none"]',
  );
});
