import { createBridges } from '../../adapters/docker/bridge.js';
import { createDocker } from '../../adapters/docker/index.js';
import { createFiles } from '../../adapters/files/index.js';
import { createGpg } from '../../adapters/gpg/index.js';
import { systemClock } from '../../adapters/host.js';
import { createPostgres } from '../../adapters/postgres/index.js';
import type { Containment } from '../../adapters/process/containment.js';
import { createProcesses } from '../../adapters/process/index.js';
import { createSandboxes } from '../../adapters/sandbox/index.js';
import { createScanner } from '../../adapters/scan/index.js';
import type { World } from '../../execute/context.js';
import type { Redactor } from '../../journal/redact.js';
import { canBeHidden } from '../../model/secret.js';
import type { RunId } from '../../base/ids.js';
import type { StateFolder } from '../../ports/state.js';
import { engageFor } from '../controls/controls.js';
import { disableLevels } from '../controls/levels.js';
import { destroy } from './destroy.js';

/** The adapters of one run, wired. */
export function createWorld(options: {
  readonly containment: Containment;
  readonly home: string;
  /** A private folder of the run, or of its teardown. */
  readonly work: string;
  readonly redactor: Redactor;
  readonly isSet: World['isSet'];
  readonly pinned: World['pinned'];
  readonly permission: World['permission'];
  readonly confirm: World['confirm'];
  readonly state: StateFolder;
  readonly run: RunId;
  /** The engine's address, as it is bound. */
  readonly dockerHost: string;
}): World {
  const { redactor } = options;
  const files = createFiles();
  const processes = createProcesses({ mode: options.containment, home: options.home, redactor });
  const postgres = createPostgres();
  const gpg = createGpg(processes);
  const docker = createDocker({ processes, host: options.dockerHost });
  const bridges = createBridges({ processes, docker, folder: options.work });
  const sandboxes = createSandboxes({ processes, postgres, docker, bridges });
  return {
    clock: systemClock,
    processes,
    files,
    gpg,
    postgres,
    docker,
    bridges,
    sandboxes,
    redact: (text) => redactor.redact(text),
    addSecret: (name, value) => {
      if (canBeHidden(value)) redactor.add(name, value);
    },
    scan: createScanner(files, redactor),
    isSet: options.isSet,
    pinned: options.pinned,
    confirm: options.confirm,
    destroy: (entry) => destroy({ files, gpg, sandboxes, docker }, entry),
    permission: options.permission,
    engageKillSwitch: engageFor(options.state, options.run),
    disableLevels: () => disableLevels(options.state),
  };
}
