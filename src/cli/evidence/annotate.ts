import { bundleFiles } from '../../adapters/bundle/files.js';
import { systemClock } from '../../adapters/host.js';
import { createSsh } from '../../adapters/ssh/index.js';
import { forms } from '../../approve/index.js';
import { annotationPath, maxNote } from '../../bundle/annotation.js';
import { annotate } from '../../bundle/annotate.js';
import type { CommandOutput } from '../output.js';
import { failedOn, noBundleAt } from './bundle-there.js';
import { failed, lines, said } from '../output.js';
import { word } from '../shown.js';

export interface AnnotateOptions {
  readonly note: string;
  readonly as: string;
  readonly key?: string;
  readonly unsigned: boolean;
}

/** `gatebook annotate BUNDLE`: a note beside what was sealed; 0 where it was added, 2 wrong usage, else as `failedOn`. */
export async function annotateCommand(bundle: string, options: AnnotateOptions): Promise<CommandOutput> {
  const { note, as: who, key, unsigned } = options;
  const wrong = (message: string, next: string) => failed({ code: 'USAGE', message, next }, 2);
  if (note.trim() === '' || note.length > maxNote)
    return wrong(
      `a note has 1 to ${String(maxNote)} characters`,
      'put a longer text into a file of its own, and name it',
    );
  if (!forms.principal.test(who))
    return wrong(`${who} is not a name`, '--as WHO, as an allowed_signers file would name the person');
  if ((key === undefined) !== unsigned)
    return wrong(
      unsigned ? '--unsigned and --key exclude each other' : 'a note is signed',
      '--key FILE   an SSH private key, or --unsigned',
    );
  const mistaken = await noBundleAt(bundle);
  if (mistaken !== null) return failedOn(bundle, mistaken);
  const added = await annotate(
    bundleFiles(bundle),
    { text: note, who, keyFile: key ?? null },
    createSsh(),
    () => systemClock.now(),
  );
  if (!added.ok) return failedOn(bundle, added.error);
  const { number } = added.value;
  const next = `next     gatebook report ${word(bundle)} --revision ${String(number + 1)}`;
  return said(
    lines(`${annotationPath(number)} was added${unsigned ? ', NOT signed' : ''}; nothing else was touched`),
    lines(next),
    0,
  );
}
