#!/bin/sh
# Writes SHA256SUMS of every file in FOLDER, into it.
# usage: sha-manifest.sh FOLDER
set -eu
cd "$1"
set -- *
sha256sum -- "$@" >SHA256SUMS
sha256sum --check --strict --quiet -- SHA256SUMS
wc -l <SHA256SUMS
