import { join, resolve } from 'node:path';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import { evaluateTemplate } from '../../expression/index.js';
import type { KindProblem, ProtectedNames } from '../../kinds/executor.js';
import type { Template } from '../../model/template.js';
import type { Execution } from '../context.js';

/** What the plan protects, by name. In a rehearsal each file and container has a stand-in that the run made. */
export function protectedNames({
  plan,
  scope,
  facts,
}: Pick<Execution, 'plan' | 'scope' | 'facts'>): Result<ProtectedNames, KindProblem> {
  const { containers = [], clusters = [], files = [] } = plan.protected ?? {};
  const values = scope.values(null);
  const texts = (templates: readonly Template[]): Result<readonly string[], KindProblem> => {
    const names: string[] = [];
    for (const template of templates) {
      const value = evaluateTemplate(template, values);
      if (!value.ok)
        return err({ code: value.error.code, message: `a protected name: ${value.error.message}` });
      if (typeof value.value !== 'string' || value.value === '')
        return err({ code: 'PROTECTED_TYPE', message: 'a protected name is not text' });
      names.push(value.value);
    }
    return ok(names);
  };
  const containerNames = texts(containers);
  if (!containerNames.ok) return containerNames;
  const paths = texts(files);
  if (!paths.ok) return paths;
  const rehearsal = facts.mode === 'rehearsal';
  const file = (path: string, index: number): string =>
    rehearsal ? join(facts.work, standInFolder, String(index)) : resolve(facts.project, path);
  const container = (name: string, index: number): string =>
    rehearsal ? `gb-protected-${index}-${facts.id}` : name;
  return ok({
    containers: containerNames.value.map((name, index) => ({ name, at: container(name, index) })),
    clusters,
    files: paths.value.map((path, index) => ({ path, at: file(path, index) })),
  });
}

/** In `run.work`. */
export const standInFolder = 'protected';
