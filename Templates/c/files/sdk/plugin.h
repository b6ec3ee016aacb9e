// The guest library: what a hook is told, what it answers, and what the host offers.
//
// Write one function a hook and name it once, at file scope:
//
//     static Decision guard(const Query *query) { … }
//     PRE_QUERY(guard);
//
// Texts are not zero-terminated. Where a macro below takes a text, a `Text` and a string literal both do.
// Nothing need be freed: the host makes a fresh instance of the plugin for each call.
#ifndef PLUGIN_H
#define PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// --- texts --------------------------------------------------------------------------------------

// A run of UTF-8 bytes: address and size in one word, which costs less to hand around than two.
typedef struct {
    uint64_t packed;
} Text;

static inline const char *text_bytes(Text text) { return (const char *)(uintptr_t)(text.packed >> 32); }
static inline size_t text_size(Text text) { return (uint32_t)text.packed; }
static inline Text text_of(const char *bytes, size_t size)
{
    return (Text){(uint64_t)(uintptr_t)bytes << 32 | (uint32_t)size};
}
#define TEXT(literal) text_of("" literal, sizeof(literal) - 1)

// Whether there is a text, be it empty: a field that is null or not there gives a missing one.
static inline bool text_exists(Text text) { return text.packed != 0; }

Text plugin_text(const char *zero_terminated);
static inline Text plugin_same(Text text) { return text; }
#define AS_TEXT(x) _Generic((x), Text: plugin_same, char *: plugin_text, const char *: plugin_text)(x)

// Whether two texts hold the same bytes; a missing text is like no other.
#define text_is(a, b) plugin_text_is(AS_TEXT(a), AS_TEXT(b))
// The same, taking A to Z for a to z.
#define text_is_ignoring_case(a, b) plugin_text_is_ignoring_case(AS_TEXT(a), AS_TEXT(b))
#define text_starts_with(text, start) plugin_text_starts_with(AS_TEXT(text), AS_TEXT(start))
// Whether `part` is somewhere in `text`, byte for byte.
#define text_includes(text, part) plugin_text_includes(AS_TEXT(text), AS_TEXT(part))
// The parts, one after another. All parts must be `Text`: write TEXT("…") for a literal.
#define text_join(...) \
    plugin_text_join((const Text[]){__VA_ARGS__}, sizeof((const Text[]){__VA_ARGS__}) / sizeof(Text))

// A whole number in decimal.
Text text_from_int(int64_t number);
// The whole number that a text spells, or `otherwise` when it spells none or one of more than 18 digits.
int64_t text_to_int(Text text, int64_t otherwise);

// --- what a hook is told ------------------------------------------------------------------------

// Each `part` is a JSON value where it lies in the bytes the host handed over. Nothing is copied; a string is decoded
// when it is read.

// Values to be had one by one with `list_next`.
typedef struct {
    Text rest;
} List;

// The next text of a list; false when there is none left.
bool list_next(List *list, Text *text);

// A query, before or after it runs.
typedef struct {
    Text part[5];
} Query;

Text query_sql(const Query *query);
// The same if it takes at most `max` bytes with its escapes, else a missing text: cheap for long queries, too.
Text query_sql_up_to(const Query *query, size_t max);
// The query with its literals taken out.
Text query_normalized(const Query *query);
List query_tables(const Query *query);
// Whether the query names this table. The case of letters, double quotes and, unless `table` has one too, a schema
// in front make no difference.
#define query_touches(query, table) plugin_query_touches(query, AS_TEXT(table))
bool query_is_read_only(const Query *query);
Text query_request_id(const Query *query);
Text query_client_id(const Query *query);
Text query_identity(const Query *query);
Text query_database(const Query *query);
Text query_branch(const Query *query);
// What the host attached to the call under this name, such as "tenant_id".
Text query_attribute(const Query *query, const char *name);

// How a query went.
typedef struct {
    Text part[5];
} Outcome;

bool outcome_success(const Outcome *outcome);
Text outcome_target_node(const Outcome *outcome);
int64_t outcome_elapsed_us(const Outcome *outcome);
int64_t outcome_response_bytes(const Outcome *outcome);
Text outcome_error(const Outcome *outcome);

// Somebody who wants to come in.
typedef struct {
    Text part[5];
} AuthRequest;

// A header, whatever the case of its name.
Text auth_header(const AuthRequest *request, const char *name);
Text auth_username(const AuthRequest *request);
Text auth_password(const AuthRequest *request);
Text auth_client_ip(const AuthRequest *request);
Text auth_database(const AuthRequest *request);

// --- what a hook answers ------------------------------------------------------------------------

// The answer of a pre_query hook.
typedef struct {
    uint64_t packed;
} Decision;

Decision query_continue(void);
// Runs this SQL instead.
#define query_rewrite(sql) plugin_query_rewrite(AS_TEXT(sql))
#define query_block(reason) plugin_query_block(AS_TEXT(reason))
// Answers the client with these bytes, and the query does not run.
#define query_cached(data) plugin_query_cached(AS_TEXT(data))

// The answer of an authenticate hook.
typedef struct {
    uint64_t packed;
} AuthDecision;

typedef struct {
    Text user_id, username;
    const Text *roles;
    size_t role_count;
    Text tenant_id; // may be missing
} Identity;

AuthDecision auth_success(const Identity *identity);
#define auth_denied(message) plugin_auth_denied(AS_TEXT(message))
// Leaves it to the host.
AuthDecision auth_defer(void);

// The answer of a route hook.
typedef struct {
    uint64_t packed;
} RouteDecision;

RouteDecision route_default(void);
RouteDecision route_primary(void);
RouteDecision route_standby(void);
#define route_node(name) plugin_route_node(AS_TEXT(name))
#define route_branch(name) plugin_route_branch(AS_TEXT(name))
#define route_block(reason) plugin_route_block(AS_TEXT(reason))

// --- which function answers which hook ----------------------------------------------------------

#define PLUGIN_EXPORT(name) __attribute__((export_name(#name)))

// Decision function(const Query *)
#define PRE_QUERY(function) \
    PLUGIN_EXPORT(pre_query) uint64_t plugin_on_pre_query(const char *input, size_t size) \
    { \
        return plugin_read_query(input, size) ? (function(&plugin_input.query)).packed : 0; \
    } \
    _Static_assert(true, "")

// void function(const Query *, const Outcome *)
#define POST_QUERY(function) \
    PLUGIN_EXPORT(post_query) void plugin_on_post_query(const char *input, size_t size) \
    { \
        if (plugin_read_outcome(input, size)) function(&plugin_input.query, &plugin_input.outcome); \
    } \
    _Static_assert(true, "")

// AuthDecision function(const AuthRequest *)
#define AUTHENTICATE(function) \
    PLUGIN_EXPORT(authenticate) uint64_t plugin_on_authenticate(const char *input, size_t size) \
    { \
        return plugin_read_auth(input, size) ? (function(&plugin_input.request)).packed : 0; \
    } \
    _Static_assert(true, "")

// RouteDecision function(const Query *)
#define ROUTE(function) \
    PLUGIN_EXPORT(route) uint64_t plugin_on_route(const char *input, size_t size) \
    { \
        return plugin_read_query(input, size) ? (function(&plugin_input.query)).packed : 0; \
    } \
    _Static_assert(true, "")

// --- what the host offers -----------------------------------------------------------------------

// The key-value store is this plugin's own and outlives the call. A key and a value hold at most 65,536 bytes, the
// store at most 1,024 keys.

// The value under a key; a missing text when there is none.
#define kv_get(key) plugin_kv_get(AS_TEXT(key))
// False when a cap was hit: nothing is stored then.
#define kv_set(key, value) plugin_kv_set(AS_TEXT(key), AS_TEXT(value))
#define kv_delete(key) plugin_kv_delete(AS_TEXT(key))
// Adds to the whole number under a key (none counts as 0). False when the value is no number or a cap was hit.
#define kv_add(key, amount) plugin_kv_add(AS_TEXT(key), amount)
// The SHA-256 of a text, as 64 lowercase hex digits.
#define sha256(text) plugin_sha256(AS_TEXT(text))

// --- SQL, read byte by byte ---------------------------------------------------------------------

typedef enum {
    SQL_WORD,   // a keyword, or a name without quotes
    SQL_NAME,   // a name between double quotes, without them
    SQL_STRING, // any string constant, with its quotes
    SQL_NUMBER,
    SQL_SYMBOL, // one byte of anything else, or a parameter such as $1
} SqlKind;

typedef struct {
    SqlKind kind;
    Text text;
} SqlToken;

// Takes the next token off the front of `sql`, passing over space and comments; false when there is none left.
bool sql_next(Text *sql, SqlToken *token);
// Whether a word stands in the SQL outside strings, comments and double quotes; A to Z count as a to z.
#define sql_has_word(sql, word) plugin_sql_has_word(AS_TEXT(sql), AS_TEXT(word))

// --- behind the macros --------------------------------------------------------------------------

bool plugin_text_is(Text a, Text b);
bool plugin_text_is_ignoring_case(Text a, Text b);
bool plugin_text_starts_with(Text text, Text start);
bool plugin_text_includes(Text text, Text part);
Text plugin_text_join(const Text *parts, size_t count);
bool plugin_query_touches(const Query *query, Text table);
Decision plugin_query_rewrite(Text sql);
Decision plugin_query_block(Text reason);
Decision plugin_query_cached(Text data);
AuthDecision plugin_auth_denied(Text message);
RouteDecision plugin_route_node(Text name);
RouteDecision plugin_route_branch(Text name);
RouteDecision plugin_route_block(Text reason);
extern struct PluginInput {
    Query query;
    Outcome outcome;
    AuthRequest request;
} plugin_input;
bool plugin_read_query(const char *input, size_t size);
bool plugin_read_outcome(const char *input, size_t size);
bool plugin_read_auth(const char *input, size_t size);
uint64_t plugin_on_pre_query(const char *input, size_t size);
void plugin_on_post_query(const char *input, size_t size);
uint64_t plugin_on_authenticate(const char *input, size_t size);
uint64_t plugin_on_route(const char *input, size_t size);
Text plugin_kv_get(Text key);
bool plugin_kv_set(Text key, Text value);
void plugin_kv_delete(Text key);
bool plugin_kv_add(Text key, int32_t amount);
Text plugin_sha256(Text text);
bool plugin_sql_has_word(Text sql, Text word);

#endif
