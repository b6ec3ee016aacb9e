// The guest library for C++20: what the host tells a hook, what a hook may answer, and what the host offers.
//
// Write one function a hook and name it once, at namespace scope:
//
//     static plugin::QueryDecision guard(const plugin::Query &query) { … }
//     PLUGIN_PRE_QUERY(guard);
//
// Everything here is a thin dress over the C library in plugin.h, which does the work: views, values, no exceptions, no
// standard library. Nothing needs to be freed: the host makes a fresh instance of the plugin for each call.
#pragma once

#include "plugin.h"

namespace plugin
{

// A view of bytes, usually UTF-8. Unlike an empty text, a missing one is false.
class Text
{
  public:
    constexpr Text() = default;
    constexpr Text(const char *bytes, size_t size) : text_{bytes, size} {}
    // A literal.
    template <size_t size> constexpr Text(const char (&literal)[size]) : text_{literal, size - 1} {}
    constexpr Text(PluginText text) : text_(text) {}
    constexpr operator PluginText() const { return text_; }

    constexpr const char *data() const { return text_.bytes; }
    constexpr size_t size() const { return text_.size; }
    constexpr bool empty() const { return text_.size == 0; }
    constexpr const char *begin() const { return text_.bytes; }
    constexpr const char *end() const { return text_.bytes + text_.size; }
    constexpr char operator[](size_t index) const { return text_.bytes[index]; }
    constexpr explicit operator bool() const { return text_.bytes != nullptr; }

    // The same bytes; a missing text equals nothing.
    friend bool operator==(Text a, Text b) { return plugin_text_is_(a, b); }
    bool equals_ignoring_case(Text other) const { return plugin_text_is_ignoring_case_(text_, other); }
    bool starts_with(Text start) const { return plugin_text_starts_with_(text_, start); }
    bool includes(Text part) const { return plugin_text_includes_(text_, part); }
    // The bytes from one place up to another, as far as there are any.
    constexpr Text slice(size_t from, size_t to) const
    {
        to = to < size() ? to : size();
        return from < to ? Text(data() + from, to - from) : Text(data(), 0);
    }
    // This text with the bytes from one place up to another replaced.
    Text replacing(size_t from, size_t to, Text with) const { return plugin_text_replace_(text_, from, to, with); }

  private:
    PluginText text_{nullptr, 0};
};

// A value, or none.
template <typename Value> class Optional
{
  public:
    constexpr Optional() = default;
    constexpr Optional(Value value) : value_(value), exists_(true) {}
    constexpr explicit operator bool() const { return exists_; }
    constexpr const Value &operator*() const { return value_; }
    constexpr Value value_or(Value other) const { return exists_ ? value_ : other; }

  private:
    Value value_{};
    bool exists_ = false;
};

// The parts one after the other, with a separator between them.
template <typename... Parts> Text join(Text separator, const Parts &...parts)
{
    const PluginText all[] = {Text(parts)...};
    return plugin_text_join_(separator, all, sizeof...(parts));
}
template <typename... Parts> Text concat(const Parts &...parts) { return join("", parts...); }

// Calls `each` with every part of the text between separators.
template <typename Each> void split(Text text, Text separator, Each each)
{
    PluginText rest = text, part;
    while (plugin_text_split_next_(&rest, separator, &part)) each(Text(part));
}

inline Text decimal(int64_t number) { return plugin_text_from_int(number); }
// The whole number that the text spells, if it does and fits.
inline Optional<int64_t> integer(Text text)
{
    int64_t number;
    return plugin_text_to_int(text, &number) ? Optional<int64_t>(number) : Optional<int64_t>();
}

// A text from the host, not yet read. Ask for its size first, or read it with a bound: a call that runs out of fuel is
// a query that passes.
class Field
{
  public:
    constexpr Field(PluginField field) : field_(field) {}
    bool exists() const { return plugin_field_exists(field_); }
    // In bytes as the host sent it, in JSON: never less than the text has.
    size_t size() const { return plugin_field_size(field_); }
    // The text, if it has at most `max` bytes. What it costs is bounded by `max`.
    Text text_up_to(size_t max) const { return plugin_field_text_up_to(field_, max); }
    // The beginning: what its first `max` bytes in JSON say, at most.
    Text beginning(size_t max) const { return plugin_field_beginning(field_, max); }
    Text text() const { return plugin_field_text(field_); }

  private:
    PluginField field_;
};

enum class Touch { no = PLUGIN_TOUCH_NO, yes = PLUGIN_TOUCH_YES, unknown = PLUGIN_TOUCH_UNKNOWN };

enum class Examination {
    complete = PLUGIN_EXAMINATION_COMPLETE,
    too_large = PLUGIN_EXAMINATION_TOO_LARGE,
    opaque = PLUGIN_EXAMINATION_OPAQUE,
};

// A relation that a statement reads, writes or defines. Names are as the server knows them; `start` and `end` are its
// place in the SQL.
struct Table {
    Text catalog, schema, name;
    size_t start, end;
    // Whether this may be "name" or "schema.name", whatever the case.
    bool is(Text other) const
    {
        const PluginTable table = {catalog, schema, name, start, end};
        return plugin_table_is_(&table, other);
    }
};

// A walk over the tables of an SQL text: `for (const auto &table : tables)`, then `examination()`.
class Tables
{
  public:
    explicit Tables(PluginTables walk) : walk_(walk) {}
    Examination examination() const { return static_cast<Examination>(walk_.examination); }

    struct End {
    };
    class Iterator
    {
      public:
        explicit Iterator(Tables &tables) : tables_(tables) { ++*this; }
        const Table &operator*() const { return table_; }
        Iterator &operator++()
        {
            PluginTable table;
            has_table_ = plugin_tables_next(&tables_.walk_, &table);
            if (has_table_) table_ = {table.catalog, table.schema, table.name, table.start, table.end};
            return *this;
        }
        bool operator!=(End) const { return has_table_; }

      private:
        Tables &tables_;
        Table table_{};
        bool has_table_ = false;
    };
    Iterator begin() { return Iterator(*this); }
    End end() { return {}; }

  private:
    PluginTables walk_;
};

enum class TokenKind { word, quoted_name, string, number, parameter, symbol };

struct Token {
    TokenKind kind;
    Text text;         // as it is written
    size_t start, end; // its place in the SQL
};

// Any SQL text. A limit bounds what is examined: bytes, where each one that JSON escapes counts four.
class SQL
{
  public:
    explicit constexpr SQL(Text text) : text_(text) {}
    Touch touches(Text table, size_t limit) const
    {
        return static_cast<Touch>(plugin_sql_touches_(text_, table, limit));
    }
    Tables tables(size_t limit) const { return Tables(plugin_sql_tables_(text_, limit)); }
    bool is_read_only(size_t limit) const { return plugin_sql_is_read_only_(text_, limit); }
    bool has_keyword(Text word) const { return plugin_sql_has_keyword_(text_, word); }
    // Calls `each` with every token, as long as it returns true.
    template <typename Each> void tokens(Each each) const
    {
        PluginCursor cursor = plugin_sql_cursor(text_);
        PluginToken token;
        while (plugin_sql_next(&cursor, &token) &&
               each(Token{static_cast<TokenKind>(token.kind), token.text, token.start, token.end}))
            continue;
    }
    // Text as an SQL string constant, or as a quoted name.
    static Text literal(Text text) { return plugin_sql_literal_(text); }
    static Text identifier(Text text) { return plugin_sql_identifier_(text); }

  private:
    Text text_;
};

// A query, before or after it ran.
class Query
{
  public:
    explicit Query(PluginQuery query) : query_(query) {}
    Field sql() const { return plugin_query_sql(&query_); }
    // Whether the SQL uses a table: read from the text, as HeliosProxy 1.5 tells no tables.
    Touch touches(Text table, size_t limit) const
    {
        return static_cast<Touch>(plugin_query_touches_(&query_, table, limit));
    }
    Tables tables(size_t limit) const { return Tables(plugin_query_tables(&query_, limit)); }
    bool is_read_only(size_t limit) const { return plugin_query_is_read_only(&query_, limit); }
    // The host's other fields; 1.5 leaves most of them empty, see plugin.h.
    Field normalized() const { return plugin_query_normalized(&query_); }
    bool host_is_read_only() const { return plugin_query_host_is_read_only(&query_); }
    template <typename Each> void host_tables(Each each) const
    {
        PluginList list = plugin_query_host_tables(&query_);
        for (PluginField table; plugin_list_next(&list, &table);) each(Field(table));
    }
    Field request_id() const { return plugin_query_request_id(&query_); }
    Field client_id() const { return plugin_query_client_id(&query_); }
    Field identity() const { return plugin_query_identity(&query_); }
    Field database() const { return plugin_query_database(&query_); }
    Field branch() const { return plugin_query_branch(&query_); }
    Field attribute(Text name) const { return plugin_query_attribute_(&query_, name); }

  private:
    PluginQuery query_;
};

// How a query went.
class Outcome
{
  public:
    explicit Outcome(PluginOutcome outcome) : outcome_(outcome) {}
    // The host's `success`: whether the query could be forwarded, also when the server then refused it.
    bool is_forwarded() const { return plugin_outcome_is_forwarded(&outcome_); }
    Field target_node() const { return plugin_outcome_target_node(&outcome_); }
    int64_t elapsed_microseconds() const { return plugin_outcome_elapsed_microseconds(&outcome_); }
    int64_t response_bytes() const { return plugin_outcome_response_bytes(&outcome_); }
    Field error() const { return plugin_outcome_error(&outcome_); }

  private:
    PluginOutcome outcome_;
};

// A client that logs in.
class AuthenticateRequest
{
  public:
    explicit AuthenticateRequest(PluginAuthenticateRequest request) : request_(request) {}
    Field username() const { return plugin_authenticate_username(&request_); }
    Field password() const { return plugin_authenticate_password(&request_); }
    Field client_ip() const { return plugin_authenticate_client_ip(&request_); }
    Field database() const { return plugin_authenticate_database(&request_); }
    Field header(Text name) const { return plugin_authenticate_header_(&request_, name); }

  private:
    PluginAuthenticateRequest request_;
};

// The answer of a pre_query hook.
class [[nodiscard]] QueryDecision
{
  public:
    static QueryDecision continue_query() { return plugin_query_continue(); }
    // Runs this SQL instead.
    static QueryDecision rewrite(Text sql) { return plugin_query_rewrite_(sql); }
    static QueryDecision block(Text reason) { return plugin_query_block_(reason); }
    // Answers the client with these rows, each as wide as the columns; a missing text is NULL.
    template <size_t width, size_t height>
    static QueryDecision cached(const PluginColumn (&columns)[width], const PluginText (&rows)[height][width])
    {
        return plugin_query_cached(columns, width, rows[0], height);
    }
    // The same from the bytes that the host reads.
    static QueryDecision cached_raw(Text bytes) { return plugin_query_cached_raw_(bytes); }
    Text json() const { return decision_.json; }

  private:
    QueryDecision(PluginQueryDecision decision) : decision_(decision) {}
    PluginQueryDecision decision_;
};

struct Identity {
    Text user_id, username;
    const PluginText *roles = nullptr;
    size_t role_count = 0;
    Text tenant_id{}; // may be missing
};

// The answer of an authenticate hook.
class [[nodiscard]] AuthenticateDecision
{
  public:
    static AuthenticateDecision success(const Identity &identity)
    {
        const PluginIdentity all = {
            identity.user_id, identity.username, identity.roles, identity.role_count, identity.tenant_id};
        return plugin_authenticate_success(&all);
    }
    static AuthenticateDecision denied(Text message) { return plugin_authenticate_denied_(message); }
    // Leaves it to the host.
    static AuthenticateDecision defer() { return plugin_authenticate_defer(); }
    Text json() const { return decision_.json; }

  private:
    AuthenticateDecision(PluginAuthenticateDecision decision) : decision_(decision) {}
    PluginAuthenticateDecision decision_;
};

// The answer of a route hook.
class [[nodiscard]] RouteDecision
{
  public:
    static RouteDecision default_route() { return plugin_route_default(); }
    static RouteDecision primary() { return plugin_route_primary(); }
    static RouteDecision standby() { return plugin_route_standby(); }
    static RouteDecision node(Text name) { return plugin_route_node_(name); }
    static RouteDecision branch(Text name) { return plugin_route_branch_(name); }
    static RouteDecision block(Text reason) { return plugin_route_block_(reason); }
    Text json() const { return decision_.json; }

  private:
    RouteDecision(PluginRouteDecision decision) : decision_(decision) {}
    PluginRouteDecision decision_;
};

// The key-value store belongs to this plugin and outlives the call. A key and a value hold at most 65,536 bytes, the
// store at most 1,024 keys.
namespace kv
{
// The value under a key; a missing text when there is none.
inline Text get(Text key) { return plugin_kv_get_(key); }
// False when a cap was hit: nothing is stored then.
[[nodiscard]] inline bool set(Text key, Text value) { return plugin_kv_set_(key, value); }
// `delete` is taken.
inline void erase(Text key) { plugin_kv_delete_(key); }
// Adds to the whole number under a key, 0 if there is none, and gives the sum; none, and nothing stored, when the value
// is not a number, the sum does not fit 64 bits or a cap was hit.
[[nodiscard]] inline Optional<int64_t> add(Text key, int64_t amount)
{
    int64_t sum;
    return plugin_kv_add_(key, amount, &sum) ? Optional<int64_t>(sum) : Optional<int64_t>();
}
} // namespace kv

// The SHA-256 of a text, as 64 lowercase hex digits.
inline Text sha256(Text text) { return plugin_sha256_(text); }

} // namespace plugin

// Which function answers which hook.
#undef PLUGIN_PRE_QUERY
#undef PLUGIN_POST_QUERY
#undef PLUGIN_AUTHENTICATE
#undef PLUGIN_ROUTE

// plugin::QueryDecision function(const plugin::Query &)
#define PLUGIN_PRE_QUERY(function) \
    PluginText plugin_answer_pre_query(const char *input, size_t size) \
    { \
        return function(plugin::Query(plugin_read_query(input, size))).json(); \
    } \
    PLUGIN_RESULT_HOOK(pre_query)

// void function(const plugin::Query &, const plugin::Outcome &)
#define PLUGIN_POST_QUERY(function) \
    void plugin_observe_post_query(const char *input, size_t size) \
    { \
        PluginOutcome outcome; \
        const plugin::Query query(plugin_read_outcome(input, size, &outcome)); \
        function(query, plugin::Outcome(outcome)); \
    } \
    PLUGIN_OBSERVER_HOOK(post_query)

// plugin::AuthenticateDecision function(const plugin::AuthenticateRequest &)
#define PLUGIN_AUTHENTICATE(function) \
    PluginText plugin_answer_authenticate(const char *input, size_t size) \
    { \
        return function(plugin::AuthenticateRequest(plugin_read_request(input, size))).json(); \
    } \
    PLUGIN_RESULT_HOOK(authenticate)

// plugin::RouteDecision function(const plugin::Query &)
#define PLUGIN_ROUTE(function) \
    PluginText plugin_answer_route(const char *input, size_t size) \
    { \
        return function(plugin::Query(plugin_read_query(input, size))).json(); \
    } \
    PLUGIN_RESULT_HOOK(route)
