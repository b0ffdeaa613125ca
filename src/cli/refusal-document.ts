import type { Problem } from '../text/problem.js';

/** What `--json` prints of a call that was refused before there is a report. */
export function refusalDocument(problems: readonly Problem[], exitCode: number): string {
  const said = problems.map(({ code, message, next = `gatebook explain ${code}` }) => ({
    code,
    message,
    next,
  }));
  const document = { schema: 'gatebook/refusal@1', verdict: 'REFUSED', exit_code: exitCode, problems: said };
  return `${JSON.stringify(document, null, 2)}\n`;
}
