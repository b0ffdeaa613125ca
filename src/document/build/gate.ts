import { parseDuration } from '../../base/quantity.js';
import type { Gate, OnFail, Probe, Retry } from '../../model/runbook.js';
import { parseExpect } from '../expect.js';
import { child, isText, type MapNode, type Node } from '../tree.js';
import type { Libraries } from './library.js';
import { given, textAt, type Scope } from './scope.js';

export const defaultGateTimeoutMs = 60_000;

/** A gate, its library use resolved. Null where a finding says why not. */
export function buildGate(id: string, node: Node, scope: Scope, libraries: Libraries): Gate | null {
  const uses = textAt(node, 'uses');
  if (node.kind !== 'map') return null;
  if (uses !== undefined) return buildUse(id, { uses, node, scope }, libraries);
  const args = child(node, 'with');
  if (args !== undefined) {
    scope.report(args, 'GB1110', `${id} uses no library gate, so with means nothing`, {
      fix: 'remove with, or name a gate with uses',
    });
  }
  const own = { node, scope };
  return assemble(id, own, own);
}

/** A map with what its names mean. */
interface Scoped {
  readonly node: MapNode;
  readonly scope: Scope;
}
interface Use extends Scoped {
  readonly uses: string;
}

function buildUse(id: string, { uses, ...own }: Use, libraries: Libraries): Gate | null {
  for (const key of ['probe', 'expect', 'assert']) {
    const replaced = child(own.node, key);
    if (replaced === undefined) continue;
    const fix = 'a use may say title, on_fail, retry, timeout, why and when, nothing else';
    own.scope.report(replaced, 'GB1110', `${id} uses a library gate, whose ${key} can't be replaced`, {
      fix,
    });
  }
  const resolved = libraries.resolve(uses, own.node, own.scope);
  if (resolved === null) return null;
  const gate = assemble(id, own, resolved);
  return gate === null ? null : { ...gate, uses };
}

/** `own` is what stands in the runbook, `body` what is probed; the same node but for a library's gate. */
function assemble(id: string, own: Scoped, { node: body, scope: bodyScope }: Scoped): Gate | null {
  const pick = (key: string): readonly [Node, Scope] | undefined => {
    const overriding = child(own.node, key);
    if (overriding !== undefined) return [overriding, own.scope];
    const inherited = child(body, key);
    return inherited === undefined ? undefined : [inherited, bodyScope];
  };
  const probe = child(body, 'probe');
  const expect = child(body, 'expect');
  const assert = child(body, 'assert');
  const title = pick('title');
  if (title === undefined || probe === undefined || (expect === undefined && assert === undefined)) {
    reportIncomplete(id, own, { title, probe, 'expect or assert': expect ?? assert });
    return null;
  }
  const why = pick('why');
  const when = pick('when');
  return {
    id,
    title: title[1].template(title[0]),
    onFail: (textAt(own.node, 'on_fail') ?? textAt(body, 'on_fail') ?? 'abort') as OnFail,
    probe: buildProbe(probe, bodyScope),
    expect: expect?.kind === 'map' ? parseExpect(expect, bodyScope) : [],
    ...given('assert', assert && bodyScope.condition(assert)),
    ...given('retry', buildRetry(pick('retry')?.[0])),
    timeoutMs: durationAt(pick('timeout')?.[0]) ?? defaultGateTimeoutMs,
    ...given('why', why?.[1].template(why[0])),
    ...given('when', when && buildWhen(when[0], when[1])),
  };
}

function reportIncomplete(
  id: string,
  { node, scope }: Scoped,
  parts: Readonly<Record<string, unknown>>,
): void {
  const missing = Object.entries(parts).filter(([, value]) => value === undefined);
  for (const [name] of missing) {
    scope.report(node, 'GB1102', `${id} needs ${name}`, {
      fix: 'e.g. title: …, probe: {…}, expect: {…}',
    });
  }
}

/** The one kind of a property bag. */
export function buildProbe(node: Node, scope: Scope): Probe {
  const [entry] = node.kind === 'map' ? node.entries.values() : [];
  return entry === undefined
    ? { kind: '', args: null }
    : { kind: entry.key, args: scope.template(entry.value) };
}

function buildRetry(node: Node | undefined): Retry | undefined {
  const attempts = child(node, 'attempts');
  const everyMs = durationAt(child(node, 'every'));
  if (attempts?.kind !== 'scalar' || everyMs === undefined) return undefined;
  return { attempts: Number(attempts.value), everyMs };
}

function buildWhen(node: Node, scope: Scope): NonNullable<Gate['when']> | undefined {
  const condition = child(node, 'if');
  const reason = child(node, 'reason');
  if (condition === undefined || reason === undefined) return undefined;
  return { if: scope.condition(condition), reason: scope.template(reason) };
}

export function durationAt(node: Node | undefined): number | undefined {
  return isText(node) ? (parseDuration(node.value) ?? undefined) : undefined;
}
