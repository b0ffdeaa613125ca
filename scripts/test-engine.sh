#!/bin/sh
# A Docker engine for the tests, and the PostgreSQL image that they use. On Debian and its kin; who isn't root can't
# start an engine, and gets the one that answers already, if one does.
#
#   test-engine.sh image            makes the image's root file system once and says where it is
#   test-engine.sh serve DIR PID    an engine at unix://DIR/docker.sock until PID has ended or DIR/stop is there
#
# `serve` writes DIR/ready, two lines: the engine's address and the image's id; or DIR/failed, why not. The engine
# lives in namespaces of its own (processes, mounts, network): nothing of it is seen by another engine of this
# machine, and nothing of it outlives this process, even one that is killed.
#
# No registry is asked. The image holds the files of packages that are installed here: a second's work, where
# debootstrap takes a minute and the network (and makes 870 MB of what is 130 MB here).
set -eu

cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/gatebook-test
programs=/usr/lib/postgresql

# --- The image ----------------------------------------------------------------------------------------

newest_postgres() {
  for bin in "$programs"/*/bin; do
    if [ -x "$bin/initdb" ]; then echo "${bin#"$programs"/}"; fi
  done | sed 's#/bin$##' | sort -n | tail -n 1
}

# Packages that are installed here, with what they depend on; without Debian's wrappers of PostgreSQL's programs.
packages() {
  apt-cache depends --recurse --installed --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces \
    --no-enhances "postgresql-$1" base-files bash coreutils dash grep libc-bin perl-base sed tzdata util-linux |
    grep -E '^[a-z0-9]' | grep -v '^postgresql.*-common$' | sort -u
}

# One line a package: those of the list that are installed, with their versions.
# shellcheck disable=SC2016 # dpkg-query's own variables
versions() { xargs dpkg-query -W -f '${db:Status-Abbrev}${Package} ${Version}\n' 2>/dev/null | sed -n 's/^ii  *//p'; }

# Neither documentation nor the compiler of queries (libLLVM is as large as all the rest).
files() {
  cut -d ' ' -f 1 | xargs dpkg -L | sed -E 's#^/(bin|sbin|lib|lib64)/#/usr/\1/#' | sort -u |
    grep -E '^/usr/' |
    grep -Ev '^/usr/share/(doc|man|locale|i18n|info|lintian|bash-completion|perl5|debconf)/' |
    grep -Ev '/bitcode/|llvmjit|libLLVM|libz3|^/usr/lib/(apt|systemd|udev)/' |
    while read -r path; do
      if [ -h "$path" ] || [ -f "$path" ]; then echo "${path#/}"; fi
    done
}

# What isn't in a package, or isn't the same in an image: users, folders, the way in.
skeleton() {
  root=$1
  mkdir -p "$root/etc" "$root/usr/local/bin" "$root/usr/lib64" "$root/root" "$root/proc" "$root/sys" "$root/dev" "$root/run"
  for name in bin sbin lib lib64; do ln -s "usr/$name" "$root/$name"; done
  ln -sf /usr/share/zoneinfo/Etc/UTC "$root/etc/localtime"
  printf '%s\n' 'root:x:0:0:root:/root:/bin/bash' 'postgres:x:999:999:PostgreSQL:/var/lib/postgresql:/bin/sh' \
    'nobody:x:65534:65534:nobody:/:/usr/sbin/nologin' >"$root/etc/passwd"
  printf '%s\n' 'root:x:0:' 'postgres:x:999:' 'nogroup:x:65534:' >"$root/etc/group"
  install -d -m 1777 "$root/tmp" "$root/var/tmp"
  install -d -o 999 -g 999 "$root/var/lib/postgresql" "$root/var/lib/postgresql/data" "$root/var/run/postgresql"
  install -m 755 "$here/test-image-entrypoint.sh" "$root/usr/local/bin/docker-entrypoint.sh"
}

image_file() {
  major=$(newest_postgres)
  if [ -z "$major" ]; then
    echo "no PostgreSQL server is installed under $programs; apt-get install -y postgresql" >&2
    return 1
  fi
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/work.XXXXXX")
  packages "$major" | versions >"$work/versions"
  key=$(cat "$0" "$here/test-image-entrypoint.sh" "$work/versions" | sha256sum | cut -c 1-16)
  image=$cache/postgres-$major-$key.tar
  if [ ! -f "$image" ]; then
    mkdir "$work/root"
    skeleton "$work/root"
    files <"$work/versions" >"$work/files"
    tar -C / --no-recursion -cf "$work/image.tar" -T "$work/files"
    tar -C "$work/root" -rf "$work/image.tar" .
    # Two that make it at once make the same; the name is given to a whole file.
    mv "$work/image.tar" "$image"
    find "$cache" -maxdepth 1 -name 'postgres-*.tar' -mtime +30 -delete
  fi
  touch "$image"
  rm -rf "$work"
  echo "$image"
}

# As the official image has it: USER is root and the entrypoint changes it; the data is a volume.
import_image() {
  path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:$programs/$(newest_postgres)/bin
  "$docker" -H "$address" import --change "ENV PATH=$path" --change 'ENV LANG=C.UTF-8' \
    --change 'ENV PGDATA=/var/lib/postgresql/data' --change 'VOLUME /var/lib/postgresql/data' \
    --change 'ENTRYPOINT ["docker-entrypoint.sh"]' --change 'EXPOSE 5432' --change 'CMD ["postgres"]' \
    "$(image_file)" gatebook-test/postgres:latest
}

# --- The engine ---------------------------------------------------------------------------------------

# Runs as the first process of its namespaces: when it ends, all of it has ended.
inside() {
  ip link set lo up
  # Nobody's configuration is read, and nothing is left on the machine.
  for place in /etc/docker /run/docker /run/containerd; do
    mkdir -p "$place"
    mount -t tmpfs tmpfs "$place"
  done
  exec dockerd --host "$address" --data-root "$folder/data" --exec-root "$folder/exec" --pidfile "$folder/pid" \
    --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent "$group" --log-level warn >"$folder/log" 2>&1
}

fail() {
  { echo "$*"; if [ -f "$folder/log" ]; then tail -n 5 "$folder/log"; fi; } >"$folder/failed.new"
  mv "$folder/failed.new" "$folder/failed"
  exit 1
}

alive() { kill -0 "$1" 2>/dev/null; }

await_engine() {
  for _ in $(seq 300); do
    if "$docker" -H "$address" version >/dev/null 2>&1; then return 0; fi
    alive "$engine" || fail 'dockerd ended at its start'
    sleep 0.1
  done
  fail 'dockerd did not answer within 30 s'
}

# Killed, not asked: what it holds is thrown away, and its namespaces take every process and mount with them.
leave() {
  trap - EXIT
  kill -9 "$engine" 2>/dev/null || :
  wait "$engine" 2>/dev/null || :
  for _ in $(seq 20); do
    find /sys/fs/cgroup -depth -type d -path "*$group*" -exec rmdir {} + 2>/dev/null || :
    if rm -rf "$folder" 2>/dev/null && [ -z "$(find /sys/fs/cgroup -type d -path "*$group")" ]; then break; fi
    sleep 0.1
  done
}

start_engine() {
  address=unix://$folder/docker.sock group=/gatebook-test-$$
  command -v dockerd >/dev/null || fail 'dockerd is not installed; as root: apt-get install -y docker.io'
  command -v ip >/dev/null || fail 'ip is not installed; as root: apt-get install -y iproute2'
  setpriv --pdeathsig KILL -- unshare --mount --net --pid --fork --kill-child=KILL --mount-proc -- \
    sh "$0" inside "$folder" "$address" "$group" &
  engine=$!
  trap leave EXIT
  trap 'exit 0' INT TERM HUP
  await_engine
}

borrow_engine() {
  address=${DOCKER_HOST:-unix:///var/run/docker.sock} engine=$$
  "$docker" -H "$address" version >"$folder/log" 2>&1 ||
    fail "no engine answers at $address, and only root can start one: run the tests as root, or start Docker"
  trap 'rm -rf "$folder"' EXIT
}

serve() {
  folder=$1 owner=$2
  mkdir -p "$folder"
  docker=$(command -v docker) || fail 'the docker program is not installed; as root: apt-get install -y docker.io (from Debian 13 on docker-cli, too)'
  if [ "$(id -u)" -eq 0 ]; then start_engine; else borrow_engine; fi
  id=$(import_image 2>"$folder/import") || fail "the test image can't be made: $(cat "$folder/import")"
  printf '%s\n%s\n' "$address" "$id" >"$folder/ready.new"
  mv "$folder/ready.new" "$folder/ready"
  while alive "$owner" && alive "$engine" && [ ! -e "$folder/stop" ]; do sleep 0.3; done
}

here=$(cd "$(dirname "$0")" && pwd -P)
case ${1-} in
  image) image_file ;;
  serve) serve "$2" "$3" ;;
  inside) folder=$2 address=$3 group=$4 && inside ;;
  *) sed -n 's/^#   //p' "$0" >&2; exit 2 ;;
esac
