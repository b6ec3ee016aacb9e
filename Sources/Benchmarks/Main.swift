import Files
import Glibc

/// The kit's figures, each beside a yardstick of the same run: `make bench`, or `make bench PART=engine` for a part.
@main
struct Benchmarks {
    static func main() throws {
        let pdk = CommandLine.arguments.count > 1 ? CommandLine.arguments[1] : ".build/release/pdk"
        guard let pdk = FilePaths.resolved(pdk) else { fatalError("no \(pdk): build it with make release") }
        let folder = try TemporaryFolder(in: "/tmp", prefix: "pdk-bench ")
        unsafe setenv("PDK_HOME", folder.path + "/config", 1)
        unsafe setenv("HOME", folder.path, 1)
        print("median wall ms, median processor ms, most MiB of memory, ratios to the yardstick (wall, processor)")
        let only = CommandLine.arguments.count > 2 ? CommandLine.arguments[2] : nil
        func isWanted(_ part: String) -> Bool { only == nil || only == part }
        if isWanted("start") { startUp(pdk) }
        if isWanted("new") { scaffolding(pdk, folder.path) }
        if isWanted("install") { try installing(pdk, folder.path) }
        if isWanted("list") { try lookUp(pdk, folder.path) }
        if isWanted("engine") {
            try EngineFigures(pdk: pdk, folder: folder.path, compare: { compare($0, rounds: $1, $2, $3) }).measure()
        }
    }

    /// A title, rounds, a yardstick and the candidates, measured in turn and printed.
    typealias Comparison = (String, Int, (String, () -> Cost), [(String, () -> Cost)]) -> Void

    /// Measures the candidates in turn, round after round, so that a busy machine hurts them alike.
    private static func compare(
        _ title: String, rounds: Int, _ yardstick: (String, () -> Cost), _ candidates: [(String, () -> Cost)]
    ) {
        let all = [yardstick] + candidates
        var costs: [[Cost]] = all.map { _ in [] }
        for round in 0...rounds {
            for (place, candidate) in all.enumerated() {
                let cost = candidate.1()
                // The first round warms the caches.
                if round > 0 { costs[place].append(cost) }
            }
        }
        print("\n\(title) (\(rounds) rounds)")
        let base = MeasuredProcess.medians(costs[0])
        for (place, candidate) in all.enumerated() {
            let cost = MeasuredProcess.medians(costs[place])
            func shown(_ number: Double) -> String {
                let text = "\((number * 100).rounded() / 100)"
                return String(repeating: " ", count: max(0, 10 - text.count)) + text
            }
            print(
                shown(cost.wall), shown(cost.processor), shown(cost.memory),
                shown(cost.wall / base.wall), shown(cost.processor / base.processor), " " + candidate.0)
        }
    }

    private static func startUp(_ pdk: String) {
        compare(
            "start-up", rounds: 50, ("openssl version", MeasuredProcess("openssl", ["version"]).run),
            [("pdk --version", MeasuredProcess(pdk, ["--version"]).run)])
    }

    private static func scaffolding(_ pdk: String, _ folder: String) {
        var number = 0
        compare(
            "scaffolding", rounds: 20,
            (
                "git init",
                {
                    number += 1
                    return MeasuredProcess("git", ["init", "-q", "\(folder)/repository\(number)"]).run()
                }
            ),
            [
                (
                    "pdk new",
                    {
                        number += 1
                        return MeasuredProcess(pdk, ["new", "plugin\(number)", "--dir", folder, "--author", "a"]).run()
                    }
                )
            ])
    }

    /// A module of 256 MiB: unsigned without a trust root, and signed with one.
    private static func installing(_ pdk: String, _ folder: String) throws {
        let registry = folder + "/registry"
        try Folder.create(registry)
        let module = registry + "/big.wasm"
        try write(module, mebibytes: 256)
        _ = MeasuredProcess(pdk, ["keygen", "bench"]).run()
        _ = MeasuredProcess(pdk, ["sign", module]).run()
        let digest = try capture("openssl dgst -sha256 -r '\(module)'", folder).prefix(64)
        let signature = String(decoding: try WholeFiles.read(registry + "/big.sig", limit: 4096), as: UTF8.self)
            .filter { !$0.isWhitespace }
        try WholeFiles.replace(
            registry + "/index.json",
            with: """
                {"plugins": [{"name": "big", "version": "1.0.0", "artifact": "big.wasm", "sha256": "\(digest)",
                "signature": "\(signature)", "hooks": ["pre_query"]}]}
                """)
        let install = ["install", "big", "--registry", registry, "--dest", folder + "/plugins"]
        let trust = ["--trust-root", folder + "/config/keys"]
        compare(
            "install of 256 MiB", rounds: 5,
            ("openssl dgst -sha256", MeasuredProcess("openssl", ["dgst", "-sha256", module]).run),
            [
                (
                    "cp and sync",
                    MeasuredProcess("sh", ["-c", "cp '\(module)' '\(folder)/copy' && sync '\(folder)/copy'"]).run
                ),
                ("openssl dgst -sha512", MeasuredProcess("openssl", ["dgst", "-sha512", module]).run),
                ("pdk verify", MeasuredProcess(pdk, ["verify", module]).run),
                ("pdk verify --trust-root", MeasuredProcess(pdk, ["verify", module] + trust).run),
                ("pdk install", MeasuredProcess(pdk, install).run),
                ("pdk install --trust-root", MeasuredProcess(pdk, install + trust).run),
            ])
    }

    /// One plugin out of an index of 100,000 entries.
    private static func lookUp(_ pdk: String, _ folder: String) throws {
        let registry = folder + "/many"
        try Folder.create(registry)
        let module: [UInt8] = [0x00, 0x61, 0x73, 0x6D, 1, 0, 0, 0]
        try WholeFiles.replace(registry + "/small.wasm", with: module)
        let digest = try capture("openssl dgst -sha256 -r '\(registry)/small.wasm'", folder).prefix(64)
        let entries = (0..<100_000).map { number in
            """
            {"name": "plugin-\(number)", "version": "1.0.\(number % 7)", "description": "Plugin number \(number)",
            "artifact": "small.wasm", "sha256": "\(digest)", "hooks": ["pre_query"], "permissions": [],
            "license": "Apache-2.0", "size": 8, "published_at": "2026-01-01T00:00:00Z"}
            """
        }
        let index = registry + "/index.json"
        try WholeFiles.replace(index, with: "{\"plugins\": [\n" + entries.joined(separator: ",\n") + "\n]}\n")
        let python =
            "import json, sys; d = json.load(open(sys.argv[1])); next(p for p in d['plugins'] if p['name'] == 'plugin-70000')"
        compare(
            "look-up in 100,000 entries", rounds: 5,
            ("python3 json.load", MeasuredProcess("python3", ["-c", python, index]).run),
            [
                (
                    "pdk install",
                    MeasuredProcess(
                        pdk, ["install", "plugin-70000", "--registry", registry, "--dest", folder + "/plugins"]
                    ).run
                )
            ])
    }

    /// A file that begins as a module, filled with bytes that do not compress.
    ///
    /// Written in pieces: a child's peak of memory counts from what its parent had when it was started.
    private static func write(_ path: String, mebibytes: Int) throws {
        var generator = SystemRandomNumberGenerator()
        let folder = try Folder(FilePaths.parent(of: path) ?? ".")
        var file = try folder.makeTemporary()
        var piece: [UInt8] = [0x00, 0x61, 0x73, 0x6D, 1, 0, 0, 0]
        for _ in 0..<mebibytes {
            while piece.count < 1 << 20 {
                let word: UInt64 = generator.next()
                unsafe withUnsafeBytes(of: word) { unsafe piece.append(contentsOf: $0) }
            }
            try unsafe file.write(piece.span.bytes)
            piece.removeAll(keepingCapacity: true)
        }
        try file.commit(as: FilePaths.name(of: path))
    }

    static func capture(_ command: String, _ folder: String) throws -> String {
        let file = folder + "/captured"
        _ = MeasuredProcess("sh", ["-c", command + " > '\(file)'"]).run()
        return String(decoding: try WholeFiles.read(file, limit: 1 << 20), as: UTF8.self)
    }
}
