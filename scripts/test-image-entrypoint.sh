#!/bin/sh
# The test image's way in, as the official image's goes: as root it takes the user postgres, makes a cluster where
# there is none, and becomes the program that it was given.
set -eu

if [ "${1-}" = postgres ]; then
  if [ "$(id -u)" -eq 0 ]; then
    chown postgres:postgres "$PGDATA"
    exec setpriv --reuid postgres --regid postgres --clear-groups -- "$0" "$@"
  fi
  if [ ! -s "$PGDATA/PG_VERSION" ]; then
    initdb --no-sync --no-instructions -D "$PGDATA" -U "${POSTGRES_USER:-postgres}" -E UTF8 --locale=C \
      --auth-local=trust --auth-host=scram-sha-256 >/dev/null
  fi
fi
exec "$@"
