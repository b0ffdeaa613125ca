import { isBigInteger, parseDuration } from '../../base/quantity.js';
import type {
  Authorization,
  Given,
  KeyDeclaration,
  Outside,
  ParamDeclaration,
  ParamType,
  Protected,
  SecretDeclaration,
  Waiver,
} from '../../model/runbook.js';
import type { Template } from '../../model/template.js';
import { child, type Node } from '../tree.js';
import { flagAt, given, textAt, type Scope } from './scope.js';

const longestValidMs = 365 * 86_400_000;
/** Sign and digits of 64 bits. */
const longestInteger = 20;

/** A map of named things, in document order, without a prototype. */
export function namedMap<T>(
  node: Node | undefined,
  build: (node: Node, name: string) => T | null,
): Readonly<Record<string, T>> {
  const map = Object.create(null) as Record<string, T>;
  if (node?.kind !== 'map') return map;
  for (const { key, value } of node.entries.values()) {
    const made = build(value, key);
    if (made !== null) map[key] = made;
  }
  return map;
}

/** `{env: NAME}` or `{file: PATH}`. */
export function outsideAt(node: Node | undefined): Outside | undefined {
  const env = textAt(node, 'env');
  if (env !== undefined) return { env };
  const file = textAt(node, 'file');
  return file === undefined ? undefined : { file };
}

export function buildParam(node: Node, scope: Scope): ParamDeclaration {
  const values = child(node, 'values');
  const type = (textAt(node, 'type') ?? 'string') as ParamType;
  return {
    type,
    ...given('description', textAt(node, 'description')),
    ...given('pattern', textAt(node, 'pattern')),
    ...given('values', values && scope.literals(values)),
    ...given('items', textAt(node, 'items') as ParamType | undefined),
    ...given('default', exactDefault(type, scope.optional(child(node, 'default')))),
    ...given('from', outsideAt(child(node, 'from'))),
  };
}

/** An integer beyond ±(2^53−1) stands in quotes, for YAML's sake; here its type says what it is. */
function exactDefault(type: ParamType, preset: Template | undefined): Template | undefined {
  const isBig = typeof preset === 'string' && preset.length <= longestInteger && isBigInteger(preset);
  return type === 'integer' && isBig ? BigInt(preset) : preset;
}

export function buildSecret(node: Node): SecretDeclaration | null {
  const generate = child(node, 'generate');
  if (generate === undefined) return outsideAt(node) ?? null;
  const bytes = child(generate, 'bytes');
  return { generate: { bytes: bytes?.kind === 'scalar' ? Number(bytes.value) : 24 } };
}

export function buildKey(node: Node, scope: Scope): KeyDeclaration | null {
  const gpg = child(node, 'gpg');
  if (gpg === undefined) {
    scope.report(node, 'GB1102', 'a key needs gpg', {
      fix: 'e.g. gpg: {fingerprint: {env: BACKUP_GPG_FPR}}',
    });
    return null;
  }
  const fingerprint = child(gpg, 'fingerprint');
  const generate = child(gpg, 'generate');
  if ((fingerprint === undefined) === (generate === undefined)) {
    scope.report(gpg, 'GB1108', 'a key is one of fingerprint, generate', { fix: 'keep one of them' });
    return null;
  }
  if (fingerprint === undefined) return { via: 'generate' };
  const literal = givenAt(fingerprint, scope);
  return {
    via: 'fingerprint',
    fingerprint: typeof literal === 'string' ? literal.toUpperCase() : literal,
    embedded: flagAt(child(gpg, 'embedded'), 'generate'),
  };
}

/** A literal, or where a run finds it. */
export function givenAt(node: Node, scope: Scope): Given {
  return node.kind === 'map' ? (outsideAt(node) ?? '') : scope.literal(node);
}

/** `{none: REASON}`, or `{slots: […], valid_for: 24h}`; null where it is neither. */
export function buildAuthorization(node: Node, scope: Scope): Authorization | undefined {
  const [none, slots, validFor] = ['none', 'slots', 'valid_for'].map((key) => child(node, key));
  if (none !== undefined && slots === undefined && validFor === undefined)
    return { none: scope.literal(none) };
  if (none !== undefined) {
    scope.report(node, 'GB1108', 'authorization is none or slots, not both', { fix: 'keep one of them' });
    return undefined;
  }
  const validForMs = parseDuration(scope.literal(validFor));
  if (slots !== undefined && validForMs !== null && validForMs > 0 && validForMs <= longestValidMs)
    return { slots: scope.literals(slots), validForMs };
  if (slots === undefined)
    scope.report(node, 'GB1102', 'authorization needs slots', { fix: 'e.g. slots: [SG_1, SG_2]' });
  else
    scope.report(
      validFor ?? node,
      'GB1102',
      'authorization needs valid_for, longer than nothing and at most 365 days',
      { fix: 'e.g. valid_for: 24h' },
    );
  return undefined;
}

export function buildProtected(node: Node, scope: Scope): Protected {
  const templates = (key: string) => {
    const list = child(node, key);
    return list?.kind === 'list' ? list.items.map((item) => scope.template(item)) : [];
  };
  return {
    containers: templates('containers'),
    clusters: scope.literals(child(node, 'clusters')),
    files: templates('files'),
  };
}

export function buildWaivers(node: Node | undefined, scope: Scope): readonly Waiver[] | undefined {
  if (node?.kind !== 'list') return undefined;
  return node.items.map((item) => ({
    code: scope.literal(child(item, 'code')),
    ...given('at', textAt(item, 'at')),
    reason: scope.literal(child(item, 'reason')),
    approver: scope.literal(child(item, 'approver')),
    until: scope.literal(child(item, 'until')),
  }));
}
