import { isName } from '../kinds.js';
import { showTemplate } from '../../model/template.js';
import type { Rule, RuleContext } from '../rule.js';

const sections = ['params', 'data', 'secrets', 'targets', 'keys'] as const;
type Section = (typeof sections)[number];

/** A declared name that nothing uses is most often a misspelt one. */
export const everythingIsUsed: Rule = {
  name: 'everything-is-used',
  check(context) {
    const { runbook, locate, report } = context;
    const used = usedNames(context);
    for (const section of sections) {
      for (const name of Object.keys(runbook[section])) {
        if (used[section].has(name)) continue;
        report({
          code: 'GB2005',
          severity: 'warning',
          message: `nothing uses ${section}.${name}`,
          at: locate([section, name], 'key'),
          fix: 'remove it',
        });
      }
    }
    const looked = context.places.gates.some(({ gate }) => gate.probe.kind === 'protected');
    if (runbook.protected === undefined || looked) return;
    report({
      code: 'GB2005',
      severity: 'warning',
      message: 'no gate looks at what is protected',
      at: locate(['protected'], 'key'),
      fix: 'add a gate with probe: {protected: {}} before and after',
    });
  },
};

function usedNames(context: RuleContext): Readonly<Record<Section, ReadonlySet<string>>> {
  const { runbook, places, kinds, sites } = context;
  const used = {
    params: new Set<string>(),
    data: new Set<string>(),
    secrets: new Set<string>(),
    targets: new Set<string>(),
    keys: new Set<string>(),
  };
  for (const { checked } of sites) {
    for (const reference of checked.references) {
      if (reference.root === 'secrets') used.secrets.add(reference.name);
      else if ((reference.root === 'targets' || reference.root === 'keys') && reference.name !== null) {
        used[reference.root].add(reference.name);
      } else if (reference.root === 'params' || reference.root === 'data') {
        const [name] = reference.path;
        if (name === undefined) addAll(used[reference.root], Object.keys(runbook[reference.root]));
        else used[reference.root].add(String(name));
      }
    }
  }
  // As they are written: what a param names by default is one of several.
  const named = [
    ...places.gates.map(({ gate: { probe } }) =>
      kinds.probes.get(probe.kind)?.references?.(showTemplate(probe.args)),
    ),
    ...places.actions.map(({ action }) =>
      kinds.actions.get(action.kind)?.references?.(showTemplate(action.args)),
    ),
  ];
  for (const names of named) {
    addAll(used.targets, names?.targets ?? []);
    addAll(used.keys, names?.keys ?? []);
  }
  for (const { postgres, identity } of Object.values(runbook.targets)) {
    if (postgres.via === 'of') used.targets.add(postgres.of);
    if (identity?.differs_from !== undefined) used.targets.add(identity.differs_from);
  }
  addAll(used.targets, runbook.protected?.clusters ?? []);
  // A name that an expression makes could be any of them.
  for (const section of ['targets', 'keys'] as const) {
    if (![...used[section]].every(isName)) addAll(used[section], Object.keys(runbook[section]));
  }
  return used;
}

function addAll(set: Set<string>, names: Iterable<string>): void {
  for (const name of names) set.add(name);
}
