import type { TSchema } from '@sinclair/typebox';
import {
  choice,
  closed,
  condition,
  count,
  described,
  duration,
  timeLimit,
  formed,
  named,
  nameForm,
  optional,
  text,
  anything,
  listOf,
  flag,
} from './common.js';

const softeners = ['abort', 'hard-abort', 'fail', 'record', 'note'] as const;

/** What a use of a library gate may override, and every gate may say. */
const common: Record<string, TSchema> = {
  title: optional(
    text({ description: 'What the gate proves, in a few words.', examples: ['enough free disk'] }, 500),
  ),
  on_fail: optional(
    choice(softeners, {
      description:
        'What a failure does. abort: stop, teardown only. hard-abort: at once, and no further session on the targets that the probe names. fail: go on, verdict FAIL. record: go on, PARTIAL at best. note: go on, printed.',
      examples: ['hard-abort'],
      default: 'abort',
    }),
  ),
  retry: optional(
    closed(
      {
        attempts: count(2, 1000, { description: 'How often it is tried in all.', examples: [5] }),
        every: duration({ description: 'The pause between two attempts.', examples: ['2s'] }),
      },
      {
        description: 'Try the probe again until it holds. Never for identity.',
        examples: [{ attempts: 5, every: '2s' }],
      },
    ),
  ),
  timeout: optional(
    timeLimit({ description: 'How long the probe may take.', examples: ['30s'], default: '60s' }),
  ),
  why: optional(
    text({ description: 'One line for the reviewer.', examples: ['a full disk stops production too'] }, 2000),
  ),
  when: optional(
    closed(
      {
        if: condition({
          description: 'CEL without braces; the gate is skipped where it is false.',
          examples: ["run.mode == 'live'"],
        }),
        reason: text(
          {
            description: 'Why it may be skipped; printed where it is.',
            examples: ['a stand-in has no replica'],
          },
          500,
        ),
      },
      { description: 'Switches the gate off, with a reason.' },
    ),
  ),
};

const probing: Record<string, TSchema> = {
  probe: optional(
    described('probe', { description: 'What is observed: exactly one probe. It changes nothing.' }),
  ),
  expect: optional(
    described('expect', { description: 'What the observation must satisfy.', examples: [{ present: true }] }),
  ),
  assert: optional(
    condition({
      description: 'CEL without braces over the observation, `value`. Holds where it is true.',
      examples: ['value.free_bytes > value.total_bytes / 10'],
    }),
  ),
};

export const gateSchema: TSchema = closed(
  {
    ...common,
    ...probing,
    uses: optional(
      formed(
        '^[^#\\u0000-\\u001f]+\\.ya?ml#[a-z0-9][a-z0-9._-]*$',
        'a use is a file of the project, # and the name of a gate in it',
        {
          description: 'A gate of a library.',
          examples: ['gates/gpg.yaml#recipient-usable'],
        },
      ),
    ),
    with: optional(
      named(anything({ description: 'The value of this parameter.' }), {
        description: 'Parameters of the library gate.',
        examples: [{ key: 'backup' }],
      }),
    ),
  },
  { description: 'A probe and what it must observe.' },
);

const withTypes = [
  'string',
  'integer',
  'boolean',
  'bytes',
  'duration',
  'path',
  'identifier',
  'enum',
  'list',
  'key',
  'target',
  'gate',
  'artifact',
  'object',
];

/** A gate of a library: as in a runbook, with parameters of its own. */
export const libraryGateSchema: TSchema = closed(
  {
    ...common,
    ...probing,
    with: optional(
      named(
        closed(
          {
            type: choice(withTypes, { description: 'What a use may give.', examples: ['key'] }),
            description: optional(text({ description: 'What it is for.' })),
            pattern: optional(
              text({ description: 'A regular expression (RE2) that the text matches as a whole.' }, 1024),
            ),
            values: optional(
              listOf(text({ description: 'One value.' }), { description: 'The values of an enum.' }, 1),
            ),
            items: optional(
              choice(withTypes.slice(0, 8), { description: 'The type of the items of a list.' }),
            ),
            default: optional(anything({ description: 'The value where a use gives none.' })),
            optional: optional(flag({ description: 'A use may leave it out; it is null then.' })),
          },
          { description: 'A parameter of this gate.', examples: [{ type: 'key' }] },
        ),
        { description: 'The parameters, by name; `${{ with.NAME }}` stands for them.' },
        nameForm,
      ),
    ),
  },
  { description: 'A gate that more than one runbook needs.' },
);
