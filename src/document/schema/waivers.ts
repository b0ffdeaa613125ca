import { closed, formed, listOf, optional, text } from './common.js';

/** Findings that a named person accepts until a day. */
export const waiversSchema = listOf(
  closed(
    {
      code: formed('^GB[0-9]{4}$', 'a code is GB and four digits', {
        description: 'The code of the finding. Some can never be waived: see `gatebook explain GB2802`.',
        examples: ['GB2704'],
      }),
      at: optional(
        formed('^[CG]-[0-9]{2,3}[a-z]?$', 'the id of a command or a gate (C-04, G-13a)', {
          description: 'The command or gate at which it is accepted; absent: everywhere.',
          examples: ['C-04'],
        }),
      ),
      reason: text(
        { description: 'Why; printed in review and report.', examples: ['the vendor ships it so'] },
        500,
      ),
      approver: text({ description: 'Who accepts it: a person or a slot.', examples: ['SG_1'] }, 200),
      until: formed('^[0-9]{4}-[0-9]{2}-[0-9]{2}$', 'a day is YYYY-MM-DD', {
        description:
          'The last day on which it holds, UTC; at most 366 days ahead. After it the waiver is an error.',
        examples: ['2026-12-31'],
      }),
    },
    { description: 'One finding that is accepted.' },
  ),
  {
    description:
      'Findings that a named person accepts until a day. They are shown and counted, and stop nothing.',
    examples: [
      [
        {
          code: 'GB2704',
          at: 'C-04',
          reason: 'the vendor ships it so',
          approver: 'SG_1',
          until: '2026-12-31',
        },
      ],
    ],
  },
);
