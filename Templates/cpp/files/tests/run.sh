#!/bin/sh
# Compiles the plugin and the guest library for this machine, with checks for what C++ leaves undefined, and runs the
# tests. CC and CXX may name other compilers.
set -eu
cd "$(dirname "$0")/.."
mkdir -p build
set -- -g -O1 -Wall -Wextra -Wpedantic -fsanitize=address,undefined -fno-sanitize-recover=all
for file in tests/main.c sdk/guest.c sdk/sql.c; do
    "${CC:-clang}" "$@" -std=c11 -c "$file" -o "build/$(basename "$file").o"
done
"${CXX:-clang++}" "$@" -std=c++20 -fno-exceptions -fno-rtti -fuse-ld=lld -o build/tests tests/*.cpp plugin.cpp build/*.c.o
ASAN_OPTIONS=detect_leaks=0 build/tests
