import type { TSchema } from '@sinclair/typebox';
import { schema as exec } from './exec/schema.js';
import { schema as script } from './script/schema.js';
import { schema as value } from './value/schema.js';
import { schema as env } from './env/schema.js';
import { schema as tool } from './tool/schema.js';
import { schema as disk } from './disk/schema.js';
import { schema as file } from './file/schema.js';
import { schema as leakScan } from './leak_scan/schema.js';
import { schema as controls } from './controls/schema.js';
import { schema as ledger } from './ledger/schema.js';
import { schema as protectedThings } from './protected/schema.js';
import { schema as gpgKey } from './gpg.key/schema.js';
import { schema as postgresDump } from './postgres.dump/schema.js';
import { schema as sql } from './sql/schema.js';
import { schema as identity } from './postgres.identity/schema.js';
import { schema as rows } from './postgres.rows/schema.js';
import { schema as catalog } from './postgres.catalog/schema.js';
import { schema as privileges } from './postgres.privileges/schema.js';
import { schema as dockerContainer } from './docker.container/schema.js';
import { schema as dockerContainers } from './docker.containers/schema.js';

/** The schema of each kind's arguments; loaded by the generator only, its types by the index of executors. */
export const schemas = {
  exec,
  script,
  value,
  env,
  tool,
  disk,
  file,
  leak_scan: leakScan,
  ledger,
  controls,
  protected: protectedThings,
  'gpg.key': gpgKey,
  'postgres.dump': postgresDump,
  sql,
  'postgres.identity': identity,
  'postgres.rows': rows,
  'postgres.catalog': catalog,
  'postgres.privileges': privileges,
  'docker.container': dockerContainer,
  'docker.containers': dockerContainers,
} satisfies Readonly<Record<string, TSchema>>;
