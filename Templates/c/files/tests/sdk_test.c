// The guest library's own tests.
#include "test.h"
#include <string.h>

static void texts(void)
{
    EXPECT(plugin_text_is("a", PLUGIN_TEXT("a")) && !plugin_text_is("a", "A"));
    EXPECT(plugin_text_is_ignoring_case("aZ_[", "Az_[") && !plugin_text_is_ignoring_case("[", "{"));
    EXPECT(plugin_text_starts_with("select", "sel") && !plugin_text_starts_with("se", "sel"));
    EXPECT(plugin_text_includes("a long text, long enough for more", "enough"));
    EXPECT(plugin_text_includes("", "") && !plugin_text_includes("", "x") && !plugin_text_includes("xxy", "xyx"));
    EXPECT(!plugin_text_is(((PluginText){NULL, 0}), "") && !plugin_text_exists(((PluginText){NULL, 0})));
    EXPECT_TEXT(plugin_text_join(", ", PLUGIN_TEXT("a"), PLUGIN_TEXT(""), PLUGIN_TEXT("b")), "a, , b");
    EXPECT_TEXT(plugin_text_concat(PLUGIN_TEXT("a"), PLUGIN_TEXT("b")), "ab");
    EXPECT_TEXT(plugin_text_replace(PLUGIN_TEXT("SELECT a"), 7, 8, "bcd"), "SELECT bcd");
    EXPECT_TEXT(plugin_text_replace(PLUGIN_TEXT("a"), 5, 9, "b"), "ab");
    PluginText rest = PLUGIN_TEXT("a,,b"), part;
    EXPECT(plugin_text_split_next(&rest, ",", &part));
    EXPECT_TEXT(part, "a");
    EXPECT(plugin_text_split_next(&rest, ",", &part));
    EXPECT_TEXT(part, "");
    EXPECT(plugin_text_split_next(&rest, ",", &part));
    EXPECT_TEXT(part, "b");
    EXPECT(!plugin_text_split_next(&rest, ",", &part));
}

static void numbers(void)
{
    int64_t number = 7;
    EXPECT(plugin_text_to_int(PLUGIN_TEXT("-9223372036854775808"), &number) && number == INT64_MIN);
    EXPECT(plugin_text_to_int(PLUGIN_TEXT("9223372036854775807"), &number) && number == INT64_MAX);
    static const char *const none[] = {"", "-", "1 ", "+1", "1.0", "9223372036854775808", "-9223372036854775809", "a"};
    for (size_t index = 0; index < sizeof none / sizeof *none; index++)
        EXPECT(!plugin_text_to_int(plugin_text_from(none[index]), &number) && number == INT64_MAX);
    EXPECT_TEXT(plugin_text_from_int(INT64_MIN), "-9223372036854775808");
    EXPECT_TEXT(plugin_text_from_int(0), "0");
}

static PluginQuery query_of(const char *json)
{
    // In memory of just its size: a step over its end is noticed.
    const PluginText exact = plugin_text_concat(plugin_text_from(json));
    return plugin_read_query(exact.bytes, exact.size);
}

static void fields(void)
{
    PluginQuery query =
        query_of(" {\"x\":[{\"query\":\"no\"}],\"qu\\u0065ry\":\"a\\n\\u00e9\\ud83d\\ude00\\u0001\\u0002\\u0003b\\/\","
                 "\"tables\":[\"t\",null,\"u\\\"v\"],\"is_read_only\":true,\"hook_context\":{\"request_id\":\"r\","
                 "\"identity\":null,\"attributes\":{\"tenant\":\"acme\",\"n\":1}}}");
    EXPECT_TEXT(
        plugin_field_text(plugin_query_sql(&query)),
        "a\n\xC3\xA9\xF0\x9F\x98\x80\x01\x02\x03"
        "b/");
    EXPECT(plugin_field_size(plugin_query_sql(&query)) == 42);
    EXPECT_TEXT(
        plugin_field_text_up_to(plugin_query_sql(&query), 13),
        "a\n\xC3\xA9\xF0\x9F\x98\x80\x01\x02\x03"
        "b/");
    EXPECT(!plugin_text_exists(plugin_field_text_up_to(plugin_query_sql(&query), 12)));
    EXPECT(plugin_query_host_is_read_only(&query));
    EXPECT_TEXT(plugin_field_text(plugin_query_request_id(&query)), "r");
    EXPECT(
        !plugin_field_exists(plugin_query_identity(&query)) && plugin_field_size(plugin_query_identity(&query)) == 0);
    EXPECT_TEXT(plugin_field_text(plugin_query_attribute(&query, "tenant")), "acme");
    EXPECT(!plugin_field_exists(plugin_query_attribute(&query, "n")));
    PluginList tables = plugin_query_host_tables(&query);
    PluginField table;
    EXPECT(plugin_list_next(&tables, &table));
    EXPECT_TEXT(plugin_field_text(table), "t");
    EXPECT(plugin_list_next(&tables, &table));
    EXPECT_TEXT(plugin_field_text(table), "u\"v");
    EXPECT(!plugin_list_next(&tables, &table));
    const PluginText none = PLUGIN_TEXT("{\"tables\":[ ],\"x\":\"y\"}");
    const PluginQuery empty = plugin_read_query(none.bytes, none.size);
    tables = plugin_query_host_tables(&empty);
    EXPECT(!plugin_list_next(&tables, &table));

    static const char *const ends[] = {
        "\\n", "\\u0045", "\\u0001\\u0002", "\\ud83d\\ude00", "\\\"", "\\n\\u0001\\\\ab\\n", "a"};
    for (size_t index = 0; index < sizeof ends / sizeof *ends; index++) {
        // At the very end of the input, too.
        query = query_of("");
        const PluginText last =
            plugin_text_concat(PLUGIN_TEXT("{\"query\":\"x"), plugin_text_from(ends[index]), PLUGIN_TEXT("\""));
        query.json = (PluginField){last.bytes, last.bytes + last.size};
        EXPECT(plugin_field_text(plugin_query_sql(&query)).size > 1);
    }
    query = query_of("{\"query\":\"ab\\ncd\\u0041e\"}");
    static const char *const beginnings[] = {"",       "a",      "ab",     "ab",     "ab\n",   "ab\nc",   "ab\ncd",
                                             "ab\ncd", "ab\ncd", "ab\ncd", "ab\ncd", "ab\ncd", "ab\ncdA", "ab\ncdAe"};
    for (size_t max = 0; max < 20; max++)
        EXPECT_TEXT(plugin_field_beginning(plugin_query_sql(&query), max), beginnings[max < 13 ? max : 13]);
    query = query_of("{\"query\":\"0123456789\"}");
    EXPECT_TEXT(plugin_field_text_up_to(plugin_query_sql(&query), 10), "0123456789");
    EXPECT(!plugin_text_exists(plugin_field_text_up_to(plugin_query_sql(&query), 9)));
    static const char *const broken[] = {
        "",
        "{",
        "[]",
        "{\"query\"",
        "{\"query\":",
        "{\"query\":\"",
        "{\"query\":\"\\",
        "{\"query\":\"\\u00",
        "{\"query\":\"\\n",
        "{\"a\":[[{,\"query\":\"x\"}",
        "{\"query\":5}",
        "{\"query\":null}",
    };
    for (size_t index = 0; index < sizeof broken / sizeof *broken; index++) {
        query = query_of(broken[index]);
        EXPECT(!plugin_text_exists(plugin_field_text(plugin_query_sql(&query))));
        // What cannot be read is no query that may pass.
        EXPECT(plugin_query_touches(&query, "secrets", 100) == PLUGIN_TOUCH_UNKNOWN);
        EXPECT(!plugin_query_is_read_only(&query, 100));
    }
}

static void tokens(void)
{
    const PluginText sql = PLUGIN_TEXT(
        "SELECT \"a\"\"b\", 'it''s' /* x /* y */ drop */ -- drop\n, E'\\'drop', $t$ drop $x$ $t$, $1 1.5 na\xC3\xAFve;"
        " U&\"\\0061\"");
    static const struct {
        PluginTokenKind kind;
        const char *text;
    } expected[] = {
        {PLUGIN_TOKEN_WORD, "SELECT"}, {PLUGIN_TOKEN_QUOTED_NAME, "\"a\"\"b\""},
        {PLUGIN_TOKEN_SYMBOL, ","},    {PLUGIN_TOKEN_STRING, "'it''s'"},
        {PLUGIN_TOKEN_SYMBOL, ","},    {PLUGIN_TOKEN_STRING, "E'\\'drop'"},
        {PLUGIN_TOKEN_SYMBOL, ","},    {PLUGIN_TOKEN_STRING, "$t$ drop $x$ $t$"},
        {PLUGIN_TOKEN_SYMBOL, ","},    {PLUGIN_TOKEN_PARAMETER, "$1"},
        {PLUGIN_TOKEN_NUMBER, "1.5"},  {PLUGIN_TOKEN_WORD, "na\xC3\xAFve"},
        {PLUGIN_TOKEN_SYMBOL, ";"},    {PLUGIN_TOKEN_QUOTED_NAME, "U&\"\\0061\""},
    };
    PluginCursor cursor = plugin_sql_cursor(sql);
    PluginToken token;
    for (size_t index = 0; index < sizeof expected / sizeof *expected; index++) {
        EXPECT(plugin_sql_next(&cursor, &token) && token.kind == expected[index].kind);
        EXPECT_TEXT(token.text, expected[index].text);
        EXPECT(sql.bytes + token.start == token.text.bytes && token.end == token.start + token.text.size);
    }
    EXPECT(!plugin_sql_next(&cursor, &token));
    EXPECT(plugin_sql_has_keyword(sql, "select") && !plugin_sql_has_keyword(sql, "drop"));
}

// The tables of an SQL text, separated by blanks, and how the examination ended.
static PluginText tables_of(const char *sql)
{
    const PluginText exact = plugin_text_concat(plugin_text_from(sql));
    PluginTables tables = plugin_sql_tables(exact, 65536);
    PluginText all = PLUGIN_TEXT("");
    for (PluginTable table; plugin_tables_next(&tables, &table);) {
        if (plugin_text_exists(table.schema)) all = plugin_text_concat(all, table.schema, PLUGIN_TEXT("."));
        all = plugin_text_concat(all, table.name, PLUGIN_TEXT(" "));
        EXPECT(table.start < table.end && table.end <= exact.size);
    }
    static const char *const ends[] = {"", "too large", "opaque"};
    return plugin_text_concat(all, plugin_text_from(ends[tables.examination]));
}

static void tables(void)
{
    static const char *const expected[][2] = {
        {"SELECT * FROM a x, public.\"B\"\"c\" JOIN c ON c.x = x.y, LATERAL f(1), ONLY (d)", "a public.B\"c c d "},
        {"WITH a AS (SELECT * FROM a) SELECT * FROM a, U&\"\\0062\"", "a b "},
        {"SELECT extract(year FROM b), trim(both FROM c) FROM a WHERE d IS NOT DISTINCT FROM e", "a "},
        {"UPDATE a SET b = 1 FROM c, d; DELETE FROM e USING f; INSERT INTO g TABLE h", "a c d e f g h "},
        {"MERGE INTO a USING b ON true WHEN MATCHED THEN UPDATE SET c = 1, d = 2", "a b "},
        {"TRUNCATE a, ONLY b; LOCK TABLE c, d IN SHARE MODE; COPY e (f) TO STDOUT", "a b c d e "},
        {"SELECT 'a FROM b', $$ FROM c $$, E'\\' FROM d', \"FROM e\" FROM f -- , g\n, h /* , i /* , j */ */", "f h "},
        {"SELECT 1FROM a", "a "},
        {"SELECT 1.FROM a", "a "},
        {"SELECT t.from, 1 distinct FROM public.where t, b", "public.where b "},
        {"DO 'BEGIN END'", "opaque"},
        {"CREATE FUNCTION f() RETURNS int AS $$ SELECT 1 $$ LANGUAGE sql", "opaque"},
        {"SELECT '\\' FROM a --'", "a opaque"},
        {"", ""},
    };
    for (size_t index = 0; index < sizeof expected / sizeof *expected; index++)
        EXPECT_TEXT(tables_of(expected[index][0]), expected[index][1]);
    EXPECT(plugin_sql_touches("SELECT * FROM secrets", "secrets", 21) == PLUGIN_TOUCH_YES);
    EXPECT(plugin_sql_touches("SELECT * FROM secrets", "secrets", 20) == PLUGIN_TOUCH_UNKNOWN);
    EXPECT(plugin_sql_touches("SELECT * FROM public.Secrets", "SECRETS", 100) == PLUGIN_TOUCH_YES);
    EXPECT(plugin_sql_touches("SELECT * FROM secrets", "public.secrets", 100) == PLUGIN_TOUCH_YES);
    EXPECT(plugin_sql_touches("SELECT * FROM other.secrets", "public.secrets", 100) == PLUGIN_TOUCH_NO);
    EXPECT(plugin_sql_touches("SELECT * FROM mysecrets, secrets2", "secrets", 100) == PLUGIN_TOUCH_NO);
}

// Every beginning and every end of some SQL, and odd bytes: nothing is read that is not there.
static void any_text(void)
{
    static const char sql[] =
        "WITH a(b, c) AS MATERIALIZED (SELECT $1, 'x''y', $t$ z $t$ FROM public.\"d\"\"e\" --\n) /* /* */ */ SELECT "
        "E'\\'', U&\"\\0061\\+000062\", 1.5e3, [1] FROM a, ROWS FROM (f()) JOIN g USING (h) WHERE i IS NOT DISTINCT "
        "FROM j";
    for (size_t size = 0; size <= sizeof sql; size++) {
        EXPECT(plugin_text_exists(tables_of(sql + sizeof sql - 1 - (size < sizeof sql ? size : 0))));
        char beginning[sizeof sql + 1];
        memcpy(beginning, sql, size < sizeof sql ? size : sizeof sql - 1);
        beginning[size < sizeof sql ? size : sizeof sql - 1] = 0;
        EXPECT(plugin_text_exists(tables_of(beginning)));
        test_reset();
    }
    uint32_t seed = 1;
    for (int round = 0; round < 3000; round++) {
        static const char *const parts[] = {
            "'",  "\"", "$$",   "$t$",  "--", "\n",  "/*",    "*/",   "\\",  "e'",  "u&\"",    "from",   "a",    " ",
            "(",  ")",  "[",    "]",    ",",  ".",   ";",     "with", " as", "1",   "select ", "update", "\xFF", "do",
            "$1", "$",  "join", "into", "is", "not", "table", "\x01", "x",   "as ", "only",    "\t"};
        char text[2048] = "";
        for (int count = 0; count < 40; count++) {
            seed = seed * 1664525 + 1013904223;
            strcat(text, parts[(seed >> 16) % (sizeof parts / sizeof *parts)]);
        }
        EXPECT(plugin_text_exists(tables_of(text)));
        test_reset();
    }
}

static void read_only(void)
{
    static const char *const reads[] = {
        "SELECT 1",
        "/* x */ (SELECT 1) UNION SELECT 2",
        "TABLE a",
        "VALUES (1)",
        "SHOW search_path",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "EXPLAIN (ANALYZE) SELECT 'delete', \"update\" FROM b",
        ";SELECT 1;;SELECT 2",
    };
    static const char *const others[] = {
        "",
        ";",
        "DELETE FROM a",
        "/* x */ DELETE FROM a",
        "WITH a AS (DELETE FROM b RETURNING *) SELECT * FROM a",
        "SELECT 1; UPDATE a SET b = 1",
        "SELECT * INTO a FROM b",
        "SELECT * FROM a FOR UPDATE",
        "SELECT * FROM a FOR KEY SHARE",
        "SELECT nextval('a')",
        "SELECT pg_catalog.setval('a', 1)",
        "SELECT \"nextval\"('a')",
        "SELECT U&\"\\006eextval\"('a')",
        "SELECT * FROM nextval('a')",
        "CALL p()",
        "MERGE INTO a USING b ON true WHEN MATCHED THEN DELETE",
        "COPY a FROM STDIN",
        "EXPLAIN ANALYZE DELETE FROM a",
        "EXPLAIN ANALYZE EXECUTE p",
        "SET a = 1",
        "DO ''",
        "SELECT '\\'; DELETE FROM a",
    };
    for (size_t index = 0; index < sizeof reads / sizeof *reads; index++)
        EXPECT_TEXT(plugin_sql_is_read_only(plugin_text_from(reads[index]), 1000) ? reads[index] : "", reads[index]);
    for (size_t index = 0; index < sizeof others / sizeof *others; index++)
        EXPECT_TEXT(plugin_sql_is_read_only(plugin_text_from(others[index]), 1000) ? "" : others[index], others[index]);
}

static void quoting(void)
{
    EXPECT_TEXT(plugin_sql_literal("it's"), "'it''s'");
    EXPECT_TEXT(plugin_sql_literal("a\\b'"), " E'a\\\\b'''");
    EXPECT_TEXT(plugin_sql_literal(PLUGIN_TEXT("a\0b")), "'ab'");
    EXPECT_TEXT(plugin_sql_identifier("a\"b\\"), "\"a\"\"b\\\"");
}

static void store(void)
{
    int64_t sum = 0;
    EXPECT(plugin_kv_add("n", 3000000000, &sum) && sum == 3000000000);
    EXPECT(plugin_kv_add("n", -7000000000, &sum) && sum == -4000000000);
    EXPECT_TEXT(plugin_kv_get("n"), "-4000000000");
    EXPECT(plugin_kv_set("n", "9223372036854775807") && !plugin_kv_add("n", 1, &sum) && plugin_kv_add("n", -1, NULL));
    EXPECT(plugin_kv_set("n", "many") && !plugin_kv_add("n", 1, NULL));
    plugin_kv_delete("n");
    EXPECT(!plugin_text_exists(plugin_kv_get("n")));
    static char large[65537];
    for (size_t size = 0; size <= 65536; size += size < 300 ? 1 : 65236) {
        EXPECT(plugin_kv_set("n", ((PluginText){large, size})));
        EXPECT(plugin_kv_get("n").size == size);
    }
    EXPECT(!plugin_kv_set("n", ((PluginText){large, 65537})));
    EXPECT_TEXT(plugin_sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_TEXT(plugin_sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void answers(void)
{
    EXPECT_TEXT(plugin_query_continue().json, "{\"action\":\"continue\"}");
    EXPECT_TEXT(
        plugin_query_rewrite("a \"b\" \\ \n\x1F \xC3\xA9 \xFF \xED\xA0\x80 \xF0\x9F\x98\x80 and more of it").json,
        "{\"action\":\"rewrite\",\"value\":\"a \\\"b\\\" \\\\ \\u000a\\u001f \xC3\xA9 \xEF\xBF\xBD "
        "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD \xF0\x9F\x98\x80 and more of it\"}");
    EXPECT_TEXT(plugin_query_block(((PluginText){NULL, 0})).json, "{\"action\":\"block\",\"value\":\"\"}");
    EXPECT_TEXT(plugin_query_cached_raw(PLUGIN_TEXT("\0\xFF!")).json, "{\"action\":\"cached\",\"data\":[0,255,33]}");
    const PluginColumn columns[] = {{PLUGIN_TEXT("a"), 25}, {PLUGIN_TEXT("\"b\""), 23}};
    const PluginText cells[] = {PLUGIN_TEXT("x\n"), {NULL, 0}, PLUGIN_TEXT(""), PLUGIN_TEXT("7")};
    EXPECT_TEXT(
        plugin_query_cached(columns, 2, cells, 2).json,
        plugin_query_cached_raw("{\"columns\":[{\"name\":\"a\",\"oid\":25},{\"name\":\"\\\"b\\\"\",\"oid\":23}],"
                                "\"rows\":[[\"x\\u000a\",null],[\"\",\"7\"]]}")
            .json);
    EXPECT(plugin_text_includes(plugin_query_cached(columns, 1, cells, 0).json, "cached"));
    EXPECT(plugin_text_includes(plugin_query_cached(columns, 0, cells, 0).json, "block"));
    const PluginText roles[] = {PLUGIN_TEXT("r"), PLUGIN_TEXT("s")};
    PluginIdentity identity = {PLUGIN_TEXT("1"), PLUGIN_TEXT("al"), roles, 2, {NULL, 0}};
    EXPECT_TEXT(
        plugin_authenticate_success(&identity).json,
        "{\"action\":\"success\",\"identity\":{\"user_id\":\"1\",\"username\":\"al\",\"roles\":[\"r\",\"s\"],"
        "\"tenant_id\":null}}");
    identity.tenant_id = PLUGIN_TEXT("t");
    EXPECT(plugin_text_includes(plugin_authenticate_success(&identity).json, "\"tenant_id\":\"t\"}}"));
    EXPECT_TEXT(plugin_authenticate_denied("no").json, "{\"action\":\"denied\",\"message\":\"no\"}");
    EXPECT_TEXT(plugin_authenticate_defer().json, "{\"action\":\"defer\"}");
    EXPECT_TEXT(plugin_route_default().json, "{\"action\":\"default\"}");
    EXPECT_TEXT(plugin_route_primary().json, "{\"action\":\"primary\"}");
    EXPECT_TEXT(plugin_route_standby().json, "{\"action\":\"standby\"}");
    EXPECT_TEXT(plugin_route_node("n").json, "{\"action\":\"node\",\"target\":\"n\"}");
    EXPECT_TEXT(plugin_route_branch("b").json, "{\"action\":\"branch\",\"target\":\"b\"}");
    EXPECT_TEXT(plugin_route_block("r").json, "{\"action\":\"block\",\"reason\":\"r\"}");
}

static void requests(void)
{
    const PluginText input = PLUGIN_TEXT(
        "{\"headers\":{\"X-A\":\"b\"},\"username\":\"al\",\"password\":null,\"client_ip\":\"::1\",\"database\":\"d\"}");
    const PluginAuthenticateRequest request = plugin_read_request(input.bytes, input.size);
    EXPECT_TEXT(plugin_field_text(plugin_authenticate_header(&request, "x-a")), "b");
    EXPECT_TEXT(plugin_field_text(plugin_authenticate_username(&request)), "al");
    EXPECT(!plugin_field_exists(plugin_authenticate_password(&request)));
    EXPECT_TEXT(plugin_field_text(plugin_authenticate_client_ip(&request)), "::1");
    EXPECT_TEXT(plugin_field_text(plugin_authenticate_database(&request)), "d");
    const PluginText pair =
        PLUGIN_TEXT("[{\"query\":\"a\",\"n\":-1.5e+3,\"hook_context\":{\"b\":[{},[null]],\"c\":true}} , "
                    "{\"success\":false,\"target_node\":\"n\",\"elapsed_us\":9000000000,\"response_bytes\":-1,"
                    "\"error\":\"e\\n\"}]");
    PluginOutcome outcome;
    const PluginQuery query = plugin_read_outcome(pair.bytes, pair.size, &outcome);
    EXPECT_TEXT(plugin_field_text(plugin_query_sql(&query)), "a");
    EXPECT(!plugin_outcome_is_forwarded(&outcome));
    EXPECT_TEXT(plugin_field_text(plugin_outcome_target_node(&outcome)), "n");
    EXPECT(
        plugin_outcome_elapsed_microseconds(&outcome) == 9000000000 && plugin_outcome_response_bytes(&outcome) == -1);
    EXPECT_TEXT(plugin_field_text(plugin_outcome_error(&outcome)), "e\n");
}

void sdk_tests(void (*run)(const char *name, void (*test)(void)))
{
    run("texts", texts);
    run("numbers", numbers);
    run("fields", fields);
    run("tokens", tokens);
    run("tables", tables);
    run("any text", any_text);
    run("read-only", read_only);
    run("quoting", quoting);
    run("store", store);
    run("answers", answers);
    run("requests", requests);
}
