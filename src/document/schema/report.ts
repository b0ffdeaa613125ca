import type { TSchema } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { closed, condition, either, formed, gateIdForm, listOf, named, optional, text } from './common.js';

const words = (description: string, ...examples: string[]): TSchema =>
  text({ description, ...(examples.length > 0 && { examples }) });
const gateId = (description: string): TSchema =>
  formed('^G-[0-9]{2,3}[a-z]?(\\[[A-Za-z0-9][A-Za-z0-9._-]{0,63}\\])?$', gateIdForm.form, {
    description,
    examples: ['G-05'],
  });
const evidence = optional(
  words('What was seen: text with expressions.', "${{ gates['G-03'].observed.version.text }}"),
);
const ends = ['passed', 'noted', 'skipped', 'recorded', 'failed', 'not_evaluated'];

/** What the report says besides what happened. */
export const reportParts: Readonly<Record<string, TSchema>> = {
  kb: optional(
    formed('^KB-[0-9A-Z]{1,16}$', 'a KB id is KB- and capitals or digits', {
      description: 'The id of the report; else made of runbook and run.',
      examples: ['KB-3AD4'],
    }),
  ),
  conventions: optional(
    listOf(words('One convention.'), {
      description: 'How the commands are written; printed in review and report.',
    }),
  ),
  checks: optional(
    listOf(
      closed(
        {
          title: words('What is checked.', 'Restored backup contains the rows'),
          gates: listOf(
            gateId('A gate that proves it.'),
            { description: 'The worst of these gates is the result.', examples: [['G-05']] },
            1,
          ),
          evidence,
        },
        { description: 'One numbered row of the closeout table.' },
      ),
      { description: 'The numbered closeout table.' },
    ),
  ),
  readiness: optional(
    listOf(
      closed(
        {
          component: words('What must be ready.', 'gpg binary'),
          gate: gateId('The gate that tells.'),
          state: optional(
            Type.Object(
              Object.fromEntries(
                ends.map((end) => [end, optional(words(`The word where the gate ended ${end}.`))]),
              ),
              {
                additionalProperties: false,
                description: 'Words for how the gate ended; failed includes recorded.',
                examples: [{ passed: 'READY', failed: 'MISSING' }],
              },
            ),
          ),
          evidence,
        },
        { description: 'One row of the readiness matrix.' },
      ),
      { description: 'The readiness matrix.' },
    ),
  ),
  tables: optional(
    listOf(
      closed(
        {
          title: words('The heading.'),
          from: gateId('The gate whose observation is shown; of a loop, one row an iteration.'),
          rows: optional(
            text({ description: 'The path of the rows in the observation.', examples: ['tables'] }, 500),
          ),
          columns: named(text({ description: 'The path of the cell in a row.', examples: ['count'] }, 500), {
            description: 'Headings and what stands below.',
            examples: [{ Table: 'table', Restored: 'count' }],
          }),
          total: optional(
            listOf(words('A heading.'), {
              description: 'Columns that are summed.',
              examples: [['Restored', 'Expect']],
            }),
          ),
        },
        { description: 'A row matrix.' },
      ),
      { description: 'Tables made of observations.' },
    ),
  ),
  notes: optional(
    named(
      closed(
        {
          title: words('Its heading.'),
          text: words('The note.'),
          disposition: optional(words('What follows from it.', 'NOTE ONLY')),
        },
        { description: 'A note.' },
      ),
      { description: 'Notes, by id.' },
      { pattern: '^N-[0-9]{1,3}$', form: 'a note id is N- and a number (N-1)' },
    ),
  ),
  gaps: optional(
    named(
      closed(
        {
          title: words('What is missing.'),
          closed_by: listOf(
            gateId('A gate that closes it.'),
            { description: 'It is closed when these gates pass.', examples: [['G-08']] },
            1,
          ),
        },
        { description: 'A known gap.' },
      ),
      { description: 'Known gaps, by id.' },
      { pattern: '^GAP-[0-9]{1,3}$', form: 'a gap id is GAP- and a number (GAP-3)' },
    ),
  ),
  operator_package: optional(
    closed(
      {
        when: optional(
          condition({
            description: 'CEL without braces: when it is printed.',
            examples: ["gates['G-08'].state == 'recorded'"],
          }),
        ),
        text: words('Markdown for the operator; never executed.'),
      },
      { description: 'What a person has to do; never executed.' },
    ),
  ),
  verdict: optional(
    Type.Unsafe({
      type: 'object',
      propertyNames: {
        pattern: '^[A-Za-z][A-Za-z0-9_ -]{0,63}$',
        'x-form':
          'a line of the verdict is named with a letter, then letters, digits, spaces, hyphens and underscores, 64 at most',
      },
      additionalProperties: either([Type.String({ minLength: 1 }), Type.Number(), Type.Boolean()], {
        description: 'Text or an expression.',
      }),
      description: 'The closing block, in order. `result` may lower the verdict, never raise it.',
      examples: [{ backup_mechanism: 'READY' }],
    }),
  ),
};
