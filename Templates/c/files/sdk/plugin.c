// The guest library. It needs no libc: the host's four functions and the memory are all there is.
// It is written to be small: texts travel in one register, and what is written grows at the top of the heap.
#include "plugin.h"

#define HOST(name) __attribute__((import_module("env"), import_name(#name)))
HOST(kv_get) int32_t host_kv_get(const char *key, size_t key_size, char *out, size_t room);
HOST(kv_set) int32_t host_kv_set(const char *key, size_t key_size, const char *value, size_t value_size);
HOST(kv_delete) int32_t host_kv_delete(const char *key, size_t key_size);
HOST(sha256_hex) int32_t host_sha256_hex(const char *input, size_t size, char *out);

#define COMPACT __attribute__((noinline))

static Text range(const char *from, const char *to) { return text_of(from, (size_t)(to - from)); }
static Text missing(void) { return (Text){0}; }
static const char *text_end(Text text) { return text_bytes(text) + text_size(text); }

// --- memory -------------------------------------------------------------------------------------

// The heap begins above data and stack and only its top moves: an instance of the plugin lives for one call.

enum { PAGE = 1 << 16, GRAIN = 16, MOST = 1 << 30 };

extern char __heap_base;
static char *heap_top = &__heap_base;

// Moves the top up, over pages taken from the host where needed; NULL when there are none. Eight bytes above the top
// are always there, so that `find` may look past the end of a text.
static COMPACT char *extend(size_t size)
{
    char *start = heap_top;
    if (size > MOST) return NULL;
    const size_t end = (uintptr_t)start + size + 8, here = __builtin_wasm_memory_size(0) * PAGE;
    if (end > here && __builtin_wasm_memory_grow(0, (end - here + PAGE - 1) / PAGE) == (size_t)-1) return NULL;
    heap_top = start + size;
    return start;
}

PLUGIN_EXPORT(alloc) void *plugin_alloc(size_t size)
{
    return extend(-(uintptr_t)heap_top % GRAIN) ? extend(size ? size : 1) : NULL;
}

PLUGIN_EXPORT(dealloc) void plugin_dealloc(char *block, size_t size)
{
    if (block >= &__heap_base && block + size == heap_top) heap_top = block;
}

// Room at the top of the heap. Without any the call is over, which the host logs.
static COMPACT char *take(size_t size)
{
    char *start = extend(size);
    if (!start) __builtin_trap();
    return start;
}

// --- writing at the top of the heap -------------------------------------------------------------

// `Text whole = written(start)` ends what `start = heap_top` began.

static COMPACT void put(const char *bytes, size_t size) { __builtin_memcpy(take(size), bytes, size); }
static void put_byte(char byte) { *take(1) = byte; }
static void put_text(Text text) { put(text_bytes(text), text_size(text)); }
static COMPACT void put_literal(const char *literal) { put_text(plugin_text(literal)); }
static Text written(const char *start) { return range(start, heap_top); }

static COMPACT void put_utf8(uint32_t code)
{
    if (code >> 11 == 0x1B) code = 0xFFFD; // half a surrogate pair is no character
    if (code < 0x80) {
        put_byte((char)code);
        return;
    }
    int shift = code < 0x800 ? 6 : code < 0x10000 ? 12 : 18;
    put_byte((char)(0xFF00 >> (shift / 6 + 1) | code >> shift));
    while ((shift -= 6) >= 0) put_byte((char)(0x80 | (code >> shift & 0x3F)));
}

// --- bytes, eight at a time ---------------------------------------------------------------------

// The first byte at or after `at` that is one of two ASCII characters or, when `strict`, a control character or not
// ASCII; `end` when there is none.
static COMPACT const char *find(const char *at, const char *end, char a, char b, bool strict)
{
    uint64_t ones = 0x0101010101010101u;
    __asm__("" : "+r"(ones)); // stays in a local: as a constant it would take ten bytes of code wherever it is used
    const uint64_t high = ones << 7, as = ones * (unsigned char)a, bs = ones * (unsigned char)b;
    const uint64_t control = strict ? ones << 5 : 0, other = strict ? high : 0;
    for (; at < end; at += 8) {
        uint64_t word;
        __builtin_memcpy(&word, at, 8);
        // The lowest top bit set here marks such a byte; those above it may be mere carries.
        uint64_t found = ((word ^ as) - ones) | ((word ^ bs) - ones) | (word - control);
        found = ((found & ~word) | (word & other)) & high;
        if (found) {
            at += __builtin_ctzll(found) >> 3;
            break;
        }
    }
    return at < end ? at : end;
}

static bool same_bytes(const char *a, const char *b, size_t size)
{
    while (size > 0 && *a == *b) a++, b++, size--;
    return size == 0;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }

// --- texts --------------------------------------------------------------------------------------

COMPACT Text plugin_text(const char *zero_terminated)
{
    const char *end = zero_terminated;
    while (end && *end) end++;
    return range(zero_terminated, end);
}

static COMPACT bool same_letter(char a, char b, bool ignoring_case)
{
    return a == b || (ignoring_case && (a ^ b) == 32 && is_letter(a));
}

static COMPACT bool same(Text a, Text b, bool ignoring_case)
{
    const char *x = text_bytes(a), *y = text_bytes(b), *const end = text_end(a);
    if (!text_exists(a) || !text_exists(b) || text_size(a) != text_size(b)) return false;
    while (x < end && same_letter(*x, *y, ignoring_case)) x++, y++;
    return x == end;
}

bool plugin_text_is(Text a, Text b) { return same(a, b, false); }
bool plugin_text_is_ignoring_case(Text a, Text b) { return same(a, b, true); }

bool plugin_text_starts_with(Text text, Text start)
{
    return text_size(text) >= text_size(start) && same(text_of(text_bytes(text), text_size(start)), start, false);
}

bool plugin_text_includes(Text text, Text part)
{
    if (!text_exists(text) || !text_exists(part) || text_size(part) > text_size(text)) return false;
    if (text_size(part) == 0) return true;
    const char first = *text_bytes(part);
    const char *end = text_end(text) - text_size(part) + 1;
    for (const char *at = text_bytes(text); at < end; at++) {
        if (!(first & 0x80)) at = find(at, end, first, first, false); // others are looked for byte by byte
        if (at < end && same_bytes(at, text_bytes(part), text_size(part))) return true;
    }
    return false;
}

Text plugin_text_join(const Text *parts, size_t count)
{
    const char *start = heap_top;
    for (size_t i = 0; i < count; i++) put_text(parts[i]);
    return written(start);
}

Text text_from_int(int64_t number)
{
    char *at = take(20) + 20;
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
    do *--at = (char)('0' + rest % 10);
    while (rest /= 10);
    if (number < 0) *--at = '-';
    return written(at);
}

int64_t text_to_int(Text text, int64_t otherwise)
{
    const char *at = text_bytes(text), *const end = text_end(text);
    int64_t number = 0;
    const bool negative = at < end && *at == '-';
    at += negative;
    if (at == end || end - at > 18) return otherwise;
    for (; at < end; at++) {
        if (!is_digit(*at)) return otherwise;
        number = number * 10 + (*at - '0');
    }
    return negative ? -number : number;
}

// --- reading JSON -------------------------------------------------------------------------------

// One pass finds where each member of the input begins and ends. What lies deeper is passed over, and walked again
// only when asked for. The functions take a place and give the place after, NULL when this is not JSON.

static COMPACT const char *skip_space(const char *at, const char *end)
{
    while (at < end && (unsigned char)*at <= ' ') at++;
    return at;
}

// Past space and then this character.
static COMPACT const char *past(const char *at, const char *end, char c)
{
    if (!at) return NULL;
    at = skip_space(at, end);
    return at < end && *at == c ? at + 1 : NULL;
}

// Past the string whose opening quote lies before `at`.
static COMPACT const char *past_string(const char *at, const char *end)
{
    if (!at) return NULL;
    for (;; at += 2) {
        at = find(at, end, '"', '\\', false);
        if (at >= end) return NULL;
        if (*at == '"') return at + 1;
        if (end - at < 2) return NULL;
    }
}

// The number that four hex digits spell.
static COMPACT uint32_t hex4(const char *at)
{
    uint32_t code = 0;
    for (int i = 0; i < 4; i++, at++) code = code << 4 | ((unsigned char)(*at + (*at > '9' ? 9 : 0)) & 15);
    return code;
}

// The text that a JSON string is; a missing one for any other value.
static COMPACT Text json_text(Text json)
{
    if (!text_exists(json) || *text_bytes(json) != '"') return missing();
    const char *const first = text_bytes(json) + 1, *const end = text_end(json) - 1, *start = heap_top, *at = first;
    for (;;) {
        const char *plain = find(at, end, '\\', '\\', false);
        if (at == first && plain == end) return range(at, end);
        put(at, (size_t)(plain - at));
        if (end - plain < 2) return written(start);
        uint32_t code = (unsigned char)plain[1];
        at = plain + 2;
        for (uint32_t i = 8; i < 14; i++)
            if (code == (unsigned char)"btn\1fr"[i - 8]) code = i;
        if (code == 'u') {
            if (end - at < 4) return written(start);
            code = hex4(at);
            at += 4;
            if (code >> 10 == 0x36 && end - at >= 6 && at[0] == '\\' && at[1] == 'u') {
                const uint32_t low = hex4(at + 2);
                if (low >> 10 == 0x37) {
                    code = (code << 10) + low - 0x35FDC00;
                    at += 6;
                }
            }
        }
        put_utf8(code);
    }
}

// What is wanted of the object that `past_value` begins with: names, each ended by a zero and the last by two, and
// where the values of the members so named go.
static const char *wanted_names;
static Text *wanted_parts;
static bool wanted_in_any_case;

// How deep arrays and objects may lie one in another. At this depth the outermost object is looked for what is wanted.
enum { DEEPEST = 100 };

// Past the value that begins here.
static COMPACT const char *past_value(const char *at, const char *end, int depth)
{
    const char *from = at, *closed, *key = at, *key_end = at;
    if (at == end) return NULL;
    const char first = *at;
    if (first == '"') return past_string(at + 1, end);
    if (first != '{' && first != '[') {
        while (at < end && (unsigned char)*at > '*' && *at != ',' && (*at | 32) != '}') at++;
        return at == from ? NULL : at;
    }
    if (depth == 0) return NULL;
    const char close = (char)(first + 2);
    if ((closed = past(++at, end, close))) return closed;
    do {
        if (first == '{') {
            key = past(at, end, '"');
            key_end = past_string(key, end);
            at = past(key_end, end, ':');
        }
        if (!at) return NULL;
        from = skip_space(at, end);
        if (!(at = past_value(from, end, depth - 1))) return NULL;
        if (depth == DEEPEST && first == '{') {
            const Text name = json_text(range(key - 1, key_end));
            Text *part = wanted_parts;
            for (const char *wanted = wanted_names; *wanted; part++) {
                const Text known = plugin_text(wanted);
                if (same(known, name, wanted_in_any_case)) *part = range(from, at);
                wanted += text_size(known) + 1;
            }
        }
        if ((closed = past(at, end, close))) return closed;
        at = past(at, end, ',');
    } while (at);
    return NULL;
}

// --- what a hook is told ------------------------------------------------------------------------

// The values of an object's members, five at the most; gives the place after the object.
static COMPACT const char *read_object(const char *at, const char *end, const char *names, Text *parts)
{
    wanted_names = names;
    wanted_parts = __builtin_memset(parts, 0, 5 * sizeof *parts);
    at = past(at, end, '{');
    return at ? past_value(at - 1, end, DEEPEST) : NULL;
}

static COMPACT Text member(Text object, const char *names)
{
    static Text value[5];
    read_object(text_bytes(object), text_end(object), names, value);
    return value[0];
}

static bool json_true(Text json) { return same(json, TEXT("true"), false); }

bool list_next(List *list, Text *text)
{
    const char *at = text_bytes(list->rest), *const end = text_end(list->rest);
    for (;;) {
        at = skip_space(at, end);
        if (at == end) return false;
        const char *value = skip_space(at + 1, end); // after the bracket or a comma
        if (!(at = past_value(value, end, DEEPEST - 1))) return false;
        list->rest = range(at, end);
        *text = json_text(range(value, at));
        if (text_exists(*text)) return true;
    }
}

static const char query_parts[] = "query\0normalized\0tables\0is_read_only\0hook_context\0";
static const char outcome_parts[] = "success\0target_node\0elapsed_us\0response_bytes\0error\0";
static const char auth_parts[] = "headers\0username\0password\0client_ip\0database\0";

struct PluginInput plugin_input;

// Whether the input is this object and nothing but space after it.
static COMPACT bool read_whole(const char *at, const char *end, const char *names, Text *parts)
{
    at = read_object(at, end, names, parts);
    return at && skip_space(at, end) == end;
}

bool plugin_read_query(const char *input, size_t size)
{
    return read_whole(input, input + size, query_parts, plugin_input.query.part);
}

bool plugin_read_auth(const char *input, size_t size)
{
    return read_whole(input, input + size, auth_parts, plugin_input.request.part);
}

bool plugin_read_outcome(const char *input, size_t size)
{
    const char *const end = input + size, *at = past(input, end, '[');
    at = past(read_object(at, end, query_parts, plugin_input.query.part), end, ',');
    at = past(read_object(at, end, outcome_parts, plugin_input.outcome.part), end, ']');
    return at && skip_space(at, end) == end;
}

Text query_sql(const Query *q) { return json_text(q->part[0]); }
Text query_sql_up_to(const Query *q, size_t max)
{
    const size_t size = text_size(q->part[0]);
    return size > 2 && size - 2 > max ? missing() : query_sql(q);
}
Text query_normalized(const Query *q) { return json_text(q->part[1]); }
List query_tables(const Query *q)
{
    return text_exists(q->part[2]) && *text_bytes(q->part[2]) == '[' ? (List){q->part[2]} : (List){missing()};
}
bool query_is_read_only(const Query *q) { return json_true(q->part[3]); }

static Text context_text(const Query *q, const char *names) { return json_text(member(q->part[4], names)); }

Text query_request_id(const Query *q) { return context_text(q, "request_id\0"); }
Text query_client_id(const Query *q) { return context_text(q, "client_id\0"); }
Text query_identity(const Query *q) { return context_text(q, "identity\0"); }
Text query_database(const Query *q) { return context_text(q, "database\0"); }
Text query_branch(const Query *q) { return context_text(q, "branch\0"); }

// The text of the member of this one name.
static Text named(Text object, const char *name)
{
    const char *names = heap_top;
    put_literal(name);
    put("\0", 2);
    return json_text(member(object, names));
}

Text query_attribute(const Query *q, const char *name)
{
    return named(member(q->part[4], "attributes\0"), name);
}

// Whether `name` ends in `table`, quotes and case aside, and nothing or a schema stands in front; read backwards.
static COMPACT bool names_table(const char *name, const char *n, const char *table, const char *t)
{
    for (;; n--, t--) {
        while (n > name && n[-1] == '"') n--;
        if (t == table) return n == name || n[-1] == '.';
        if (n == name || !same_letter(n[-1], t[-1], true)) return false;
    }
}

bool plugin_query_touches(const Query *q, Text table)
{
    List tables = query_tables(q);
    for (Text name; list_next(&tables, &name);)
        if (names_table(text_bytes(name), text_end(name), text_bytes(table), text_end(table))) return true;
    return false;
}

bool outcome_success(const Outcome *o) { return json_true(o->part[0]); }
Text outcome_target_node(const Outcome *o) { return json_text(o->part[1]); }
int64_t outcome_elapsed_us(const Outcome *o) { return text_to_int(o->part[2], 0); }
int64_t outcome_response_bytes(const Outcome *o) { return text_to_int(o->part[3], 0); }
Text outcome_error(const Outcome *o) { return json_text(o->part[4]); }

Text auth_header(const AuthRequest *a, const char *name)
{
    wanted_in_any_case = true;
    const Text header = named(a->part[0], name);
    wanted_in_any_case = false;
    return header;
}
Text auth_username(const AuthRequest *a) { return json_text(a->part[1]); }
Text auth_password(const AuthRequest *a) { return json_text(a->part[2]); }
Text auth_client_ip(const AuthRequest *a) { return json_text(a->part[3]); }
Text auth_database(const AuthRequest *a) { return json_text(a->part[4]); }

// --- writing JSON -------------------------------------------------------------------------------

// Past the character at `at`, which is not ASCII; NULL when it is ill-formed.
static const char *past_utf8(const char *at, const char *end)
{
    uint32_t code = (unsigned char)*at++;
    const int more = __builtin_clz(~(code << 24)) - 1;
    if (more < 1 || more > 3 || end - at < more) return NULL;
    code &= 0x3F >> more;
    for (const char *last = at + more; at < last; at++) {
        if ((*at & 0xC0) != 0x80) return NULL;
        code = code << 6 | (*at & 0x3F);
    }
    // Too long a form, half a pair, beyond the last character.
    return code >> (9 * more + 5) / 2 == 0 || code >> 11 == 0x1B || code > 0x10FFFF ? NULL : at;
}

// Ill-formed UTF-8 becomes U+FFFD: the host takes an answer that is not UTF-8 for none at all.
static COMPACT void put_string(Text text)
{
    const char *at = text_bytes(text), *const end = text_end(text), *from = at, *next;
    put_byte('"');
    for (;;) {
        at = find(at, end, '"', '\\', true);
        if (at < end && (unsigned char)*at >= 0x80 && (next = past_utf8(at, end))) {
            at = next;
            continue;
        }
        put(from, (size_t)(at - from));
        if (at == end) break;
        const char c = *at;
        from = ++at;
        if ((unsigned char)c >= 0x80) {
            put_utf8(0xFFFD);
        } else if (c < 0x20) {
            put_literal("\\u00");
            put_byte('0' + (c >> 4));
            put_byte((char)((c & 15) + ((c & 15) > 9 ? 'a' - 10 : '0')));
        } else {
            put_byte('\\');
            put_byte(c);
        }
    }
    put_byte('"');
}

// --- what a hook answers ------------------------------------------------------------------------

// An answer whose text begins so; where a colon ends that, the value follows.
static COMPACT uint64_t answer(const char *action, Text value)
{
    const char *start = heap_top;
    put_literal("{\"action\":\"");
    put_literal(action);
    if (heap_top[-1] == ':') put_string(value);
    put_byte('}');
    return written(start).packed;
}

Decision query_continue(void) { return (Decision){answer("continue\"", missing())}; }
Decision plugin_query_rewrite(Text sql) { return (Decision){answer("rewrite\",\"value\":", sql)}; }
Decision plugin_query_block(Text reason) { return (Decision){answer("block\",\"value\":", reason)}; }

Decision plugin_query_cached(Text data)
{
    const char *start = heap_top, *from = text_bytes(data), *end = text_end(data);
    put_literal("{\"action\":\"cached\",\"data\":[");
    char *room = take(text_size(data) * 4), *at = room;
    for (const char *byte = from; byte < end; byte++) {
        const unsigned value = (unsigned char)*byte;
        if (byte > from) *at++ = ',';
        if (value >= 100) *at++ = (char)('0' + value / 100);
        if (value >= 10) *at++ = (char)('0' + value / 10 % 10);
        *at++ = (char)('0' + value % 10);
    }
    heap_top = at;
    put_literal("]}");
    return (Decision){written(start).packed};
}

AuthDecision auth_success(const Identity *identity)
{
    const char *start = heap_top;
    put_literal("{\"action\":\"success\",\"identity\":{\"user_id\":");
    put_string(identity->user_id);
    put_literal(",\"username\":");
    put_string(identity->username);
    put_literal(",\"roles\":[");
    for (size_t i = 0; i < identity->role_count; i++) {
        if (i > 0) put_byte(',');
        put_string(identity->roles[i]);
    }
    put_literal("],\"tenant_id\":");
    if (text_exists(identity->tenant_id)) put_string(identity->tenant_id);
    else put_literal("null");
    put_literal("}}");
    return (AuthDecision){written(start).packed};
}

AuthDecision plugin_auth_denied(Text message) { return (AuthDecision){answer("denied\",\"message\":", message)}; }
AuthDecision auth_defer(void) { return (AuthDecision){answer("defer\"", missing())}; }

RouteDecision route_default(void) { return (RouteDecision){answer("default\"", missing())}; }
RouteDecision route_primary(void) { return (RouteDecision){answer("primary\"", missing())}; }
RouteDecision route_standby(void) { return (RouteDecision){answer("standby\"", missing())}; }
RouteDecision plugin_route_node(Text name) { return (RouteDecision){answer("node\",\"target\":", name)}; }
RouteDecision plugin_route_branch(Text name) { return (RouteDecision){answer("branch\",\"target\":", name)}; }
RouteDecision plugin_route_block(Text reason) { return (RouteDecision){answer("block\",\"reason\":", reason)}; }

// --- what the host offers -----------------------------------------------------------------------

Text plugin_kv_get(Text key)
{
    // A value that does not fit is asked for again with all the room that one can fill.
    for (size_t room = 256; room <= 65536; room <<= 8) {
        char *out = take(room);
        const int32_t size = host_kv_get(text_bytes(key), text_size(key), out, room);
        heap_top = out;
        if (size >= 0) return range(out, take((size_t)size) + size);
        if (size != -2) break;
    }
    return missing();
}

bool plugin_kv_set(Text key, Text value)
{
    return host_kv_set(text_bytes(key), text_size(key), text_bytes(value), text_size(value)) == 0;
}

void plugin_kv_delete(Text key) { host_kv_delete(text_bytes(key), text_size(key)); }

bool plugin_kv_add(Text key, int32_t amount)
{
    const Text value = plugin_kv_get(key);
    const int64_t number = text_exists(value) ? text_to_int(value, INT64_MIN) : 0;
    return number != INT64_MIN && plugin_kv_set(key, text_from_int(number + amount));
}

Text plugin_sha256(Text text)
{
    char *out = take(64);
    return host_sha256_hex(text_bytes(text), text_size(text), out) == 64 ? written(out) : missing();
}

// --- SQL ----------------------------------------------------------------------------------------

// What begins a comment, or a token of more than a byte that is no word, is special.
enum { SPACE = 1, STARTS_WORD = 2, IN_WORD = 4, SPECIAL = 8 };

static const unsigned char classes[256] = {
    ['\t' ... '\r'] = SPACE,
    [' '] = SPACE,
    ['0' ... '9'] = IN_WORD,
    ['$'] = IN_WORD | SPECIAL,
    ['\''] = SPECIAL,
    ['"'] = SPECIAL,
    ['-'] = SPECIAL,
    ['/'] = SPECIAL,
    ['A' ... 'Z'] = STARTS_WORD | IN_WORD,
    ['a' ... 'z'] = STARTS_WORD | IN_WORD,
    ['_'] = STARTS_WORD | IN_WORD,
    [0x80 ... 0xFF] = STARTS_WORD | IN_WORD,
};

static bool is(int class, char c) { return classes[(unsigned char)c] & class; }

// Past the comment, which may hold others, that begins here.
static const char *past_comment(const char *at, const char *end)
{
    for (int depth = 0; end - at >= 2;) {
        const bool opens = at[0] == '/' && at[1] == '*', closes = at[0] == '*' && at[1] == '/';
        depth += opens - closes;
        at += opens || closes ? 2 : 1;
        if (depth == 0) return at;
    }
    return end;
}

// Past the space and the comments that begin here.
static const char *past_gap(const char *at, const char *end)
{
    while (at < end) {
        if (is(SPACE, *at)) at++;
        else if (*at == '-' && end - at >= 2 && at[1] == '-') at = find(at, end, '\n', '\r', false);
        else if (*at == '/' && end - at >= 2 && at[1] == '*') at = past_comment(at, end);
        else break;
    }
    return at;
}

// Past the quoted run that begins here; a quote inside is doubled or, where escapes count, behind a backslash.
static const char *past_quoted(const char *at, const char *end, bool escapes)
{
    const char quote = *at++;
    for (;;) {
        at = find(at, end, quote, escapes ? '\\' : quote, false);
        if (at == end) return end;
        if (*at == quote && (end - at < 2 || at[1] != quote)) return at + 1;
        at = end - at < 2 ? end : at + 2;
    }
}

// Past the $tag$…$tag$ that begins here, or `at` itself when none does.
static const char *past_dollars(const char *at, const char *end)
{
    const char *tag = at + 1;
    if (tag < end && is_digit(*tag)) return at;
    while (tag < end && is(IN_WORD, *tag) && *tag != '$') tag++;
    if (tag == end || *tag != '$') return at;
    const size_t size = (size_t)(tag + 1 - at);
    for (const char *close = tag + 1;; close++) {
        close = find(close, end, '$', '$', false);
        if ((size_t)(end - close) < size) return end;
        if (same_bytes(close, at, size)) return close + size;
    }
}

bool sql_next(Text *sql, SqlToken *token)
{
    const char *const end = text_end(*sql), *from = past_gap(text_bytes(*sql), end), *at = from;
    *sql = range(end, end);
    if (from == end) return false;
    token->kind = SQL_SYMBOL;
    if (is(STARTS_WORD, *at) && !((*at | 32) == 'e' && end - at >= 2 && at[1] == '\'')) {
        token->kind = SQL_WORD;
        while (at < end && is(IN_WORD, *at)) at++;
    } else if (*at == '\'' || is(STARTS_WORD, *at)) {
        const bool escapes = *at != '\'';
        token->kind = SQL_STRING;
        at = past_quoted(at + escapes, end, escapes);
    } else if (*at == '"') {
        token->kind = SQL_NAME;
        at = past_quoted(at, end, false);
    } else if (is_digit(*at)) {
        token->kind = SQL_NUMBER;
        while (at < end && (is(IN_WORD, *at) || *at == '.')) at++;
    } else if (*at == '$' && (at = past_dollars(at, end)) > from) {
        token->kind = SQL_STRING;
    } else {
        at++;
        while (*from == '$' && at < end && is_digit(*at)) at++;
    }
    token->text = range(from, at);
    if (token->kind == SQL_NAME) token->text = range(from + 1, at - from > 1 && at[-1] == '"' ? at - 1 : at);
    *sql = range(at, end);
    return true;
}

// Most of any SQL is words and single bytes: those go fast, the rest token by token.
bool plugin_sql_has_word(Text sql, Text word)
{
    const char *at = text_bytes(sql), *const end = text_end(sql);
    while (at < end) {
        const char *const from = at;
        if (!is(SPECIAL, *at)) {
            while (at < end && is(IN_WORD, *at)) at++;
            if (at == from) {
                at++;
                continue;
            }
            if (at == end || *at != '\'') {
                if ((size_t)(at - from) == text_size(word) && same(range(from, at), word, true)) return true;
                continue;
            }
        }
        // Special, or a word that may belong to a string.
        Text rest = range(from, end);
        SqlToken token;
        if (!sql_next(&rest, &token)) break;
        if (token.kind == SQL_WORD && same(token.text, word, true)) return true;
        at = text_bytes(rest);
    }
    return false;
}
