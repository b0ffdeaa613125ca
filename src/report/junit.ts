import { expectedText, observedText } from './cells.js';
import type { ReportCommand, ReportGate } from './commands.js';
import type { Report } from './schema.js';
import { escapeXml } from './xml.js';

/** JUnit XML: a suite a command, a case a gate, and one a failed or unfinished action. */
export function renderJunit(report: Report): string {
  const suites = report.commands.map((command) =>
    suite(
      command,
      report.gates.filter((gate) => gate.command === command.id),
    ),
  );
  const cause = report.cause === null ? [] : [causeSuite(report.cause)];
  const all = [...suites, ...cause];
  const sum = (count: (of: Counts) => number) => all.reduce((total, { counts }) => total + count(counts), 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escapeXml(`${report.run.runbook} ${report.run.id}`)}" tests="${sum((c) => c.tests)}" failures="${sum((c) => c.failures)}" errors="${sum((c) => c.errors)}" skipped="${sum((c) => c.skipped)}" time="${seconds(report.run.duration_ms)}">`,
    ...all.flatMap(({ lines }) => lines),
    '</testsuites>',
    '',
  ].join('\n');
}

interface Counts {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
}
interface Suite {
  readonly counts: Counts;
  readonly lines: readonly string[];
}
type End = 'failure' | 'error' | 'skipped' | null;
const seconds = (ms: number): string => (ms / 1000).toFixed(3);

function suite(command: ReportCommand, gates: readonly ReportGate[]): Suite {
  const broken = command.actions.filter((action) => action.state === 'failed' || action.state === 'unknown');
  const cases = [
    ...gates.map((gate) => gateCase(command, gate)),
    ...broken.map((action) =>
      testCase({
        suite: command.id,
        name: action.kind,
        ms: action.duration_ms ?? 0,
        end: 'error',
        message: action.problem?.message ?? 'its end was not recorded',
      }),
    ),
  ];
  return framed(`${command.id} ${command.title}`, command.duration_ms ?? 0, cases);
}

/** The cause of a run that ended badly, so that a refused one isn't an empty, green file. */
const causeSuite = (cause: NonNullable<Report['cause']>): Suite =>
  framed('run', 0, [
    testCase({ suite: 'run', name: cause.kind, ms: 0, end: 'error', message: cause.message }),
  ]);

function framed(
  name: string,
  ms: number,
  cases: readonly { readonly end: End; readonly lines: readonly string[] }[],
): Suite {
  const count = (end: End) => cases.filter((one) => one.end === end).length;
  const counts = {
    tests: cases.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
  };
  const head = `  <testsuite name="${escapeXml(name)}" tests="${counts.tests}" failures="${counts.failures}" errors="${counts.errors}" skipped="${counts.skipped}" time="${seconds(ms)}">`;
  return { counts, lines: [head, ...cases.flatMap((one) => one.lines), '  </testsuite>'] };
}

function gateCase(command: ReportCommand, gate: ReportGate) {
  const message = `expected ${expectedText(gate)}; observed ${observedText(gate)}`;
  const name = `${gate.id} ${gate.title}`;
  return testCase({ suite: command.id, name, ms: gate.duration_ms, end: endOf(gate), message });
}

function endOf({ state }: ReportGate): End {
  switch (state) {
    case 'passed':
    case 'noted':
      return null;
    case 'failed':
    case 'recorded':
      return 'failure';
    case 'error':
    case 'cancelled':
      return 'error';
    case 'skipped':
    case 'not_evaluated':
      return 'skipped';
  }
}

interface TestCase {
  readonly suite: string;
  readonly name: string;
  readonly ms: number;
  readonly end: End;
  readonly message: string;
}

function testCase({ suite, name, ms, end, message }: TestCase) {
  const head = `    <testcase classname="${escapeXml(suite)}" name="${escapeXml(name)}" time="${seconds(ms)}"`;
  const lines =
    end === null
      ? [`${head}/>`]
      : [`${head}>`, `      <${end} message="${escapeXml(message)}"/>`, '    </testcase>'];
  return { end, lines };
}
