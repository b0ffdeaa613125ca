import { expect, test } from 'vitest';
import { explanations } from '../../src/explain/index.js';
import { groups } from '../../src/explain/groups.js';
import { startGatebook } from '../support/gatebook.js';

test('each code stands under one heading', () => {
  const grouped = groups.flatMap(({ entries }) => entries.map(({ code }) => code));
  expect(grouped.toSorted()).toEqual(explanations.map(({ code }) => code).toSorted());
});

test('`gatebook explain` lists every code with its title, a line each, under its heading', async () => {
  const { code, stdout } = await startGatebook(['explain'], {}).ended;
  expect(code).toBe(0);
  const lines = stdout.split('\n');
  for (const { heading, entries } of groups) {
    const at = lines.indexOf(heading);
    expect(
      lines.slice(at + 1, at + 1 + entries.length).map((line) => line.trim().replace(/ {2,}/, ' ')),
    ).toEqual(entries.map((entry) => `${entry.code} ${entry.title}`));
  }
});

test('a code that is none names the nearest, or where all are listed', async () => {
  const wrong = (code: string) => startGatebook(['explain', code], {}).ended;
  expect((await wrong('GB9999x')).stderr).toContain('next     gatebook explain   lists them');
});

test('the beginning of several codes lists those', async () => {
  const { code, stdout } = await startGatebook(['explain', 'gb28'], {}).ended;
  expect(code).toBe(0);
  const codes = explanations.map((each) => each.code).filter((each) => each.startsWith('GB28'));
  expect(stdout.match(/^ {2}\S+/gm)?.map((each) => each.trim())).toEqual(codes);
});
