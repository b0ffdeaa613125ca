import type { ProbeDeclaration } from '../../declaration.js';
import { connectReferences, execFields, execWords } from '../../exec-words.js';

export const declaration: ProbeDeclaration = {
  name: 'exec',
  summary: 'Runs a program, without a shell, and observes its exit code and output.',
  words: execWords,
  references: connectReferences,
  observation: { fields: execFields },
  inDryRun: false,
};
