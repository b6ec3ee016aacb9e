import Contract
import Foundation
import TestSupport
import Testing

/// `pdk bench` with the real binary; nothing is said of how long anything takes.
@Suite(.scratchFolder)
struct EngineBenchTests {
    private let short = ["--seconds", "0.05"]

    @Test func theReportAddsUp() async throws {
        let plugin = try await EngineJourney.obedient()
        let report = try await plugin.json(["bench", "pre_query", "--query", "WORK"] + short)
        expect(
            report.members.map { $0.name.string ?? "" } == [
                "hook", "calls", "latency_ns", "calls_per_second", "fuel", "fuel_limit", "fuel_doubt", "memory_bytes",
                "histogram",
            ])
        expect(report["hook"]?.string == "pre_query")
        let calls = try #require(report["calls"]?.int)
        expect(calls > 0)
        for name in ["latency_ns", "fuel"] {
            let values = ["min", "p50", "p90", "p99", "max"].map { report[name]?[$0]?.int ?? -1 }
            expect(values == values.sorted() && values[0] > 0, "\(name) \(values)")
        }
        let run = try await plugin.json(["run", "pre_query", "--query", "WORK"])
        expect(report["fuel"]?["min"]?.int == run["fuel"]?.int, "fuel is the same at each call")
        expect(report["fuel"]?["max"]?.int == run["fuel"]?.int)
        expect(report["histogram"]?.elements.reduce(0) { $0 + ($1["calls"]?.int ?? 0) } == calls)
        let bounds = report["histogram"]?.elements.map { $0["up_to_us"]?.int ?? 0 } ?? []
        expect(bounds == bounds.indices.map { 1 << $0 })

        let text = try await plugin.pdk(["bench", "pre_query", "--query", "WORK"] + short)
        expect(text.status == 0)
        for part in ["pre_query: ", " calls, ", "  time: p50 ", "  fuel: p50 ", " of 1,000,000 (", "  memory: ", "█"] {
            expect(text.output.contains(part), "\(text.output)")
        }
    }

    @Test func theInputsOfTheCasesAreGivenInTurn() async throws {
        let plugin = try await EngineJourney.obedient()
        try plugin.write(
            "cases/a.yaml",
            "cases:\n  - {name: a, hook: pre_query}\n  - {name: b, hook: pre_query, input: {query: WORK}}\n  - {name: c, hook: route}\n"
        )
        let report = try await plugin.json(["bench", "pre_query"] + short)
        let light = try await plugin.json(["run", "pre_query"]),
            heavy = try await plugin.json(["run", "pre_query", "--query", "WORK"])
        expect(report["fuel"]?["min"]?.int == light["fuel"]?.int)
        expect(report["fuel"]?["max"]?.int == heavy["fuel"]?.int)
    }

    @Test func aSavedBenchmarkGatesTheFuel() async throws {
        let plugin = try await EngineJourney.obedient()
        let bench = ["bench", "pre_query", "--query", "WORK"] + short
        let saved = try await plugin.pdk(bench + ["--json"])
        try plugin.write("saved.json", saved.output)
        let most = try #require(try JSONDocument(parsing: saved.output).root["fuel"]?["max"]?.int)
        func save(_ fuel: Int) throws {
            try plugin.write("saved.json", #"{"hook":"pre_query","fuel":{"max":\#(fuel)}}"#)
        }
        let compare = bench + ["--compare", "saved.json"]

        let same = try await plugin.json(compare)
        expect(same["comparison"]?["percent"]?.text == "0.0" && same["comparison"]?["regression"]?.bool == false)
        try save(most - 1)
        let worse = try await plugin.json(compare, status: 1)
        expect(worse["comparison"]?["regression"]?.bool == true)
        expect(worse["comparison"]?["fuel_before"]?.int == most - 1)
        expect(worse["comparison"]?["fuel_now"]?.int == most)
        expect(try await plugin.pdk(compare + ["--allow", "5"]).status == 0)
        try save(most * 2)
        let better = try await plugin.pdk(compare)
        expect(better.status == 0 && better.output.contains("(-50.0 %)"), "\(better.transcript)")
        try save(most / 2)
        let double = try await plugin.pdk(compare + ["--allow", "50"])
        expect(double.status == 1 && double.output.contains("(+100"), "\(double.transcript)")
    }

    @Test(arguments: [
        (#"{"hook":"route","fuel":{"max":5}}"#, "is not a benchmark result of the hook 'pre_query'"),
        (#"{"hook":"pre_query","fuel":{"max":0}}"#, "is not a benchmark result of the hook 'pre_query'"),
        (#"{"hook":"pre_query"}"#, "is not a benchmark result of the hook 'pre_query'"), ("[]", "is not a benchmark"),
        ("nonsense", "is not JSON"),
    ])
    func aFileThatIsNoBenchmarkIsAnError(text: String, message: String) async throws {
        let plugin = try await EngineJourney.obedient()
        try plugin.write("saved.json", text)
        let result = try await plugin.pdk(["bench", "pre_query", "--compare", "saved.json"] + short)
        expect(result.status == 1 && result.errors.contains("saved.json " + message), "\(result.transcript)")
        expect(result.errors.contains("\nhelp: save one with: pdk bench"))
    }

    @Test func aHookThatFailsIsNotMeasured() async throws {
        let plugin = try await EngineJourney.obedient()
        let trap = try await plugin.pdk(["bench", "pre_query", "--query", "TRAP"] + short)
        expect(
            trap.status == 1 && trap.errors.contains("the hook 'pre_query' failed: an unreachable"),
            "\(trap.transcript)")
        let absent = try await plugin.pdk(["bench", "authenticate"] + short)
        expect(absent.status == 1 && absent.errors.contains("does not export the hook 'authenticate'"))
    }
}
