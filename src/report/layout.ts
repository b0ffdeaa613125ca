import type { Block } from './document.js';
import { countWords, heading } from './document.js';
import type { Report } from './schema.js';
import { annotations } from './sections/annotations.js';
import { approvals } from './sections/approvals.js';
import { artifacts } from './sections/artifacts.js';
import { checks, failures, readiness, rowMatrices } from './sections/body.js';
import { commands } from './sections/commands.js';
import { compensation } from './sections/compensation.js';
import { head } from './sections/head.js';
import type { Section } from './sections/section.js';
import { boundaries, gaps, notes, operatorPackage, provenance, teardown, verdict } from './sections/tail.js';

const wordsPerMinute = 200;

/** The report as a document: sections are numbered, and one with nothing to say isn't there. */
export function layOut(report: Report): readonly Block[] {
  const sections: readonly (Section | null)[] = [
    failures(report),
    approvals(report),
    readiness(report),
    checks(report),
    commands(report),
    artifacts(report),
    ...rowMatrices(report),
    notes(report),
    gaps(report),
    compensation(report),
    teardown(report),
    boundaries(report),
    operatorPackage(report),
    provenance(report),
    annotations(report),
    verdict(report),
  ];
  const present = sections.filter((section) => section !== null);
  return [
    ...head(report),
    ...present.flatMap((section, index) => [heading(2, `${index + 1}. ${section.title}`), ...section.blocks]),
  ];
}

export const minutesToRead = (report: Report): number =>
  Math.max(1, Math.round(countWords(layOut(report)) / wordsPerMinute));
