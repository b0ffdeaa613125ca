import { describe, expect, test } from 'vitest';
import type { CatalogEntry } from '../../../src/kinds/postgres/catalog/capture.js';
import type { CompareOptions, Compared } from '../../../src/kinds/postgres/content/compare.js';
import { compareContent } from '../../../src/kinds/postgres/content/compare.js';
import type { SequenceState } from '../../../src/kinds/postgres/content/sequences.js';

// What each comparison sees, on data alone; content.test.ts makes the same of real servers.

const entry: CatalogEntry = {
  ...{
    kind: 'table',
    name: 'gov.entry',
    definition: 'd1',
    parts: 'rls=f\nquery=#1',
    comment: '',
    owner: 'owner',
  },
  acl: 'owner=SELECT/owner\nreader=SELECT/owner',
};
const sequence: SequenceState = {
  ...{ sequence: 'gov.s', last_value: '10', is_called: true },
  ...{ increment: '1', cycles: false },
};
const source: Compared = {
  tables: [{ table: 'gov.entry', count: 2, hash: 'h1' }] as unknown as Compared['tables'],
  sequences: [sequence],
  catalog: [entry],
  major: 15,
  largeObjects: { count: 1, hash: 'l1' } as Compared['largeObjects'],
};
const words = (restored: Partial<Compared>, options?: CompareOptions, of: Compared = source): string[] =>
  compareContent(of, { ...source, ...restored }, options).map((difference) => difference.words);
const table = (name: string, count: number, hash: string): Compared['tables'] =>
  [{ table: name, count, hash }] as unknown as Compared['tables'];

test('the same is the same', () => {
  expect(words({})).toEqual([]);
});

test.each<[string, Compared['tables'], string[]]>([
  ['a row more', table('gov.entry', 3, 'h1'), ['table gov.entry: 3 rows, expected 2']],
  ['other rows, as many', table('gov.entry', 2, 'h2'), [expect.stringContaining('not the same') as string]],
  ['no table', [], ['table gov.entry: missing']],
  [
    'another table',
    table('gov.other', 2, 'h1'),
    ['table gov.entry: missing', 'table gov.other: not in the source'],
  ],
])('rows: %s', (_, tables, expected) => {
  expect(words({ tables })).toEqual(expected);
});

describe('sequences', () => {
  const restored = (change: Partial<SequenceState>): string[] =>
    words({ sequences: [{ ...sequence, ...change }] });
  test('what they give next is compared', () => {
    expect(restored({ last_value: '11', is_called: false })).toEqual([]);
    expect(restored({ last_value: '9' })).toEqual(['sequence gov.s: at 9, expected 10']);
    expect(restored({ last_value: '11' })).toEqual(['sequence gov.s: at 11, expected 10']);
    expect(restored({ is_called: false })).toEqual(['sequence gov.s: at 10 (not called), expected 10']);
    expect(words({ sequences: [] })).toEqual(['sequence gov.s: missing']);
  });
  test('their increment is', () => {
    expect(restored({ increment: '2', last_value: '9' })).toEqual([
      'sequence gov.s: increment is 2, expected 1',
    ]);
  });
  test.each([
    ['1', '10', '20'],
    ['-1', '20', '10'],
  ])('by %s: from %s before the dump to %s after it, and no step beyond', (increment, before, after) => {
    const at = (last_value: string): SequenceState => ({ ...sequence, increment, last_value });
    const moved: Compared = { ...source, sequences: [at(before)], sequencesAfter: [at(after)] };
    for (const within of [before, '15', after])
      expect(words({ sequences: [at(within)] }, {}, moved)).toEqual([]);
    for (const beyond of ['9', '21'])
      expect(words({ sequences: [at(beyond)] }, {}, moved)).toEqual([
        `sequence gov.s: at ${beyond}, expected between ${before} and ${after}`,
      ]);
  });
  test('one that cycles may begin anew meanwhile, and be nowhere between', () => {
    const at = (last_value: string): SequenceState => ({ ...sequence, last_value, cycles: true });
    const moved: Compared = { ...source, sequences: [at('98')], sequencesAfter: [at('2')] };
    for (const within of ['98', '99', '1', '2'])
      expect(words({ sequences: [at(within)] }, {}, moved)).toEqual([]);
    expect(words({ sequences: [at('50')] }, {}, moved)).toEqual([
      'sequence gov.s: at 50, expected between 98 and 2',
    ]);
    const onward: Compared = { ...source, sequences: [at('2')], sequencesAfter: [at('9')] };
    expect(words({ sequences: [at('10')] }, {}, onward)).toHaveLength(1);
  });
  test('one that was set back meanwhile and does not cycle is nowhere between', () => {
    const at = (last_value: string): SequenceState => ({ ...sequence, last_value });
    const moved: Compared = { ...source, sequences: [at('10')], sequencesAfter: [at('5')] };
    expect(words({ sequences: [at('20')] }, {}, moved)).toHaveLength(1);
  });
  test('by more than one: the next value counts, and what is left out is none', () => {
    const at = (last_value: string, is_called: boolean): SequenceState[] => [
      { ...sequence, increment: '5', last_value, is_called },
    ];
    const of: Compared = { ...source, sequences: at('10', true) };
    expect(words({ sequences: at('15', false) }, {}, of)).toEqual([]);
    expect(words({ sequences: at('11', false) }, {}, of)).toHaveLength(1);
  });
  test('are exact beyond what a number holds', () => {
    const at = (last_value: string): SequenceState[] => [{ ...sequence, last_value }];
    const of: Compared = { ...source, sequences: at('9223372036854775806') };
    expect(words({ sequences: at('9223372036854775805') }, {}, of)).toHaveLength(1);
  });
});

describe('the catalog', () => {
  const restored = (change: Partial<CatalogEntry>, options?: CompareOptions): string[] =>
    words({ catalog: [{ ...entry, ...change }] }, options);
  test.each<[Partial<CatalogEntry>, string]>([
    [{ definition: 'd2' }, 'table gov.entry: defined differently'],
    [
      { definition: 'd2', parts: 'rls=t\nquery=#2\nmethod=heap' },
      'table gov.entry: defined differently (row-level security t, expected f; query; access method heap, expected none)',
    ],
    [{ comment: 'c2' }, 'table gov.entry: its comment is another'],
    [{ owner: 'other' }, 'table gov.entry: owner is other, expected owner'],
    [{ acl: 'owner=SELECT/owner' }, 'table gov.entry: privileges of reader are none, expected SELECT'],
    [
      { acl: 'owner=SELECT/owner\nreader=INSERT/owner\nreader=SELECT*/reader\nPUBLIC=SELECT/owner' },
      'table gov.entry: privileges of reader are INSERT, SELECT* by reader, expected SELECT; of PUBLIC are SELECT, expected none',
    ],
  ])('%j', (change, difference) => {
    expect(restored(change)).toEqual([difference]);
  });
  test('what is missing and what is too much', () => {
    expect(words({ catalog: [] })).toEqual(['table gov.entry: missing']);
    expect(words({ catalog: [entry, { ...entry, kind: 'view' }] })).toEqual([
      'view gov.entry: not in the source',
    ]);
  });
  test('two that bear one name, having dots of their own, are two', () => {
    const of: Compared = { ...source, catalog: [entry, entry] };
    expect(words({ catalog: [{ ...entry, definition: 'd2' }, entry] }, {}, of)).toEqual([
      'table gov.entry: defined differently',
    ]);
    expect(words({ catalog: [entry] }, {}, of)).toEqual(['table gov.entry (2): missing']);
  });
  describe('where a role is missing on the restored side', () => {
    test('its own privileges, and those that it granted, are not compared; those of others are', () => {
      const missingRoles = ['reader'];
      expect(restored({ acl: 'owner=SELECT/owner' }, { missingRoles })).toEqual([]);
      expect(restored({ acl: '' }, { missingRoles })).toHaveLength(1);
      expect(restored({ acl: 'owner=SELECT/owner\nother=SELECT/owner' }, { missingRoles })).toHaveLength(1);
      const granted: Compared = {
        ...source,
        catalog: [{ ...entry, acl: 'other=SELECT/reader\nowner=SELECT/owner' }],
      };
      expect(
        words({ catalog: [{ ...entry, acl: 'owner=SELECT/owner' }] }, { missingRoles }, granted),
      ).toEqual([]);
    });
    test('whatever its name holds', () => {
      const missingRoles = ['data readers', 'a=b/c'];
      const own = 'owner=SELECT/owner';
      const acl = [own, 'data readers=SELECT*/owner', 'x=SELECT/a=b/c', 'a=b/c=SELECT/owner'].join('\n');
      const granted: Compared = { ...source, catalog: [{ ...entry, acl }] };
      expect(words({ catalog: [{ ...entry, acl: own }] }, { missingRoles }, granted)).toEqual([]);
      const other: Compared = {
        ...source,
        catalog: [{ ...entry, acl: `${own}\nall data readers=SELECT/owner` }],
      };
      expect(words({ catalog: [{ ...entry, acl: own }] }, { missingRoles }, other)).toEqual([
        'table gov.entry: privileges of all data readers are none, expected SELECT',
      ]);
    });
    test('what is too much is still said', () => {
      const view: CatalogEntry = { ...entry, kind: 'view' };
      expect(words({ catalog: [entry, view] }, { missingRoles: ['reader'] })).toEqual([
        'view gov.entry: not in the source',
      ]);
    });
    test('the definition of what it owned still is', () => {
      const missingRoles = ['owner'];
      expect(restored({ owner: 'other', acl: 'other=SELECT/other' }, { missingRoles })).toEqual([]);
      expect(restored({ owner: 'other', definition: 'd2' }, { missingRoles })).toEqual([
        'table gov.entry: defined differently',
      ]);
    });
    test('large objects may be another’s for it', () => {
      const of = (role: string): CatalogEntry => ({ ...entry, kind: 'large objects', name: `of ${role}` });
      const named = ['large objects of owner: missing', 'large objects of other: not in the source'];
      const objects: Compared = { ...source, catalog: [of('owner')] };
      expect(words({ catalog: [of('other')] }, {}, objects)).toEqual(named);
      expect(words({ catalog: [of('other')] }, { missingRoles: ['owner'] }, objects)).toEqual([]);
    });
    test('only default privileges may be missing for it', () => {
      const defaults: CatalogEntry = { ...entry, kind: 'default privileges', name: 'gov' };
      const of: Compared = { ...source, catalog: [defaults, entry] };
      expect(words({ catalog: [entry] }, { missingRoles: ['reader'] }, of)).toEqual([]);
      expect(words({ catalog: [entry] }, {}, of)).toEqual(['default privileges gov: missing']);
      expect(words({ catalog: [defaults] }, { missingRoles: ['reader'] }, of)).toEqual([
        'table gov.entry: missing',
      ]);
    });
  });
});

test.each<[string, Compared['largeObjects'], string[]]>([
  [
    'others',
    { count: 1, hash: 'l2' } as Compared['largeObjects'],
    ['large objects: 1 as expected, but not the same'],
  ],
  ['more', { count: 2, hash: 'l1' } as Compared['largeObjects'], ['large objects: 2, expected 1']],
  ['none', null, ['large objects: 0, expected 1']],
])('large objects: %s', (_, largeObjects, expected) => {
  expect(words({ largeObjects })).toEqual(expected);
});
test('large objects that were not captured are not compared', () => {
  expect(words({}, {}, { ...source, largeObjects: null })).toEqual([]);
});

test('a difference between versions says that they print otherwise', () => {
  const otherwise = / \(this is PostgreSQL 17, the source 15: they print some things otherwise\)$/;
  const differing = { tables: table('gov.entry', 2, 'h2'), catalog: [{ ...entry, definition: 'd2' }] };
  expect(words({ ...differing, major: 17 })).toEqual([
    expect.stringMatching(otherwise) as string,
    expect.stringMatching(otherwise) as string,
  ]);
  expect(words(differing).join()).not.toMatch(/otherwise/);
});
