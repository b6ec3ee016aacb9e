import Authoring
import Contract
import JourneySupport
import TestSupport
import Testing

/// Every template with all its hooks: built, tested and checked with the real tools, and run in another host beside ours.
@Suite(.scratchFolder)
struct EngineTemplateTests {
    @Test(arguments: ["c", "cpp", "rust", "swift"])
    func isSoundAndRunsAlikeInAnotherHost(template: String) async throws {
        let plugin = try await EngineJourney.template(template)
        let shipped = try await plugin.pdk(["test"])
        expect(shipped.status == 0 && shipped.output.contains(" passed, 0 failed"), "\(shipped.transcript)")
        let check = try await plugin.json(["check"])
        expect(
            check["findings"]?.elements.map { $0["rule"]?.string } == ["PDK306"],
            "only that it is not signed: \(check.text)")

        let examples = try Self.uncommented(plugin.read("cases/hooks.yaml"))
        expect(examples.count { $0 == "\n" } > 15)
        try plugin.write("cases/examples.yaml", examples)
        let tested = try await plugin.pdk(["test", "--filter", "examples.yaml"])
        expect(tested.status == 0 && !tested.output.hasPrefix("0 passed"), "\(tested.transcript)\n\(examples)")
        for word in ["exact:", "store:", "writes:", "limits:", "calls:", "expect: none"] {
            expect(examples.contains(word), "an example of each kind: \(word)")
        }
        try await agree(plugin)
    }

    /// A long query is told by its size, for next to no fuel beyond reading over it.
    @Test(arguments: ["c", "rust"])
    func readsTheQueryOnlyWhenItIsShort(template: String) async throws {
        let isC = template == "c"
        let source = (
            path: isC ? "plugin.c" : "src/lib.rs",
            text: isC
                ? """
                #include "sdk/plugin.h"
                static PluginQueryDecision keep(const PluginQuery *query)
                {
                    const PluginText sql = plugin_field_text_up_to(plugin_query_sql(query), 8);
                    return plugin_text_exists(sql) ? plugin_query_rewrite(sql) : plugin_query_block("too long");
                }
                PLUGIN_PRE_QUERY(keep);

                """
                : """
                use plugin_sdk::{pre_query, Query, QueryDecision};

                pre_query!(keep);

                fn keep(query: &Query) -> QueryDecision {
                    match query.sql().text_up_to(8) {
                        Some(sql) => QueryDecision::rewrite(sql),
                        None => QueryDecision::block("too long"),
                    }
                }

                """
        )
        let plugin = try await EngineJourney.template(template, hooks: ["pre_query"], source: source)
        // What counts are the text's own bytes, not those of JSON.
        for (query, isShort) in [
            ("SELECT 1", true), ("SELECT 12", false), ("SELEC\n1", true), ("SELECT\n1", true), ("", true),
            ("SELECT\n12", false),
        ] {
            let answer = try await plugin.json(["run", "pre_query", "--query", query])["answer"]
            expect(answer?["action"]?.string == (isShort ? "rewrite" : "block"), "\(query) \(answer?.text ?? "")")
            expect(answer?["value"]?.string == (isShort ? query : "too long"))
        }
    }

    /// The cases that stand in comments, as a file of their own.
    private static func uncommented(_ text: String) -> String {
        var lines = ["cases:"], shift = 0, isExample = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let body = line.dropFirst(), isComment = line.hasPrefix("#")
            let indentation = body.prefix { $0 == " " }.count
            if isComment, body.dropFirst(indentation).hasPrefix("- name: ") {
                isExample = true
                shift = indentation - 2
            } else if !isComment || (indentation < shift + 4 && indentation < body.count) {
                isExample = false
            }
            if isExample { lines.append(String(body.dropFirst(shift))) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private struct Call {
        let hook: String
        let input: String
    }

    private static let calls: [Call] = {
        var calls: [Call] = []
        let texts = [
            "", "SELECT 1", "SELECT * FROM secrets", "DELETE FROM public.\"Secrets\" -- é \u{1F600} \\ \" \t",
            "SELECT '" + String(repeating: "x", count: 4096) + "'",
            "SELECT '" + String(repeating: "\u{4E2D}\n", count: 1500) + "'",
        ]
        for text in texts {
            let short = JSONValue.object([
                "query": .string(text),
                "attributes": .object(["tenant_id": .string("acme"), "k\u{E9}y": .string(text)]),
            ])
            for hook in HostProfile.standard.calledHooks where hook.name != "authenticate" {
                guard let whole = try? HookInput(short, for: hook) else { continue }
                calls.append(Call(hook: hook.name, input: whole.text))
            }
            calls.append(
                Call(
                    hook: "authenticate",
                    input: #"{"headers":{"User-Agent":"sqlmap","X-Environment":"test"},"username":null,"client_ip":""#
                        + "\(text.utf8.count)\"}"))
        }
        for raw in ["", "{", "null", "[]", #"{"query":5}"#, #"{"query":"a","query":"secrets"}"#] {
            for hook in ["pre_query", "route", "post_query", "authenticate"] {
                calls.append(Call(hook: hook, input: raw))
            }
        }
        return calls
    }()

    /// The same calls in the Python host and in `pdk run`: the same output, fuel, memory and store.
    private func agree(_ plugin: EngineJourney) async throws {
        let store = ["queries": "41", "failures": "not a number"]
        try plugin.write(
            "kv.json", JSONValue.object(store.map { JSONValue.Member($0.key, .string($0.value)) }).compactText)
        // Before each call the same store, as `pdk run` has it; behind it, the one that it left.
        let results = try await PluginHost.run(
            plugin.folder + "/dist/guard.wasm", Self.calls.flatMap { [.raw($0.hook, $0.input), .store(store)] },
            store: store
        ).results
        try #require(results.count == 2 * Self.calls.count)
        for (place, call) in Self.calls.enumerated() {
            let other = results[2 * place], left = results[2 * place + 1]["store"]
            try plugin.write("input.json", call.input)
            let ours = try JSONDocument(
                parsing: await plugin.pdk(["run", call.hook, "--input", "input.json", "--kv", "kv.json", "--json"])
                    .output
            ).root
            let what: Comment =
                "\(call.hook) with \(call.input.prefix(80)): \(ours.text.prefix(300)) and \(other.compactText.prefix(300))"
            expect(ours["output"]?.value == other["output_text"], what)
            expect(ours["fuel"]?.int == other["fuel"]?.int, what)
            expect(ours["memory_bytes"]?.int == other["memory"]?.int, what)
            let kept = try #require(ours["store"]?.value), also = try #require(left)
            expect(kept.isEquivalent(to: also), what)
            // An action unknown to the host is no error of it.
            expect((ours["sound"]?.bool == true) == (other["error"] == .null), what)
        }
    }
}
