import type { ProbeDeclaration } from '../../declaration.js';
import { connectReferences, scriptFields, scriptWords } from '../../exec-words.js';

export const declaration: ProbeDeclaration = {
  name: 'script',
  summary: 'Runs a pinned copy of a script and observes its exit code and output.',
  words: scriptWords,
  references: connectReferences,
  observation: { fields: scriptFields },
  inDryRun: false,
};
