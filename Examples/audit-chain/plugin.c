// Keeps a hash-chained log of statements that write, or that touch audited tables.
//
// Each entry holds the SHA-256 of the one before it, so none can be changed or taken out later without a trace in all
// that follow. In the store:
//
//     entry/N   the entry of that number: lines of `name: value`, the last of which is the SQL
//     head      the number and the SHA-256 of the newest entry
//     tables    set by operators: the audited tables, separated by commas; statements that write count in any case
#include "sdk/plugin.h"

enum {
    // The store takes 1,024 keys: what is older goes, and is to be fetched before. See fetch.sh.
    ENTRIES = 1000,
    // How much SQL is examined and shown; what is larger is recorded whatever it says. The hook steps over the query
    // twice to reach the outcome, and reads it several times.
    EXAMINED_BYTES = 4096,
};

static bool is_audited(PluginText sql, PluginText audited)
{
    if (!plugin_text_exists(sql) || !plugin_sql_is_read_only(sql, EXAMINED_BYTES)) return true;
    if (!plugin_text_exists(audited)) return false;
    PluginTables tables = plugin_sql_tables(sql, EXAMINED_BYTES);
    for (PluginTable table; plugin_tables_next(&tables, &table);) {
        PluginText rest = audited, name;
        while (plugin_text_split_next(&rest, ",", &name))
            if (plugin_table_is(&table, name)) return true;
    }
    return tables.examination != PLUGIN_EXAMINATION_COMPLETE;
}

static PluginText line(const char *name, PluginText value)
{
    return plugin_text_concat(plugin_text_from(name), PLUGIN_TEXT(": "), value, PLUGIN_TEXT("\n"));
}

// The text of a field that is short, or why it is not shown.
static PluginText shown(PluginField field)
{
    const PluginText text = plugin_field_text_up_to(field, 256);
    if (plugin_text_exists(text)) return text;
    return plugin_field_exists(field) ? PLUGIN_TEXT("(long)") : PLUGIN_TEXT("-");
}

static PluginText entry_key(int64_t number)
{
    return plugin_text_concat(PLUGIN_TEXT("entry/"), plugin_text_from_int(number));
}

static void record(const PluginQuery *query, const PluginOutcome *outcome)
{
    const PluginText sql = plugin_field_text_up_to(plugin_query_sql(query), EXAMINED_BYTES);
    if (!is_audited(sql, plugin_kv_get("tables"))) return;

    // The head that cannot be read begins a new chain, which a verifier sees.
    PluginText head = plugin_kv_get("head"), number_text = PLUGIN_TEXT("0"), before = PLUGIN_TEXT("-");
    int64_t number = 0;
    if (plugin_text_exists(head) && plugin_text_split_next(&head, " ", &number_text) &&
        plugin_text_to_int(number_text, &number))
        before = head;
    if (number < 0 || number == INT64_MAX) number = 0;
    number++;

    // Of a very large query the host's outcome is out of reach.
    const bool is_told = plugin_field_size(plugin_outcome_target_node(outcome)) < SIZE_MAX;
    const PluginText forwarded = plugin_outcome_is_forwarded(outcome) ? PLUGIN_TEXT("yes") : PLUGIN_TEXT("no");
    const PluginText entry = plugin_text_concat(
        line("number", plugin_text_from_int(number)), line("before", before),
        line("session", shown(plugin_query_client_id(query))), line("node", shown(plugin_outcome_target_node(outcome))),
        line("forwarded", is_told ? forwarded : PLUGIN_TEXT("(long)")),
        line("response_bytes", plugin_text_from_int(plugin_outcome_response_bytes(outcome))),
        line("sql_sha256", plugin_text_exists(sql) ? plugin_sha256(sql) : PLUGIN_TEXT("(long)")),
        line("sql", plugin_text_exists(sql) ? sql : PLUGIN_TEXT("(long)")));
    const PluginText digest = plugin_sha256(entry);
    if (!plugin_text_exists(digest)) return;
    if (number > ENTRIES) plugin_kv_delete(entry_key(number - ENTRIES));
    // The entry first: a head without its entry would break the chain.
    if (!plugin_kv_set(entry_key(number), entry)) return;
    const bool is_kept =
        plugin_kv_set("head", plugin_text_concat(plugin_text_from_int(number), PLUGIN_TEXT(" "), digest));
    (void)is_kept;
}
PLUGIN_POST_QUERY(record);
