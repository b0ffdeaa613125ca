import type { ContainerPlan, ServerSpec } from '../../../ports/sandbox.js';
import { serverSettings } from '../settings.js';

/** Inside, in the container's own layer: it goes with the container, and needs nobody's rights but the server's. */
export const insideFolder = '/tmp/gatebook';

/** The container's first program: becomes the server once that is initialised. */
export const waitArgv = [
  'sh',
  '-c',
  'until [ -e "$1/go" ]; do sleep 0.05; done; read -r bin <"$1/go"; exec "$bin/postgres" -D "$1/data"',
  'sh',
  insideFolder,
] as const;

/** Says where the server programs are and of which version, whatever the image's layout and PATH. */
export const findArgv = [
  'sh',
  '-c',
  `for bin in $(IFS=:; echo $PATH) /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/local/pgsql/bin; do
  if [ -x "$bin/initdb" ] && [ -x "$bin/postgres" ] && [ -x "$bin/psql" ]; then
    echo "$bin"; exec "$bin/postgres" --version
  fi
done
exit 1`,
] as const;

/** A new cluster, whose superuser's password is read from stdin; then the server is let go and waited for. */
const initialise = `set -eu
at=$1 bin=$2 configuration=$3 hosts=$4
shift 4
umask 077
mkdir "$at" "$at/data" "$at/s" "$at/log"
"$bin/initdb" --no-sync --no-instructions -D "$at/data" -U postgres -E UTF8 --locale=C --auth-host=reject "$@" >/dev/null
printf '%s\\n' "$configuration" >>"$at/data/postgresql.conf"
if [ -n "$hosts" ]; then printf '%s\\n' "$hosts" >"$at/hba"; cat "$at/data/pg_hba.conf" >>"$at/hba"; mv "$at/hba" "$at/data/pg_hba.conf"; fi
echo "$bin" >"$at/go.new"
mv "$at/go.new" "$at/go"
tries=0
until "$bin/pg_isready" -q -h "$at/s" -d template1; do
  tries=$((tries + 1))
  [ $tries -lt 600 ] || { echo 'the server does not answer' >&2; exit 1; }
  sleep 0.05
done`;

/** As postgresql.conf has it, where a backslash escapes too (PostgreSQL docs, 20.1.2). */
const configurationText = (value: string): string =>
  `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

export function initialiseArgv(
  bin: string,
  major: number,
  { settings, password }: Pick<ServerSpec, 'settings' | 'password'>,
  { network }: Pick<ContainerPlan, 'network'>,
): readonly [string, ...string[]] {
  const values = serverSettings(insideFolder, major, {
    ...(network !== undefined && { listen_addresses: '*' }),
    ...settings,
  });
  const configuration = Object.entries(values)
    .map(([name, value]) => `${name} = ${configurationText(value)}`)
    .join('\n');
  const hosts = network === undefined ? '' : 'host all all all scram-sha-256';
  const auth =
    password === undefined ? ['--auth-local=trust'] : ['--auth-local=scram-sha-256', '--pwfile=/dev/stdin'];
  return ['sh', '-c', initialise, 'sh', insideFolder, bin, configuration, hosts, ...auth];
}
