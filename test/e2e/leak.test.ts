import { stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { Report } from '../../src/report/index.js';
import { openProject } from '../support/project.js';

test('a secret in the evidence: FAIL, named by file and line and not by value, and the bundle is set aside', async () => {
  const project = await openProject();
  try {
    const ended = await project.run('leaking.yaml', '--json');
    expect(ended.code).toBe(1);
    const report = JSON.parse(ended.stdout) as Report;
    expect(report.verdict).toBe('FAIL');
    expect(report.cause).toMatchObject({ kind: 'leak' });
    expect(report.cause?.message).toMatch(/logs\/.*:2 \(/);
    expect(report.cause?.message).not.toContain('b3BlbnNza');

    const [run] = await project.runs();
    expect(run).toMatchObject({ state: 'sealed', verdict: 'FAIL' });
    expect(run?.bundle).toMatch(/\.set-aside$/);
    expect(((await stat(run?.bundle ?? '')).mode & 0o777).toString(8)).toBe('700');
    expect((await project.verify(run?.bundle ?? '')).code).toBe(0);
  } finally {
    await project.close();
  }
});
