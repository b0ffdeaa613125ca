import type { Explanation } from './entry.js';

const guard = `    guards:
      G-01:
        title: enough free disk
        probe: {disk: {path: "\${{ run.work }}"}}
        expect: {free_bytes: {gte: 1000}}
`;
/** One action behind a guard. */
const action = (text: string, effect = 'observe'): string =>
  `commands:\n  C-01:\n    title: Do\n    effect: ${effect}\n    timeout: 1h\n${guard}    do:\n      - ${text}\n`;
const shell = (text: string): string => action(`exec: {argv: [sh, -c, '${text.replaceAll("'", "''")}']}`);
const bash = (text: string): string => action(`exec: {argv: [bash, -c, '${text.replaceAll("'", "''")}']}`);
const digest = '0123456789abcdef'.repeat(4);
const sandbox = (image: string): string =>
  `targets:
  copy:
    postgres: {sandbox: {engine: auto, image: "${image}"}}
    access: write
    identity: {database: postgres}
commands:
  C-01:
    title: Start
${guard}    do:
      - {postgres.sandbox: {target: copy}, as: copy}
teardown:
  C-02:
    title: Destroy
    do:
      - destroy: [copy]
`;

/** GB27xx: what the runbook has programs and shells do. A pinned script is read like the text of `sh -c`. */
export const programs: readonly Explanation[] = [
  {
    code: 'GB2701',
    title: 'something is removed that nobody named',
    explanation:
      'No prune, no wildcard, no `-A`, no `pkill`, no `rm -r` of a name that only the run knows: a reviewer has to see what will be gone. What a run made goes by `destroy`, which checks the exact id.',
    wrong: action('exec: {argv: [docker, volume, prune, -f]}', 'destroy'),
    right: action('exec: {argv: [docker, volume, rm, pg-restore-test-2026-05-17]}', 'destroy'),
  },
  {
    code: 'GB2702',
    title: 'a heredoc',
    explanation:
      "The shell expands what it holds, and it takes the place of any other input of the command: `psql < file <<EOF` never reads the file. Text of several lines is a pinned file, or an exec's `stdin`. In a pinned script a heredoc is a part of the script: there it is a warning where the shell expands it, and an error where it goes to another machine or takes the place of another input.",
    wrong: action(
      'exec:\n          argv:\n            - sh\n            - -c\n            - |\n              sort <<EOF\n              b\n              EOF',
    ),
    right: action('exec: {argv: [sort], stdin: "b\\na\\n"}'),
  },
  {
    code: 'GB2703',
    title: 'text is run that nobody has reviewed',
    explanation:
      '`curl … | sh`, `eval`, `sh -c "$X"`, `source <(…)`: what runs isn\'t in the plan. A file of the project is, with its sha256.',
    wrong: bash('set -o pipefail; curl -fsS https://example.org/install | sh'),
    right: {
      text: action(
        'script: {file: install.sh, sha256: 9ab8fabc8c72bfa0416414631e26bd71b01f9dfae98dcf4656b1e2d78307876a}',
      ),
      files: { 'install.sh': '#!/bin/sh\ntrue\n' },
    },
  },
  {
    code: 'GB2704',
    title: 'a pipeline that always succeeds',
    explanation:
      'The last member of a pipeline decides, and `wc`, `head`, `tee`, `cat` or `sort` succeed whatever came before: `docker ps | wc -l` says 0 also where docker could not be asked. `grep -c x | cat` loses the answer of grep. Run the first by itself and look at what it said in `expect`; in bash, `set -o pipefail` helps.',
    wrong: shell('docker ps | wc -l'),
    right: action('exec: {argv: [docker, ps, -q], output: lines}'),
  },
  {
    code: 'GB2705',
    title: 'only the last of a pipeline is looked at',
    explanation:
      'A warning: what the last member says of its input holds also for half of it, or for nothing. `pg_dump | ssh` leaves a file that begins well.',
    wrong: shell('pg_dump app | ssh backup@example.org save'),
    right: bash('set -o pipefail; pg_dump app | ssh backup@example.org save'),
  },
  {
    code: 'GB2706',
    title: 'a failure that nobody would see',
    explanation:
      '`|| true`, `|| echo`, a last `exit 0`, `set +e`, a command in the background that nothing waits for, `ok_codes` that hold every code: the run goes on and reports success. What may fail is said where it can be read: `ok_codes`, `expect_error`, or a gate with `on_fail: record`.',
    wrong: shell('systemctl stop app || true'),
    right: action('exec: {argv: [systemctl, stop, app], ok_codes: [0, 5]}'),
  },
  {
    code: 'GB2707',
    title: 'error messages are thrown away',
    explanation:
      'A warning: why it failed could be read nowhere. Whole outputs are bounded, redacted and kept in `logs/`, so there is no need to.',
    wrong: shell('systemctl stop app 2>/dev/null'),
    right: action('exec: {argv: [systemctl, stop, app]}'),
  },
  {
    code: 'GB2708',
    title: "steps that don't stop at a failure",
    explanation:
      'A warning: a shell runs the next command whatever became of the one before, and only the last decides. `set -e` stops it; better is an action for each, which the report then shows one by one.',
    wrong: shell('systemctl stop app; systemctl disable app'),
    right: shell('set -e; systemctl stop app; systemctl disable app'),
  },
  {
    code: 'GB2709',
    title: 'a secret is written out',
    explanation:
      'A password in an argv can be read by every process of the machine; one in a runbook, a seed or any other file of the plan also stands in the bundle, whose leak scan would find it and make every run FAIL. Secrets are declared, come from outside, and are handed over in `env`, `stdin` or a private file. This finding cannot be waived.',
    wrong: shell('PGPASSWORD=hunter22 psql -c "select 1"'),
    right: `secrets: {reader: {env: READER_PASSWORD}}\n${action('exec: {argv: [psql, -c, select 1], env: {PGPASSWORD: "${{ secrets.reader }}"}}')}`,
  },
  {
    code: 'GB2710',
    title: "an image that isn't pinned",
    explanation:
      'A tag names another image tomorrow. `NAME@sha256:…` or the id of an image that is on the machine names this one.',
    wrong: sandbox('postgres:16'),
    right: sandbox(`postgres@sha256:${digest}`),
  },
  {
    code: 'GB2711',
    title: 'psql without ON_ERROR_STOP',
    explanation:
      'After an error psql goes on with the next statement, and exits with 0. One `-c` alone is enough in itself: it decides the exit code. For all else `-v ON_ERROR_STOP=1`, or the action `sql`.',
    wrong: action('exec: {argv: [psql, -d, app], stdin: "select 1;"}'),
    right: action('exec: {argv: [psql, -X, -v, ON_ERROR_STOP=1, -d, app], stdin: "select 1;"}'),
  },
  {
    code: 'GB2712',
    title: 'no timeout for a change',
    explanation:
      'A warning: a command ends after ten minutes unless it says otherwise, and a program that changes something is then cut off halfway. Write down how long it may really take.',
    wrong: action('exec: {argv: [systemctl, restart, app]}', 'change').replace('    timeout: 1h\n', ''),
    right: action('exec: {argv: [systemctl, restart, app]}', 'change'),
  },
  {
    code: 'GB2713',
    title: "a file is run that isn't pinned",
    explanation:
      'An interpreter, or psql, is handed a file that may be another one tomorrow. `script` and `sql` run a copy that was checked against its sha256; a file that this run itself wrote is its own.',
    wrong: action('exec: {argv: [bash, scripts/closeout.sh]}'),
    right: {
      text: action(
        'script: {file: closeout.sh, sha256: 9ab8fabc8c72bfa0416414631e26bd71b01f9dfae98dcf4656b1e2d78307876a}',
      ),
      files: { 'closeout.sh': '#!/bin/sh\ntrue\n' },
    },
  },
  {
    code: 'GB2310',
    title: 'a change through a program, without a guard of its own',
    explanation:
      "A warning: the identity of a target is asserted on every session that the runner opens, but it can't tell what a program or a person changes. A guard of the same command identifies it right before: `postgres.identity`, `docker.container`, `file`, `exec`.",
    wrong: `${action('exec: {argv: [ls]}')}  C-02:\n    title: Restart\n    effect: change\n    timeout: 1h\n    do:\n      - exec: {argv: [systemctl, restart, app]}\n`,
    right: action('exec: {argv: [systemctl, restart, app]}', 'change'),
  },
  {
    code: 'GB2311',
    title: "something is made that the ledger doesn't know",
    explanation:
      "A warning: what a program makes (`docker run`, `createdb`, `mktemp`) the teardown can't destroy and the sweep can't prove gone. The actions write it down before they make it.",
    wrong: action('exec: {argv: [docker, network, create, dr-net]}', 'create'),
    right: action('mkdir: {path: "${{ run.work }}/a"}', 'create'),
  },
];
