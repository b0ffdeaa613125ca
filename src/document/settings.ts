import { ok, type Result } from '../base/result.js';
import type { Diagnostic } from '../text/diagnostic.js';
import type { Given } from '../model/runbook.js';
import { outsideAt } from './build/declarations.js';
import { textAt } from './build/scope.js';
import type { Reader } from './read.js';
import { child } from './tree.js';

export const SETTINGS_FILE = 'gatebook.yaml';

/** What a project says in its `gatebook.yaml`, or what holds where it has none. */
export interface Settings {
  readonly embedded: 'allowed' | 'never';
  /** Who may approve: an allowed_signers file, relative to the project. */
  readonly approvers?: string;
  /** The image of throwaway servers whose target names none: by digest, or where that stands. */
  readonly sandboxImage?: Given;
}

export async function readSettings(reader: Reader): Promise<Result<Settings, readonly Diagnostic[]>> {
  if (!reader.project.hasSettings) return ok({ embedded: 'allowed' });
  const tree = await reader.document(SETTINGS_FILE, 'settings', 'settings');
  if (!tree.ok) return tree;
  const approvers = textAt(tree.value, 'approvers');
  const sandbox = child(tree.value, 'sandbox');
  const sandboxImage = textAt(sandbox, 'image') ?? outsideAt(child(sandbox, 'image'));
  return ok({
    embedded: textAt(tree.value, 'embedded') === 'never' ? 'never' : 'allowed',
    ...(approvers !== undefined && { approvers }),
    ...(sandboxImage !== undefined && { sandboxImage }),
  });
}
