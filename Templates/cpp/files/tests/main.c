// Runs all tests, and stands in for the host: memory, the key-value store, SHA-256.
#include "test.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures, count;

void test_expect(bool holds, const char *what, const char *file, int line)
{
    count++;
    if (holds) return;
    failures++;
    printf("%s:%d: error: not so: %s\n", file, line, what);
}

void test_expect_text(PluginText actual, PluginText expected, const char *what, const char *file, int line)
{
    count++;
    if (actual.bytes && plugin_text_is(actual, expected)) return;
    failures++;
    printf(
        "%s:%d: error: %s is \"%.*s\", not \"%.*s\"\n", file, line, what, (int)actual.size,
        actual.bytes ? actual.bytes : "", (int)expected.size, expected.bytes);
}

static void run(const char *name, void (*test)(void))
{
    const int before = failures;
    test_reset();
    test();
    if (failures > before) printf("failed: %s\n", name);
}

int main(void)
{
    sdk_tests(run);
    plugin_tests(run);
    test_reset();
    printf("%d checks, %d failed\n", count, failures);
    return failures > 0;
}

// --- memory: each block by itself, so that a step over its end is noticed
// ----------------------------------------------

static void **blocks;
static size_t block_count;

static void *block(size_t size)
{
    void *const memory = malloc(size);
    blocks = realloc(blocks, (block_count + 1) * sizeof *blocks);
    if (!blocks || (size > 0 && !memory)) abort();
    blocks[block_count++] = memory;
    return memory;
}

char *plugin_host_take(size_t size) { return block(size); }

PluginText test_query(const char *sql)
{
    static const char before[] = "{\"query\":\"", after[] = "\",\"tables\":[],\"is_read_only\":true}";
    const size_t size = strlen(sql);
    char *const text = block(2 * size + sizeof before + sizeof after);
    char *to = text;
    to += sprintf(to, "%s", before);
    for (; *sql; sql++) {
        if (*sql == '"' || *sql == '\\') *to++ = '\\';
        if (*sql == '\n') *to++ = '\\';
        *to++ = *sql == '\n' ? 'n' : *sql;
    }
    to += sprintf(to, "%s", after);
    char *const exact = block((size_t)(to - text));
    memcpy(exact, text, (size_t)(to - text));
    return plugin_text_between(exact, exact + (to - text));
}

// --- the store
// ---------------------------------------------------------------------------------------------------------

static struct {
    PluginText key, value;
} store[1024];
static size_t store_count;

void test_reset(void)
{
    store_count = 0;
    while (block_count > 0) free(blocks[--block_count]);
    free(blocks);
    blocks = NULL;
}

static PluginText copy(const char *bytes, size_t size)
{
    char *const memory = block(size);
    if (size > 0) memcpy(memory, bytes, size);
    return (PluginText){memory, size};
}

static size_t place_of(const char *key, size_t size)
{
    size_t place = 0;
    while (place < store_count && !plugin_text_is(store[place].key, ((PluginText){key, size}))) place++;
    return place;
}

int32_t plugin_host_kv_get(const char *key, size_t key_size, char *out, int32_t room)
{
    const size_t place = place_of(key, key_size);
    if (place == store_count) return -1;
    if ((int64_t)store[place].value.size > room) return -2;
    if (store[place].value.size > 0) memcpy(out, store[place].value.bytes, store[place].value.size);
    return (int32_t)store[place].value.size;
}

int32_t plugin_host_kv_set(const char *key, size_t key_size, const char *value, size_t value_size)
{
    const size_t place = place_of(key, key_size);
    if (key_size > 65536 || value_size > 65536 || place == 1024) return -1;
    if (place == store_count) store[store_count++].key = copy(key, key_size);
    store[place].value = copy(value, value_size);
    return 0;
}

int32_t plugin_host_kv_delete(const char *key, size_t key_size)
{
    const size_t place = place_of(key, key_size);
    if (place < store_count) store[place] = store[--store_count];
    return 0;
}

// --- SHA-256 (FIPS 180-4)
// ----------------------------------------------------------------------------------------------

static uint32_t turned(uint32_t word, int by) { return word >> by | word << (32 - by); }

int32_t plugin_host_sha256_hex(const char *input, size_t size, char *out)
{
    // The fractions of the cube roots of the first 64 primes, and of the square roots of the first eight.
    static const uint32_t constants[64] = {
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    };
    uint32_t state[8] = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    };
    const size_t padded = (size + 9 + 63) / 64 * 64;
    unsigned char *const message = block(padded);
    memset(message, 0, padded);
    if (size > 0) memcpy(message, input, size);
    message[size] = 0x80;
    for (int byte = 0; byte < 8; byte++)
        message[padded - 1 - (size_t)byte] = (unsigned char)((uint64_t)size * 8 >> (8 * byte));
    for (size_t chunk = 0; chunk < padded; chunk += 64) {
        uint32_t words[64], now[8];
        for (int index = 0; index < 16; index++) {
            const unsigned char *const at = message + chunk + 4 * index;
            words[index] = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
        }
        for (int index = 16; index < 64; index++) {
            const uint32_t a = words[index - 15], b = words[index - 2];
            words[index] = words[index - 16] + (turned(a, 7) ^ turned(a, 18) ^ a >> 3) + words[index - 7] +
                (turned(b, 17) ^ turned(b, 19) ^ b >> 10);
        }
        memcpy(now, state, sizeof now);
        for (int index = 0; index < 64; index++) {
            const uint32_t a = now[0], e = now[4];
            const uint32_t one = now[7] + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) +
                ((e & now[5]) ^ (~e & now[6])) + constants[index] + words[index];
            const uint32_t two =
                (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & now[1]) ^ (a & now[2]) ^ (now[1] & now[2]));
            memmove(now + 1, now, 7 * sizeof *now);
            now[4] += one;
            now[0] = one + two;
        }
        for (int index = 0; index < 8; index++) state[index] += now[index];
    }
    for (int index = 0; index < 64; index++)
        out[index] = "0123456789abcdef"[state[index / 8] >> (28 - 4 * (index % 8)) & 15];
    return 64;
}
