#pragma once
#include <stddef.h>
#include <stdint.h>

#if defined(__wasm__)
#define HOST_FUNCTION(NAME) __attribute__((import_module("env"), import_name(#NAME)))
#else
#define HOST_FUNCTION(NAME)
#endif

// The only functions the host offers. Anything else a module imports keeps it from being loaded.

// The bytes written; -1 when there is no such key, -2 when `out_max` is too small for the value.
HOST_FUNCTION(kv_get)
int32_t kv_get(const void *key, int32_t key_len, void *out, int32_t out_max);
// 0, or -1 when a cap was hit: 65,536 bytes a key or value, 1,024 keys a plugin.
HOST_FUNCTION(kv_set)
int32_t kv_set(const void *key, int32_t key_len, const void *value, int32_t value_len);
// 0, whether or not there was such a key.
HOST_FUNCTION(kv_delete)
int32_t kv_delete(const void *key, int32_t key_len);
// 64, having written so many lowercase hex digits; -1 when the range is not in memory.
HOST_FUNCTION(sha256_hex)
int32_t sha256_hex(const void *in, int32_t in_len, void *out);

#if !defined(__wasm__)
// Empties this thread's store, which stands in for the host's under `swift test`.
void kv_clear(void);
#endif
