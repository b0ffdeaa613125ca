import type { ProbeDeclaration } from '../declaration.js';
import { declaration as exec } from './exec/declare.js';
import { declaration as script } from './script/declare.js';
import { declaration as value } from './value/declare.js';
import { declaration as env } from './env/declare.js';
import { declaration as tool } from './tool/declare.js';
import { declaration as disk } from './disk/declare.js';
import { declaration as file } from './file/declare.js';
import { declaration as leakScan } from './leak_scan/declare.js';
import { declaration as controls } from './controls/declare.js';
import { declaration as ledger } from './ledger/declare.js';
import { declaration as protectedThings } from './protected/declare.js';
import { declaration as gpgKey } from './gpg.key/declare.js';
import { declaration as postgresDump } from './postgres.dump/declare.js';
import { declaration as sql } from './sql/declare.js';
import { declaration as identity } from './postgres.identity/declare.js';
import { declaration as rows } from './postgres.rows/declare.js';
import { declaration as catalog } from './postgres.catalog/declare.js';
import { declaration as privileges } from './postgres.privileges/declare.js';
import { declaration as dockerContainer } from './docker.container/declare.js';
import { declaration as dockerContainers } from './docker.containers/declare.js';

/** Every probe, in the order of the reference page. */
const declarations: readonly ProbeDeclaration[] = [
  exec,
  script,
  value,
  env,
  tool,
  disk,
  file,
  leakScan,
  ledger,
  controls,
  protectedThings,
  gpgKey,
  postgresDump,
  sql,
  identity,
  rows,
  catalog,
  privileges,
  dockerContainer,
  dockerContainers,
];

export const probes: ReadonlyMap<string, ProbeDeclaration> = new Map(declarations.map((d) => [d.name, d]));
