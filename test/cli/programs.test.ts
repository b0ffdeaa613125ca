import { expect, test } from 'vitest';
import { neededPrograms } from '../../src/cli/here/programs.js';
import { planOf } from '../support/plan.js';

const none = { sandboxes: {}, containers: {} };
const namesFor = async (body: string): Promise<readonly string[]> => {
  const { found, missing } = await neededPrograms(await planOf(body), [], none);
  return [...found.map(({ name }) => name), ...missing];
};

test('what asks after protected containers is bound where it is there, as what the kinds start', async () => {
  const waits = 'commands: {C-01: {title: t, do: [{wait: {for: 1s}}]}}\n';
  expect(await namesFor(waits)).not.toContain('docker');
  expect(await namesFor(`protected: {containers: [web]}\n${waits}`)).toContain('docker');
});
