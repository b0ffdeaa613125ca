import type { ActionDeclaration } from '../declaration.js';
import { declaration as exec } from './exec/declare.js';
import { declaration as script } from './script/declare.js';
import { declaration as mkdir } from './mkdir/declare.js';
import { declaration as writeFile } from './write_file/declare.js';
import { declaration as keep } from './keep/declare.js';
import { declaration as manual } from './manual/declare.js';
import { declaration as wait } from './wait/declare.js';
import { declaration as destroy } from './destroy/declare.js';
import { declaration as postgresBackup } from './postgres.backup/declare.js';
import { declaration as postgresRestore } from './postgres.restore/declare.js';
import { declaration as sql } from './sql/declare.js';
import { declaration as sandbox } from './postgres.sandbox/declare.js';
import { declaration as dockerNetwork } from './docker.network/declare.js';
import { declaration as dockerVolume } from './docker.volume/declare.js';
import { declaration as dockerContainer } from './docker.container/declare.js';
import { declaration as dockerCopy } from './docker.copy/declare.js';

/** Every action, in the order of the reference page. */
const declarations: readonly ActionDeclaration[] = [
  exec,
  script,
  mkdir,
  writeFile,
  keep,
  manual,
  wait,
  destroy,
  postgresBackup,
  postgresRestore,
  sql,
  sandbox,
  dockerNetwork,
  dockerVolume,
  dockerContainer,
  dockerCopy,
];

export const actions: ReadonlyMap<string, ActionDeclaration> = new Map(declarations.map((d) => [d.name, d]));
