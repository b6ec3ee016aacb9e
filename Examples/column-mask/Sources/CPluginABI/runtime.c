// What Swift's runtime asks a system for, and the walks that Swift holds.
#include "CPluginABI.h"
#include "internal.h"

static PluginTables *kept(PluginTables tables)
{
    PluginTables *const copy = (PluginTables *)(void *)plugin_take(sizeof tables);
    *copy = tables;
    return copy;
}

PluginTables *plugin_walk_query(const PluginQuery *query, size_t limit)
{
    return kept(plugin_query_tables(query, limit));
}

PluginTables *plugin_walk_sql(PluginText sql, size_t limit) { return kept(plugin_sql_tables(sql, limit)); }

bool plugin_walk_next(PluginTables *tables, PluginTable *table)
{
    enum { COST_KEPT_TABLE = 400 };
    tables->fuel -= COST_KEPT_TABLE;
    return plugin_tables_next(tables, table);
}

#ifdef __wasm__

// Nothing is freed: an instance of the module lives for one call.
int posix_memalign(void **out, size_t alignment, size_t size);
int posix_memalign(void **out, size_t alignment, size_t size)
{
    if (alignment > 16) return 22;
    *out = plugin_take(size);
    return 0;
}

void free(void *block);
void free(void *block) { (void)block; }

int memcmp(const void *left, const void *right, size_t size);
int memcmp(const void *left, const void *right, size_t size)
{
    const unsigned char *a = left, *b = right;
    for (; size > 0; size--, a++, b++)
        if (*a != *b) return *a - *b;
    return 0;
}

// A product of 128 bits: Swift's checked `*` on 64-bit integers.
__int128 __multi3(__int128 left, __int128 right);
__int128 __multi3(__int128 left, __int128 right)
{
    const uint64_t a = (uint64_t)left, b = (uint64_t)right;
    const uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
    const uint64_t low = a0 * b0;
    const uint64_t middle = (low >> 32) + (uint32_t)(a0 * b1) + (uint32_t)(a1 * b0);
    const uint64_t high = a1 * b1 + (a0 * b1 >> 32) + (a1 * b0 >> 32) + (middle >> 32) + a * (uint64_t)(right >> 64) +
        (uint64_t)(left >> 64) * b;
    return (__int128)((unsigned __int128)high << 64 | (middle << 32 | (uint32_t)low));
}

// The seed of Dictionary's and Set's hashing. Every call is a fresh instance; a fixed seed keeps calls repeatable.
void arc4random_buf(void *out, size_t size);
void arc4random_buf(void *out, size_t size)
{
    for (unsigned char *at = out; size > 0; size--) *at++ = 0x5a;
}

#endif
