import { ok, type Result } from '../base/result.js';
import type { Diagnostic } from '../text/diagnostic.js';
import { flagAt, given, textAt } from './build/scope.js';
import type { Reader } from './read.js';
import { child } from './tree.js';

export const SETTINGS_FILE = 'gatebook.yaml';

/** What a project says in its `gatebook.yaml`; the defaults where it has none. */
export interface Settings {
  /** Relative to the project. */
  readonly approvers?: string;
  readonly embedded: 'allowed' | 'never';
  readonly defaults: {
    readonly state?: string;
    readonly reports?: string;
    readonly requireSignature: boolean;
  };
}

export async function readSettings(reader: Reader): Promise<Result<Settings, readonly Diagnostic[]>> {
  if (!reader.project.hasSettings) return ok({ embedded: 'allowed', defaults: { requireSignature: false } });
  const tree = await reader.document(SETTINGS_FILE, 'settings', 'settings');
  if (!tree.ok) return tree;
  const defaults = child(tree.value, 'defaults');
  return ok({
    ...given('approvers', textAt(tree.value, 'approvers')),
    embedded: textAt(tree.value, 'embedded') === 'never' ? 'never' : 'allowed',
    defaults: {
      ...given('state', textAt(defaults, 'state')),
      ...given('reports', textAt(defaults, 'reports')),
      requireSignature: flagAt(defaults, 'require_signature'),
    },
  });
}
