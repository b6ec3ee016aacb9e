// Keeps SQL that a language model wrote from deleting or reading everything.
//
// One statement a query, of those that read or change rows. DELETE and UPDATE need a WHERE that says something, and a
// SELECT from tables needs a LIMIT, unless it only aggregates. Operators change what is allowed, in the store:
//
//     max_rows     1000                the largest LIMIT
//     statements   create, refresh     first words that are allowed beside the usual ones
//     functions    pg_sleep, dblink    functions that may not be called, instead of the list below
//
// Reasons are written for the model: it reads them, and tries again.
#include "sdk/plugin.hpp"

namespace
{

using plugin::QueryDecision;
using plugin::Text;
using plugin::TokenKind;

// How much SQL is read, and in how many tokens: so much fits into the fuel of a call, whatever it holds.
constexpr size_t examined_bytes = 4096;
constexpr int most_tokens = 400, most_changes = 8, most_selects = 8, most_names = 24;

constexpr int64_t default_rows = 1000;

constexpr Text usual_statements[] = {"select", "with",   "values",   "insert", "update", "delete",    "explain", "show",
                                     "begin",  "commit", "rollback", "end",    "abort",  "savepoint", "release"};

// What waits, reads files, reaches other servers, ends other sessions or runs SQL from a string.
constexpr Text denied_functions[] = {
    "pg_sleep",
    "pg_sleep_for",
    "pg_sleep_until",
    "pg_read_file",
    "pg_read_binary_file",
    "pg_ls_dir",
    "lo_import",
    "lo_export",
    "dblink",
    "dblink_exec",
    "query_to_xml",
    "cursor_to_xml",
    "database_to_xml",
    "pg_terminate_backend",
    "pg_cancel_backend",
    "set_config",
    "setval"};

constexpr Text aggregate_functions[] = {"count",    "sum",     "avg",   "min",        "max",
                                        "bool_and", "bool_or", "every", "string_agg", "array_agg"};

template <size_t count> bool has(const Text (&names)[count], Text word)
{
    for (const Text &name : names)
        if (name.size() == word.size() && name.equals_ignoring_case(word)) return true;
    return false;
}

// The words of a list in the store, with commas and blanks between them.
class Names
{
  public:
    explicit Names(Text list)
    {
        if (!list) return;
        plugin::split(list, ",", [this](Text item) {
            size_t from = 0, to = item.size();
            while (from < to && item[from] <= ' ') from++;
            while (to > from && item[to - 1] <= ' ') to--;
            if (count_ < most_names) names_[count_++] = item.slice(from, to);
        });
    }

    bool have(Text word) const
    {
        for (int index = 0; index < count_; index++)
            if (names_[index].size() == word.size() && names_[index].equals_ignoring_case(word)) return true;
        return false;
    }

  private:
    Text names_[most_names];
    int count_ = 0;
};

// The keywords that mean something here. Each word is looked up once: comparing texts again and again is dear.
enum class Word : uint8_t {
    other,
    analyze,
    delete_,
    explain,
    fetch,
    from,
    group,
    insert,
    into,
    limit,
    or_,
    over,
    returning,
    row,
    rows,
    select,
    ties,
    true_,
    update,
    verbose,
    where
};

struct Keyword {
    Text text;
    Word word;
};

constexpr Keyword keywords[] = {
    {"analyze", Word::analyze}, {"delete", Word::delete_}, {"explain", Word::explain}, {"fetch", Word::fetch},
    {"from", Word::from},       {"group", Word::group},    {"insert", Word::insert},   {"into", Word::into},
    {"limit", Word::limit},     {"or", Word::or_},         {"over", Word::over},       {"returning", Word::returning},
    {"row", Word::row},         {"rows", Word::rows},      {"select", Word::select},   {"ties", Word::ties},
    {"true", Word::true_},      {"update", Word::update},  {"verbose", Word::verbose}, {"where", Word::where},
};

Word word_of(Text text)
{
    for (const Keyword &keyword : keywords)
        if (keyword.text.size() == text.size() && keyword.text[0] == (text[0] | 32) &&
            keyword.text.equals_ignoring_case(text))
            return keyword.word;
    return Word::other;
}

// A token, and in how many brackets it stands. A bracket itself counts as outside.
struct Part {
    Text text;
    int depth = 0;
    TokenKind kind = TokenKind::word;
    Word word = Word::other;
    char symbol = 0;
};

// The tokens of one query.
class Statement
{
  public:
    // False when there are more tokens than fit.
    bool read(Text sql)
    {
        bool fits = true;
        int depth = 0;
        plugin::SQL(sql).tokens([&](const plugin::Token &token) {
            if (count_ == most_tokens) return fits = false;
            const char symbol = token.kind == TokenKind::symbol ? token.text[0] : 0;
            // Behind a dot stands the name of a column or a function.
            const bool is_word = token.kind == TokenKind::word && !is(count_ - 1, '.');
            if (symbol == ')' && depth > 0) depth--;
            parts_[count_++] = {token.text, depth, token.kind, is_word ? word_of(token.text) : Word::other, symbol};
            if (symbol == '(') depth++;
            return true;
        });
        while (count_ > 0 && is(count_ - 1, ';')) count_--;
        return fits;
    }

    int count() const { return count_; }
    const Part &operator[](int index) const { return parts_[index]; }

    bool is(int index, char symbol) const { return index >= 0 && index < count_ && parts_[index].symbol == symbol; }
    bool is(int index, Word word) const { return index >= 0 && index < count_ && parts_[index].word == word; }

    // The place of a word beside the token at `from`, in the same brackets and before `to`; `to` when there is none.
    int find(Word word, int from, int to) const
    {
        for (int index = from; index < to; index++)
            if (parts_[index].word == word && parts_[index].depth == parts_[from].depth) return index;
        return to;
    }

    // Where the brackets end in which the token stands.
    int end_of_level(int from) const
    {
        int index = from;
        while (index < count_ && parts_[index].depth >= parts_[from].depth) index++;
        return index;
    }

  private:
    Part parts_[most_tokens] = {};
    int count_ = 0;
};

// Whether a condition is true for every row: TRUE, or a value that equals itself, or either of these behind an OR.
bool is_always_true(const Statement &all, int from, int to)
{
    while (to - from > 2 && all.is(from, '(') && all.end_of_level(from + 1) == to - 1) from++, to--;
    if (from >= to) return false;
    const int other = all.find(Word::or_, from, to);
    if (other < to && (is_always_true(all, from, other) || is_always_true(all, other + 1, to))) return true;
    if (to - from == 1) return all.is(from, Word::true_);
    return to - from == 3 && all.is(from + 1, '=') && all[from].kind == all[from + 2].kind &&
        all[from].text == all[from + 2].text;
}

// Against a DELETE or UPDATE that stands at `from`.
Text against_change(const Statement &all, int from)
{
    const int end = all.end_of_level(from), where = all.find(Word::where, from, end);
    if (where == end) return "DELETE and UPDATE need a WHERE: say which rows are meant";
    if (is_always_true(all, where + 1, all.find(Word::returning, where, end)))
        return "this WHERE is true for every row: say which rows are meant";
    return {};
}

// Whether a list between SELECT and FROM holds nothing but aggregates: then one row comes out of it.
bool only_aggregates(const Statement &all, int from, int to)
{
    for (int index = from; index < to; index++) {
        const bool begins = index == from || (all.is(index - 1, ',') && all[index - 1].depth == all[from].depth);
        if (begins && !(has(aggregate_functions, all[index].text) && all.is(index + 1, '('))) return false;
    }
    return from < to && all.find(Word::over, from, to) == to;
}

class Guardrail
{
  public:
    explicit Guardrail(const Statement &all) : all_(all) {}

    // The reason against the query; missing when there is none.
    Text reason() const
    {
        int begin = 0;
        // EXPLAIN ANALYZE runs what it explains: that is looked at as well.
        if (all_.is(0, Word::explain)) {
            begin = 1;
            if (all_.is(begin, '(')) begin = all_.end_of_level(begin + 1) + 1;
            while (all_.is(begin, Word::analyze) || all_.is(begin, Word::verbose)) begin++;
        }
        if (begin >= all_.count()) return {};
        const Text first = all_[begin].text;
        if (!has(usual_statements, first) && !Names(plugin::kv::get("statements")).have(first))
            return plugin::concat(
                "a query may not begin with ", first.slice(0, 40), ": use SELECT, INSERT, UPDATE or DELETE");
        Text reason = against_parts();
        if (!reason && !all_.is(begin, Word::insert)) reason = against_rows(begin);
        return reason;
    }

  private:
    // Against single words, wherever they stand.
    Text against_parts() const
    {
        const Text functions = plugin::kv::get("functions");
        const Names denied(functions);
        int changes = 0;
        for (int index = 0; index < all_.count(); index++) {
            const Part &part = all_[index];
            if (all_.is(index, ';')) return "one statement in a query: send the others by themselves";
            if (part.kind == TokenKind::quoted_name && part.text[0] != '"')
                return "names in U&\"…\" cannot be examined: write them as they are";
            if (all_.is(index + 1, '(')) {
                const bool is_quoted = part.kind == TokenKind::quoted_name;
                const Text name = is_quoted ? part.text.slice(1, part.text.size() - 1) : part.text;
                if (functions ? denied.have(name) : has(denied_functions, name))
                    return plugin::concat("the function ", name, " may not be called here");
            }
            if (all_.is(index, Word::into) && !all_.is(index - 1, Word::insert))
                return "SELECT INTO makes a table: leave INTO out";
            if (!all_.is(index, Word::delete_) && !all_.is(index, Word::update)) continue;
            // Not FOR UPDATE, FOR NO KEY UPDATE, DO UPDATE SET, nor a name.
            const bool is_command = index == 0 || all_.is(index - 1, '(') || all_.is(index - 1, ')') ||
                all_.is(index - 1, Word::explain) || all_.is(index - 1, Word::analyze) ||
                all_.is(index - 1, Word::verbose);
            if (!is_command) continue;
            if (++changes > most_changes) return "too many changes in one query: make it several";
            if (const Text reason = against_change(all_, index)) return reason;
        }
        return {};
    }

    // Against a query whose rows reach the client without a limit.
    Text against_rows(int begin) const
    {
        const Text text = plugin::kv::get("max_rows");
        const int64_t rows = text ? plugin::integer(text).value_or(0) : default_rows;
        const Text hint = plugin::concat("add LIMIT ", plugin::decimal(rows), " or less");
        bool is_unbounded = false;
        int selects = 0;
        for (int index = begin; index < all_.count(); index++) {
            if (all_[index].depth > 0) continue;
            if (all_.is(index, Word::select)) {
                if (++selects > most_selects) return "too many SELECTs beside each other: make it several queries";
                const int from = all_.find(Word::from, index, all_.count());
                const int other = all_.find(Word::select, index + 1, all_.count());
                is_unbounded |= from < other &&
                    (!only_aggregates(all_, index + 1, from) || all_.find(Word::group, from, other) < other);
            }
            const bool is_limit = all_.is(index, Word::limit), is_fetch = all_.is(index, Word::fetch);
            if (!is_limit && !is_fetch) continue;
            const int at = is_fetch ? index + 2 : index + 1;
            if (is_fetch && all_.find(Word::ties, index, all_.count()) < all_.count())
                return "WITH TIES may give more rows than it says: leave it out";
            const bool is_one = is_fetch && (all_.is(at, Word::row) || all_.is(at, Word::rows));
            const bool is_number = at < all_.count() && all_[at].kind == TokenKind::number;
            const auto number = is_number ? plugin::integer(all_[at].text) : plugin::Optional<int64_t>();
            // What follows the number must not make another one of it.
            const bool is_alone = at + 1 >= all_.count() || all_[at + 1].kind == TokenKind::word;
            if (!is_one && !(number && *number <= rows && is_alone))
                return plugin::concat("the limit must be a number that is not too large: ", hint);
            // The limit of a UNION stands behind its last SELECT.
            is_unbounded = false;
        }
        return is_unbounded ? plugin::concat("this SELECT may give all rows of a table: ", hint) : Text();
    }

    const Statement &all_;
};

// Too large for the stack of a module. Nothing may be run to make it: that would cost fuel in every call.
constinit Statement statement;

QueryDecision guard(const plugin::Query &query)
{
    const Text sql = query.sql().text_up_to(examined_bytes);
    if (!sql || !statement.read(sql))
        return QueryDecision::block("llm-guardrail: this query is too long: make it shorter");
    if (const Text reason = Guardrail(statement).reason())
        return QueryDecision::block(plugin::concat("llm-guardrail: ", reason));
    return QueryDecision::continue_query();
}

} // namespace

PLUGIN_PRE_QUERY(guard);
