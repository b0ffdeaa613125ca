import { bundleFiles } from '../adapters/bundle/files.js';
import { visible } from '../base/visible.js';
import { countedInWords } from '../base/words.js';
import { regenerate } from '../bundle/regenerate.js';
import { parseAllowedSigners } from '../bundle/signers.js';
import type { Finding, VerifyResult } from '../bundle/verify.js';
import { verifyBundle } from '../bundle/verify.js';
import { expectedText, observedText } from '../report/cells.js';
import type { Report, ReportFormat } from '../report/index.js';
import type { Problem } from '../text/problem.js';

/** What a command that only reads has to say; who calls it writes and exits. */
export interface CommandOutput {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

const said = (stdout: string, stderr: string, exitCode: number): CommandOutput => ({
  stdout,
  stderr,
  exitCode,
});
const lines = (...all: readonly string[]): string => all.map((line) => `${line}\n`).join('');

/** A problem's last line says what to do next. */
const failed = ({ message, next }: Problem, exitCode = 1): CommandOutput =>
  said(
    '',
    lines(`gatebook: ${visible(message)}`, ...(next === undefined ? [] : [`next     ${visible(next)}`])),
    exitCode,
  );

export interface ReportOptions {
  readonly format?: ReportFormat;
  readonly check?: boolean;
  /** Only this gate, in full. */
  readonly gate?: string;
}

/** `gatebook report BUNDLE`: the report made anew from the journal. */
export async function reportCommand(bundle: string, options: ReportOptions): Promise<CommandOutput> {
  const made = await regenerate(bundleFiles(bundle), {
    format: options.format ?? 'md',
    check: options.check === true,
  });
  if (!made.ok) return failed(made.error);
  if (options.gate !== undefined) return gateInFull(made.value.report, options.gate);
  if (options.check !== true) return said(made.value.text, '', 0);
  const { differences } = made.value;
  if (differences.length === 0)
    return said('', lines('report.md and report.json are what the journal gives, byte for byte'), 0);
  const named = differences.map(
    ({ file, line }) => `${file}:${line} changed: the line is not what the journal says`,
  );
  return said('', lines(...named, `next     gatebook verify ${bundle}   says what else was changed`), 1);
}

function gateInFull(report: Report, id: string): CommandOutput {
  const gate = report.gates.find((one) => one.id === id);
  if (gate === undefined) {
    const known = report.gates.map((one) => one.id).join(', ');
    return failed(
      { code: 'GATE_UNKNOWN', message: `there is no gate ${id} in this run`, next: `one of: ${known}` },
      2,
    );
  }
  const shown = [
    `${gate.id} ${gate.title} · ${gate.state} · in ${gate.command}`,
    `expected  ${expectedText(gate)}`,
    `observed  ${observedText(gate)}`,
    ...(gate.difference?.words ?? []).map((words) => `difference  ${words}`),
    ...(gate.why === null ? [] : [`why       ${gate.why}`]),
  ];
  const detail = gate.difference?.detail;
  const inFull = detail === undefined ? '' : `${JSON.stringify(detail, null, 2)}\n`;
  return said(lines(...shown.map(visible)) + inFull, '', 0);
}

export interface VerifyCommandOptions {
  readonly requireSignature?: boolean;
  readonly expectHead?: string;
  /** Text of an allowed_signers file. */
  readonly allowedSigners?: string;
  readonly json?: boolean;
}

/** `gatebook verify BUNDLE`: 0 where every byte is what was sealed, else 1. */
export async function verifyCommand(bundle: string, options: VerifyCommandOptions): Promise<CommandOutput> {
  const allowed = options.allowedSigners === undefined ? null : parseAllowedSigners(options.allowedSigners);
  if (allowed !== null && !allowed.ok) {
    return failed(
      { code: 'ALLOWED_SIGNERS_MALFORMED', message: `the file of allowed signers: ${allowed.error}` },
      3,
    );
  }
  const result = await verifyBundle(bundleFiles(bundle), {
    requireSignature: options.requireSignature === true,
    ...(options.expectHead === undefined ? {} : { expectHead: options.expectHead }),
    ...(allowed === null ? {} : { allowedSigners: allowed.value }),
  });
  const exitCode = result.findings.length === 0 ? 0 : 1;
  if (options.json === true)
    return said(`${JSON.stringify(jsonOf(result, options), null, 2)}\n`, '', exitCode);
  return exitCode === 0 ? said(proved(result, options), '', 0) : said('', found(bundle, result.findings), 1);
}

type Authenticity = 'authentic' | 'signed' | 'consistent, NOT authentic';
const authenticity = (result: VerifyResult, options: VerifyCommandOptions): Authenticity => {
  if (result.signer === null) return 'consistent, NOT authentic';
  return options.allowedSigners === undefined ? 'signed' : 'authentic';
};

function jsonOf(result: VerifyResult, options: VerifyCommandOptions) {
  const { findings, proved: proofs, report, signer } = result;
  return {
    holds: findings.length === 0,
    authenticity: findings.length === 0 ? authenticity(result, options) : null,
    findings,
    proved: proofs,
    run: report?.run.id ?? null,
    verdict: report?.verdict ?? null,
    journal_head: report?.evidence.journal_head ?? null,
    signer,
  };
}

function proved(result: VerifyResult, options: VerifyCommandOptions): string {
  const { report } = result;
  const kind = authenticity(result, options);
  const run = report === null ? '' : ` · run ${report.run.id} · verdict ${report.verdict}`;
  const meaning =
    result.signer === null
      ? 'no signature: whoever can write these files could have made them all anew'
      : 'a signature proves which key sealed these bytes, not that the commands told the truth';
  return lines(`${kind}${run}`, ...result.proved.map((proof) => `  ${proof}`), `  ${meaning}`);
}

function found(bundle: string, findings: readonly Finding[]): string {
  const shown = findings.map(({ kind, file, line, message }) =>
    visible(`${file}${line === undefined ? '' : `:${line}`} ${kind}: ${message}`),
  );
  return lines(
    ...shown,
    `NOT what was sealed: ${countedInWords(findings.length, 'finding')}`,
    `next     trust nothing in ${visible(bundle)}; compare it with a copy that was kept elsewhere`,
  );
}
