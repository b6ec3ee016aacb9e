// Calls of a plugin's hook through wasmtime's C API and nothing else: the yardstick of `pdk bench`.
#ifndef CBARELOOP_H
#define CBARELOOP_H

#include <stddef.h>
#include <stdint.h>

// What a loop calls; the module imports nothing.
typedef struct bare_loop {
    const char *library;
    const uint8_t *module;
    size_t module_size;
    // A result hook's export.
    const char *hook;
    const uint8_t *input;
    size_t input_size;
} bare_loop;

// Calls the hook for `seconds`, or until `capacity` calls are made, and writes the nanoseconds of each call. Returns how
// many were made; 0 when something failed.
size_t bare_loop_run(const bare_loop *loop, double seconds, uint64_t *nanoseconds, size_t capacity);

#endif
