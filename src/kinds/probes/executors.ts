import type { ProbeExecutors } from '../executor.js';
import type { schemas } from './schemas.js';

/** Loaded when first used: `validate` never pays for what only a run needs. */
export const executors: ProbeExecutors<typeof schemas> = {
  exec: () => import('./exec/execute.js'),
  script: () => import('./script/execute.js'),
  value: () => import('./value/execute.js'),
  env: () => import('./env/execute.js'),
  tool: () => import('./tool/execute.js'),
  disk: () => import('./disk/execute.js'),
  file: () => import('./file/execute.js'),
  leak_scan: () => import('./leak_scan/execute.js'),
  controls: () => import('./controls/execute.js'),
  ledger: () => import('./ledger/execute.js'),
  protected: () => import('./protected/execute.js'),
  'gpg.key': () => import('./gpg.key/execute.js'),
  'postgres.dump': () => import('./postgres.dump/execute.js'),
  sql: () => import('./sql/execute.js'),
  'postgres.identity': () => import('./postgres.identity/execute.js'),
  'postgres.rows': () => import('./postgres.rows/execute.js'),
  'postgres.catalog': () => import('./postgres.catalog/execute.js'),
  'postgres.privileges': () => import('./postgres.privileges/execute.js'),
  'docker.container': () => import('./docker.container/execute.js'),
  'docker.containers': () => import('./docker.containers/execute.js'),
};
