import type { TSchema } from '@sinclair/typebox';
import { schema as exec } from './exec/schema.js';
import { schema as script } from './script/schema.js';
import { schema as mkdir } from './mkdir/schema.js';
import { schema as writeFile } from './write_file/schema.js';
import { schema as keep } from './keep/schema.js';
import { schema as manual } from './manual/schema.js';
import { schema as wait } from './wait/schema.js';
import { schema as destroy } from './destroy/schema.js';
import { schema as postgresBackup } from './postgres.backup/schema.js';
import { schema as postgresRestore } from './postgres.restore/schema.js';
import { schema as sql } from './sql/schema.js';
import { schema as sandbox } from './postgres.sandbox/schema.js';
import { schema as dockerNetwork } from './docker.network/schema.js';
import { schema as dockerVolume } from './docker.volume/schema.js';
import { schema as dockerContainer } from './docker.container/schema.js';
import { schema as dockerCopy } from './docker.copy/schema.js';

/** The schema of each kind's arguments; loaded by the generator only, its types by the index of executors. */
export const schemas = {
  exec,
  script,
  mkdir,
  write_file: writeFile,
  keep,
  manual,
  wait,
  destroy,
  'postgres.backup': postgresBackup,
  'postgres.restore': postgresRestore,
  sql,
  'postgres.sandbox': sandbox,
  'docker.network': dockerNetwork,
  'docker.volume': dockerVolume,
  'docker.container': dockerContainer,
  'docker.copy': dockerCopy,
} satisfies Readonly<Record<string, TSchema>>;
