import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { projectSources } from '../../src/adapters/sources.js';
import { validate } from '../../src/rules/validate.js';
import { renderDiagnostics } from '../../src/text/render/text.js';

const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url));
const runbooks = (kind: string): readonly string[] =>
  readdirSync(`${fixtures}/${kind}`).filter((name) => name.endsWith('.yaml') && name !== 'gatebook.yaml');

async function printed(kind: string, name: string): Promise<string> {
  const { diagnostics, sources } = await validate(projectSources(`${fixtures}/${kind}`), [name]);
  return renderDiagnostics(diagnostics, sources);
}

describe('what validate prints', () => {
  test.each(runbooks('valid'))('valid/%s: nothing', async (name) => {
    expect(await printed('valid', name)).toBe('');
  });

  test.each(runbooks('invalid'))('invalid/%s', async (name) => {
    const golden = `${fixtures}/invalid/${name.replace(/yaml$/, 'txt')}`;
    const text = await printed('invalid', name);
    await expect(text).toMatchFileSnapshot(golden);
  });
});
