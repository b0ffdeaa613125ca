import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  isSupportedServer,
  supportedServers,
  unsupportedServerAdvice,
} from '../../src/base/postgres-versions.js';
import { projectRoot } from '../support/gatebook.js';

test('servers of 14 to 18 are supported', () => {
  expect([9, 12, 13, 14, 15, 16, 17, 18, 19].filter(isSupportedServer)).toEqual([14, 15, 16, 17, 18]);
  expect(unsupportedServerAdvice(13)).toContain('upgrade the server to 14');
  expect(unsupportedServerAdvice(19)).toContain('knows PostgreSQL 19');
});

test.each(['README.md', 'docs/running.md', 'docs/codes.md'])('%s names the same versions', (path) => {
  expect(readFileSync(join(projectRoot, path), 'utf8')).toContain(`PostgreSQL ${supportedServers}`);
});
