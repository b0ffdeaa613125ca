import type { Compensation, Runbook } from '../../model/runbook.js';
import type { Template } from '../../model/template.js';
import { child, type Node } from '../tree.js';
import { buildCommands } from './command.js';
import {
  buildAuthorization,
  buildKey,
  buildParam,
  buildProtected,
  buildSecret,
  buildWaivers,
  namedMap,
} from './declarations.js';
import type { Libraries } from './library.js';
import { buildReport } from './report.js';
import { given, textAt, type Scope } from './scope.js';
import { buildTarget } from './targets.js';

/** A validated tree → the runbook that its author meant. Findings go to the scope. */
export function buildRunbook(
  root: Node,
  scope: Scope,
  libraries: Libraries,
  dataFiles: ReadonlyMap<string, Template>,
): Runbook {
  const authorization = child(root, 'authorization');
  const protectedThings = child(root, 'protected');
  const facts = child(root, 'facts');
  const revision = child(root, 'revision');
  return {
    id: textAt(root, 'id') ?? '',
    title: scope.literal(child(root, 'title')),
    revision: revision?.kind === 'scalar' ? Number(revision.value) : 1,
    tags: scope.literals(child(root, 'tags')),
    ...given('summary', textAt(root, 'summary')),
    facts:
      facts?.kind === 'map'
        ? [...facts.entries.values()].map((e) => [e.key, scope.template(e.value)] as const)
        : [],
    boundaries: scope.literals(child(root, 'boundaries')),
    ...given('authorization', authorization && buildAuthorization(authorization, scope)),
    ...given('protected', protectedThings && buildProtected(protectedThings, scope)),
    ...given('compensation', buildCompensation(root, scope)),
    ...given('waivers', buildWaivers(child(root, 'waivers'), scope)),
    params: namedMap(child(root, 'params'), (node) => buildParam(node, scope)),
    data: buildData(child(root, 'data'), dataFiles, scope),
    secrets: namedMap(child(root, 'secrets'), buildSecret),
    targets: namedMap(child(root, 'targets'), (node) => buildTarget(node, scope)),
    keys: namedMap(child(root, 'keys'), (node) => buildKey(node, scope)),
    commands: buildCommands(child(root, 'commands'), scope, libraries),
    teardown: buildCommands(child(root, 'teardown'), scope, libraries),
    report: buildReport(root, scope),
  };
}

/** A constant may be null, which isn't the same as absent. */
function buildData(
  node: Node | undefined,
  files: ReadonlyMap<string, Template>,
  scope: Scope,
): Runbook['data'] {
  const data = Object.create(null) as Record<string, Template>;
  if (node?.kind !== 'map') return data;
  // A file may hold null, which is a value like another.
  for (const { key, value } of node.entries.values())
    data[key] = files.has(key) ? (files.get(key) ?? null) : scope.template(value);
  return data;
}

function buildCompensation(root: Node, scope: Scope): Compensation | undefined {
  const node = child(root, 'compensation');
  if (node === undefined) return undefined;
  const record = child(node, 'record');
  return {
    killSwitch: true,
    record: record?.kind === 'list' ? record.items.map((item) => scope.template(item)) : [],
    escalate: textAt(node, 'escalate') ?? '',
  };
}
