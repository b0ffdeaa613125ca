import type { ActionExecutors } from '../executor.js';
import type { schemas } from './schemas.js';

/** Loaded when first used: `validate` never pays for what only a run needs. */
export const executors: ActionExecutors<typeof schemas> = {
  exec: () => import('./exec/execute.js'),
  script: () => import('./script/execute.js'),
  mkdir: () => import('./mkdir/execute.js'),
  write_file: () => import('./write_file/execute.js'),
  keep: () => import('./keep/execute.js'),
  manual: () => import('./manual/execute.js'),
  wait: () => import('./wait/execute.js'),
  destroy: () => import('./destroy/execute.js'),
  'postgres.backup': () => import('./postgres.backup/execute.js'),
  'postgres.restore': () => import('./postgres.restore/execute.js'),
  sql: () => import('./sql/execute.js'),
  'postgres.sandbox': () => import('./postgres.sandbox/execute.js'),
  'docker.network': () => import('./docker.network/execute.js'),
  'docker.volume': () => import('./docker.volume/execute.js'),
  'docker.container': () => import('./docker.container/execute.js'),
  'docker.copy': () => import('./docker.copy/execute.js'),
};
