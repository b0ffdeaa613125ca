import type { Block, Text } from '../document.js';
import { bold, bullets, code } from '../document.js';
import { brief, cellOf, inRecord } from '../cells.js';
import type { Report } from '../schema.js';
import type { Section } from './section.js';

/** What followed a failure after a change on production. */
export function compensation({ compensation: done, run }: Report): Section | null {
  if (done === null) return null;
  const rehearsal = done.scope === 'rehearsal';
  const slot = done.escalate ?? '—';
  const lines: Text[] = [
    [
      rehearsal ? 'The stand-in of production had been changed' : 'Production had been changed',
      ' when the run failed. Nothing was restored and nothing deleted by itself.',
    ],
    killSwitch(done.kill_switch, rehearsal),
    ...recorded(done.recorded, run.renderer < 2 ? brief : inRecord),
    ['Escalated to ', bold(slot), ', who decides what is done about the change.'],
  ];
  const next: Text[] = rehearsal
    ? [['Next: ', code('gatebook enable'), '; of a rehearsal it takes no statement.']]
    : [
        run.renderer < 2
          ? [
              'Next: ',
              code('gatebook enable'),
              ` with a signed statement of ${slot} releases the kill switch.`,
            ]
          : [
              'Next: ',
              code('gatebook enable --as WHO --key FILE'),
              `, signed for ${slot}, releases the kill switch.`,
            ],
        [
          'Next: ',
          code(`gatebook void ${run.id}${run.renderer < 2 ? '' : ' --reason TEXT'}`),
          ' gives the target back, once it is known what the run left there.',
        ],
      ];
  const blocks: Block[] = [bullets([...lines, ...next])];
  return { title: 'Compensation', blocks };
}

function killSwitch(engaged: boolean, rehearsal: boolean): Text {
  if (!engaged) return [bold('Kill switch: NOT ENGAGED'), ', because the state folder could not be written.'];
  return [
    bold('Kill switch: engaged'),
    rehearsal ? '; rehearsals are refused.' : '; every further run is refused.',
  ];
}

function recorded(
  values: NonNullable<Report['compensation']>['recorded'],
  shown: (text: string) => string,
): Text[] {
  return values.map((value): Text => [`Recorded: ${shown(cellOf(value))}`]);
}
