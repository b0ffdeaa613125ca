import { expect, test } from 'vitest';
import { createDatabase, prepareDatabase } from '../../../src/adapters/sandbox/prepare.js';
import { ok } from '../../../src/base/result.js';

const locale = { encoding: 'UTF8', provider: 'icu', collate: "c'", ctype: "t'", locale: "l'" } as const;

test('names of a source are names and nothing more in the SQL that makes its copy', () => {
  expect(createDatabase('a"b', locale, 15)).toBe(
    `CREATE DATABASE "a""b" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'c''' LC_CTYPE 't''' LOCALE_PROVIDER icu ICU_LOCALE 'l''';`,
  );
});

test.each([
  [{ role: "a'b" }, /LOGIN role a'b/],
  ['reader', /LOGIN role with pg_read_all_data/],
] as const)(
  'sessions as %j are the superuser’s nowhere, least of all where there is no such role',
  async (sessionsAs, words) => {
    const asked: string[] = [];
    const run = (_: string, sql: string | Uint8Array) => {
      asked.push(String(sql));
      return Promise.resolve(ok({ exitCode: 0, stdout: '\n', stderr: '' } as never));
    };
    const spec = { database: 'postgres', sessionsAs, timeoutMs: 1, signal: new AbortController().signal };
    const prepared = await prepareDatabase(run, 15, spec);
    expect(prepared).toMatchObject({
      ok: false,
      error: { code: 'NO_READER', message: expect.stringMatching(words) as string },
    });
    expect(asked.join().includes("'a''b'")).toBe(sessionsAs !== 'reader');
  },
);
