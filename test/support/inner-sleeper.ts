import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import {
  enterNamespace,
  isInner,
  promiseLastWord,
  receiveSignals,
} from '../../src/adapters/process/outer.js';

/** A runner in small: as outer it enters the namespace; as inner it starts children, one in a session of its own. */
const [, self = '', mark = '', mode = 'sleep'] = process.argv;
if (!isInner()) {
  const entered = await enterNamespace(
    [self, mark, mode],
    process.env,
    mode === 'stand-still' ? 1000 : undefined,
  );
  process.exitCode = (entered.ok ? entered.value : 98) ?? 99;
} else if (mode === 'stand-still') {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
} else if (mode === 'crash') {
  process.kill(process.pid, 'SIGKILL');
  process.abort();
} else {
  promiseLastWord();
  const seen: string[] = [];
  const signals = await receiveSignals((signal) => {
    seen.push(signal);
    writeFileSync(`${mark}.signals`, seen.join(' '));
    if (signal === 'SIGHUP') process.exit(42);
  });
  if (mode === 'exit') process.exit(7);
  if (mode === 'end') signals.stop();
  else {
    const text = `exec -a ${mark} sleep 300`;
    spawn('bash', ['-c', text], { stdio: 'ignore' });
    spawn('setsid', ['bash', '-c', `(setsid bash -c '${text}' &) ; ${text}`], {
      stdio: 'ignore',
      detached: true,
    });
    setInterval(() => undefined, 1000);
    writeFileSync(`${mark}.ready`, '');
  }
}
