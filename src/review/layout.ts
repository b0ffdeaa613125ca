import type { Block } from '../report/document.js';
import { heading } from '../report/document.js';
import type { Review } from './schema.js';
import { commands, details, files, warnings } from './sections/commands.js';
import { comparison } from './sections/comparison.js';
import { aborts, authorization, boundaries, conventions, resources, touches } from './sections/decision.js';
import { head } from './sections/head.js';

/** The review as a document: what a reviewer decides on first, then the commands, then the details. */
export function layOut(review: Review): readonly Block[] {
  const sections = [
    comparison(review),
    touches(review),
    resources(review),
    aborts(review),
    authorization(review),
    boundaries(review),
    conventions(review),
    commands(review),
    warnings(review),
    details(review),
    files(review),
  ].filter((section) => section !== null);
  return [
    ...head(review),
    ...sections.flatMap((section, index) => [
      heading(2, `${index + 1}. ${section.title}`),
      ...section.blocks,
    ]),
  ];
}
