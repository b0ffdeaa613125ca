import type { ReportParts } from '../../model/runbook.js';
import { child, type Node } from '../tree.js';
import { namedMap } from './declarations.js';
import { given, textAt, type Scope } from './scope.js';

const items = (node: Node | undefined): readonly Node[] => (node?.kind === 'list' ? node.items : []);
const entries = (node: Node | undefined): readonly (readonly [string, Node])[] =>
  node?.kind === 'map' ? [...node.entries.values()].map((e) => [e.key, e.value] as const) : [];

/** What the report says besides what happened. Its shape has been validated. */
export function buildReport(root: Node, scope: Scope): ReportParts {
  const templateAt = (node: Node, key: string) => scope.optional(child(node, key)) ?? '';
  const literalAt = (node: Node, key: string): string => scope.literal(child(node, key));
  const evidence = (node: Node) => given('evidence', scope.optional(child(node, 'evidence')));
  return {
    ...given('kb', textAt(root, 'kb')),
    conventions: items(child(root, 'conventions')).map((node) => scope.template(node)),
    checks: items(child(root, 'checks')).map((node) => ({
      title: templateAt(node, 'title'),
      gates: scope.literals(child(node, 'gates')),
      ...evidence(node),
    })),
    readiness: items(child(root, 'readiness')).map((node) => ({
      component: templateAt(node, 'component'),
      gate: literalAt(node, 'gate'),
      state: namedMap(child(node, 'state'), (word) => scope.literal(word)),
      ...evidence(node),
    })),
    tables: items(child(root, 'tables')).map((node) => ({
      title: templateAt(node, 'title'),
      from: literalAt(node, 'from'),
      ...given('rows', textAt(node, 'rows')),
      columns: namedMap(child(node, 'columns'), (column) => scope.literal(column)),
      total: scope.literals(child(node, 'total')),
    })),
    notes: entries(child(root, 'notes')).map(([id, node]) => ({
      id,
      title: templateAt(node, 'title'),
      text: templateAt(node, 'text'),
      ...given('disposition', scope.optional(child(node, 'disposition'))),
    })),
    gaps: entries(child(root, 'gaps')).map(([id, node]) => ({
      id,
      title: templateAt(node, 'title'),
      closedBy: scope.literals(child(node, 'closed_by')),
    })),
    ...given('operatorPackage', buildPackage(child(root, 'operator_package'), scope)),
    verdict: entries(child(root, 'verdict')).map(([name, node]) => ({ name, value: scope.template(node) })),
  };
}

function buildPackage(node: Node | undefined, scope: Scope): ReportParts['operatorPackage'] | undefined {
  const text = child(node, 'text');
  const when = child(node, 'when');
  if (text === undefined) return undefined;
  return { text: scope.template(text), ...given('when', when && scope.condition(when)) };
}
