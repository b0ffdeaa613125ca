import type { Waiver } from '../model/runbook.js';
import type { Diagnostic, Location } from '../text/diagnostic.js';
import { didYouMean } from '../text/suggest.js';
import type { Finding, RuleContext } from './rule.js';
import { waivable } from './waivable.js';

/** A finding as it is shown, and the gate and command that it is about where its rule knows them. */
export interface Found {
  readonly diagnostic: Diagnostic;
  readonly within: readonly string[];
}

const longestDays = 366;
const dayMs = 86_400_000;

/**
 * Findings with what the runbook waives turned into notes, and what is wrong with the waivers themselves. `today` is
 * a UTC day; a waiver holds to the end of its last day.
 */
export function waive(found: readonly Found[], context: RuleContext, today: string): readonly Diagnostic[] {
  const own: Finding[] = [];
  const holding = (context.runbook.waivers ?? []).flatMap((waiver, index) => {
    const trouble = troubleOf(waiver, index, context, today);
    if (trouble !== null) own.push(trouble);
    return trouble === null ? [{ waiver, index }] : [];
  });
  const used = new Set<number>();
  const shown = found.map(({ diagnostic, within }) => {
    const accepting = holding.find(({ waiver }) => accepts(waiver, diagnostic, within, context));
    if (accepting === undefined) return diagnostic;
    used.add(accepting.index);
    const { reason, approver, until } = accepting.waiver;
    return { ...diagnostic, severity: 'note' as const, waived: { reason, approver, until } };
  });
  for (const { waiver, index } of holding) {
    if (used.has(index)) continue;
    own.push({
      code: 'GB2805',
      severity: 'warning',
      message: `nothing is found that this waiver of ${waiver.code} accepts`,
      at: context.locate(['waivers', index, 'code']),
      fix: 'remove it',
    });
  }
  return [...shown, ...own.map(asDiagnostic)];
}

export function asDiagnostic(finding: Finding): Diagnostic {
  const { code, message, at, severity = 'error', reason, fix, related } = finding;
  return {
    code,
    severity,
    message,
    location: at,
    ...(reason !== undefined && { reason }),
    ...(fix !== undefined && { fix }),
    ...(related !== undefined && { related }),
  };
}

function accepts(
  { code, at }: Waiver,
  diagnostic: Diagnostic,
  within: readonly string[],
  { places, locate }: RuleContext,
): boolean {
  if (code !== diagnostic.code) return false;
  if (at === undefined || within.includes(at)) return true;
  const path = (places.commandById.get(at) ?? places.gateById.get(at))?.path;
  if (path === undefined || within.length > 0) return false;
  return contains(locate(path, 'key'), locate(path), diagnostic.location);
}

/** Whether a place lies between the beginning of a key and the end of its value. */
function contains(key: Location, value: Location, { file, range: { start, end } }: Location): boolean {
  const { start: from } = key.range;
  const { end: to } = value.range;
  const begins = start.line > from.line || (start.line === from.line && start.column >= from.column);
  const ends = end.line < to.line || (end.line === to.line && end.column <= to.column);
  return file === key.file && begins && ends;
}

/** Why a waiver isn't one; a waiver in trouble accepts nothing. */
function troubleOf(
  { code, at, until }: Waiver,
  index: number,
  { places, locate }: RuleContext,
  today: string,
): Finding | null {
  const place = (key: string): Location => locate(['waivers', index, key]);
  if (!waivable.has(code)) {
    return {
      code: 'GB2802',
      message: `${code} can't be waived`,
      at: place('code'),
      reason: 'what identity, secrets, production and pins rest on holds for everybody',
      fix: didYouMean(code, [...waivable]) ?? 'mend what is found',
    };
  }
  if (at !== undefined && !places.commandById.has(at) && !places.gateById.has(at)) {
    const ids = [...places.commandById.keys(), ...places.gateById.keys()];
    const fix = didYouMean(at, ids) ?? 'name a command or a gate, or leave at out';
    return { code: 'GB2804', message: `there is no command or gate ${at}`, at: place('at'), fix };
  }
  const days = (dayOf(until) - dayOf(today)) / dayMs;
  if (Number.isNaN(days) || days > longestDays) {
    const message = Number.isNaN(days) ? `${until} is no day` : `${until} is too far away`;
    const fix = `write a day of the next ${String(longestDays)}`;
    return { code: 'GB2803', message, at: place('until'), fix };
  }
  if (days >= 0) return null;
  return {
    code: 'GB2801',
    message: `this waiver of ${code} ended on ${until}`,
    at: place('until'),
    reason: 'who accepted it then has to look at it again',
    fix: 'mend what is found, or have it accepted again',
  };
}

/** NaN where the calendar has no such day: 2026-02-30. */
function dayOf(text: string): number {
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(time) || !new Date(time).toISOString().startsWith(text) ? Number.NaN : time;
}
