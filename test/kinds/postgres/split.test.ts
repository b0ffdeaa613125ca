import { describe, expect, test } from 'vitest';
import { outsideTransaction } from '../../../src/kinds/postgres/sql/outside-transaction.js';
import { splitStatements } from '../../../src/kinds/postgres/sql/split.js';

const rest = (text: string): string | null => {
  const [, second] = splitStatements(text);
  return second?.[0] ? text.slice(second[0].start) : null;
};

describe('one statement', () => {
  test.each([
    '',
    ' ;; -- nothing\n;',
    'SELECT 1',
    'SELECT 1;',
    ';SELECT 1; /* ; /* ; */ ; */ ; -- ; x',
    "SELECT ';', E'\\';', E'it''s;', U&';', ';;'';'",
    `SELECT ";", "a"";b"`,
    'DO $$ BEGIN PERFORM 1; PERFORM 2; END $$;',
    'DO $a$ BEGIN PERFORM $$;$$; END $a$',
    'SELECT $1; ',
    'SELECT a$1$, 2',
    'CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b)',
    'CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC INSERT INTO t VALUES (CASE WHEN true THEN 1 END); DELETE FROM t; END;',
    'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END',
    "SELECT 'not closed; SELECT 2",
    'SELECT /* not closed; SELECT 2',
    'SELECT $x$ not closed; SELECT 2',
  ])('%s', (text) => {
    expect(rest(text)).toBeNull();
  });
});

describe('two statements', () => {
  test.each([
    ['SELECT 1; SELECT 2', 'SELECT 2'],
    ['SELECT 1;;\n-- x\n/* ; */ SELECT 2;', 'SELECT 2;'],
    ["SELECT 'a\\'; SELECT 2", 'SELECT 2'],
    ['BEGIN; SELECT 1; END', 'SELECT 1; END'],
    ['CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END; SELECT 2', 'SELECT 2'],
    ['CREATE TABLE begin_case (i int); SELECT 2', 'SELECT 2'],
    ['DO $$ ; $$; $', '$'],
    ['SELECT 1) ; SELECT 2', 'SELECT 2'],
  ])('%s', (text, second) => {
    expect(rest(text)).toBe(second);
  });
  test('in a long text, soon', () => {
    const long = `SELECT ${"'a''b', ".repeat(100_000)}${'('.repeat(100_000)}1${')'.repeat(100_000)}; SELECT 2`;
    expect(rest(long)).toBe('SELECT 2');
    for (const inside of ['a', "''", '"', "\\'", '/*', '$$'])
      for (const quote of ["'", "E'", '"', '$x$', '/*', '--'])
        expect([...splitStatements(`SELECT ${quote}${inside.repeat(1_000_000)}`)]).toHaveLength(1);
  });
});

describe('what runs in no transaction', () => {
  const words = (text: string): string | undefined => {
    const [statement] = splitStatements(text);
    return statement && outsideTransaction(statement);
  };
  test.each([
    ['alter table t detach partition p concurrently;', 'DETACH PARTITION CONCURRENTLY'],
    ['ALTER TABLE t DETACH /* x */ PARTITION "p" CONCURRENTLY', 'DETACH PARTITION CONCURRENTLY'],
    ['ALTER TABLE t DETACH PARTITION p', undefined],
    ['ALTER TABLE t DETACH PARTITION p FINALIZE', undefined],
    ['ALTER TABLE t ADD COLUMN concurrently int', undefined],
    ['ALTER DATABASE "a b" SET TABLESPACE s', 'moving a database'],
  ])('%s: %s', (text, name) => {
    expect(words(text)).toBe(name);
  });
  test('is told soon of a statement that says the words again and again', () => {
    for (const [start, again, name] of [
      ['ALTER TABLE', 'DETACH PARTITION ', undefined],
      ['ALTER TABLE', 'CONCURRENTLY ', undefined],
      ['REINDEX (', 'CONCURRENTLY off ', undefined],
      ['CREATE SUBSCRIPTION', 'CONNECTION ', 'a subscription that makes its slot'],
    ] as const)
      expect(words(`${start} ${again.repeat(1_000_000 / again.length)}x`)).toBe(name);
  });
});
