import { defineConfig } from 'vitest/config';

/** What drives the built program, the launcher or the package; everything else is `unit`, real servers included. */
const endToEnd = [
  'test/e2e/**/*.test.ts',
  'test/launcher/**/*.test.ts',
  'test/package/**/*.test.ts',
  'test/pr/**/*.test.ts',
];
const seconds = 1000;

export default defineConfig({
  test: {
    pool: 'forks',
    // A worker loads the sources once, and not for each file; what a test puts in place of something it takes back.
    isolate: false,
    // Many tests wait more than they work: for a signal, a network that is silent, an engine.
    maxWorkers: 4,
    globalSetup: ['test/support/docker-setup.ts', 'test/support/home-setup.ts'],
    reporters: ['default', './test/support/plain-summary.ts'],
    coverage: { provider: 'v8', include: ['src/**/*.ts'] },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: endToEnd,
          testTimeout: 30 * seconds,
          hookTimeout: 60 * seconds,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: endToEnd,
          testTimeout: 180 * seconds,
          hookTimeout: 300 * seconds,
        },
      },
    ],
  },
});
