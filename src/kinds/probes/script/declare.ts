import type { ProbeDeclaration } from '../../declaration.js';
import { programReferences, scriptFields, scriptWords } from '../../exec-words.js';

export const declaration: ProbeDeclaration = {
  name: 'script',
  summary: 'Runs a pinned copy of a script and observes its exit code and output.',
  words: scriptWords,
  references: programReferences,
  observation: { fields: scriptFields },
  inDryRun: false,
};
