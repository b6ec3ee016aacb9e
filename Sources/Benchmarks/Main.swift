import Files
import Glibc

/// The kit's figures, each beside a yardstick of the same run: `make bench`, or `make bench PART=index` for a part.
@main
struct Benchmarks {
    static func main() throws {
        let pdk = CommandLine.arguments.count > 1 ? CommandLine.arguments[1] : ".build/release/pdk"
        guard let pdk = FilePaths.resolved(pdk) else { fatalError("no \(pdk): build it with make release") }
        let folder = try TemporaryFolder(inShared: "/tmp", prefix: "pdk-bench ")
        unsafe setenv("PDK_HOME", folder.path + "/config", 1)
        unsafe setenv("HOME", folder.path, 1)
        let only = CommandLine.arguments.count > 2 ? CommandLine.arguments[2] : nil
        func isWanted(_ part: String) -> Bool { only == nil || only == part }
        let table = Table()
        if isWanted("start") { startUp(pdk, table) }
        if isWanted("new") { scaffolding(pdk, folder.path, table) }
        if isWanted("index") { try IndexFigures(pdk: pdk, folder: folder.path, table: table).measure() }
        if isWanted("publish") { try IndexFigures(pdk: pdk, folder: folder.path, table: table).publish() }
        if isWanted("install") { try InstallFigures(pdk: pdk, folder: folder.path, table: table).measure() }
        if isWanted("engine") {
            // A folder of its own: other parts have made what its plugins are called.
            let own = folder.path + "/engine"
            unsafe mkdir(own, 0o755)
            try EngineFigures(pdk: pdk, folder: own, table: table) { title, rounds, yardstick, candidates in
                table.compare(
                    title, rounds: rounds, Candidate(yardstick.0, run: yardstick.1),
                    candidates.map { Candidate($0.0, run: $0.1) })
            }.measure()
        }
        table.show()
    }

    /// A title, rounds, a yardstick and the candidates, measured in turn and printed.
    typealias Comparison = (String, Int, (String, () -> Cost), [(String, () -> Cost)]) -> Void

    private static func startUp(_ pdk: String, _ table: Table) {
        table.compare(
            "start-up", rounds: 50, Candidate("openssl version", run: MeasuredProcess("openssl", ["version"]).run),
            [Candidate("pdk --version", .wall(1.5), run: MeasuredProcess(pdk, ["--version"]).run)])
    }

    private static func scaffolding(_ pdk: String, _ folder: String, _ table: Table) {
        var number = 0
        func numbered(_ run: @escaping (Int) -> Cost) -> () -> Cost {
            {
                number += 1
                return run(number)
            }
        }
        table.compare(
            "scaffolding", rounds: 20,
            Candidate(
                "git init", run: numbered { MeasuredProcess("git", ["init", "-q", "\(folder)/repository\($0)"]).run() }),
            [
                Candidate(
                    "pdk new",
                    run: numbered {
                        MeasuredProcess(pdk, ["new", "plugin\($0)", "--dir", folder, "--author", "a"]).run()
                    })
            ])
    }

    static func capture(_ command: String, _ folder: String) throws -> String {
        let file = folder + "/captured"
        _ = MeasuredProcess("sh", ["-c", "{ " + command + "; } > '\(file)'"]).run()
        return String(decoding: try WholeFiles.read(file, limit: 1 << 20), as: UTF8.self)
    }
}
