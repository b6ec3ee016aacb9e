// The guest library, except for what reads SQL. It needs no libc: the host's four functions and memory are all there
// is.
#include "internal.h"

#ifdef __wasm__
#define PLUGIN_HOST(name) __attribute__((import_module("env"), import_name(#name)))
#else
#define PLUGIN_HOST(name)
#endif

// What the host offers; natively, what tests/host.c does in its place.
PLUGIN_HOST(kv_get) int32_t plugin_host_kv_get(const char *key, size_t key_size, char *out, int32_t room);
PLUGIN_HOST(kv_set)
int32_t plugin_host_kv_set(const char *key, size_t key_size, const char *value, size_t value_size);
PLUGIN_HOST(kv_delete) int32_t plugin_host_kv_delete(const char *key, size_t key_size);
PLUGIN_HOST(sha256_hex) int32_t plugin_host_sha256_hex(const char *input, size_t size, char *out);

static const PluginText missing = {NULL, 0};

// --- memory ----------------------------------------------------------------------------------------------------------

#ifdef __wasm__

// The heap begins above data and stack, and only its top moves: an instance of the plugin lives for one call.
enum { PAGE = 1 << 16, GRAIN = 16, MOST = 1 << 30 };

extern char __heap_base;
static char *heap_top = &__heap_base;

static char *extend(size_t size)
{
    char *const start = (char *)(((uintptr_t)heap_top + GRAIN - 1) & ~(uintptr_t)(GRAIN - 1));
    if (size > MOST) return NULL;
    const size_t end = (uintptr_t)start + size, here = __builtin_wasm_memory_size(0) * PAGE;
    if (end > here && __builtin_wasm_memory_grow(0, (end - here + PAGE - 1) / PAGE) == (size_t)-1) return NULL;
    heap_top = start + size;
    return start;
}

__attribute__((export_name("alloc"))) void *plugin_alloc(size_t size);
void *plugin_alloc(size_t size) { return extend(size); }

__attribute__((export_name("dealloc"))) void plugin_dealloc(char *block, size_t size);
void plugin_dealloc(char *block, size_t size)
{
    if (block >= &__heap_base && block + size == heap_top) heap_top = block;
}

char *plugin_take(size_t size)
{
    char *const start = extend(size);
    if (!start) __builtin_trap();
    return start;
}

void plugin_keep(char *block, size_t size, size_t used)
{
    if (block + size == heap_top) heap_top = block + used;
}

#else

// From tests/host.c.
char *plugin_host_take(size_t size);
char *plugin_take(size_t size) { return plugin_host_take(size); }
void plugin_keep(char *block, size_t size, size_t used) { (void)block, (void)size, (void)used; }

#endif

// --- bytes -----------------------------------------------------------------------------------------------------------

const char *plugin_find(const char *at, const char *end, char a, char b)
{
#ifdef __wasm_simd128__
    for (; end - at >= 16; at += 16) {
        const v128_t bytes = wasm_v128_load(at);
        const uint32_t found = wasm_i8x16_bitmask(
            wasm_v128_or(wasm_i8x16_eq(bytes, wasm_i8x16_splat(a)), wasm_i8x16_eq(bytes, wasm_i8x16_splat(b))));
        if (found) return at + __builtin_ctz(found);
    }
#endif
    while (at < end && *at != a && *at != b) at++;
    return at;
}

const char *plugin_past_space(const char *at, const char *end)
{
#ifdef __wasm_simd128__
    // Most gaps are short.
    if (end - at >= 2 && (unsigned char)*at <= ' ') at++;
    if (end - at >= 1 && (unsigned char)*at > ' ') return at;
    for (; end - at >= 16; at += 16) {
        const uint32_t found = wasm_i8x16_bitmask(wasm_u8x16_gt(wasm_v128_load(at), plugin_splat(' ')));
        if (found) return at + __builtin_ctz(found);
    }
#endif
    while (at < end && (unsigned char)*at <= ' ') at++;
    return at;
}

const char *plugin_before_space(const char *at, const char *from)
{
#ifdef __wasm_simd128__
    if (at > from && (unsigned char)at[-1] > ' ') return at;
    for (; at - from >= 16; at -= 16)
        if (wasm_v128_any_true(wasm_u8x16_gt(wasm_v128_load(at - 16), plugin_splat(' ')))) break;
#endif
    while (at > from && (unsigned char)at[-1] <= ' ') at--;
    return at;
}

bool plugin_same(const char *a, const char *b, size_t size, bool fold)
{
    for (; size > 0; a++, b++, size--)
        if (*a != *b && !(fold && plugin_fold(*a) == plugin_fold(*b))) return false;
    return true;
}

uint32_t plugin_hex_digit(char c)
{
    const unsigned letter = (unsigned char)((c | 32) - 'a');
    return letter < 6 ? letter + 10 : (unsigned char)(c - '0') < 10 ? (uint32_t)(c - '0') : 16;
}

char *plugin_put_utf8(char *to, uint32_t code)
{
    // Half a surrogate pair and what is beyond the last character are no characters.
    if (code >> 11 == 0x1B || code > 0x10FFFF) code = 0xFFFD;
    const int more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    *to++ = (char)(code >> 6 * more | (more ? 0xF0u << (3 - more) : 0));
    for (int left = more; left-- > 0;) *to++ = (char)(0x80 | (code >> 6 * left & 0x3F));
    return to;
}

// --- texts -----------------------------------------------------------------------------------------------------------

PluginText plugin_text_from(const char *zero_terminated)
{
    const char *end = zero_terminated;
    while (end && *end) end++;
    return plugin_text_between(zero_terminated, end);
}

static bool equal(PluginText a, PluginText b, bool fold)
{
    return a.bytes && b.bytes && a.size == b.size && plugin_same(a.bytes, b.bytes, a.size, fold);
}

bool plugin_text_is_(PluginText a, PluginText b) { return equal(a, b, false); }
bool plugin_text_is_ignoring_case_(PluginText a, PluginText b) { return equal(a, b, true); }

bool plugin_text_starts_with_(PluginText text, PluginText start)
{
    return text.size >= start.size && equal((PluginText){text.bytes, start.size}, start, false);
}

// The place of `part` in `text`; NULL when it is not there.
static const char *place_of(PluginText text, PluginText part)
{
    if (!text.bytes || !part.bytes || part.size > text.size) return NULL;
    if (part.size == 0) return text.bytes;
    const char *const end = text.bytes + (text.size - part.size) + 1;
    for (const char *at = text.bytes;; at++) {
        at = plugin_find(at, end, *part.bytes, *part.bytes);
        if (at == end) return NULL;
        if (plugin_same(at, part.bytes, part.size, false)) return at;
    }
}

bool plugin_text_includes_(PluginText text, PluginText part) { return place_of(text, part) != NULL; }

PluginText plugin_text_join_(PluginText separator, const PluginText *parts, size_t count)
{
    size_t size = count > 0 ? (count - 1) * separator.size : 0;
    for (size_t index = 0; index < count; index++) size += parts[index].size;
    char *const start = plugin_take(size), *to = start;
    for (size_t index = 0; index < count; index++) {
        if (index > 0) plugin_copy(to, separator.bytes, separator.size), to += separator.size;
        plugin_copy(to, parts[index].bytes, parts[index].size), to += parts[index].size;
    }
    return plugin_text_between(start, to);
}

bool plugin_text_split_next_(PluginText *rest, PluginText separator, PluginText *part)
{
    if (!rest->bytes) return false;
    const char *const end = rest->bytes + rest->size,
                      *const at = separator.size > 0 ? place_of(*rest, separator) : NULL;
    *part = plugin_text_between(rest->bytes, at ? at : end);
    *rest = at ? plugin_text_between(at + separator.size, end) : missing;
    return true;
}

PluginText plugin_text_replace_(PluginText text, size_t from, size_t to, PluginText with)
{
    if (to > text.size) to = text.size;
    if (from > to) from = to;
    return plugin_text_concat(((PluginText){text.bytes, from}), with, ((PluginText){text.bytes + to, text.size - to}));
}

PluginText plugin_text_from_int(int64_t number)
{
    char *const start = plugin_take(20), *at = start + 20;
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
    do *--at = (char)('0' + rest % 10);
    while (rest /= 10);
    if (number < 0) *--at = '-';
    return plugin_text_between(at, start + 20);
}

bool plugin_text_to_int(PluginText text, int64_t *number)
{
    const char *at = text.bytes, *const end = at + text.size;
    const bool is_negative = at < end && *at == '-';
    const uint64_t most = (uint64_t)INT64_MAX + is_negative;
    uint64_t read = 0;
    at += is_negative;
    if (at == end) return false;
    for (; at < end; at++) {
        const unsigned digit = (unsigned char)(*at - '0');
        if (digit > 9 || read > (most - digit) / 10) return false;
        read = read * 10 + digit;
    }
    *number = (int64_t)(is_negative ? -read : read);
    return true;
}

// --- reading JSON ----------------------------------------------------------------------------------------------------

// The input is read from its beginning to what is asked for, and no further. What is not JSON ends the reading: the
// fields behind it are missing.

// Beyond this many bytes nothing behind a text is looked for: the fuel would not suffice.
enum { MOST_WALKED = 3 << 16 };

// Past the string that begins here, or the end. Whatever is in the string, 16 bytes cost about the same.
static PLUGIN_SHARED const char *past_string(const char *at, const char *end)
{
    uint32_t escaped = 0;
    at++;
#ifdef __wasm_simd128__
    for (; end - at >= 16; at += 16) {
        const v128_t bytes = wasm_v128_load(at);
        const v128_t quote = wasm_i8x16_eq(bytes, plugin_splat('"'));
        const v128_t slash = wasm_i8x16_eq(bytes, plugin_splat('\\'));
        if (!escaped && !wasm_v128_any_true(wasm_v128_or(quote, slash))) continue;
        // A run of backslashes that begins at an even bit escapes the odd ones: a borrow goes through all of the run.
        const uint32_t slashes = wasm_i8x16_bitmask(slash), odd = 0xAAAAAAAA, starts = slashes & ~escaped;
        const uint32_t ends = ((starts << 1 | odd) - starts) ^ odd;
        const uint32_t closing = wasm_i8x16_bitmask(quote) & ~(ends ^ (slashes | escaped));
        if (closing) return at + __builtin_ctz(closing) + 1;
        escaped = (ends & slashes) >> 15 & 1;
    }
#endif
    for (; at < end; at++) {
        if (!escaped && *at == '"') return at + 1;
        escaped = !escaped && *at == '\\';
    }
    return end;
}

static PLUGIN_SHARED bool is_word(char c) { return plugin_is_digit(c) || (unsigned char)((c | 32) - 'a') < 26; }

// Past the value that begins here.
static PLUGIN_SHARED const char *past_value(const char *at, const char *end)
{
    int depth = 0;
    do {
        at = plugin_past_space(at, end);
        if (at == end) break;
        const char c = *at;
        if (c == '"') {
            at = past_string(at, end);
            continue;
        }
        depth += (c == '{' || c == '[') - (c == '}' || c == ']');
        at++;
        if (c == '-' || is_word(c))
            while (at < end && (*at == '.' || *at == '+' || *at == '-' || is_word(*at))) at++;
    } while (depth > 0 && at < end);
    return at;
}

// How much of a string may be read: its size in bytes, where each one that JSON escapes counts `weight`, and the fuel
// for it, of which the rest is left here afterwards.
typedef struct {
    size_t most, weight;
    int32_t fuel;
} Bound;

// What stands behind a backslash, and what it means.
static const char unescaped[128] = {
    ['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t'};

// What four digits are; bytes that are no digits count as some.
static uint32_t hex4(const char *at)
{
    uint32_t digits;
    __builtin_memcpy(&digits, at, sizeof digits);
    digits = (digits & 0x0F0F0F0F) + (digits >> 6 & 0x01010101) * 9;
    digits *= 0x1001;
    return (digits & 0xFF00) | digits >> 24;
}

// A piece of a string that is being decoded: how far, how many escapes there were, and what ended it, if that is not
// its size.
typedef struct {
    const char *at;
    char *to;
    size_t escapes, steps;
    char mark; // '"' the string's end, '\\' not JSON
} Piece;

// A character beyond ASCII in a code, which the host never writes, takes the fuel of five other escapes.
enum { PIECE_BYTES = 2048, DEAR = 5, COST_READ_BYTE = 2, COST_PIECE = 200, COST_STEP = 50, COST_ESCAPE = 49 };

// Writes the character of a code, as `\u20ac`, or of a pair of them, which gives four bytes.
static PLUGIN_SHARED char *put_code(char *to, const char *at, const char *end)
{
    const uint32_t code = hex4(at + 2);
    if (code >> 10 == 0xD800 >> 10 && end - at > 12 && at[6] == '\\' && at[7] == 'u') {
        const uint32_t low = hex4(at + 8);
        if (low >> 10 == 0xDC00 >> 10) return plugin_put_utf8(to, (code << 10) + low - 0x35FDC00);
    }
    return plugin_put_utf8(to, code);
}

// Decodes up to `stop`, a byte at a time.
static void read_bytes(Piece *piece, const char *stop, const char *end)
{
    for (; piece->at < stop && !piece->mark; piece->steps++) {
        const char *const at = piece->at;
        if (*at == '"') {
            piece->mark = '"';
        } else if (*at != '\\') {
            *piece->to++ = *at;
            piece->at++;
        } else if (end - at < 3 || (at[1] == 'u' && end - at < 7)) {
            piece->mark = '\\';
        } else {
            piece->escapes++;
            if (at[1] == 'u') {
                char *const after = put_code(piece->to, at, end);
                piece->at += after - piece->to > 3 ? 12 : 6;
                piece->to = after;
            } else {
                *piece->to++ = unescaped[at[1] & 127];
                piece->at += 2;
            }
        }
    }
}

#ifdef __wasm_simd128__

// What a digit of a code means, by its last five bits.
static const char hex_values[32] = {[16] = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, [1] = 10, 11, 12, 13, 14, 15};

// Decodes up to `stop` or a little further. 32 bytes lie behind `stop`, and as many fit behind what is written.
static void read_piece(Piece *piece, const char *stop, const char *end)
{
    // A code of ASCII, as `\u001f`, and the bits that are not its value's. The host writes control characters so.
    const uint64_t code = 0x303030755C, bits = 0xF8FFFFFFFF;
    const char *at = piece->at;
    char *to = piece->to;
    size_t escapes = 0, steps = 0;
    while (at < stop) {
        // Up to the next quote or backslash.
        v128_t bytes = wasm_v128_load(at);
        const uint32_t marks = wasm_i8x16_bitmask(
            wasm_v128_or(wasm_i8x16_eq(bytes, plugin_splat('"')), wasm_i8x16_eq(bytes, plugin_splat('\\'))));
        const int count = __builtin_ctz(marks | 1 << 16);
        wasm_v128_store(to, bytes);
        steps++;
        at += count;
        to += count;
        if (!marks) continue;
        uint64_t next;
        __builtin_memcpy(&next, at, sizeof next);
        if ((next & 0xFF) == '"') {
            piece->mark = '"';
            break;
        }
        do {
            if ((next & bits) == code) {
                do {
                    *to++ = (char)(((uint32_t)(next >> 28) & 0x70) | (uint32_t)hex_values[(uint32_t)(next >> 40) & 31]);
                    at += 6;
                    escapes++;
                    // Or the pointer is added up anew in each turn.
                    PLUGIN_KEPT(at);
                    __builtin_memcpy(&next, at, sizeof next);
                } while ((next & bits) == code && at < stop);
                continue;
            }
            const char meant = unescaped[next >> 8 & 127];
            if (meant) {
                *to++ = meant;
                at += 2;
                escapes++;
            } else if (at[1] == 'u') {
                char *const after = put_code(to, at, end);
                at += after - to > 3 ? 12 : 6;
                to = after;
                escapes += DEAR;
            } else {
                piece->mark = '\\';
                stop = at;
            }
            PLUGIN_KEPT(at);
            __builtin_memcpy(&next, at, sizeof next);
        } while ((next & 0xFF) == '\\' && at < stop);
    }
    piece->escapes = escapes;
    piece->steps = steps;
    piece->at = at;
    piece->to = to;
}

#endif

// The text of a string, decoded; a missing one where it is not a string or goes beyond the bound. Without escapes it
// stays where it is.
static PLUGIN_SHARED PluginText read_string(PluginField field, Bound *bound)
{
    if (!field.at || field.at >= field.end || *field.at != '"') return missing;
    const char *const first = field.at + 1, *const end = field.end;
    const bool is_long = (size_t)(end - first) > bound->most;
    const char *const stop = is_long ? first + bound->most + 1 : end, *const at = plugin_find(first, stop, '"', '\\');
    int32_t fuel = bound->fuel - COST_PIECE - (int32_t)(at - first) * COST_READ_BYTE;
    if (at == stop || fuel < 0) return missing;
    if (*at == '"') {
        bound->fuel = fuel;
        return plugin_text_between(first, at);
    }
    // No text is larger than its JSON. A piece may reach beyond.
    const size_t room = (is_long ? bound->most : (size_t)(end - first)) + PIECE_BYTES + 64;
    char *const start = plugin_take(room);
    Piece piece = {first, start, 0, 0, 0};
    ptrdiff_t left = (ptrdiff_t)bound->most;
    while (piece.at < end && left >= 0 && fuel >= 0 && !piece.mark) {
        char *const before = piece.to;
        piece.escapes = piece.steps = 0;
#ifdef __wasm_simd128__
        const ptrdiff_t fit = end - piece.at - 32;
        if (fit > 0)
            read_piece(&piece, piece.at + (fit > PIECE_BYTES ? PIECE_BYTES : fit), end);
        else
#endif
            read_bytes(&piece, end - piece.at > PIECE_BYTES ? piece.at + PIECE_BYTES : end, end);
        fuel -= COST_PIECE + (int32_t)(piece.steps * COST_STEP + piece.escapes * COST_ESCAPE);
        left -= (piece.to - before) + (ptrdiff_t)(piece.escapes * (bound->weight - 1));
    }
    if (piece.mark != '"' || left < 0 || fuel < 0) return missing;
    bound->fuel = fuel;
    plugin_keep(start, room, (size_t)(piece.to - start));
    return plugin_text_between(start, piece.to);
}

bool plugin_field_exists(PluginField field)
{
    return field.at ? field.at < field.end && *field.at == '"' : field.end != NULL;
}

size_t plugin_field_size(PluginField field)
{
    if (!plugin_field_exists(field)) return 0;
    return field.at ? (size_t)(past_string(field.at, field.end) - field.at) - 2 : SIZE_MAX;
}

PluginText plugin_field_text_up_to(PluginField field, size_t max)
{
    Bound bound = {max, 1, INT32_MAX};
    const PluginText text = read_string(field, &bound);
    return text.size <= max ? text : missing;
}

PluginText plugin_field_beginning(PluginField field, size_t max)
{
    if (!field.at || !plugin_field_exists(field)) return missing;
    const char *at = field.at + 1, *const end = (size_t)(field.end - at) > max ? at + max : field.end;
    while (at < end && *at != '"') {
        const ptrdiff_t size = *at != '\\' ? 1 : end - at > 1 && at[1] == 'u' ? 6 : 2;
        if (end - at < size) break;
        at += size;
    }
    // A string of its own, which ends where no escape is cut.
    const PluginText quote = PLUGIN_TEXT("\"");
    const PluginText json = plugin_text_concat(plugin_text_between(field.at, at), quote);
    return plugin_field_text((PluginField){json.bytes, json.bytes + json.size});
}

PluginText plugin_field_text(PluginField field) { return plugin_field_text_up_to(field, SIZE_MAX / 4); }

PluginText plugin_examined_sql(const PluginQuery *query, size_t limit, int32_t *fuel)
{
    Bound bound = {limit, 4, plugin_fuel(limit)};
    const PluginText sql = read_string(plugin_query_sql(query), &bound);
    *fuel = bound.fuel;
    return sql;
}

// The value of the member of this name of the object that begins the field.
PLUGIN_SHARED PluginField plugin_member(PluginField object, PluginText name, bool fold)
{
    const char *at = object.at, *const end = object.end;
    if (!at) return object;
    // What is not found at the beginning of a long object is not known to be missing.
    const bool is_long = end - at > MOST_WALKED;
    const PluginField none = {NULL, is_long ? end : NULL};
    at = plugin_past_space(at, end);
    char next = '{';
    while (at < end && *at == next) {
        const char *const key = plugin_past_space(at + 1, end);
        if (key == end || *key != '"') return none;
        Bound bound = {4096, 1, INT32_MAX};
        const PluginText found = read_string((PluginField){key, end}, &bound);
        at = plugin_past_space(past_string(key, end), end);
        if (at == end || *at != ':') return none;
        at = plugin_past_space(at + 1, end);
        if (equal(found, name, fold)) return (PluginField){at, end};
        if (is_long) return none;
        at = plugin_past_space(past_value(at, end), end);
        next = ',';
    }
    return none;
}

bool plugin_list_next(PluginList *list, PluginField *field)
{
    const char *const end = list->rest.end;
    if (!list->rest.at) return false;
    for (;;) {
        const char *const at = plugin_past_space(list->rest.at, end);
        if (at == end || (*at != '[' && *at != ',')) return false;
        field->at = plugin_past_space(at + 1, end);
        if (field->at == end || *field->at == ']') return false;
        field->end = end;
        list->rest.at = past_value(field->at, end);
        if (plugin_field_exists(*field)) return true;
    }
}

bool plugin_is_true(PluginField field)
{
    return field.at && field.end - field.at >= 4 && plugin_same(field.at, "true", 4, false);
}

int64_t plugin_number(PluginField field)
{
    int64_t number = 0;
    if (field.at && !plugin_text_to_int(plugin_text_between(field.at, past_value(field.at, field.end)), &number))
        return 0;
    return number;
}

// --- what a hook is told ---------------------------------------------------------------------------------------------

#define MEMBER(object, name) plugin_member((object), PLUGIN_TEXT(name), false)

PluginQuery plugin_read_query(const char *input, size_t size) { return (PluginQuery){{input, input + size}}; }

PluginAuthenticateRequest plugin_read_request(const char *input, size_t size)
{
    return (PluginAuthenticateRequest){{input, input + size}};
}

PluginQuery plugin_read_outcome(const char *input, size_t size, PluginOutcome *outcome)
{
    const char *const end = input + size, *at = plugin_past_space(input, end);
    *outcome = (PluginOutcome){{NULL, NULL}};
    if (at == end || *at != '[') return (PluginQuery){{NULL, NULL}};
    const PluginQuery query = {{at + 1, end}};
    if (size > MOST_WALKED) {
        outcome->json.end = end;
        return query;
    }
    at = plugin_past_space(past_value(at + 1, end), end);
    if (at == end || *at != ',') return query;
    outcome->json.end = end;
    // No outcome is that long: each look for a field of it would go over all of it.
    if (end - at <= MOST_WALKED / 8) outcome->json.at = at + 1;
    return query;
}

PluginField plugin_query_sql(const PluginQuery *query) { return MEMBER(query->json, "query"); }
PluginField plugin_query_normalized(const PluginQuery *query) { return MEMBER(query->json, "normalized"); }
PluginList plugin_query_host_tables(const PluginQuery *query) { return (PluginList){MEMBER(query->json, "tables")}; }
bool plugin_query_host_is_read_only(const PluginQuery *query)
{
    return plugin_is_true(MEMBER(query->json, "is_read_only"));
}

static PluginField context(const PluginQuery *query, PluginText name)
{
    return plugin_member(MEMBER(query->json, "hook_context"), name, false);
}

PluginField plugin_query_request_id(const PluginQuery *query) { return context(query, PLUGIN_TEXT("request_id")); }
PluginField plugin_query_client_id(const PluginQuery *query) { return context(query, PLUGIN_TEXT("client_id")); }
PluginField plugin_query_identity(const PluginQuery *query) { return context(query, PLUGIN_TEXT("identity")); }
PluginField plugin_query_database(const PluginQuery *query) { return context(query, PLUGIN_TEXT("database")); }
PluginField plugin_query_branch(const PluginQuery *query) { return context(query, PLUGIN_TEXT("branch")); }

PluginField plugin_query_attribute_(const PluginQuery *query, PluginText name)
{
    return plugin_member(context(query, PLUGIN_TEXT("attributes")), name, false);
}

bool plugin_outcome_is_forwarded(const PluginOutcome *outcome)
{
    return plugin_is_true(MEMBER(outcome->json, "success"));
}

PluginField plugin_outcome_target_node(const PluginOutcome *outcome) { return MEMBER(outcome->json, "target_node"); }

int64_t plugin_outcome_elapsed_microseconds(const PluginOutcome *outcome)
{
    return plugin_number(MEMBER(outcome->json, "elapsed_us"));
}

int64_t plugin_outcome_response_bytes(const PluginOutcome *outcome)
{
    return plugin_number(MEMBER(outcome->json, "response_bytes"));
}

PluginField plugin_outcome_error(const PluginOutcome *outcome) { return MEMBER(outcome->json, "error"); }

PluginField plugin_authenticate_username(const PluginAuthenticateRequest *request)
{
    return MEMBER(request->json, "username");
}

PluginField plugin_authenticate_password(const PluginAuthenticateRequest *request)
{
    return MEMBER(request->json, "password");
}

PluginField plugin_authenticate_client_ip(const PluginAuthenticateRequest *request)
{
    return MEMBER(request->json, "client_ip");
}

PluginField plugin_authenticate_database(const PluginAuthenticateRequest *request)
{
    return MEMBER(request->json, "database");
}

PluginField plugin_authenticate_header_(const PluginAuthenticateRequest *request, PluginText name)
{
    return plugin_member(MEMBER(request->json, "headers"), name, true);
}

// --- writing JSON ----------------------------------------------------------------------------------------------------

// What `put_string` writes has at most this size: an escape takes six bytes.
static size_t string_room(PluginText text) { return text.size * 6 + 18; }

static char *put(char *to, PluginText text)
{
    plugin_copy(to, text.bytes, text.size);
    return to + text.size;
}

// Malformed UTF-8 becomes U+FFFD: an answer that is not UTF-8 is none to the host.
static PLUGIN_SHARED char *put_string(char *to, PluginText text)
{
    const char *at = text.bytes, *const end = at + text.size;
    *to++ = '"';
    while (at < end) {
#ifdef __wasm_simd128__
        if (end - at >= 16) {
            const v128_t bytes = wasm_v128_load(at);
            wasm_v128_store(to, bytes);
            // Signed: control characters and what is not ASCII are below the blank.
            const int run = __builtin_ctz(
                wasm_i8x16_bitmask(wasm_v128_or(
                    wasm_i8x16_lt(bytes, plugin_splat(' ')),
                    wasm_v128_or(wasm_i8x16_eq(bytes, plugin_splat('"')), wasm_i8x16_eq(bytes, plugin_splat('\\'))))) |
                1 << 16);
            at += run;
            to += run;
            if (run == 16) continue;
        }
#endif
        const unsigned char c = (unsigned char)*at++;
        if (c & 0x80) {
            // A character is written anew; if that gives other bytes, it was none.
            const ptrdiff_t more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : 1;
            uint32_t code = c & 0x3Fu >> more;
            if (end - at >= more) {
                for (ptrdiff_t index = 0; index < more; index++) code = code << 6 | (at[index] & 0x3F);
                char *const after = plugin_put_utf8(to, code);
                if (after - to == more + 1 && plugin_same(to, at - 1, (size_t)more + 1, false)) {
                    to = after;
                    at += more;
                    continue;
                }
            }
            to = plugin_put_utf8(to, 0xFFFD);
            continue;
        }
        if (c < ' ') {
            to = put(to, PLUGIN_TEXT("\\u00"));
            *to++ = (char)('0' + (c >> 4));
            *to++ = "0123456789abcdef"[c & 15];
            continue;
        }
        if (c == '"' || c == '\\') *to++ = '\\';
        *to++ = (char)c;
    }
    *to++ = '"';
    return to;
}

static char *put_literal(char *to, const char *literal)
{
    while (*literal) *to++ = *literal++;
    return to;
}

// --- what a hook answers ---------------------------------------------------------------------------------------------

// An answer with a text: `before` goes on behind the name of the action. A text that is not there is an empty one.
static PLUGIN_SHARED PluginText answer(const char *before, PluginText text)
{
    const size_t room = string_room(text) + 64;
    char *const start = plugin_take(room);
    char *const end = put_literal(put_string(put_literal(put_literal(start, "{\"action\":\""), before), text), "}");
    plugin_keep(start, room, (size_t)(end - start));
    return plugin_text_between(start, end);
}

PluginQueryDecision plugin_query_continue(void)
{
    return (PluginQueryDecision){PLUGIN_TEXT("{\"action\":\"continue\"}")};
}

PluginQueryDecision plugin_query_rewrite_(PluginText sql)
{
    return (PluginQueryDecision){answer("rewrite\",\"value\":", sql)};
}

PluginQueryDecision plugin_query_block_(PluginText reason)
{
    return (PluginQueryDecision){answer("block\",\"value\":", reason)};
}

PluginQueryDecision plugin_query_cached_raw_(PluginText bytes)
{
    const size_t room = bytes.size * 4 + 64;
    char *const start = plugin_take(room), *to = put_literal(start, "{\"action\":\"cached\",\"data\":[");
    for (size_t index = 0; index < bytes.size; index++) {
        const unsigned value = (unsigned char)bytes.bytes[index];
        if (index > 0) *to++ = ',';
        if (value >= 100) *to++ = (char)('0' + value / 100);
        if (value >= 10) *to++ = (char)('0' + value / 10 % 10);
        *to++ = (char)('0' + value % 10);
    }
    to = put_literal(to, "]}");
    plugin_keep(start, room, (size_t)(to - start));
    return (PluginQueryDecision){plugin_text_between(start, to)};
}

PluginQueryDecision plugin_query_cached(
    const PluginColumn *columns, size_t column_count, const PluginText *cells, size_t row_count)
{
    if (column_count == 0) return plugin_query_block("a cached result without columns");
    size_t room = 64;
    for (size_t index = 0; index < column_count; index++) room += string_room(columns[index].name) + 32;
    for (size_t index = 0; index < row_count * column_count; index++) room += string_room(cells[index]) + 8;
    char *const start = plugin_take(room + row_count * 4), *to = put_literal(start, "{\"columns\":[");
    for (size_t index = 0; index < column_count; index++) {
        to = put_literal(to, index > 0 ? ",{\"name\":" : "{\"name\":");
        to = put_literal(put_string(to, columns[index].name), ",\"oid\":");
        to = put_literal(put(to, plugin_text_from_int(columns[index].oid)), "}");
    }
    to = put_literal(to, "],\"rows\":[");
    for (size_t row = 0; row < row_count; row++) {
        to = put_literal(to, row > 0 ? ",[" : "[");
        for (size_t column = 0; column < column_count; column++, cells++) {
            if (column > 0) *to++ = ',';
            to = cells->bytes ? put_string(to, *cells) : put_literal(to, "null");
        }
        *to++ = ']';
    }
    to = put_literal(to, "]}");
    return plugin_query_cached_raw(plugin_text_between(start, to));
}

PluginAuthenticateDecision plugin_authenticate_success(const PluginIdentity *identity)
{
    size_t room = string_room(identity->user_id) + string_room(identity->username) + string_room(identity->tenant_id);
    for (size_t index = 0; index < identity->role_count; index++) room += string_room(identity->roles[index]) + 1;
    room += 128;
    char *const start = plugin_take(room), *to = start;
    to = put_string(put_literal(to, "{\"action\":\"success\",\"identity\":{\"user_id\":"), identity->user_id);
    to = put_string(put_literal(to, ",\"username\":"), identity->username);
    to = put_literal(to, ",\"roles\":[");
    for (size_t index = 0; index < identity->role_count; index++) {
        if (index > 0) *to++ = ',';
        to = put_string(to, identity->roles[index]);
    }
    to = put_literal(to, "],\"tenant_id\":");
    to = identity->tenant_id.bytes ? put_string(to, identity->tenant_id) : put_literal(to, "null");
    to = put_literal(to, "}}");
    plugin_keep(start, room, (size_t)(to - start));
    return (PluginAuthenticateDecision){plugin_text_between(start, to)};
}

PluginAuthenticateDecision plugin_authenticate_denied_(PluginText message)
{
    return (PluginAuthenticateDecision){answer("denied\",\"message\":", message)};
}

PluginAuthenticateDecision plugin_authenticate_defer(void)
{
    return (PluginAuthenticateDecision){PLUGIN_TEXT("{\"action\":\"defer\"}")};
}

PluginRouteDecision plugin_route_default(void)
{
    return (PluginRouteDecision){PLUGIN_TEXT("{\"action\":\"default\"}")};
}

PluginRouteDecision plugin_route_primary(void)
{
    return (PluginRouteDecision){PLUGIN_TEXT("{\"action\":\"primary\"}")};
}

PluginRouteDecision plugin_route_standby(void)
{
    return (PluginRouteDecision){PLUGIN_TEXT("{\"action\":\"standby\"}")};
}

PluginRouteDecision plugin_route_node_(PluginText name)
{
    return (PluginRouteDecision){answer("node\",\"target\":", name)};
}

PluginRouteDecision plugin_route_branch_(PluginText name)
{
    return (PluginRouteDecision){answer("branch\",\"target\":", name)};
}

PluginRouteDecision plugin_route_block_(PluginText reason)
{
    return (PluginRouteDecision){answer("block\",\"reason\":", reason)};
}

// --- what the host offers --------------------------------------------------------------------------------------------

PluginText plugin_kv_get_(PluginText key)
{
    // A value that does not fit is asked for again with more room, up to what the largest one needs by default and
    // beyond, as operators can raise that.
    for (int32_t room = 256; room <= 1 << 24; room <<= 8) {
        char *const out = plugin_take((size_t)room);
        const int32_t size = plugin_host_kv_get(key.bytes, key.size, out, room);
        plugin_keep(out, (size_t)room, size > 0 ? (size_t)size : 0);
        if (size >= 0) return (PluginText){out, (size_t)size};
        if (size != -2) break;
    }
    return missing;
}

bool plugin_kv_set_(PluginText key, PluginText value)
{
    return plugin_host_kv_set(key.bytes, key.size, value.bytes, value.size) == 0;
}

void plugin_kv_delete_(PluginText key) { plugin_host_kv_delete(key.bytes, key.size); }

bool plugin_kv_add_(PluginText key, int64_t amount, int64_t *sum)
{
    const PluginText value = plugin_kv_get_(key);
    int64_t number = 0;
    if (value.bytes && !plugin_text_to_int(value, &number)) return false;
    if (amount > 0 ? number > INT64_MAX - amount : number < INT64_MIN - amount) return false;
    number += amount;
    if (!plugin_kv_set_(key, plugin_text_from_int(number))) return false;
    if (sum) *sum = number;
    return true;
}

PluginText plugin_sha256_(PluginText text)
{
    char *const out = plugin_take(64);
    return plugin_host_sha256_hex(text.bytes, text.size, out) == 64 ? (PluginText){out, 64} : missing;
}
