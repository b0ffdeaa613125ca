import { bundleFiles } from '../../adapters/bundle/files.js';
import { createSsh } from '../../adapters/ssh/index.js';
import { readAllowedSigners } from '../../approve/signers.js';
import type { Signer } from '../../approve/signers.js';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { visible, visibleJson } from '../../base/visible.js';
import { countedInWords } from '../../base/words.js';
import { regenerate, renderRevision } from '../../bundle/regenerate.js';
import { sealersAmong } from '../../bundle/sealers.js';
import { attestationName } from '../../bundle/manifest.js';
import { onlyUnread, unreadNext } from '../../bundle/compare.js';
import type { Finding, VerifyResult } from '../../bundle/verify.js';
import { verifyBundle } from '../../bundle/verify.js';
import { impossibleIn } from '../../execute/state/history.js';
import { expectedText, observedText } from '../../report/cells.js';
import type { Report, ReportFormat } from '../../report/index.js';
import type { Problem } from '../../text/problem.js';
import { failedOn, noBundleAt } from './bundle-there.js';
import { fitted } from '../io.js';
import { failed, lines, said } from '../output.js';
import type { CommandOutput } from '../output.js';
import { word } from '../shown.js';

export interface ReportOptions {
  readonly format?: ReportFormat;
  readonly check?: boolean;
  /** Only this gate, in full. */
  readonly gate?: string;
  /** With the annotations up to here; 1 is what was sealed. */
  readonly revision?: number;
}

/** `gatebook report BUNDLE`: the report made anew from the journal. */
export async function reportCommand(
  bundle: string | undefined,
  options: ReportOptions,
): Promise<CommandOutput> {
  const wrong = (message: string, next: string) => failed({ code: 'USAGE', message, next }, 2);
  if (bundle === undefined) return wrong('no bundle is named', 'gatebook report BUNDLE, or --index');
  const { revision = 1 } = options;
  if (revision > 1) {
    if (options.check === true || options.gate !== undefined)
      return wrong('only revision 1 stands in the bundle', 'leave --revision out');
    return revisionOf(bundle, revision, options.format ?? 'md');
  }
  const made = await regenerate(bundleFiles(bundle), {
    format: options.format ?? 'md',
    check: options.check === true,
  });
  if (!made.ok) return failedOn(bundle, (await noBundleAt(bundle)) ?? made.error);
  if (options.gate !== undefined) return gateInFull(made.value.report, options.gate);
  if (options.check !== true) return said(made.value.text, '', 0);
  const { differences } = made.value;
  if (differences.length === 0)
    return said('', lines('report.md and report.json are what the journal gives, byte for byte'), 0);
  const named = differences.map(
    ({ file, line }) => `${file}:${line} changed: the line is not what the journal says`,
  );
  return said(
    '',
    lines(...named, `next     gatebook verify ${word(bundle)}   says what else was changed`),
    1,
  );
}

async function revisionOf(bundle: string, revision: number, format: ReportFormat): Promise<CommandOutput> {
  const trust = { ssh: createSsh(), signers: null };
  const text = await renderRevision(bundleFiles(bundle), { format, revision }, trust);
  return text.ok ? said(text.value, '', 0) : failedOn(bundle, text.error);
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
    `${gate.id} ${gate.title} · ${gate.state.replace('_', ' ')} · in ${gate.command}`,
    `expected  ${expectedText(gate)}`,
    `observed  ${observedText(gate)}`,
    ...(gate.difference?.words ?? []).map((words) => `differs   ${words}`),
    ...(gate.why === null ? [] : [`why       ${gate.why}`]),
  ];
  const detail = gate.difference?.detail;
  const inFull = detail === undefined ? '' : `${visibleJson(detail)}\n`;
  return said(lines(...shown.map(visible)) + inFull, '', 0);
}

export interface VerifyCommandOptions {
  readonly requireSignature?: boolean;
  readonly expectHead?: string;
  /** Text of an allowed_signers file. */
  readonly allowedSigners?: string;
  readonly json?: boolean;
  /** `sha256:…` or its hex digits. */
  readonly expectAnnotation?: string;
}

/** `gatebook verify BUNDLE`: 0 where every byte is what was sealed, 4 where that can't be looked at, else 1. */
export async function verifyCommand(bundle: string, options: VerifyCommandOptions): Promise<CommandOutput> {
  const allowed = allowedIn(options.allowedSigners);
  if (!allowed.ok) return failed(allowed.error, 3);
  const result = await verifyBundle(bundleFiles(bundle), {
    requireSignature: options.requireSignature === true,
    ...(options.expectHead === undefined ? {} : { expectHead: options.expectHead }),
    ...(allowed.value !== null && { allowedSigners: allowed.value.sealers }),
    annotations: { ssh: createSsh(), signers: allowed.value?.annotators ?? null },
    impossible: impossibleIn,
    ...(options.expectAnnotation === undefined
      ? {}
      : { expectAnnotation: `sha256:${options.expectAnnotation.replace(/^sha256:/, '').toLowerCase()}` }),
  });
  const { findings } = result;
  const mistaken = findings.length === 0 ? null : await noBundleAt(bundle);
  const exitCode = findings.length === 0 ? 0 : mistaken !== null || onlyUnread(findings) ? 4 : 1;
  if (options.json === true)
    return said(`${JSON.stringify(jsonOf(result, options), null, 2)}\n`, '', exitCode);
  if (mistaken !== null) return failedOn(bundle, mistaken);
  return exitCode === 0 ? said(proved(result, options), '', 0) : said('', found(bundle, findings), exitCode);
}

interface Allowed {
  readonly sealers: readonly Signer[];
  readonly annotators: readonly Signer[];
}

/** Whose seals and whose annotations count: of a file that names nobody, nobody's. Null: no file was given. */
function allowedIn(text: string | undefined): Result<Allowed | null, Problem> {
  if (text === undefined) return ok(null);
  const annotators = readAllowedSigners(text, 'the file of allowed signers');
  if (!annotators.ok) return annotators;
  const sealers = sealersAmong(annotators.value);
  if (sealers.ok) return ok({ sealers: sealers.value, annotators: annotators.value });
  return err({
    code: 'ALLOWED_SIGNERS_MALFORMED',
    message: `the file of allowed signers: ${sealers.error}`,
    next: 'a line of its own for seals, namespaces="gatebook-seal@v1" and no time; other namespaces for the rest',
  });
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
    annotations: result.annotations.annotations.map(({ number, at, who, key, text }) => ({
      ...{ number, at, who, key, text },
    })),
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
  const proofs = [...result.proved, meaning].map((proof) => fitted(process.stdout, `  ${proof}`, 4));
  return lines(`${kind}${run}`, ...proofs);
}

/** A person looks at no more of them. */
const mostShown = 100;

function found(bundle: string, findings: readonly Finding[]): string {
  const more = findings.length - mostShown;
  const shown = findings
    .slice(0, mostShown)
    .map(({ kind, file, line, message }) =>
      visible(`${file}${line === undefined ? '' : `:${line}`} ${kind}: ${message}`),
    );
  return lines(
    ...shown,
    ...(more > 0 ? [`and ${more} more; --json lists them all`] : []),
    ...conclusion(findings, visible(bundle)),
  );
}

function conclusion(findings: readonly Finding[], bundle: string): readonly string[] {
  const many = countedInWords(findings.length, 'finding');
  if (onlyUnread(findings))
    return [
      `NOT verified: ${countedInWords(findings.length, 'file')} can't be checked here`,
      `next     ${unreadNext}`,
    ];
  if (findings.every(({ kind }) => kind === 'untrusted'))
    return [
      `what was sealed, but NOT authentic: ${many}`,
      `next     gatebook verify ${word(bundle)}   shows which key signed, if any`,
    ];
  // Most often of a run that was killed; nobody can tell that from a seal that was taken away.
  if (findings.some(({ kind, file }) => kind === 'missing' && file === attestationName))
    return [
      `NOT sealed: ${many}`,
      `next     gatebook runs   tells whether its run is only unfinished; where it isn't, trust nothing in ${bundle}`,
    ];
  return [
    `NOT what was sealed: ${many}`,
    `next     trust nothing in ${bundle}; compare it with a copy that was kept elsewhere`,
  ];
}
