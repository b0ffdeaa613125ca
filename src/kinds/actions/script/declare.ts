import type { ActionDeclaration } from '../../declaration.js';
import { programReferences, scriptFields, scriptWords } from '../../exec-words.js';

export const declaration: ActionDeclaration = {
  name: 'script',
  summary: 'Runs a pinned copy of a script.',
  words: scriptWords,
  references: programReferences,
  effect: 'declared',
  outputs: { fields: scriptFields },
};
