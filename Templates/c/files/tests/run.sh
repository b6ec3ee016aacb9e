#!/bin/sh
# Compiles the plugin and the guest library for this machine, with checks for what C leaves undefined, and runs the
# tests. CC may name another compiler.
set -eu
cd "$(dirname "$0")/.."
mkdir -p build
"${CC:-clang}" -std=c11 -g -O1 -Wall -Wextra -Wpedantic -Wno-overlength-strings -fsanitize=address,undefined \
    -fno-sanitize-recover=all -fuse-ld=lld -o build/tests tests/*.c plugin.c sdk/guest.c sdk/sql.c
ASAN_OPTIONS=detect_leaks=0 build/tests
