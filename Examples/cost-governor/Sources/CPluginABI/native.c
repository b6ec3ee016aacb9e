// The host's functions as `swift test` sees them: the same return codes and caps, on this machine. Every thread has a
// store of its own, so that tests running side by side don't meet in it.
#include "CPluginABI.h"

#ifndef __wasm__
#include <stdlib.h>
#include <string.h>

enum { MOST_KEYS = 1024, MOST_BYTES = 65536 };

typedef struct {
    char *key, *value;
    size_t key_size, value_size;
} Entry;
static _Thread_local Entry entries[MOST_KEYS];
static _Thread_local size_t entry_count;

// guest.c declares these, too.
char *plugin_host_take(size_t size);
int32_t plugin_host_kv_get(const char *key, size_t key_size, char *out, int32_t room);
int32_t plugin_host_kv_set(const char *key, size_t key_size, const char *value, size_t value_size);
int32_t plugin_host_kv_delete(const char *key, size_t key_size);
int32_t plugin_host_sha256_hex(const char *input, size_t size, char *out);

// Not freed, as in the module.
char *plugin_host_take(size_t size)
{
    char *const block = malloc(size + 1);
    if (!block) abort();
    return block;
}

static char *copy(const char *from, size_t size) { return memcpy(plugin_host_take(size), from, size); }

// The place of a key; that of the next one when there is none.
static size_t place_of(const char *key, size_t size)
{
    size_t place = 0;
    while (place < entry_count && (entries[place].key_size != size || memcmp(entries[place].key, key, size) != 0))
        place++;
    return place;
}

static void release(const Entry *entry)
{
    free(entry->key);
    free(entry->value);
}

int32_t plugin_host_kv_get(const char *key, size_t key_size, char *out, int32_t room)
{
    const size_t place = place_of(key, key_size);
    if (place == entry_count) return -1;
    const Entry *const entry = &entries[place];
    if (room < 0 || entry->value_size > (size_t)room) return -2;
    memcpy(out, entry->value, entry->value_size);
    return (int32_t)entry->value_size;
}

int32_t plugin_host_kv_set(const char *key, size_t key_size, const char *value, size_t value_size)
{
    if (key_size > MOST_BYTES || value_size > MOST_BYTES) return -1;
    const size_t place = place_of(key, key_size);
    if (place == MOST_KEYS) return -1;
    const Entry entry = {copy(key, key_size), copy(value, value_size), key_size, value_size};
    if (place == entry_count)
        entry_count++;
    else
        release(&entries[place]);
    entries[place] = entry;
    return 0;
}

int32_t plugin_host_kv_delete(const char *key, size_t key_size)
{
    const size_t place = place_of(key, key_size);
    if (place < entry_count) {
        release(&entries[place]);
        entries[place] = entries[--entry_count];
    }
    return 0;
}

void plugin_host_clear(void)
{
    while (entry_count > 0) release(&entries[--entry_count]);
}

// SHA-256, FIPS 180-4.

static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotated(uint32_t x, int n) { return x >> n | x << (32 - n); }

static void add_block(uint32_t state[8], const unsigned char *data)
{
    uint32_t w[64], s[8];
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)data[4 * i] << 24 | (uint32_t)data[4 * i + 1] << 16 | (uint32_t)data[4 * i + 2] << 8 |
            data[4 * i + 3];
    for (int i = 16; i < 64; i++)
        w[i] = w[i - 16] + w[i - 7] + (rotated(w[i - 15], 7) ^ rotated(w[i - 15], 18) ^ w[i - 15] >> 3) +
            (rotated(w[i - 2], 17) ^ rotated(w[i - 2], 19) ^ w[i - 2] >> 10);
    memcpy(s, state, sizeof s);
    for (int i = 0; i < 64; i++) {
        uint32_t t1 = s[7] + (rotated(s[4], 6) ^ rotated(s[4], 11) ^ rotated(s[4], 25)) +
            ((s[4] & s[5]) ^ (~s[4] & s[6])) + round_constants[i] + w[i];
        uint32_t t2 = (rotated(s[0], 2) ^ rotated(s[0], 13) ^ rotated(s[0], 22)) +
            ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
        memmove(s + 1, s, 7 * sizeof *s);
        s[4] += t1;
        s[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++) state[i] += s[i];
}

int32_t plugin_host_sha256_hex(const char *input, size_t size, char *out)
{
    uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    const unsigned char *data = (const unsigned char *)input;
    size_t left = size;
    for (; left >= 64; left -= 64, data += 64) add_block(state, data);
    unsigned char tail[128] = {0};
    memcpy(tail, data, left);
    tail[left] = 0x80;
    const size_t tail_size = left < 56 ? 64 : 128;
    for (size_t i = 0; i < 8; i++) tail[tail_size - 1 - i] = (unsigned char)((uint64_t)size * 8 >> 8 * i);
    for (size_t at = 0; at < tail_size; at += 64) add_block(state, tail + at);
    for (int i = 0; i < 64; i++) out[i] = "0123456789abcdef"[state[i / 8] >> (28 - 4 * (i % 8)) & 15];
    return 64;
}
#endif
