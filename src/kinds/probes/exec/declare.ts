import type { ProbeDeclaration } from '../../declaration.js';
import { programReferences, execFields, execWords } from '../../exec-words.js';

export const declaration: ProbeDeclaration = {
  name: 'exec',
  summary: 'Runs a program, without a shell, and observes its exit code and output.',
  words: execWords,
  references: programReferences,
  observation: { fields: execFields },
  inDryRun: false,
};
