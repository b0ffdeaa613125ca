import { writeSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * The run's last line, in a form that any tool reads: `12 passed, 0 failed, 0 skipped`.
 * In CI a skipped test is a failure: what isn't run there isn't run anywhere.
 */
export default class PlainSummary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const tally: Tally = { passed: 0, failed: unhandled.length, skipped: 0 };
    for (const module of modules) count(module, tally);
    const skippedInCi = process.env['CI'] === 'true' && tally.skipped > 0;
    // After every other reporter: they write while the run ends, this at the process's end.
    process.once('exit', () => {
      if (skippedInCi) {
        writeSync(2, 'skipped tests fail in CI: bring what they need, or delete them\n');
        process.exitCode = 1;
      }
      writeSync(1, `\n${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped\n`);
    });
  }
}

/** A file that couldn't be loaded has no tests, and failed. */
function count(module: TestModule, tally: Tally): void {
  if (module.errors().length > 0) tally.failed += 1;
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    if (state === 'passed' || state === 'failed') tally[state] += 1;
    else tally.skipped += 1;
  }
}
