/** What follows ```yaml on an example's fence: how `test/docs` completes the fragment to a runbook. */
export type Form = 'gate' | 'do';

export interface Example {
  readonly form: Form;
  readonly text: string;
}

const gate = (text: string): Example => ({ form: 'gate', text });
const item = (text: string): Example => ({ form: 'do', text });

/** One for each kind; targets, keys and outputs have the names that `docs/language.md` gives them. */
export const probeExamples: Readonly<Record<string, Example>> = {
  exec: gate(`probe: {exec: {argv: [uname, -s]}}
expect: {stdout: Linux}`),
  script: gate(`probe:
  script:
    file: scripts/replica-lag.sh
    sha256: 306c6ca7407560340797866e077e053627ad409277d1b9da58106fce4cf717cb
    args: [--seconds]
    output: json
expect: {stdout.lag: {lt: 30}}`),
  value: gate(`probe: {value: "\${{ commands['C-02'].backup.size_bytes }}"}
expect: {gt: 1000}`),
  env: gate(`probe: {env: {name: BACKUP_GPG_FPR}}
expect: {set: true}`),
  tool: gate(`probe: {tool: {name: pg_dump}}
expect: {present: true, version.major: {gte: 15}}`),
  disk: gate(`probe: {disk: {path: "\${{ run.artifacts }}"}}
expect: {free_bytes: {gte: 5000000000}}`),
  file: gate(`probe: {file: {path: /etc/postgresql/backup.conf}}
expect: {type: file, mode: "0600", owner: postgres}`),
  leak_scan: gate(`probe: {leak_scan: {paths: ["\${{ run.logs }}"]}}
expect: {hits: {empty: true}}`),
  protected: gate(`probe: {protected: {only: [clusters, files]}}
expect: {files: {length: 1}, clusters: {length: 1}}`),
  controls: gate(`probe: {controls: {}}
expect: {levels: {every: {available: true}}, "levels[0].engaged": false}`),
  ledger: gate(`probe: {ledger: {}}
expect: {left: {length: {lte: 3}}}`),
  'gpg.key': gate(`probe: {gpg.key: {key: backup}}
expect: {present: true, can_encrypt: true, expired: false, revoked: false}`),
  'postgres.dump':
    gate(`probe: {postgres.dump: {artifact: "\${{ commands['C-02'].backup }}", schemas: [public]}}
expect: {tables: {contains: public.unit_version}, views: {empty: true}}`),
  sql: gate(`probe:
  sql:
    target: prod
    query: SELECT count(*) AS n FROM public.unit_version WHERE status = $1
    params: [published]
expect: {"rows[0].n": {gt: 0}}`),
  'postgres.identity': gate(`probe: {postgres.identity: {target: prod}}
expect: {database: app, in_recovery: false, session_read_only: true}
on_fail: hard-abort`),
  'postgres.rows':
    gate(`probe: {postgres.rows: {target: copy, like: "\${{ commands['C-02'].backup.tables }}"}}
expect: {differences: {empty: true}}`),
  'postgres.catalog': gate(`probe: {postgres.catalog: {target: prod, schemas: [public], kinds: [view]}}
expect: {names: {contains: public.v_units}}`),
  'postgres.privileges': gate(`probe: {postgres.privileges: {target: prod, roles: [reader]}}
expect: {privileges: {every: {privilege: {one_of: [SELECT, USAGE, CONNECT]}}}}`),
  'docker.container': gate(`probe: {docker.container: {name: "\${{ commands['C-02'].harness.name }}"}}
expect: {status: running, ports: {empty: true}, privileged: false, "mounts[0].read_only": true}`),
  'docker.containers': gate(`probe: {docker.containers: {label: "gatebook.run=\${{ run.id }}"}}
expect: {count: {lte: 2}}`),
};

export const actionExamples: Readonly<Record<string, Example>> = {
  exec: item(`- exec: {argv: [sh, -c, 'date > "$OUT/date"'], env: {OUT: "\${{ run.work }}"}}
  as: dated`),
  script: item(`- script:
    file: scripts/rotate.sh
    sha256: 306c6ca7407560340797866e077e053627ad409277d1b9da58106fce4cf717cb
    interpreter: [sh]
  as: rotated`),
  mkdir: item(`- mkdir: {path: "\${{ run.work }}/out", mode: "0700"}`),
  write_file: item(
    `- write_file: {path: "\${{ run.work }}/reader.env", content: "PGPASSWORD=\${{ secrets.reader }}\\n"}`,
  ),
  keep: item(`- keep: {path: schema.sql, from: "\${{ run.work }}/schema.sql"}`),
  manual: item(`- manual:
    instructions: Import the public key into the keyring of the user that runs backups.
    confirm: imported`),
  wait: item(`- wait: {for: 2s}`),
  destroy: item(`- destroy: [copy]`),
  'postgres.backup': item(`- postgres.backup:
    target: prod
    tables: [public.unit_version]
    encrypt: {key: backup, proof: ephemeral}
  as: second_backup`),
  'postgres.restore': item(`- postgres.restore:
    artifact: "\${{ commands['C-02'].backup }}"
    target: copy
    roles: none
    allow_errors:
      - note: N-1
        why: roles belong to the cluster, and a dump of one database does not carry them
        sqlstate: "42704"
        only: {role: [app_owner], statement: [GRANT, REVOKE, ALTER OWNER]}
        never: {statement: [CREATE TABLE, COPY]}
  as: second_restore`),
  sql: item(`- sql:
    target: copy
    query: INSERT INTO public.probe (body) VALUES ($1)
    params: ["\${{ run.id }}"]
  expect_error: {sqlstate: "42501"}
  as: refused_insert`),
  'postgres.sandbox': item(`- postgres.sandbox: {target: other}
  as: other`),
  'docker.network': item(`- docker.network: {name: "dr-net-\${{ run.id }}"}
  as: net`),
  'docker.volume': item(`- docker.volume: {name: "dr-data-\${{ run.id }}"}
  as: data`),
  'docker.container': item(`- docker.container:
    name: "reader-\${{ run.id }}"
    image: sha256:4aea012537edfad80f98d870a36e6b90b4c09b27be7f4b4759d72db863baeebb
    argv: [sleep, infinity]
    env: {PGPASSWORD: "\${{ secrets.reader }}"}
    mounts: [{from: /opt/app, to: /opt/app}]
  as: box`),
  'docker.copy': item(`- docker.copy:
    to: harness
    file: scripts/rotate.sh
    sha256: 306c6ca7407560340797866e077e053627ad409277d1b9da58106fce4cf717cb
    path: /rotate.sh
    mode: "0755"`),
};
