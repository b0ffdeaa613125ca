import { ok, type Result } from '../base/result.js';
import type { Diagnostic } from '../text/diagnostic.js';
import { textAt } from './build/scope.js';
import type { Reader } from './read.js';

export const SETTINGS_FILE = 'gatebook.yaml';

/** What a project says in its `gatebook.yaml`, or what holds where it has none. */
export interface Settings {
  readonly embedded: 'allowed' | 'never';
}

export async function readSettings(reader: Reader): Promise<Result<Settings, readonly Diagnostic[]>> {
  if (!reader.project.hasSettings) return ok({ embedded: 'allowed' });
  const tree = await reader.document(SETTINGS_FILE, 'settings', 'settings');
  if (!tree.ok) return tree;
  return ok({ embedded: textAt(tree.value, 'embedded') === 'never' ? 'never' : 'allowed' });
}
