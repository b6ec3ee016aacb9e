// What the parts of the guest library share. Nothing here is for plugins.
#ifndef PLUGIN_INTERNAL_H
#define PLUGIN_INTERNAL_H

#include "plugin.h"

// Not worth a copy at each place of use.
#define PLUGIN_SHARED __attribute__((noinline))

#ifdef __wasm_simd128__
#include <wasm_simd128.h>

// Keeps the compiler from knowing what a variable holds.
#define PLUGIN_KEPT(variable) __asm__("" : "+r"(variable))

// A byte in all 16 places: three bytes of code, where a constant vector takes eighteen at each use.
static inline v128_t plugin_splat(char c)
{
    PLUGIN_KEPT(c);
    return wasm_i8x16_splat(c);
}
#endif

// Room on the heap. There is always some: without memory the call ends, which the host logs.
char *plugin_take(size_t size);
// Gives back what was taken last and not used: only the first `used` of its `size` bytes stay.
void plugin_keep(char *block, size_t size, size_t used);

static inline void plugin_copy(char *to, const char *from, size_t size)
{
    if (size > 0) __builtin_memcpy(to, from, size);
}

// The first byte at or after `at` that is `a` or `b`; `end` when there is none.
const char *plugin_find(const char *at, const char *end, char a, char b);

// The first byte at or after `at` that is no space, nor any other control character.
const char *plugin_past_space(const char *at, const char *end);

// The place behind the last byte before `at`, not before `from`, that is no space.
const char *plugin_before_space(const char *at, const char *from);

// Whether the bytes are the same; with `fold`, A to Z are a to z.
bool plugin_same(const char *a, const char *b, size_t size, bool fold);

static inline char plugin_fold(char c) { return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c; }
static inline bool plugin_is_digit(char c) { return c >= '0' && c <= '9'; }

// The value of the member of this name of the object that begins the field; with `fold`, A to Z are a to z.
PluginField plugin_member(PluginField object, PluginText name, bool fold);
// The whole number that a value is; 0 for any other.
int64_t plugin_number(PluginField field);
bool plugin_is_true(PluginField field);

// What a hex digit stands for; more than 15 when it is none.
uint32_t plugin_hex_digit(char c);

// A code point in UTF-8. Gives the place after it.
char *plugin_put_utf8(char *to, uint32_t code);

// How much fuel an SQL text may take under a limit in bytes: for 65,536 of them, 1,000,000 less what the rest of a call
// needs.
static inline int32_t plugin_fuel(size_t limit) { return limit < (1 << 26) ? (int32_t)limit * 14 + 24000 : INT32_MAX; }

// The SQL of a query, decoded, if it is not beyond the limit; `fuel` is what may still be spent on it, about.
PluginText plugin_examined_sql(const PluginQuery *query, size_t limit, int32_t *fuel);

#endif
