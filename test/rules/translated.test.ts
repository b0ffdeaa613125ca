import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { projectSources } from '../../src/adapters/sources.js';
import { validate } from '../../src/rules/validate.js';

const folder = fileURLToPath(new URL('../fixtures/translated', import.meta.url));
const page = readFileSync(fileURLToPath(new URL('../../docs/rules.md', import.meta.url)), 'utf8').replaceAll(
  / +/g,
  ' ',
);

/** `GB2704 ×2, GB2708`: what is found in one runbook, by code. */
async function found(name: string): Promise<string> {
  const { diagnostics } = await validate(projectSources(folder), [name]);
  const counts = new Map<string, number>();
  for (const { code } of diagnostics) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, count]) => (count === 1 ? code : `${code} ×${String(count)}`))
    .join(', ');
}

const expected: Readonly<Record<string, string>> = {
  'gitlab-standby-rebuild.yaml': 'GB2101, GB2310 ×3, GB2708 ×6, GB2712 ×3, GB2713',
  'gitlab-unhealthy-replica.yaml': 'GB2310 ×2, GB2704, GB2705 ×4, GB2708 ×4, GB2712 ×2',
  'mastodon-new-machine.yaml': 'GB2101, GB2310 ×3, GB2311, GB2701, GB2708 ×2, GB2712 ×3, GB2713',
  'netbox-replication.yaml': 'GB2101, GB2310 ×2, GB2708, GB2711 ×2, GB2712 ×2, GB2713',
};

test('every translated runbook is looked at', () => {
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml') && name !== 'gatebook.yaml');
  expect(names.sort()).toEqual(Object.keys(expected));
});

test.each(Object.entries(expected))('%s, and docs/rules.md tells the same', async (name, codes) => {
  expect(await found(name)).toBe(codes);
  expect(page).toContain(`| [${name}](../test/fixtures/translated/${name}) | ${codes} |`);
});
