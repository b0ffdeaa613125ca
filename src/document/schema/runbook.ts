import type { TSchema } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { actionSchema, commandSchema, commandsSchema, probeSchema, type KindSchemas } from './command.js';
import {
  closed,
  count,
  either,
  formed,
  given,
  imageDigest,
  listOf,
  named,
  optional,
  path,
  text,
} from './common.js';
import { dataSchema, keysSchema, paramsSchema, secretsSchema } from './declarations.js';
import { authorizationSchema, compensationSchema, protectedSchema } from './safeguards.js';
import { targetsSchema } from './targets.js';
import { waiversSchema } from './waivers.js';
import { expectSchema } from './expect.js';
import { gateSchema, libraryGateSchema } from './gate.js';
import { reportParts } from './report.js';

const draft07 = 'http://json-schema.org/draft-07/schema#';
const version = Type.Unsafe({
  type: 'string',
  enum: ['v1'],
  description: 'The version of the language.',
  examples: ['v1'],
});

/** What a runbook says of itself. */
const heading = {
  gatebook: version,
  id: formed(
    '^[a-z0-9][a-z0-9.-]{0,63}$',
    'an id is lower-case letters, digits, dots and hyphens, at most 64',
    {
      description: 'The name of the runbook, in bundles and approvals.',
      examples: ['restore-rehearsal'],
    },
  ),
  title: text({ description: 'The heading of review and report.', examples: ['Restore rehearsal'] }, 500),
  revision: count(1, 1_000_000, {
    description: "The runbook's revision; a report has its own.",
    examples: [1],
  }),
  tags: optional(
    listOf(text({ description: 'A tag.' }, 100), {
      description: 'Printed under the title.',
      examples: [['backup', 'restore-test']],
    }),
  ),
  summary: optional(
    text({
      description: 'What a run of it proves.',
      examples: ['A fresh backup restores into an isolated database.'],
    }),
  ),
  facts: optional(
    named(either([Type.String(), Type.Number(), Type.Boolean()], { description: 'Text or an expression.' }), {
      description: 'Printed at the top of review and report, in this order.',
      examples: [{ 'gate covered': 'G2 — backup readiness' }],
    }),
  ),
  boundaries: optional(
    listOf(text({ description: 'What the run does not do.' }), {
      description: '"What is NOT here"; printed in review and report.',
      examples: [['no secret printed']],
    }),
  ),
};

/** A whole runbook. */
export function runbookSchema(kinds: KindSchemas): TSchema {
  return {
    $schema: draft07,
    $id: 'https://gatebook.dev/schemas/runbook.schema.json',
    title: 'Gatebook runbook, v1',
    definitions: {
      probe: probeSchema(kinds.probes),
      action: actionSchema(kinds.actions),
      expect: expectSchema,
      gate: gateSchema,
      command: commandSchema,
    },
    ...closed(
      {
        ...heading,
        authorization: optional(authorizationSchema),
        compensation: optional(compensationSchema),
        waivers: optional(waiversSchema),
        params: optional(paramsSchema),
        data: optional(dataSchema),
        secrets: optional(secretsSchema),
        targets: optional(targetsSchema),
        keys: optional(keysSchema),
        protected: optional(protectedSchema),
        commands: commandsSchema('What the run does, in order.', 1),
        teardown: optional(
          commandsSchema('Runs whenever something was started; every item is attempted.', 0),
        ),
        ...reportParts,
      },
      { description: 'A runbook: what is done, behind which gates, and how it is proved.' },
    ),
  };
}

/** A library of gates. */
export function librarySchema(kinds: KindSchemas): TSchema {
  return {
    $schema: draft07,
    $id: 'https://gatebook.dev/schemas/gates.schema.json',
    title: 'Gatebook gate library, v1',
    definitions: { probe: probeSchema(kinds.probes), expect: expectSchema, gate: libraryGateSchema },
    ...closed(
      {
        gatebook: version,
        kind: Type.Unsafe({
          type: 'string',
          enum: ['gates'],
          description: 'What the file is.',
          examples: ['gates'],
        }),
        gates: named(
          Type.Unsafe({ $ref: '#/definitions/gate' }),
          { description: 'Gates, by name.' },
          {
            pattern: '^[a-z0-9][a-z0-9._-]{0,63}$',
            form: 'a library gate is named with lower-case letters, digits, dots and hyphens',
          },
        ),
      },
      { description: 'Gates that more than one runbook needs.' },
    ),
  };
}

/** `gatebook.yaml`, the settings of a project. */
export function settingsSchema(): TSchema {
  return {
    $schema: draft07,
    $id: 'https://gatebook.dev/schemas/settings.schema.json',
    title: 'Gatebook settings, v1',
    ...closed(
      {
        gatebook: optional(version),
        embedded: optional(
          Type.Unsafe({
            type: 'string',
            enum: ['never', 'allowed'],
            description: 'never: no run of this project is a rehearsal.',
            examples: ['never'],
            default: 'allowed',
          }),
        ),
        sandbox: optional(
          closed(
            {
              image: optional(
                given(imageDigest, {
                  description: 'The image of throwaway servers, by digest, where a target names none.',
                  examples: [{ env: 'GATEBOOK_SANDBOX_IMAGE' }],
                }),
              ),
            },
            { description: 'Throwaway servers in containers.' },
          ),
        ),
        approvers: optional(
          path({
            description:
              'Who may approve: an OpenSSH allowed_signers file in this project. /etc/gatebook/allowed_signers goes before it.',
            examples: ['approvers/allowed_signers'],
          }),
        ),
      },
      { description: 'Settings of a project; its folder is the root of every path.' },
    ),
  };
}
