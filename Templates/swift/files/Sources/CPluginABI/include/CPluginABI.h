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

// Looking at 16 bytes at once. Fuel is charged an instruction, and one of these does the work of sixteen. Each function
// reads the 16 bytes at `at` and answers with a bit a byte, the lowest for the first.

#define INLINE static inline __attribute__((always_inline))
typedef uint8_t bytes16 __attribute__((vector_size(16)));
typedef uint8_t bytes16_anywhere __attribute__((vector_size(16), aligned(1), may_alias));

INLINE bytes16 load16(const void *at) { return *(const bytes16_anywhere *)at; }

INLINE uint32_t top_bits(bytes16 bytes) {
#if defined(__wasm_simd128__)
    return (uint32_t)__builtin_wasm_bitmask_i8x16((__attribute__((vector_size(16))) signed char)bytes);
#else
    uint32_t bits = 0;
    for (int i = 0; i < 16; i++) bits |= (uint32_t)(bytes[i] >> 7) << i;
    return bits;
#endif
}

// Which bytes are `byte`.
INLINE uint32_t bytes_equal(const void *at, uint8_t byte) { return top_bits((bytes16)(load16(at) == byte)); }

// Which bytes are `one` or `other`.
INLINE uint32_t bytes_equal_either(const void *at, uint8_t one, uint8_t other) {
    bytes16 bytes = load16(at);
    return top_bits((bytes16)(bytes == one) | (bytes16)(bytes == other));
}

// Whether one of 32 bytes is `one` or `other`.
INLINE _Bool either_is_in_32(const void *at, uint8_t one, uint8_t other) {
    bytes16 low = load16(at), high = load16((const uint8_t *)at + 16);
    bytes16 found = (bytes16)(low == one) | (bytes16)(low == other) | (bytes16)(high == one) | (bytes16)(high == other);
#if defined(__wasm_simd128__)
    return __builtin_wasm_any_true_v128((__attribute__((vector_size(16))) signed char)found);
#else
    return top_bits(found) != 0;
#endif
}

// Copies 16 bytes, and answers which of them are `one` or `other`.
INLINE uint32_t copy_and_find(void *to, const void *from, uint8_t one, uint8_t other) {
    bytes16 bytes = load16(from);
    *(bytes16_anywhere *)to = bytes;
    return top_bits((bytes16)(bytes == one) | (bytes16)(bytes == other));
}

// What bytes are, by two tables for their low and their high halves: the bits that both have are the byte's kinds.
INLINE bytes16 kinds_of(bytes16 bytes, bytes16 low, bytes16 high) {
    bytes16 low_half = bytes & 15, high_half = bytes >> 4;
#if defined(__wasm_simd128__)
    typedef signed char lanes __attribute__((vector_size(16)));
    return (bytes16)__builtin_wasm_swizzle_i8x16((lanes)low, (lanes)low_half)
        & (bytes16)__builtin_wasm_swizzle_i8x16((lanes)high, (lanes)high_half);
#else
    bytes16 kinds;
    for (int i = 0; i < 16; i++) kinds[i] = low[low_half[i]] & high[high_half[i]];
    return kinds;
#endif
}

// Of the 64 bytes at `at`: which belong to a word, digits and $ apart; and, in `marks`, which are letters that keywords
// begin with, or one of _ $ " ' ( ) , - / ; [ ].
INLINE uint64_t sql_words_and_marks(const void *at, uint64_t *marks) {
    // 16, 32: letters that keywords begin with, and _     64: other letters     128: above ASCII
    // 1: ;     2: $ " ' ( ) , - /     4: [ ]
    const bytes16 low = {160, 192, 226, 224, 178, 176, 176, 178, 210, 210, 208, 149, 146, 150, 144, 178};
    const bytes16 high = {0, 0, 2, 1, 80, 100, 80, 96, 128, 128, 128, 128, 128, 128, 128, 128};
    uint64_t words = 0, found = 0;
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) {
        bytes16 kinds = kinds_of(load16((const uint8_t *)at + 16 * i), low, high);
        words |= (uint64_t)top_bits((bytes16)(kinds >= 16)) << 16 * i;
        found |= (uint64_t)top_bits((bytes16)((kinds & 55) != 0)) << 16 * i;
    }
    *marks = found;
    return words;
}

// Which bytes belong to a word.
INLINE uint32_t sql_words(const void *at) {
    // 1: @ to O and ` to o, without @ and `     2: P to Z and p to z     4: digits     8: above ASCII     16: _     32: $
    const bytes16 low = {14, 15, 15, 15, 47, 15, 15, 15, 15, 15, 11, 9, 9, 9, 9, 25};
    const bytes16 high = {0, 0, 32, 4, 1, 18, 1, 2, 8, 8, 8, 8, 8, 8, 8, 8};
    return top_bits((bytes16)(kinds_of(load16(at), low, high) != 0));
}

// Which bytes are neither a blank nor another white space.
INLINE uint32_t sql_not_space(const void *at) {
    bytes16 bytes = load16(at);
    return ~top_bits((bytes16)(bytes == 32) | (bytes16)((bytes16)(bytes - 9) < 5)) & 0xFFFF;
}

// Which bytes may begin a name, or are one of ; & and backslash: with the bit set that makes letters small, the byte
// must be `first`, and the one `distance` behind it `last`.
INLINE uint32_t sql_may_begin(const void *at, intptr_t distance, uint8_t first, uint8_t last) {
    bytes16 bytes = load16(at), behind = load16((const uint8_t *)at + distance);
    return top_bits(
        ((bytes16)((bytes | 32) == first) & (bytes16)((behind | 32) == last)) | (bytes16)(bytes == ';')
        | (bytes16)(bytes == '&') | (bytes16)(bytes == '\\'));
}

// What each byte is in SQL: 1 when a word may go on with it, 2 when one may begin with it, 4 when it is white space.
extern const uint8_t sql_bytes[256];
INLINE _Bool sql_continues_word(uint8_t byte) { return sql_bytes[byte] & 1; }
INLINE _Bool sql_begins_word(uint8_t byte) { return sql_bytes[byte] & 2; }
INLINE _Bool sql_is_space(uint8_t byte) { return sql_bytes[byte] & 4; }

// The inside of a JSON string with its escapes resolved.
typedef struct {
    // The quote that ends the string; NULL when there is none, or when the text would be too large.
    const uint8_t *end;
    // Where the text ends, and how many escapes there were.
    uint8_t *out;
    int32_t escapes;
} json_text;

// Resolves the escapes from `at` to the quote that ends the string, before `limit`. The text may take `room` units: a
// byte is one, an escape `units`; 16 bytes more are written at `out` than that, at the most.
json_text json_unescape(const uint8_t *at, const uint8_t *limit, uint8_t *out, int32_t room, int32_t units);

// The number of the keyword at `place`, in capitals or not; the number of keywords when there is none. It reads 13 bytes.
uint8_t sql_keyword(const void *place);
