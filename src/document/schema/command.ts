import type { TSchema } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import {
  choice,
  closed,
  commandIdForm,
  condition,
  timeLimit,
  either,
  flag,
  gateIdForm,
  listOf,
  name,
  named,
  oneOfKeys,
  optional,
  ref,
  text,
} from './common.js';

export interface KindSchemas {
  readonly probes: Readonly<Record<string, TSchema>>;
  readonly actions: Readonly<Record<string, TSchema>>;
}

/** A property bag of exactly one kind: one finding where an alternative of schemas gives many. */
export const probeSchema = (probes: KindSchemas['probes']): TSchema =>
  oneOfKeys(probes, { description: 'Exactly one probe.' });

export const actionSchema = (actions: KindSchemas['actions']): TSchema =>
  closed(
    {
      ...Object.fromEntries(Object.entries(actions).map(([kind, schema]) => [kind, optional(schema)])),
      as: optional(name({ description: 'The name of its outputs.', examples: ['backup'] })),
      when: optional(
        condition({
          description: 'CEL without braces; the action is skipped where it is false.',
          examples: ["gates['G-03'].state == 'passed'"],
        }),
      ),
      expect_error: optional(
        oneOfKeys(
          {
            sqlstate: Type.String({
              minLength: 1,
              description: 'The SQLSTATE of the refusal.',
              examples: ['42501'],
            }),
            code: Type.String({
              minLength: 1,
              description: "The runner's code of the refusal.",
              examples: ['KEY_UNSET'],
            }),
            exit_code: either([Type.Integer(), Type.String()], {
              description: 'The exit code.',
              examples: [1],
            }),
          },
          {
            description: 'The refusal is the expected result; without it the action fails.',
            examples: [{ code: 'KEY_UNSET' }],
          },
        ),
      ),
    },
    { description: 'One action, and what its outputs are called.' },
  );

const gates = (description: string): TSchema =>
  optional(Type.Unsafe({ ...named(ref('gate'), { description }, gateIdForm), minProperties: 1 }));

export const commandSchema: TSchema = closed(
  {
    title: text(
      { description: 'What it does, in a few words.', examples: ['Fresh encrypted backup of production'] },
      500,
    ),
    guards: gates("Probes that must hold before the command's actions; they run side by side."),
    do: optional(listOf(ref('action'), { description: 'Actions, in order.' }, 1)),
    expectations: gates('Probes of what the actions have done, in order.'),
    effect: optional(
      choice(['observe', 'create', 'change', 'destroy'], {
        description:
          "What the command does to the world. Needed where an action can't know: exec, script, manual, sql on a writable target.",
        examples: ['create'],
      }),
    ),
    when: optional(
      condition({
        description: 'CEL without braces; the command is skipped where it is false.',
        examples: ["run.mode == 'live'"],
      }),
    ),
    timeout: optional(
      timeLimit({ description: 'How long the whole command may take.', examples: ['30m'], default: '10m' }),
    ),
    why: optional(
      text(
        {
          description: 'One line for the reviewer.',
          examples: ['a backup that was never restored is a hope'],
        },
        2000,
      ),
    ),
    rehearse: optional(
      flag({
        description:
          'exec and script of this command take part in a rehearsal. What needs the outputs of one that doesn’t is skipped, too.',
        examples: [true],
        default: false,
      }),
    ),
    for_each: optional(
      either(
        [Type.Object({}, { additionalProperties: true, minProperties: 1 }), Type.String({ minLength: 1 })],
        {
          description: 'Runs the command once an item, in order: each.key and each.value.',
          examples: [{ S1: { user: 'cutter_ro' } }, '${{ data.scenarios }}'],
        },
      ),
    ),
  },
  { description: 'Guards, actions and expectations, in the order in which they happen.' },
);

export const commandsSchema = (description: string, minimum: number): TSchema => ({
  ...named(ref('command'), { description }, commandIdForm),
  minProperties: minimum,
  maxProperties: 10_000,
});
