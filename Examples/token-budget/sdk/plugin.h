// The guest library: what the host tells a hook, what a hook may answer, and what the host offers.
//
// Write one function a hook and name it once, at file scope:
//
//     static PluginQueryDecision guard(const PluginQuery *query) { … }
//     PLUGIN_PRE_QUERY(guard);
//
// Texts are not zero-terminated. Where a macro takes a text, a `PluginText` and a string literal both will do.
// Nothing needs to be freed: the host makes a fresh instance of the plugin for each call.
#ifndef PLUGIN_H
#define PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLUGIN_USE_RESULT __attribute__((warn_unused_result))

#ifdef __cplusplus
extern "C" {
#endif

// --- texts -----------------------------------------------------------------------------------------------------------

// Bytes, usually UTF-8. `bytes` is NULL when there is no text at all; see plugin_text_exists.
typedef struct {
    const char *bytes;
    size_t size;
} PluginText;

// A constant PluginText from a string literal.
#define PLUGIN_TEXT(literal) ((PluginText){"" literal, sizeof(literal) - 1})

// The text from `from` up to `to`.
static inline PluginText plugin_text_between(const char *from, const char *to)
{
    const PluginText text = {from, (size_t)(to - from)};
    return text;
}

// Whether there is a text. An empty one is a text.
static inline bool plugin_text_exists(PluginText text) { return text.bytes != NULL; }

PluginText plugin_text_from(const char *zero_terminated);
static inline PluginText plugin_text_same(PluginText text) { return text; }
#define PLUGIN_AS_TEXT(x) \
    _Generic((x), PluginText : plugin_text_same, char * : plugin_text_from, const char * : plugin_text_from)(x)

// Whether two texts hold the same bytes. A missing text equals nothing.
#define plugin_text_is(a, b) plugin_text_is_(PLUGIN_AS_TEXT(a), PLUGIN_AS_TEXT(b))
// The same; A to Z equal a to z.
#define plugin_text_is_ignoring_case(a, b) plugin_text_is_ignoring_case_(PLUGIN_AS_TEXT(a), PLUGIN_AS_TEXT(b))
#define plugin_text_starts_with(text, start) plugin_text_starts_with_(PLUGIN_AS_TEXT(text), PLUGIN_AS_TEXT(start))
// Whether `part` is in `text`, byte for byte.
#define plugin_text_includes(text, part) plugin_text_includes_(PLUGIN_AS_TEXT(text), PLUGIN_AS_TEXT(part))

// The parts, with the separator between them. All parts are PluginText.
#define plugin_text_join(separator, ...) \
    plugin_text_join_( \
        PLUGIN_AS_TEXT(separator), (const PluginText[]){__VA_ARGS__}, \
        sizeof((const PluginText[]){__VA_ARGS__}) / sizeof(PluginText))
// The parts, one right after the other.
#define plugin_text_concat(...) plugin_text_join("", __VA_ARGS__)

// Takes the next part off `rest`, up to the separator or the end. False when `rest` is used up.
#define plugin_text_split_next(rest, separator, part) plugin_text_split_next_((rest), PLUGIN_AS_TEXT(separator), (part))

// `text` with the bytes `from` up to `to` replaced: offsets as in PluginToken and PluginTable.
#define plugin_text_replace(text, from, to, with) plugin_text_replace_((text), (from), (to), PLUGIN_AS_TEXT(with))

// A whole number in decimal.
PluginText plugin_text_from_int(int64_t number);
// Reads a whole number. False, and `number` unchanged, when the text is none or it does not fit.
PLUGIN_USE_RESULT bool plugin_text_to_int(PluginText text, int64_t *number);

// --- what a hook is told ---------------------------------------------------------------------------------------------

// A text from the host, not yet read. Ask for its size first, or read it with a bound: a call that runs out of fuel is
// a query that passes.
typedef struct {
    const char *at, *end;
} PluginField;

// Whether the field is there and a text: false for null.
bool plugin_field_exists(PluginField field);
// The size in bytes as the host sent it, in JSON: never less than that of the text.
size_t plugin_field_size(PluginField field);
// The text, if it has at most `max` bytes; a missing text otherwise. What it costs is bounded by `max`.
PluginText plugin_field_text_up_to(PluginField field, size_t max);
// The beginning of the text: what its first `max` bytes in JSON say, at most.
PluginText plugin_field_beginning(PluginField field, size_t max);
// The text, whatever its size.
PluginText plugin_field_text(PluginField field);

// The texts of a list, to be read one by one.
typedef struct {
    PluginField rest;
} PluginList;

// False when there is no other one.
bool plugin_list_next(PluginList *list, PluginField *field);

// A query, before or after it ran: an object in JSON, of which nothing is read before it is asked for.
typedef struct {
    PluginField json;
} PluginQuery;

PluginField plugin_query_sql(const PluginQuery *query);
// The host's other fields. HeliosProxy 1.5 fills none of them with more than the comment says.
PluginField plugin_query_normalized(const PluginQuery *query); // the SQL once more, not normalized
PluginList plugin_query_host_tables(const PluginQuery *query); // always empty: use plugin_query_tables
bool plugin_query_host_is_read_only(const PluginQuery *query); // guessed from the first word
PluginField plugin_query_request_id(const PluginQuery *query); // new for each hook
PluginField plugin_query_client_id(const PluginQuery *query);  // the session
PluginField plugin_query_identity(const PluginQuery *query);   // always null
PluginField plugin_query_database(const PluginQuery *query);   // always null
PluginField plugin_query_branch(const PluginQuery *query);     // always null
// A named attribute; 1.5 sends none.
#define plugin_query_attribute(query, name) plugin_query_attribute_((query), PLUGIN_AS_TEXT(name))

// How a query went.
typedef struct {
    PluginField json;
} PluginOutcome;

// The host's `success`: whether the query could be forwarded, also when the server then refused it.
bool plugin_outcome_is_forwarded(const PluginOutcome *outcome);
PluginField plugin_outcome_target_node(const PluginOutcome *outcome);
int64_t plugin_outcome_elapsed_microseconds(const PluginOutcome *outcome);
int64_t plugin_outcome_response_bytes(const PluginOutcome *outcome);
PluginField plugin_outcome_error(const PluginOutcome *outcome);

// A client that logs in.
typedef struct {
    PluginField json;
} PluginAuthenticateRequest;

PluginField plugin_authenticate_username(const PluginAuthenticateRequest *request);
PluginField plugin_authenticate_password(const PluginAuthenticateRequest *request); // always null in 1.5
PluginField plugin_authenticate_client_ip(const PluginAuthenticateRequest *request);
PluginField plugin_authenticate_database(const PluginAuthenticateRequest *request);
// A header; the case of its name makes no difference. 1.5 sends none.
#define plugin_authenticate_header(request, name) plugin_authenticate_header_((request), PLUGIN_AS_TEXT(name))

// --- SQL -------------------------------------------------------------------------------------------------------------

typedef enum {
    PLUGIN_TOKEN_WORD,        // a keyword, or a name without quotes
    PLUGIN_TOKEN_QUOTED_NAME, // "…" or U&"…"
    PLUGIN_TOKEN_STRING,      // '…' with or without a letter before it, $$…$$
    PLUGIN_TOKEN_NUMBER,
    PLUGIN_TOKEN_PARAMETER, // $1
    PLUGIN_TOKEN_SYMBOL,    // one byte of anything else
} PluginTokenKind;

typedef struct {
    PluginTokenKind kind;
    PluginText text;   // as it is written, with its quotes
    size_t start, end; // its place in the SQL text, in bytes
} PluginToken;

// A place in an SQL text.
typedef struct {
    const char *start, *at, *end;
} PluginCursor;

static inline PluginCursor plugin_sql_cursor(PluginText sql)
{
    const PluginCursor cursor = {sql.bytes, sql.bytes, sql.bytes + sql.size};
    return cursor;
}

// The next token; space and comments are none. False at the end.
bool plugin_sql_next(PluginCursor *cursor, PluginToken *token);
// The name that a word or a quoted name means: folded, without quotes, decoded. Missing for any other token.
PluginText plugin_token_name(const PluginToken *token);
// Whether the word stands in the SQL outside strings, comments and quoted names, in any case.
#define plugin_sql_has_keyword(sql, word) plugin_sql_has_keyword_(PLUGIN_AS_TEXT(sql), PLUGIN_AS_TEXT(word))
// The text as an SQL string constant; what goes into SQL that a plugin writes needs this. Zero bytes, which no SQL can
// hold, are left out.
#define plugin_sql_literal(text) plugin_sql_literal_(PLUGIN_AS_TEXT(text))
// The text as a quoted name. Zero bytes are left out.
#define plugin_sql_identifier(text) plugin_sql_identifier_(PLUGIN_AS_TEXT(text))

// How far an SQL text could be examined.
typedef enum {
    PLUGIN_EXAMINATION_COMPLETE,
    PLUGIN_EXAMINATION_TOO_LARGE, // beyond the limit that the caller set
    // It carries code in a string (DO, CREATE FUNCTION), or where a string ends depends on the server's settings.
    PLUGIN_EXAMINATION_OPAQUE,
} PluginExamination;

// A relation that a statement reads, writes or defines. Names are as the server knows them: folded, without quotes.
typedef struct {
    PluginText catalog, schema; // missing when the SQL does not say them
    PluginText name;
    size_t start, end; // where it stands in the SQL text, with its schema, in bytes
} PluginTable;

enum { PLUGIN_SQL_DEPTH = 128, PLUGIN_SQL_CTES = 32 };

// A walk over the relations of an SQL text. Read `examination` when it is over; the rest is the walk's own.
typedef struct {
    PluginExamination examination;
    PluginCursor cursor;
    const char *from, *block, *next, *settled;
    uint32_t words, events, commas;
    int32_t fuel, depth, ctes;
    uint8_t kind, previous, expect;
    bool is_plain, is_inside_word, is_head, reads, writes;
    uint8_t level[PLUGIN_SQL_DEPTH], level_ctes[PLUGIN_SQL_DEPTH];
    PluginText cte[PLUGIN_SQL_CTES];
    bool cte_is_visible[PLUGIN_SQL_CTES];
} PluginTables;

// Starts a walk. `limit` bounds what is examined: bytes, where each one that JSON escapes counts four. 65,536 always
// fit into the host's 1,000,000 units of fuel.
PluginTables plugin_query_tables(const PluginQuery *query, size_t limit);
#define plugin_sql_tables(sql, limit) plugin_sql_tables_(PLUGIN_AS_TEXT(sql), (limit))
// The next relation, in the order of the text; one that is named twice comes twice. False at the end: `examination`
// says then whether the whole text could be examined.
bool plugin_tables_next(PluginTables *tables, PluginTable *table);
// Whether this may be the relation called "name" or "schema.name", whatever the case. What the SQL does not say (a
// schema) counts as equal.
#define plugin_table_is(table, name) plugin_table_is_((table), PLUGIN_AS_TEXT(name))

// Whether some SQL uses a relation. Not to know counts as true in an `if`.
typedef enum {
    PLUGIN_TOUCH_NO = 0,
    PLUGIN_TOUCH_YES,
    PLUGIN_TOUCH_UNKNOWN, // the text could not be examined as a whole
} PluginTouch;

#define plugin_query_touches(query, table, limit) plugin_query_touches_((query), PLUGIN_AS_TEXT(table), (limit))
#define plugin_sql_touches(sql, table, limit) plugin_sql_touches_(PLUGIN_AS_TEXT(sql), PLUGIN_AS_TEXT(table), (limit))
// Whether all statements are known to only read. False when in doubt. What functions do is not known, except for
// nextval and setval.
bool plugin_query_is_read_only(const PluginQuery *query, size_t limit);
#define plugin_sql_is_read_only(sql, limit) plugin_sql_is_read_only_(PLUGIN_AS_TEXT(sql), (limit))

// --- what a hook answers ---------------------------------------------------------------------------------------------

// The answer of a pre_query hook.
typedef struct {
    PluginText json;
} PluginQueryDecision;

PluginQueryDecision plugin_query_continue(void);
// Runs this SQL instead.
#define plugin_query_rewrite(sql) plugin_query_rewrite_(PLUGIN_AS_TEXT(sql))
#define plugin_query_block(reason) plugin_query_block_(PLUGIN_AS_TEXT(reason))

typedef struct {
    PluginText name;
    uint32_t oid; // the type: 25 is text
} PluginColumn;

// Answers the client with these rows, and the query does not run. `cells` holds row after row, each as wide as
// `columns`; a missing text is NULL. Without columns the answer blocks: the host would take it for none.
PluginQueryDecision plugin_query_cached(
    const PluginColumn *columns, size_t column_count, const PluginText *cells, size_t row_count);
// The same from the bytes that the host reads; if they are malformed, the query runs.
#define plugin_query_cached_raw(bytes) plugin_query_cached_raw_(PLUGIN_AS_TEXT(bytes))

// The answer of an authenticate hook.
typedef struct {
    PluginText json;
} PluginAuthenticateDecision;

typedef struct {
    PluginText user_id, username;
    const PluginText *roles;
    size_t role_count;
    PluginText tenant_id; // may be missing
} PluginIdentity;

PluginAuthenticateDecision plugin_authenticate_success(const PluginIdentity *identity);
#define plugin_authenticate_denied(message) plugin_authenticate_denied_(PLUGIN_AS_TEXT(message))
// Leaves it to the host.
PluginAuthenticateDecision plugin_authenticate_defer(void);

// The answer of a route hook.
typedef struct {
    PluginText json;
} PluginRouteDecision;

PluginRouteDecision plugin_route_default(void);
PluginRouteDecision plugin_route_primary(void);
PluginRouteDecision plugin_route_standby(void);
#define plugin_route_node(name) plugin_route_node_(PLUGIN_AS_TEXT(name))
#define plugin_route_branch(name) plugin_route_branch_(PLUGIN_AS_TEXT(name))
#define plugin_route_block(reason) plugin_route_block_(PLUGIN_AS_TEXT(reason))

// --- what the host offers --------------------------------------------------------------------------------------------

// The key-value store belongs to this plugin and outlives the call. A key and a value hold at most 65,536 bytes, the
// store at most 1,024 keys.

// The value under a key; a missing text when there is none.
#define plugin_kv_get(key) plugin_kv_get_(PLUGIN_AS_TEXT(key))
// False when a cap was hit: nothing is stored then.
#define plugin_kv_set(key, value) plugin_kv_set_(PLUGIN_AS_TEXT(key), PLUGIN_AS_TEXT(value))
#define plugin_kv_delete(key) plugin_kv_delete_(PLUGIN_AS_TEXT(key))
// Adds to the whole number under a key, 0 if there is none; `sum` may be NULL. False, and nothing is stored, when the
// value is not a number, the sum does not fit 64 bits or a cap was hit. Of two calls at once, one may be lost.
#define plugin_kv_add(key, amount, sum) plugin_kv_add_(PLUGIN_AS_TEXT(key), (amount), (sum))
// The SHA-256 of a text, as 64 lowercase hex digits.
#define plugin_sha256(text) plugin_sha256_(PLUGIN_AS_TEXT(text))

// --- which function answers which hook -------------------------------------------------------------------------------

// PluginQueryDecision function(const PluginQuery *)
#define PLUGIN_PRE_QUERY(function) \
    PluginText plugin_answer_pre_query(const char *input, size_t size) \
    { \
        const PluginQuery query = plugin_read_query(input, size); \
        return function(&query).json; \
    } \
    PLUGIN_RESULT_HOOK(pre_query)

// void function(const PluginQuery *, const PluginOutcome *)
#define PLUGIN_POST_QUERY(function) \
    void plugin_observe_post_query(const char *input, size_t size) \
    { \
        PluginOutcome outcome; \
        const PluginQuery query = plugin_read_outcome(input, size, &outcome); \
        function(&query, &outcome); \
    } \
    PLUGIN_OBSERVER_HOOK(post_query)

// PluginAuthenticateDecision function(const PluginAuthenticateRequest *)
#define PLUGIN_AUTHENTICATE(function) \
    PluginText plugin_answer_authenticate(const char *input, size_t size) \
    { \
        const PluginAuthenticateRequest request = plugin_read_request(input, size); \
        return function(&request).json; \
    } \
    PLUGIN_RESULT_HOOK(authenticate)

// PluginRouteDecision function(const PluginQuery *)
#define PLUGIN_ROUTE(function) \
    PluginText plugin_answer_route(const char *input, size_t size) \
    { \
        const PluginQuery query = plugin_read_query(input, size); \
        return function(&query).json; \
    } \
    PLUGIN_RESULT_HOOK(route)

PluginText plugin_answer_pre_query(const char *input, size_t size);
void plugin_observe_post_query(const char *input, size_t size);
PluginText plugin_answer_authenticate(const char *input, size_t size);
PluginText plugin_answer_route(const char *input, size_t size);

#ifdef __wasm__
#define PLUGIN_RESULT_HOOK(name) \
    __attribute__((export_name(#name))) uint64_t plugin_on_##name(const char *input, size_t size); \
    uint64_t plugin_on_##name(const char *input, size_t size) \
    { \
        const PluginText json = plugin_answer_##name(input, size); \
        return (uint64_t)(uintptr_t)json.bytes << 32 | json.size; \
    } \
    struct PluginHook
#define PLUGIN_OBSERVER_HOOK(name) \
    __attribute__((export_name(#name))) void plugin_on_##name(const char *input, size_t size); \
    void plugin_on_##name(const char *input, size_t size) { plugin_observe_##name(input, size); } \
    struct PluginHook
#else
#define PLUGIN_RESULT_HOOK(name) struct PluginHook
#define PLUGIN_OBSERVER_HOOK(name) struct PluginHook
#endif

// --- behind the macros -----------------------------------------------------------------------------------------------

bool plugin_text_is_(PluginText a, PluginText b);
bool plugin_text_is_ignoring_case_(PluginText a, PluginText b);
bool plugin_text_starts_with_(PluginText text, PluginText start);
bool plugin_text_includes_(PluginText text, PluginText part);
PluginText plugin_text_join_(PluginText separator, const PluginText *parts, size_t count);
bool plugin_text_split_next_(PluginText *rest, PluginText separator, PluginText *part);
PluginText plugin_text_replace_(PluginText text, size_t from, size_t to, PluginText with);
PluginField plugin_query_attribute_(const PluginQuery *query, PluginText name);
PluginField plugin_authenticate_header_(const PluginAuthenticateRequest *request, PluginText name);
bool plugin_sql_has_keyword_(PluginText sql, PluginText word);
PluginText plugin_sql_literal_(PluginText text);
PluginText plugin_sql_identifier_(PluginText text);
PluginTables plugin_sql_tables_(PluginText sql, size_t limit);
bool plugin_table_is_(const PluginTable *table, PluginText name);
PluginTouch plugin_query_touches_(const PluginQuery *query, PluginText table, size_t limit);
PluginTouch plugin_sql_touches_(PluginText sql, PluginText table, size_t limit);
bool plugin_sql_is_read_only_(PluginText sql, size_t limit);
PluginQueryDecision plugin_query_rewrite_(PluginText sql);
PluginQueryDecision plugin_query_block_(PluginText reason);
PluginQueryDecision plugin_query_cached_raw_(PluginText bytes);
PluginAuthenticateDecision plugin_authenticate_denied_(PluginText message);
PluginRouteDecision plugin_route_node_(PluginText name);
PluginRouteDecision plugin_route_branch_(PluginText name);
PluginRouteDecision plugin_route_block_(PluginText reason);
PluginText plugin_kv_get_(PluginText key);
PLUGIN_USE_RESULT bool plugin_kv_set_(PluginText key, PluginText value);
void plugin_kv_delete_(PluginText key);
PLUGIN_USE_RESULT bool plugin_kv_add_(PluginText key, int64_t amount, int64_t *sum);
PluginText plugin_sha256_(PluginText text);
PluginQuery plugin_read_query(const char *input, size_t size);
PluginQuery plugin_read_outcome(const char *input, size_t size, PluginOutcome *outcome);
PluginAuthenticateRequest plugin_read_request(const char *input, size_t size);

#ifdef __cplusplus
}
#endif

#endif
