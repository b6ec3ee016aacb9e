// The C++ dress of the guest library. What is below it has its tests in the C template.
#include "../sdk/plugin.hpp"
#include "test.h"

namespace
{

using namespace plugin;

void texts()
{
    const Text text = "a,b";
    EXPECT(text == Text("a,b") && text != Text("a,B") && text.equals_ignoring_case("A,B"));
    EXPECT(text.size() == 3 && !text.empty() && text[1] == ',' && text.slice(2, 9) == Text("b"));
    EXPECT(text.starts_with("a") && text.includes(",b") && !text.includes("c") && text.slice(9, 1).empty());
    EXPECT(!Text() && Text("") && !(Text() == Text()));
    EXPECT(join("-", "a", text, "c") == Text("a-a,b-c") && concat(text, "!") == Text("a,b!"));
    EXPECT(text.replacing(1, 2, "; ") == Text("a; b"));
    int parts = 0;
    split(text, ",", [&](Text part) { parts += part == Text("a") || part == Text("b"); });
    EXPECT(parts == 2);
    EXPECT(*integer("-9223372036854775808") == INT64_MIN && !integer("1 ") && integer("x").value_or(7) == 7);
    EXPECT(decimal(-5) == Text("-5"));
}

void sql()
{
    const SQL sql("SELECT * FROM a, public.\"B\" -- , c\nJOIN d ON true");
    EXPECT(sql.touches("d", 1000) == Touch::yes && sql.touches("c", 1000) == Touch::no);
    EXPECT(sql.touches("d", 10) == Touch::unknown && sql.is_read_only(1000) && sql.has_keyword("join"));
    Tables tables = sql.tables(1000);
    Text names = "";
    for (const Table &table : tables) names = concat(names, table.schema ? table.schema : "-", ".", table.name, " ");
    EXPECT(names == Text("-.a public.B -.d ") && tables.examination() == Examination::complete);
    int count = 0;
    sql.tokens([&](const Token &token) { return ++count < 4 || token.kind != TokenKind::word; });
    EXPECT(count == 4);
    EXPECT(SQL::literal("it's") == Text("'it''s'") && SQL::identifier("a\"b") == Text("\"a\"\"b\""));
}

void answers()
{
    EXPECT(QueryDecision::block("no \"x\"").json() == Text("{\"action\":\"block\",\"value\":\"no \\\"x\\\"\"}"));
    const PluginColumn columns[] = {{Text("a"), 25}, {Text("b"), 25}};
    const PluginText rows[][2] = {{Text("1"), Text()}, {Text("2"), Text("3")}};
    EXPECT(
        QueryDecision::cached(columns, rows).json() ==
        QueryDecision::cached_raw("{\"columns\":[{\"name\":\"a\",\"oid\":25},{\"name\":\"b\",\"oid\":25}],"
                                  "\"rows\":[[\"1\",null],[\"2\",\"3\"]]}")
            .json());
    Identity identity;
    identity.user_id = "1";
    identity.username = "al";
    EXPECT(AuthenticateDecision::success(identity).json().includes("\"roles\":[],\"tenant_id\":null"));
    EXPECT(RouteDecision::node("n").json() == Text("{\"action\":\"node\",\"target\":\"n\"}"));
}

void store()
{
    EXPECT(*kv::add("n", 3000000000) == 3000000000 && *kv::add("n", 1) == 3000000001);
    EXPECT(kv::set("n", "x") && !kv::add("n", 1) && kv::get("n") == Text("x"));
    kv::erase("n");
    EXPECT(!kv::get("n"));
    EXPECT(sha256("abc").starts_with("ba7816bf"));
}

} // namespace

void sdk_tests(void (*run)(const char *name, void (*test)(void)))
{
    run("texts", texts);
    run("sql", sql);
    run("answers", answers);
    run("store", store);
}
