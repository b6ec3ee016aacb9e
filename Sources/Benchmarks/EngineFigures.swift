import CBareLoop
import Files
import Glibc

/// What running a plugin costs: `pdk bench` beside a bare loop, `pdk test` of many cases, and the first call.
struct EngineFigures {
    let pdk: String
    let folder: String
    let table: Table
    let compare: Benchmarks.Comparison

    /// Measures all of it; what cannot be measured is missed.
    func measure() throws {
        guard let library = Self.variable("PDK_WASMTIME") else {
            table.add(unmeasured: "calls in the engine", because: "there is no engine: make bench sets PDK_WASMTIME")
            return
        }
        for template in ["c", "rust", "swift"] {
            let plugin = folder + "/" + template
            _ = MeasuredProcess(
                pdk,
                ["new", template, "--template", template, "--hook", "pre_query", "--dir", folder, "--author", "a"]
            ).run()
            guard MeasuredProcess(pdk, ["build", "--quiet"], folder: plugin).attempt() != nil else {
                table.add(unmeasured: template, because: "it cannot be built here")
                continue
            }
            try overhead(template, plugin, library)
            coldStart(template, plugin)
        }
        try cases(folder + "/c")
    }

    private static func variable(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// One call of `pdk bench` beside one of a bare loop, in turn.
    private func overhead(_ template: String, _ plugin: String, _ library: String) throws {
        let input = """
            {"query":"SELECT * FROM orders","normalized":"SELECT * FROM orders","tables":["orders"],"is_read_only":true,\
            "hook_context":{"request_id":"r","client_id":null,"identity":null,"database":null,"branch":null,"attributes":{}}}
            """
        try WholeFiles.replace(folder + "/input.json", with: input)
        let module = try WholeFiles.read("\(plugin)/dist/\(template).wasm", limit: 1 << 20)
        let rounds = 5, seconds = 1.0
        var bare: [UInt64] = [], kit: [UInt64] = []
        for round in 0...rounds {
            let times = Self.bareLoop(library, module, Array(input.utf8), seconds)
            let line = try Benchmarks.capture(
                "cd '\(plugin)' && '\(pdk)' bench pre_query --seconds \(seconds) --input '\(folder)/input.json' --json",
                folder)
            // The first round warms the caches.
            if round > 0 {
                bare.append(times[times.count / 2])
                kit.append(try Self.median(of: line))
            }
        }
        let (one, other) = (bare.sorted()[rounds / 2], kit.sorted()[rounds / 2])
        let ratio = (Double(other) / Double(one) * 100).rounded() / 100
        print(
            "\na call of the \(template) template's pre_query (\(rounds) rounds of \(seconds) s, medians of their medians)"
        )
        print("  \(Double(one) / 1000) µs  a loop over wasmtime's C API")
        print("  \(Double(other) / 1000) µs  pdk bench: \(ratio) times")
    }

    private static func bareLoop(
        _ library: String, _ module: [UInt8], _ input: [UInt8], _ seconds: Double
    ) -> [UInt64] {
        let times = unsafe [UInt64](unsafeUninitializedCapacity: 1_000_000) { buffer, count in
            unsafe library.withCString { library in
                unsafe "pre_query".withCString { hook in
                    unsafe module.withUnsafeBufferPointer { module in
                        unsafe input.withUnsafeBufferPointer { input in
                            var loop = unsafe bare_loop(
                                library: library, module: module.baseAddress, module_size: module.count, hook: hook,
                                input: input.baseAddress, input_size: input.count)
                            count = unsafe bare_loop_run(&loop, seconds, buffer.baseAddress, buffer.count)
                        }
                    }
                }
            }
        }
        guard !times.isEmpty else { fatalError("the bare loop failed") }
        return times.sorted()
    }

    /// `latency_ns.p50` of what `pdk bench --json` prints.
    private static func median(of json: String) throws -> UInt64 {
        guard let latency = json.split(separator: "\"latency_ns\"").dropFirst().first,
            let number = latency.split(separator: "\"p50\":").dropFirst().first,
            let value = UInt64(number.drop { $0 == " " }.prefix { $0.isNumber })
        else { fatalError("pdk bench printed no p50: \(json)") }
        return value
    }

    /// One call in a process of its own, with the compiled code from the cache and without.
    private func coldStart(_ template: String, _ plugin: String) {
        let cache = folder + "/.cache"
        let run = MeasuredProcess(pdk, ["run", "pre_query", "--query", "SELECT 1"], folder: plugin)
        compare(
            "first call of the \(template) template", 20,
            ("pdk --version", MeasuredProcess(pdk, ["--version"]).run),
            [
                ("pdk run, its code in the cache", run.run),
                (
                    "pdk run, compiling",
                    {
                        _ = MeasuredProcess("rm", ["-rf", cache]).run()
                        return run.run()
                    }
                ),
            ])
    }

    /// A thousand cases beside one.
    private func cases(_ plugin: String) throws {
        func write(_ count: Int) throws {
            let cases = (0..<count).map {
                "  - {name: case \($0), hook: pre_query, input: {query: SELECT \($0)}, expect: continue}"
            }
            try WholeFiles.replace(
                plugin + "/cases/hooks.yaml", with: "cases:\n" + cases.joined(separator: "\n") + "\n")
        }
        let test = MeasuredProcess(pdk, ["test"], folder: plugin)
        func measured(_ count: Int) -> () -> Cost {
            {
                do { try write(count) } catch { fatalError("cannot write the cases: \(error)") }
                return test.run()
            }
        }
        compare("pdk test", 10, ("1 case", measured(1)), [("1,000 cases", measured(1000))])
    }
}
