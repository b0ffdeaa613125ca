import type { ActionDeclaration } from '../../declaration.js';
import { programReferences, execFields, execWords } from '../../exec-words.js';

export const declaration: ActionDeclaration = {
  name: 'exec',
  summary: 'Runs a program, without a shell.',
  words: execWords,
  references: programReferences,
  effect: 'declared',
  outputs: { fields: execFields },
};
