import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { engineName, image, madeHere } from '../../docker/schema.js';
import { orExpression } from '../../schema.js';

const mount = Type.Object(
  {
    from: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 4096,
        description:
          'The file or folder outside: absolute, or relative to the project and inside it. Never the root of the machine, its devices, or the engine.',
        examples: ['/opt/cutter', '${{ run.work }}/in'],
      }),
    ),
    volume: Type.Optional(madeHere('Instead: the `as` name of a docker.volume of this run.', 'data')),
    to: Type.String({
      minLength: 2,
      maxLength: 4096,
      description: 'Where it stands inside; absolute.',
      examples: ['/opt/cutter'],
    }),
    read_only: Type.Optional(
      orExpression(Type.Boolean({ description: 'Default: true.', examples: [false] })),
    ),
  },
  { additionalProperties: false, description: 'One mount, read-only unless it says otherwise.' },
);

const port = Type.Object(
  {
    port: orExpression(
      Type.Integer({ minimum: 1, maximum: 65535, description: 'The port inside.', examples: [5432] }),
    ),
    protocol: Type.Optional(
      Type.Union([Type.Literal('tcp'), Type.Literal('udp')], { description: 'Default: tcp.' }),
    ),
    host_port: Type.Optional(
      orExpression(
        Type.Integer({
          minimum: 0,
          maximum: 65535,
          description: 'The port outside. Default: 0, the engine chooses a free one.',
          examples: [15432],
        }),
      ),
    ),
    host_ip: Type.Optional(
      Type.String({
        pattern: '^[0-9a-fA-F:.]{2,45}$',
        description: 'The address outside. Default: 127.0.0.1.',
        examples: ['127.0.0.1'],
      }),
    ),
  },
  { additionalProperties: false, description: 'One published port.' },
);

export const schema = Type.Object(
  {
    name: engineName('container', 'pg-dry-run-${{ run.id }}'),
    image,
    network: Type.Optional(
      madeHere('The `as` name of a docker.network of this run. Without one it has no network at all.', 'net'),
    ),
    argv: Type.Optional(
      orExpression(
        Type.Array(Type.String({ maxLength: 131072 }), {
          minItems: 1,
          maxItems: 4096,
          description: "What runs in it, instead of the image's own program; no shell stands between.",
          examples: [['sleep', 'infinity']],
        }),
      ),
    ),
    env: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]{0,127}$' }),
        Type.String({ maxLength: 131072 }),
        {
          description:
            "Environment of its program, beside the image's. Secrets may stand here; they are in no argv, but `docker inspect` shows them as long as the container is there.",
          examples: [{ LANG: 'C.UTF-8' }],
        },
      ),
    ),
    user: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,31})?$',
        description: "Whom it runs as: a name of the image's or `uid:gid`. Default: as the image says.",
        examples: ['1000:1000'],
      }),
    ),
    cwd: Type.Optional(
      Type.String({
        pattern: '^/',
        maxLength: 4096,
        description: 'Folder inside in which it begins.',
        examples: ['/srv'],
      }),
    ),
    mounts: Type.Optional(Type.Array(mount, { maxItems: 32, description: 'What it sees of the outside.' })),
    publish: Type.Optional(
      Type.Array(port, {
        maxItems: 32,
        description: 'Ports that can be reached from outside. Default: none.',
      }),
    ),
  },
  {
    additionalProperties: false,
    description:
      'Makes and starts a container of this run: not privileged, never restarted, nothing published, its mounts read-only, its image pinned by content.',
  },
);
export type Args = Static<typeof schema>;
