import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Example } from '../../src/explain/index.js';
import { findingsOf } from '../support/validate.js';
import { actions, command, free, gate, guards, only, ruleTable, runbook } from '../support/table.js';

const doing = (effect: string, ...items: readonly string[]): string =>
  runbook(
    command('C-01', `    effect: ${effect}\n    timeout: 1h\n${guards(free('G-01'))}${actions(...items)}`),
  );
const quoted = (text: string): string => JSON.stringify(text);
const exec = (...argv: readonly string[]): string =>
  doing('observe', `exec: {argv: [${argv.map(quoted).join(', ')}]}`);
const sh = (text: string): string => exec('sh', '-c', text);
const bash = (text: string): string => exec('bash', '-c', text);
/** A pinned script that the runbook runs. */
const script = (text: string, name = 'x.sh'): Example => ({
  text: doing(
    'observe',
    `script: {file: ${name}, sha256: ${createHash('sha256').update(text).digest('hex')}}`,
  ),
  files: { [name]: text },
});

ruleTable('nothing-removed-by-pattern', ['GB2701'], {
  valid: {
    'by exact name': exec('docker', 'rm', '-f', 'pg-dry-run-v0.4'),
    'a folder by its name': exec('rm', '-rf', '/opt/app/venv'),
    'a file by a variable': sh('rm "$OUT"'),
    'a wildcard where nothing is removed': sh('ls *.sql'),
    'a quoted wildcard': sh("grep -c 'a*' x"),
    'files that git adds by name': exec('git', 'add', 'a.yaml'),
    'a word that is called prune': exec('echo', 'prune'),
    'a context that is called prune': exec('docker', '--context', 'prune', 'ps'),
    'a process by the number in its file': sh('kill $(cat app.pid)'),
    'what find only looks at': exec('find', '/tmp', '-exec', 'sha256sum', '{}', '+'),
  },
  invalid: {
    'docker prune': [exec('docker', 'system', 'prune', '-af'), 'GB2701 "prune"'],
    'through sudo': [sh('sudo docker volume prune -f'), 'GB2701 prune'],
    'a wildcard for rm': [sh('rm -f /tmp/*.sql'), 'GB2701 /tmp/*.sql'],
    'a wildcard for rm without a shell': [exec('rm', '/tmp/x*'), 'GB2701 "/tmp/x*"'],
    'rm -rf of a variable': [sh('rm -rf "$WD/venv"'), 'GB2701 "$WD/venv"'.replaceAll('"', '\\"')],
    'rm -rf of an expression': [exec('rm', '-rf', '${{ run.work }}/x'), 'GB2701 "${{ run.work }}/x"'],
    'rm -r of a substitution': [sh('rm -r $(pwd)'), 'GB2701 $(pwd)'],
    'docker rm of what is found': [sh('docker rm -f $(docker ps -aq)'), 'GB2701 $(docker ps -aq)'],
    'git add -A': [exec('git', 'add', '-A'), 'GB2701 "-A"'],
    'find -delete': [exec('find', '/tmp', '-name', 'x', '-delete'), 'GB2701 "-delete"'],
    'find -exec rm': [exec('find', '/tmp', '-exec', 'rm', '{}', ';'), 'GB2701 "rm"'],
    'find -exec, by its path': [exec('find', '/tmp', '-exec', '/bin/rm', '{}', '+'), 'GB2701 "/bin/rm"'],
    'find -exec through sudo': [exec('find', '/tmp', '-exec', 'sudo', 'rm', '{}', ';'), 'GB2701 "rm"'],
    'find -exec with a shell': [
      exec('find', '/tmp', '-exec', 'sh', '-c', 'rm -rf "$1"', 'x', '{}', ';'),
      'GB2701 \\"$1\\"',
    ],
    'a shell that a container begins with': [
      exec('docker', 'run', '--entrypoint', 'sh', 'pg', '-c', 'rm -rf /data/*'),
      'GB2701 /data/*',
    ],
    'xargs rm': [sh('ls | xargs rm'), 'GB2701 rm'],
    'xargs with options, through sudo': [sh('ls | xargs --max-args 1 sudo /bin/rm'), 'GB2701 /bin/rm'],
    'sudo with long options': [sh('sudo --user app rm -f /tmp/*'), 'GB2701 /tmp/*'],
    'in a context': [exec('docker', '--context', 'prod', 'system', 'prune', '-f'), 'GB2701 "prune"'],
    'in a context, of what is found': [sh('docker -H a rm $(docker ps -q)'), 'GB2701 $(docker ps -q)'],
    'compose -f … down -v': [exec('docker', 'compose', '-f', 'a.yml', 'down', '-v'), 'GB2701 "-v"'],
    'in a namespace': [exec('kubectl', '-n', 'db', 'delete', 'pods', '--all'), 'GB2701 "--all"'],
    'kill of what bears a name': [sh('kill -9 $(pidof postgres)'), 'GB2701 $(pidof postgres)'],
    'kill of what is listed': [sh('kill `ps -C app -o pid=`'), 'GB2701 `ps -C app -o pid=`'],
    pkill: [exec('pkill', 'postgres'), 'GB2701 "pkill"'],
    'compose down -v': [exec('docker', 'compose', 'down', '-v'), 'GB2701 "-v"'],
    'services by a quoted wildcard': [sh("systemctl stop 'app-*'"), "GB2701 'app-*'"],
    'services by wildcard': [exec('systemctl', 'stop', 'app-*'), 'GB2701 "app-*"'],
    'over ssh': [exec('ssh', 'db1', 'rm -rf $DIR'), 'GB2701 "rm -rf $DIR"'],
    'inside su -c': [sh("su - postgres -c 'rm -f base/*'"), "GB2701 'rm -f base/*'"],
  },
});

ruleTable('no-heredoc', ['GB2702'], {
  valid: {
    'a here-string': bash('cat <<<x'),
    'a quoted one in a pinned script': script(
      "#!/bin/sh\npsql -v ON_ERROR_STOP=1 <<'SQL'\nselect '$x';\nSQL\n",
    ),
    'arithmetic shift': bash('echo $((1 << 2))'),
  },
  invalid: {
    'in sh -c': [
      doing(
        'observe',
        'exec:\n          argv:\n            - sh\n            - -c\n            - |\n              cat <<EOF\n              x\n              EOF',
      ),
      'GB2702 <<EOF',
    ],
    'that another machine gets': [
      doing(
        'observe',
        "exec:\n          argv:\n            - sh\n            - -c\n            - |\n              ssh db1 bash -s <<'EOF'\n              x\n              EOF",
      ),
      "GB2702 <<'EOF'",
    ],
  },
});

ruleTable('nothing-runs-unseen', ['GB2703'], {
  valid: {
    'fetched and kept': exec('curl', '-fsSo', 'x', 'https://example.org'),
    'data for a program of ours': bash('set -o pipefail; pg_dump a | python3 -c x'),
    'text that is written out': bash('sh -c "echo 1"'),
    'data for text that is written out': bash('set -o pipefail; curl x | bash -c "wc -l"'),
  },
  invalid: {
    'curl | sh': [sh('curl -fsS https://example.org/x | sh'), 'GB2703 curl -fsS https://example.org/x | sh'],
    'curl | sudo bash -s': [sh('curl x | sudo bash -s'), 'GB2703 curl x | sudo bash -s'],
    'curl | bash -s -- with arguments': [sh('curl x | bash -s -- --yes'), 'GB2703 curl x | bash -s -- --yes'],
    'curl | bash -o pipefail': [sh('curl x | bash -eo pipefail'), 'GB2703 curl x | bash -eo pipefail'],
    'curl | python3': [sh('curl x | python3 -'), 'GB2703 curl x | python3 -'],
    'anything | sh': [sh('echo bHM= | base64 -d | sh'), 'GB2703 echo bHM= | base64 -d | sh'],
    eval: [sh('eval "$X"'), 'GB2703 eval'],
    'source <(…)': [bash('source <(curl x)'), 'GB2703 <(curl x)'],
    'bash -c "$(…)"': [bash('bash -c "$(curl x)"'), 'GB2703 \\"$(curl x)\\"'],
  },
});

ruleTable('pipelines-can-fail', ['GB2704', 'GB2705'], {
  valid: {
    pipefail: bash('set -euo pipefail; docker ps | wc -l'),
    'nothing before could fail': sh('echo a b | tr a b'),
    'no pipeline': sh('wc -l x'),
  },
  invalid: {
    'wc -l': [sh('docker ps | wc -l'), 'GB2704 wc -l'],
    head: [sh('psql -tAc x | head -1'), 'GB2704 head -1'],
    tee: [sh('pg_dump app | tee x.sql'), 'GB2704 tee x.sql'],
    'grep -c, its answer lost': [sh('grep -c secret x.log | grep -v 9'), 'GB2704 grep -v 9'],
    'into gpg': [sh('pg_dump app | gpg -e -r X > x.gpg'), 'GB2704 gpg -e -r X > x.gpg'],
    'of a loop': [sh('for x in a b; do ls $x; done | wc -l'), 'GB2704 wc -l'],
    'in a gate': [
      only('probe: {exec: {argv: [sh, -c, "docker ps | wc -l"]}}, expect: {stdout: "0"}'),
      'GB2704 wc -l',
    ],
    'the last may fail': [sh('docker ps | grep -q x'), 'GB2705 docker ps | grep -q x'],
    'in a substitution': [sh('test "$(docker ps | wc -l)" = 0'), 'GB2705 docker ps | wc -l'],
  },
});

ruleTable('failures-are-seen', ['GB2706'], {
  valid: {
    'it ends with 1': sh('a || exit 1'),
    'told, then ended': sh('a || { echo no; exit 1; }'),
    'told, then another way, under set -e': sh('set -e; a || { b; echo another; }'),
    'told in a group of which more is asked': sh('a || { echo no; } && exit 1'),
    'a default that is looked for': sh('a || b'),
    'exit 0 under set -e': sh('set -e; a; exit 0'),
    'exit 0 in a branch': sh('if a; then exit 0; fi; b'),
    'echo && exit 1': sh('a || echo no && exit 1'),
    'waited for': sh('a & wait $!'),
    'some codes': doing('observe', 'exec: {argv: [x], ok_codes: [0, 3, 4]}'),
  },
  invalid: {
    '|| true': [sh('a || true'), 'GB2706 true'],
    '|| :': [sh('a || :'), 'GB2706 :'],
    '|| echo': [sh('a || echo no'), 'GB2706 echo no'],
    '|| { echo }': [sh('a || { echo no; }'), 'GB2706 echo no'],
    '|| (…; true)': [sh('a || (b; true)'), 'GB2706 true'],
    '|| { …; true } under set -e': [sh('set -e; a || { echo no; true; }'), 'GB2706 true'],
    '|| exit 0': [sh('a || exit 0; b'), 'GB2706 exit 0'],
    '; true': [sh('a; true'), 'GB2706 true'],
    'a last exit 0': [sh('a; exit 0'), 'GB2706 exit 0'],
    'set +e': [sh('set +e; a'), 'GB2706 +e'],
    'a trap': [sh('trap "exit 0" EXIT; a'), 'GB2706 \\"exit 0\\"'],
    'in the background': [sh('a & b'), 'GB2706 a'],
    'in a substitution': [sh('x=$(a || true)'), 'GB2706 true'],
    'every code': [
      doing(
        'observe',
        `exec: {argv: [x], ok_codes: [${Array.from({ length: 256 }, (_, i) => i).join(', ')}]}`,
      ),
      `GB2706 [${Array.from({ length: 256 }, (_, i) => i).join(', ')}]`,
    ],
  },
});

ruleTable('messages-are-kept, steps-stop-at-a-failure', ['GB2707', 'GB2708'], {
  valid: {
    'output alone': sh('a >/dev/null'),
    'asked whether it is there': sh('command -v a 2>/dev/null'),
    'a condition': sh('if a 2>/dev/null; then b; fi'),
    'set -e': sh('set -e; a; b'),
    'sh -ec': exec('sh', '-ec', 'a; b'),
    joined: sh('a && b && c'),
    'the last of each branch': sh('if a; then b; else c; fi'),
    'of a case': sh('case $1 in a) b ;; *) c ;; esac'),
    'its status is looked at': sh('a; echo $?'),
    'set -e where the commands are': sh('(set -e; a; b) && c'),
    'nothing that fails before': sh('umask 077; X=1; export X; a'),
  },
  invalid: {
    '2>/dev/null': [sh('a 2>/dev/null'), 'GB2707 2>/dev/null'],
    '&>/dev/null': [bash('a &>/dev/null'), 'GB2707 &>/dev/null'],
    '>&/dev/null': [bash('a >&/dev/null'), 'GB2707 >&/dev/null'],
    '2>&-': [sh('a 2>&-'), 'GB2707 2>&-'],
    '>/dev/null 2>&1': [sh('a >/dev/null 2>&1'), 'GB2707 2>&1'],
    'a; b': [sh('a; b'), 'GB2708 a'],
    'set -e elsewhere': [sh('(set -e; a; b) && c; d'), 'GB2708 c'],
    'set -e around a subshell that ends': [sh('(set -e); (a; b)'), 'GB2708 a'],
    'after a branch': [sh('if a; then b; fi; c'), 'GB2708 b'],
    'in a loop': [sh('for x in 1 2; do a; done'), 'GB2708 a'],
    'two lines over ssh': [exec('ssh', 'db1', 'cd x; rm y'), 'GB2708 "cd x; rm y"'],
  },
});

const seeded = (seed: string): Example => ({
  text: `targets: {app: {postgres: {url: {env: APP}, embedded: {seed: [seed.sql]}}}}\n${doing('observe', 'sql: {target: app, query: select 1}')}`,
  files: { 'seed.sql': seed },
});
const env = (fields: string): string => doing('observe', `exec: {argv: [psql, -c, x], env: {${fields}}}`);
ruleTable('no-secret-written-out', ['GB2709'], {
  valid: {
    'a secret by name': `secrets: {s: {env: X}}\n${env('PGPASSWORD: "${{ secrets.s }}"')}`,
    'a variable': sh('PGPASSWORD="$P" psql -c x'),
    'a file that holds it': env('PGPASSFILE: /run/pgpass'),
    'a placeholder': exec('x', '--password=<ask>'),
    'a header that the shell fills': sh('curl -H "Authorization: Bearer $T" https://x'),
    'a user without a password': exec('curl', '-u', 'admin', 'https://x'),
    'the word alone': exec('psql', '--no-password', '-c', 'x'),
    'a placeholder in a seed': seeded("create role app password '<OF YOUR OWN>';\n"),
  },
  invalid: {
    'PGPASSWORD= in a shell': [sh('PGPASSWORD=hunter22 psql -c x'), 'GB2709 PGPASSWORD=hunter22'],
    'by env': [exec('env', 'PGPASSWORD=hunter22', 'psql', '-c', 'x'), 'GB2709 "PGPASSWORD=hunter22"'],
    '--password=': [exec('x', '--password=hunter22'), 'GB2709 "--password=hunter22"'],
    '--password VALUE': [exec('x', '--password', 'hunter22'), 'GB2709 "hunter22"'],
    'a URL': [exec('pg_dump', 'postgres://a:hunter22@db/x'), 'GB2709 "postgres://a:hunter22@db/x"'],
    'a header': [
      exec('curl', '-H', 'Authorization: Bearer abcdef0123', 'https://x'),
      'GB2709 "Authorization: Bearer abcdef0123"',
    ],
    'curl -u': [exec('curl', '-u', 'admin:hunter22', 'https://x'), 'GB2709 "admin:hunter22"'],
    'mysql -p': [exec('mysql', '-phunter22'), 'GB2709 "-phunter22"'],
    'docker exec -e': [
      exec('docker', 'exec', '-e', 'PGPASSWORD=hunter22', 'pg', 'psql', '-c', 'x'),
      'GB2709 "PGPASSWORD=hunter22"',
    ],
    'plain text in env': [env('PGPASSWORD: hunter22'), 'GB2709 hunter22'],
    'a comment': [`# as in postgres://a:hunter22@db/x\n${sh('true')}`, 'GB2709 postgres://a:hunter22@'],
    'a statement': [
      `targets: {own: {postgres: {sandbox: {engine: auto}}}}\n${doing('observe', "sql: {target: own, query: create role a password 'hunter22'}")}`,
      "GB2709 password 'hunter22'",
    ],
  },
});

ruleTable('psql-stops-on-error', ['GB2711'], {
  valid: {
    ON_ERROR_STOP: exec('psql', '-v', 'ON_ERROR_STOP=1', '-f', '${{ run.work }}/x.sql'),
    '--set': exec('psql', '--set=ON_ERROR_STOP=on'),
    'a single -c': exec('psql', '-tAc', 'select 1'),
    'it only lists': exec('psql', '-l'),
    'a single -c of a user whose name ends with f': exec('psql', '-Ujosef', '-c', 'select 1'),
  },
  invalid: {
    'a file': [exec('psql', '-f', '${{ run.work }}/x.sql'), 'GB2711 "psql"'],
    'two -c': [exec('psql', '-c', 'a', '-c', 'b'), 'GB2711 "psql"'],
    'in a container': [exec('docker', 'exec', '-i', 'pg', 'psql', '-U', 'a'), 'GB2711 "psql"'],
    'as what a container begins with': [
      exec('docker', 'run', '--rm', '--entrypoint', 'psql', 'pg', '-f', 'x.sql'),
      'GB2711 "psql"',
    ],
    'joined, behind its other options': [
      exec('docker', 'compose', 'run', '--entrypoint=/usr/bin/psql', '-e', 'A=b', 'pg'),
      'GB2711 "--entrypoint=/usr/bin/psql"',
    ],
    'in a container, by the long name': [exec('docker', 'container', 'exec', 'pg', 'psql'), 'GB2711 "psql"'],
    'as another user': [exec('runuser', '-l', 'postgres', '-c', 'psql'), 'GB2711 psql'],
    'in a container of its own': [
      exec('docker', 'run', '--rm', '-it', '-v', '/a:/b', '--network', 'n', 'postgres:16', 'psql', '-f', 'x'),
      'GB2711 "psql"',
    ],
    'by su --command=': [sh("su - postgres --command='psql -f x'"), "GB2711 --command='psql -f x'"],
    'in what env splits': [exec('env', '-i', '-S', 'A=1 psql -f x'), 'GB2711 psql'],
    'in a shell': [sh('psql app < x.sql'), 'GB2711 psql'],
  },
});

ruleTable('files-are-pinned', ['GB2713'], {
  valid: {
    'a file of the run': exec('bash', '${{ run.work }}/x.sh'),
    'the text itself': exec('python3', '-c', 'print(1)'),
    'a module': exec('python3', '-m', 'pg_tool'),
    'an absolute program': exec('/usr/local/bin/x'),
    'standard input': doing('observe', 'exec: {argv: [python3, "-"], stdin: print(1)}'),
    'the text itself, behind -o': exec('bash', '-euo', 'pipefail', '-c', 'true'),
    'a file of the run on standard input': bash('psql -v ON_ERROR_STOP=1 < "$WORK/x.sql"'),
    'rows for a statement': sh('psql -c "copy x from stdin" < x.csv'),
  },
  invalid: {
    'a script for bash': [exec('bash', 'scripts/x.sh'), 'GB2713 "scripts/x.sh"'],
    'of the project': [exec('python3', '${{ run.project }}/x.py'), 'GB2713 "${{ run.project }}/x.py"'],
    'by its own path': [sh('./x.sh'), 'GB2713 ./x.sh'],
    'a script for bash -e': [exec('bash', '-e', 'x.sh'), 'GB2713 "x.sh"'],
    'a script behind -o': [exec('bash', '-euo', 'pipefail', 'x.sh'), 'GB2713 "x.sh"'],
    'SQL on standard input': [sh('psql -v ON_ERROR_STOP=1 app < x.sql'), 'GB2713 x.sql'],
    'a script on standard input': [sh('bash -s a < x.sh'), 'GB2713 x.sh'],
    'SQL joined to -f': [exec('psql', '-v', 'ON_ERROR_STOP=1', '-fx.sql'), 'GB2713 "-fx.sql"'],
    sourced: [sh('. /etc/app.env'), 'GB2713 /etc/app.env'],
    'SQL for psql': [exec('psql', '-v', 'ON_ERROR_STOP=1', '-f', 'x.sql'), 'GB2713 "x.sql"'],
  },
});

const changing = (rest: string, item: string): string =>
  runbook(
    command('C-01', guards(free('G-01'))),
    command('C-02', `    effect: change\n${rest}${actions(item)}`),
  );
ruleTable('programs-are-guarded, time-is-limited', ['GB2310', 'GB2712'], {
  valid: {
    'a guard and a timeout': changing(`    timeout: 1h\n${guards(free('G-02'))}`, 'exec: {argv: [x]}'),
    'a timeout of its own': changing(guards(free('G-02')), 'exec: {argv: [x], timeout: 90s}'),
    'it only observes': runbook(
      command('C-01', `    effect: observe\n${guards(free('G-01'))}${actions('exec: {argv: [x]}')}`),
    ),
  },
  invalid: {
    'no guard': [changing('    timeout: 1h\n', 'exec: {argv: [x]}'), 'GB2310 exec'],
    'a guard that goes on': [
      changing(
        `    timeout: 1h\n${guards(gate('G-02', 'probe: {disk: {path: "${{ run.work }}"}}, expect: {free_bytes: {gt: 5}}, on_fail: record'))}`,
        'exec: {argv: [x]}',
      ),
      'GB2310 exec',
    ],
    'no timeout': [changing(guards(free('G-02')), 'exec: {argv: [x]}'), 'GB2712 exec'],
    'the default by another hand': [
      changing(guards(free('G-02')), 'manual: {instructions: do it, confirm: done}'),
      'GB2712 manual',
    ],
  },
});

ruleTable('what-is-made-is-known, programs-observe', ['GB2311', 'GB2104'], {
  valid: {
    'a container that goes by itself': exec('docker', 'run', '--rm', 'x'),
    'a command of a plugin': exec('docker', 'constructor', 'x'),
    'a gate that looks': only('probe: {exec: {argv: [systemctl, is-active, x]}}, expect: {stdout: active}'),
    'a gate that compares': only(
      'probe: {exec: {argv: [echo, "${{ run.id }}"]}}, expect: {stdout: {matches: "^2"}}',
    ),
  },
  invalid: {
    'docker run': [exec('docker', 'run', '-d', 'x'), 'GB2311 "docker"'],
    'docker run in a context': [exec('docker', '--context', 'a', 'run', 'x'), 'GB2311 "docker"'],
    'compose up': [exec('docker', 'compose', '-f', 'a.yml', 'up'), 'GB2311 "docker"'],
    'docker-compose up': [exec('docker-compose', '-f', 'a.yml', 'up'), 'GB2311 "docker-compose"'],
    createdb: [sh('createdb x'), 'GB2311 createdb'],
    'a gate that says what it is asked': [
      only('probe: {exec: {argv: [echo, ok]}}, expect: {stdout: ok}'),
      'GB2104 [echo, ok]',
    ],
    'the same in a shell': [
      only('probe: {exec: {argv: [sh, -c, echo ok; exit 0]}}, expect: {stdout: ok}'),
      'GB2104 [sh, -c, echo ok; exit 0]',
    ],
  },
});

ruleTable('notes-are-referred-to', ['GB2504'], {
  valid: {
    'one that a check names': `notes: {N-1: {title: t, text: x}}\nchecks: [{title: T, gates: [G-01], evidence: see N-1}]\n`,
    'one that is disposed of': 'notes: {N-1: {title: t, text: x, disposition: NOTE ONLY}}\n',
  },
  invalid: { 'one alone': ['notes: {N-1: {title: t, text: x}}\n', 'GB2504 N-1'] },
});

test('a secret in a seed stands there: every run would fail of it', async () => {
  const found = await findingsOf(seeded("-- the role\ncreate role app login password 'hunter22';\n"));
  expect(found.filter(({ severity }) => severity === 'error')).toMatchObject([
    {
      code: 'GB2709',
      message: 'seed.sql holds what looks like a password',
      fix: expect.stringContaining('leave it out of a seed') as string,
      location: { file: 'seed.sql', range: { start: { line: 2, column: 23 } } },
    },
  ]);
});

test('a finding in a pinned script stands there, by its line', async () => {
  const text = "#!/bin/sh -e\n# ours\npsql app < x.sql\nPASSWORD='hunter22'\n";
  const found = await findingsOf(script(text));
  expect(
    found.map(({ code, location: { file, range } }) => `${code} ${file}:${String(range.start.line)}`),
  ).toEqual(['GB2711 x.sh:3', 'GB2713 x.sh:3', 'GB2709 x.sh:4']);
});
