#!/bin/sh
# Gatebook from a fresh clone in a bare Debian: no PostgreSQL, no gpg, nothing but a Node. As root:
#
#   sh test/bare-debian/run.sh [NODE_FOLDER]
#
# NODE_FOLDER holds bin/node and lib/node_modules/npm; by default the Node that is on PATH is copied. The root is
# made by debootstrap with this machine's package sources, and removed at the end (KEEP=yes keeps it).
set -eu
cd "$(dirname "$0")/../.."
repository=$(pwd -P)
suite=${SUITE:-bookworm}
bare=$(mktemp -d "${TMPDIR:-/tmp}/gatebook-bare.XXXXXX")
chmod 755 "$bare" # the / of unprivileged users in there

say() { printf '\n# %s\n' "$*"; }
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
inside() {
  # What reaches the package registries of this machine reaches them in there too, and nothing else is handed in.
  env -i HOME=/root PATH=/opt/node/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
    ${SSL_CERT_FILE:+SSL_CERT_FILE=$SSL_CERT_FILE} ${NODE_EXTRA_CA_CERTS:+NODE_EXTRA_CA_CERTS=$NODE_EXTRA_CA_CERTS} \
    ${HTTPS_PROXY:+HTTPS_PROXY=$HTTPS_PROXY} ${HTTP_PROXY:+HTTP_PROXY=$HTTP_PROXY} \
    chroot "$bare" /bin/sh -c "cd /home/person && $1"
}
leave() {
  for mounted in proc dev sys; do umount -l "$bare/$mounted" 2>/dev/null || :; done
  if [ -n "${KEEP-}" ]; then say "kept: $bare"; else rm -rf --one-file-system "$bare"; fi
}
trap leave EXIT
trap 'exit 130' INT TERM

[ "$(id -u)" -eq 0 ] || fail 'needs root, for debootstrap and chroot'
command -v debootstrap >/dev/null || apt-get install --yes --no-install-recommends debootstrap >/dev/null

say "debootstrap $suite, minbase"
debootstrap --variant=minbase --include=git,ca-certificates "$suite" "$bare" "${MIRROR:-http://deb.debian.org/debian}" \
  >"$bare.log" 2>&1 || { tail -n 20 "$bare.log"; fail debootstrap; }
rm -f "$bare.log"
cp /etc/resolv.conf /etc/hosts "$bare/etc/"
cp -r /etc/ssl/certs "$bare/etc/ssl/"
mkdir -p "$bare/usr/local/share" "$bare/home/person" "$bare/opt/node/bin" "$bare/opt/node/lib/node_modules"
cp -r /usr/local/share/ca-certificates "$bare/usr/local/share/" 2>/dev/null || :
for file in "$HOME/.npmrc" /etc/npmrc; do [ ! -f "$file" ] || cp "$file" "$bare/root/.npmrc"; done
mount -t proc proc "$bare/proc"
mount --bind /dev "$bare/dev"

say 'a fresh clone'
git clone --quiet "file://$repository" "$bare/home/person/gatebook"
inside 'command -v psql gpg zstd node' && fail 'the root is not bare'

say 'without Node: told apart, exit 4'
status=0
inside './gatebook/gatebook doctor' || status=$?
[ $status -eq 4 ] || fail "exit $status"

say 'with an old Node: told apart, exit 4'
printf '#!/bin/sh\necho v18.20.4\n' >"$bare/opt/node/bin/node"
chmod +x "$bare/opt/node/bin/node"
status=0
inside './gatebook/gatebook doctor' || status=$?
[ $status -eq 4 ] || fail "exit $status"
rm "$bare/opt/node/bin/node"

if [ $# -gt 0 ]; then
  cp -r "$1/bin" "$1/lib" "$bare/opt/node/"
else
  cp "$(readlink -f "$(command -v node)")" "$bare/opt/node/bin/node"
  cp -r "$(npm root -g)/npm" "$bare/opt/node/lib/node_modules/npm"
fi
for name in npm npx; do ln -sf "../lib/node_modules/npm/bin/$name-cli.js" "$bare/opt/node/bin/$name"; done

say 'doctor: says what is missing, exit 4'
status=0
inside './gatebook/gatebook doctor' || status=$?
[ $status -eq 4 ] || fail "exit $status"

say 'one command: installs, and runs'
inside 'cd gatebook && ./gatebook run runbooks/o9-backup.yaml --embedded' || fail "exit $?"
# shellcheck disable=SC2016 # the shell inside expands it
inside 'cd gatebook && for bundle in reports/o9-backup/2*; do ./gatebook verify "$bundle" || exit; done' || fail "verify: exit $?"
inside 'ls /etc/postgresql/*/* 2>/dev/null' && fail 'a database cluster was created that nobody asked for'

say 'the second call starts at once'
inside 'cd gatebook && ./gatebook doctor' || fail "doctor: exit $?"
say 'passed'
