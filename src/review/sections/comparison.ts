import { capitalised, countedInWords } from '../../base/words.js';
import type { Block, Text } from '../../report/document.js';
import { bold, bullets, code, heading, paragraph, table } from '../../report/document.js';
import type { Review } from '../schema.js';
import { section, type Section } from './section.js';

type Comparison = NonNullable<Review['comparison']>;
type Change = Comparison['changes'][number];

const titles: readonly (readonly [Change['weight'], string])[] = [
  ['weakens', 'Weakens'],
  ['changes', 'Changes what happens'],
  ['strengthens', 'Strengthens'],
  ['neutral', 'Changes nothing that protects or happens'],
];

/** What changed in meaning, the dangerous first; what is only called differently is counted, not listed. */
export function comparison({ comparison: found }: Review): Section | null {
  if (found === null) return null;
  if (found.is_new)
    return section('What changed', [
      paragraph(
        `There is no such runbook at ${found.against}: all of it is new, and all of it is to be reviewed.`,
      ),
    ]);
  const blocks = titles.flatMap(([weight, title]) => {
    const own = found.changes.filter((change) => change.weight === weight);
    return own.length === 0 ? [] : [heading(3, `${title} (${own.length})`), tableOf(own)];
  });
  const cosmetic = found.changes.filter((change) => change.weight === 'cosmetic');
  return section('What changed', [
    ...(blocks.length === 0 ? [paragraph('Nothing changed in meaning.')] : blocks),
    ...cosmeticWords(cosmetic),
  ]);
}

const tableOf = (changes: readonly Change[]): Block =>
  table(
    ['Where', 'What', 'Before', 'After'],
    changes.map((change): Text[] => [
      [bold(change.place), ...(change.at === null ? [] : [' ', code(place(change.at))])],
      [change.what],
      [change.before ?? '—'],
      [change.after ?? '—'],
    ]),
  );

const place = ({ file, line, column }: NonNullable<Change['at']>): string => `${file}:${line}:${column}`;

const shownCosmetic = 12;

function cosmeticWords(changes: readonly Change[]): readonly Block[] {
  if (changes.length === 0) return [];
  const more = changes.length - shownCosmetic;
  return [
    paragraph(`${capitalised(countedInWords(changes.length, 'change'))} of words or names only:`),
    bullets([
      ...changes.slice(0, shownCosmetic).map((change): Text => [bold(change.place), ` ${change.what}`]),
      ...(more > 0 ? [[`and ${more} more, in the JSON form`]] : []),
    ]),
  ];
}
