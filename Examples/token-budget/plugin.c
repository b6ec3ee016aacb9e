// Keeps agents that query the database within a budget of language model tokens.
//
// What an agent reads from the database it puts into its prompts, so the bytes of answers are tokens to be paid for. An
// agent says who it is in a comment at the beginning of a query: /* agent: research */. Operators set budgets in the
// store, and what is spent is counted there as well:
//
//     limit/NAME   the budget of one agent, in tokens; who has none shares "others"
//     limit        the budget that "others" share; none set: 100,000
//     spent/NAME   what the agent has spent; deleting it begins a new period
//     unnamed      "block" to refuse queries that do not say whose they are; else they count as "others"
#include "sdk/plugin.h"

// A token is about four bytes of text.
enum { BYTES_PER_TOKEN = 4, DEFAULT_LIMIT = 100000, LONGEST_NAME = 64 };

static PluginText others(void) { return PLUGIN_TEXT("others"); }

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

static PluginText after_blanks(PluginText text)
{
    while (text.size > 0 && *text.bytes == ' ') text = plugin_text_between(text.bytes + 1, text.bytes + text.size);
    return text;
}

// The name in a comment that begins the query; a missing text without one.
static PluginText named(const PluginQuery *query)
{
    static const PluginText none = {NULL, 0};
    PluginText sql = plugin_field_beginning(plugin_query_sql(query), 256);
    if (!plugin_text_exists(sql)) return none;
    sql = after_blanks(sql);
    if (!plugin_text_starts_with(sql, "/*")) return none;
    sql = after_blanks(plugin_text_between(sql.bytes + 2, sql.bytes + sql.size));
    if (!plugin_text_starts_with(sql, "agent:")) return none;
    sql = after_blanks(plugin_text_between(sql.bytes + 6, sql.bytes + sql.size));
    size_t size = 0;
    while (size < sql.size && size <= LONGEST_NAME && is_name_byte(sql.bytes[size])) size++;
    const PluginText rest = after_blanks(plugin_text_between(sql.bytes + size, sql.bytes + sql.size));
    return size > 0 && size <= LONGEST_NAME && plugin_text_starts_with(rest, "*/") ? (PluginText){sql.bytes, size}
                                                                                   : none;
}

static PluginText key(const char *kind, PluginText name)
{
    return plugin_text_concat(plugin_text_from(kind), PLUGIN_TEXT("/"), name);
}

// The number under a key, or another one when there is none that can be read.
static int64_t number_at(PluginText at, int64_t otherwise)
{
    const PluginText text = plugin_kv_get(at);
    int64_t number;
    return plugin_text_exists(text) && plugin_text_to_int(text, &number) ? number : otherwise;
}

// Who pays for a query: an agent that has a budget of its own, else all others together. So the store holds no more
// names than operators put there, whatever comments say.
static PluginText payer(PluginText name)
{
    if (plugin_text_exists(name) && plugin_text_exists(plugin_kv_get(key("limit", name)))) return name;
    return others();
}

static PluginQueryDecision admit(const PluginQuery *query)
{
    const PluginText name = named(query);
    if (!plugin_text_exists(name) && plugin_text_is(plugin_kv_get("unnamed"), "block"))
        return plugin_query_block("say whose query this is: begin it with /* agent: NAME */");
    const PluginText pays = payer(name);
    const int64_t limit = plugin_text_is(pays, others()) ? number_at(PLUGIN_TEXT("limit"), DEFAULT_LIMIT)
                                                         : number_at(key("limit", pays), 0);
    if (number_at(key("spent", pays), 0) < limit) return plugin_query_continue();
    return plugin_query_block(plugin_text_concat(
        PLUGIN_TEXT("agent "), pays, PLUGIN_TEXT(" has spent its budget of "), plugin_text_from_int(limit),
        PLUGIN_TEXT(" tokens")));
}
PLUGIN_PRE_QUERY(admit);

static void charge(const PluginQuery *query, const PluginOutcome *outcome)
{
    const int64_t bytes = plugin_outcome_response_bytes(outcome);
    if (!plugin_outcome_is_forwarded(outcome) || bytes <= 0) return;
    const int64_t tokens = bytes / BYTES_PER_TOKEN + (bytes % BYTES_PER_TOKEN != 0);
    // A value that is no number stays as the operator left it: nothing is charged until it is put right.
    const bool is_charged = plugin_kv_add(key("spent", payer(named(query))), tokens, NULL);
    (void)is_charged;
}
PLUGIN_POST_QUERY(charge);
