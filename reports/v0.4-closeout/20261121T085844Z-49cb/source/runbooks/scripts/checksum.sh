#!/bin/sh
# A second opinion on a file's sha256: coreutils writes SHA256SUMS beside OUT and reads it back.
# usage: checksum.sh FOLDER FILE OUT
set -eu
cd "$1"
sha256sum -- "$2" > "$3/SHA256SUMS"
sha256sum --check --strict -- "$3/SHA256SUMS"
