import type { ActionDeclaration } from '../../declaration.js';
import { connectReferences, execFields, execWords } from '../../exec-words.js';

export const declaration: ActionDeclaration = {
  name: 'exec',
  summary: 'Runs a program, without a shell.',
  words: execWords,
  references: connectReferences,
  effect: 'declared',
  outputs: { fields: execFields },
};
