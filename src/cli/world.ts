import { createFiles } from '../adapters/files/index.js';
import { createGpg } from '../adapters/gpg/index.js';
import { systemClock } from '../adapters/host.js';
import { createPostgres } from '../adapters/postgres/index.js';
import type { Containment } from '../adapters/process/containment.js';
import { createProcesses } from '../adapters/process/index.js';
import { createSandboxes } from '../adapters/sandbox/local.js';
import { createScanner } from '../adapters/scan/index.js';
import type { World } from '../execute/context.js';
import type { Redactor } from '../journal/redact.js';
import { shortestSecret } from '../journal/redact.js';
import { askPerson } from './confirm.js';
import { destroy } from './destroy.js';

/** The adapters of one run, wired. */
export function createWorld(options: {
  readonly containment: Containment;
  readonly home: string;
  readonly redactor: Redactor;
  readonly isSet: World['isSet'];
  readonly pinned: World['pinned'];
  readonly permission: World['permission'];
}): World {
  const { redactor } = options;
  const files = createFiles();
  const processes = createProcesses({ mode: options.containment, home: options.home, redactor });
  const postgres = createPostgres();
  const gpg = createGpg(processes);
  const sandboxes = createSandboxes({ processes, postgres });
  return {
    clock: systemClock,
    processes,
    files,
    gpg,
    postgres,
    sandboxes,
    redact: (text) => redactor.redact(text),
    addSecret: (name, value) => {
      if (value.length >= shortestSecret) redactor.add(name, value);
    },
    scan: createScanner(files, redactor),
    isSet: options.isSet,
    pinned: options.pinned,
    confirm: askPerson,
    destroy: (entry) => destroy({ files, gpg, sandboxes }, entry),
    permission: options.permission,
  };
}
