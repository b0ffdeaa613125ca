import { createHash } from 'node:crypto';
import { visible } from '../../base/visible.js';
import type { Diagnostic, Severity } from '../diagnostic.js';
import { asSentence } from './sentence.js';

/** GitHub shows this many annotations of each level for one step, and drops the rest without a word. */
const shownOfEach = 10;

/**
 * Workflow commands of GitHub Actions, which become annotations: the first ten errors, ten warnings and ten waived findings.
 * What is over is counted in a notice, and follows as text that the runner doesn't read as commands.
 */
export function renderGithub(diagnostics: readonly Diagnostic[]): string {
  const shown = (['error', 'warning', 'note'] as const).flatMap((severity) =>
    diagnostics.filter((d) => d.severity === severity).slice(0, shownOfEach),
  );
  const rest = diagnostics.filter((d) => !shown.includes(d));
  return [...shown.map(annotation), ...(rest.length === 0 ? [] : [notice(rest), ...asText(rest)])]
    .map((line) => `${line}\n`)
    .join('');
}

/** Columns only where a finding ends on its first line: with others GitHub refuses them. Its end column is inclusive. */
function annotation(diagnostic: Diagnostic): string {
  const { code, severity, location } = diagnostic;
  const { start, end } = location.range;
  const columns: readonly (readonly [string, number])[] =
    start.line === end.line
      ? [
          ['col', start.column],
          ['endColumn', Math.max(start.column, end.column - 1)],
        ]
      : [];
  const properties = [
    ['file', location.file],
    ['line', start.line],
    ['endLine', end.line],
    ...columns,
    ['title', `gatebook ${code}`],
  ] as const;
  const written = properties.map(([name, value]) => `${name}=${escapeProperty(String(value))}`).join(',');
  return `::${severity === 'note' ? 'notice' : severity} ${written}::${escapeData(`${asSentence(diagnostic)}\ngatebook explain ${code}`)}`;
}

function notice(rest: readonly Diagnostic[]): string {
  const count = (severity: Severity, words: string): string => {
    const n = rest.filter((d) => d.severity === severity).length;
    return n === 0 ? '' : `${String(n)} more ${words}${n === 1 ? '' : 's'}`;
  };
  const counted = [count('error', 'error'), count('warning', 'warning'), count('note', 'waived finding')]
    .filter((c) => c !== '')
    .join(', ');
  return `::notice title=gatebook::${escapeData(`${counted}: GitHub shows ten of each for a step; all are in its log`)}`;
}

/** A runbook's own words could look like a command of the runner, so none is obeyed until the token is repeated. */
function asText(rest: readonly Diagnostic[]): readonly string[] {
  const lines = rest.map((d) => {
    const { line, column } = d.location.range.start;
    return `${visible(d.location.file)}:${String(line)}:${String(column)} ${d.severity} ${d.code} ${asSentence(d)}`;
  });
  const token = createHash('sha256').update(lines.join('\n')).digest('hex');
  return [`::stop-commands::${token}`, ...lines, `::${token}::`];
}

/** The runner undoes exactly these (actions/toolkit, core/src/command.ts). */
const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapeProperty = (text: string): string =>
  escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
