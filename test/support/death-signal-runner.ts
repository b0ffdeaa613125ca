import { createProcesses } from '../../src/adapters/process/index.js';
import { createRedactor } from '../../src/journal/redact.js';

/** Starts one marked child under the death signal, as a runner that is about to be killed. */
const [, , mark = ''] = process.argv;
const processes = createProcesses({ mode: 'death-signal', home: '/tmp', redactor: createRedactor() });
const user = process.argv[3] === 'user' ? { user: { uid: 65534, gid: 65534 } } : {};
await processes.run(
  { argv: ['bash', '-c', `exec -a ${mark} sleep 300`], ...user },
  { timeoutMs: 300_000, signal: new AbortController().signal },
);
