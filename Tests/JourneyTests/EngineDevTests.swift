import Contract
import Foundation
import JourneySupport
import Synchronization
import TestSupport
import Testing

/// `pdk dev` with the real binary: every wait ends with what is waited for; only a standstill of two minutes fails.
@Suite(.scratchFolder)
struct EngineDevTests {
    private static let cases = "cases:\n  - {name: goes on, hook: pre_query, input: {query: Q}, expect: continue}\n"

    @Test(arguments: [SIGINT, SIGTERM])
    func buildsTestsInstallsAndEnds(signal: Int32) async throws {
        let plugin = try await EngineJourney.obedient()
        try plugin.write("cases/a.yaml", Self.cases)
        let plugins = Scratch.path("plugins")
        let dev = try DevelopingPlugin(plugin, ["--plugins-dir", plugins])
        defer { dev.kill() }
        try await dev.wait(for: "watching")
        expect(dev.events.map(\.name) == ["built", "tested", "installed", "watching"])
        let module = plugins + "/obedient.wasm", sidecar = plugins + "/obedient.json"
        let first = try Data(contentsOf: URL(fileURLWithPath: module))

        // A change is built, tested and installed, and that once.
        try plugin.write("plugin.c", plugin.read("plugin.c") + "EXPORT(more) u32 more(void) { return 7; }\n")
        try await dev.wait(for: "watching")
        expect(dev.events.dropFirst(4).map(\.name) == ["changed", "built", "tested", "installed", "watching"])
        expect(try Data(contentsOf: URL(fileURLWithPath: module)) != first)
        // The host takes a module up when it changes: what goes with it must be there before.
        expect(try changed(sidecar) <= changed(module))
        expect(
            try JSONDocument(parsing: Array(Data(contentsOf: URL(fileURLWithPath: sidecar)))).root["hooks"]?.elements
                .count == 3)

        // A case that fails keeps the module out of the host.
        let installed = try changed(module)
        try plugin.write("cases/a.yaml", Self.cases.replacing("continue", with: "block"))
        try await dev.wait(for: "watching")
        expect(dev.events.dropFirst(9).map(\.name) == ["changed", "built", "tested", "watching"])
        expect(try changed(module) == installed)

        dev.send(signal)
        expect(try await dev.end() == 130)
        expect(dev.events.last?.name == "stopped")
    }

    /// Nanoseconds of the last change of a file's name or contents.
    private func changed(_ path: String) throws -> Int {
        var record = stat()
        try #require(unsafe lstat(path, &record) == 0)
        return record.st_ctim.tv_sec * 1_000_000_000 + record.st_ctim.tv_nsec
    }

    @Test func survivesWhatIsBroken() async throws {
        let plugin = try await EngineJourney.obedient()
        let source = try plugin.read("plugin.c"), manifest = try plugin.read("plugin.yaml")
        try plugin.write("plugin.yaml", "name: [")
        let dev = try DevelopingPlugin(plugin, [])
        defer { dev.kill() }
        try await dev.wait(for: "watching")
        expect(dev.events.map(\.name) == ["failed", "watching"], "a manifest that is broken from the start")
        func after(_ name: String, _ text: String) async throws -> [String] {
            let before = dev.events.count
            try plugin.write(name, text)
            try await dev.wait(for: "watching")
            return dev.events.dropFirst(before).map(\.name)
        }
        expect(try await after("plugin.yaml", manifest) == ["changed", "built", "untested", "watching"])
        expect(try await after("plugin.c", "this is not C") == ["changed", "failed", "watching"])
        expect(dev.events.last { $0.name == "failed" }?.json["error"]?["code"]?.string == "build-failed")
        expect(try await after("plugin.yaml", "hooks: 5") == ["changed", "failed", "watching"])
        expect(try await after("plugin.yaml", manifest) == ["changed", "failed", "watching"])
        expect(try await after("cases/a.yaml", "cases: 5") == ["changed", "failed", "watching"])
        expect(try await after("plugin.c", source) == ["changed", "built", "failed", "watching"])
        expect(
            dev.events.last { $0.name == "failed" }?.json["error"]?["message"]?.string?.contains("cases/a.yaml:1")
                == true)
        expect(try await after("cases/a.yaml", Self.cases) == ["changed", "built", "tested", "watching"])
        dev.send(SIGTERM)
        expect(try await dev.end() == 130)
    }

    @Test func followsFoldersAndIgnoresOutputs() async throws {
        let plugin = try await EngineJourney.obedient()
        // A build that writes beside its sources: the same bytes, a file that goes away, and new bytes each time.
        try plugin.write(
            "plugin.yaml",
            try plugin.read("plugin.yaml").replacing(
                "-o plugin.wasm",
                with: "-o plugin.wasm && echo same > made.h && echo > made.tmp && rm made.tmp && echo $$ >> made.log"))
        let dev = try DevelopingPlugin(plugin, [])
        defer { dev.kill() }
        try await dev.wait(for: "watching")
        expect(dev.events.count { $0.name == "built" } <= 3, "\(dev.events.map(\.name))")
        let files = FileManager.default
        try files.createDirectory(atPath: plugin.folder + "/later/inner", withIntermediateDirectories: true)
        try await dev.wait(for: "watching")
        let before = dev.events.count
        try plugin.write("later/inner/part.h", "// new")
        try await dev.wait(for: "watching")
        let paths = dev.events.dropFirst(before).first { $0.name == "changed" }?.json["paths"]?.elements
        expect(paths?.map { $0.string ?? "" } == ["later/inner/part.h"])
        expect(dev.events.dropFirst(before).count { $0.name == "built" } <= 3)

        // What is ignored wakes nobody; the change after it is the next thing that is told.
        let quiet = dev.events.count
        for name in ["target", "node_modules", ".git"] {
            try files.createDirectory(atPath: plugin.folder + "/" + name, withIntermediateDirectories: true)
            try plugin.write(name + "/file", "x")
        }
        try plugin.write("dist/other", "x")
        try plugin.write("plugin.c~", "x")
        // Moved there whole, as pdk test --junit does it: an empty file is no report yet.
        try Disk.write(Scratch.path("report"), "<?xml version=\"1.0\"?>\n<testsuite/>\n")
        try files.moveItem(atPath: Scratch.path("report"), toPath: plugin.folder + "/report.xml")
        try plugin.write(".plugin.c.swp", "x")
        try plugin.write("plugin.h", "// seen")
        try await dev.wait(for: "watching")
        expect(dev.events.dropFirst(quiet).first?.json["paths"]?.elements.map { $0.string ?? "" } == ["plugin.h"])
        dev.send(SIGINT)
        expect(try await dev.end() == 130)
    }

    @Test func aTemplateIsBuiltOnce() async throws {
        let plugin = try await EngineJourney.template("c")
        let dev = try DevelopingPlugin(plugin, [])
        defer { dev.kill() }
        try await dev.wait(for: "watching")
        try plugin.write("plugin.c", plugin.read("plugin.c") + "\n")
        try await dev.wait(for: "watching")
        dev.send(SIGINT)
        expect(try await dev.end() == 130)
        expect(
            dev.events.map(\.name) == [
                "built", "tested", "watching", "changed", "built", "tested", "watching", "stopped",
            ])
    }

    @Test func endsABuildThatIsUnderWay() async throws {
        let plugin = try await EngineJourney.obedient()
        let manifest = try plugin.read("plugin.yaml")
        try plugin.write(
            "plugin.yaml",
            manifest.split(separator: "\n").map {
                $0.hasPrefix("  command:")
                    ? "  command: touch '\(Scratch.path("begun"))'; exec sleep 100000" : String($0)
            }.joined(separator: "\n"))
        let dev = try DevelopingPlugin(plugin, [])
        defer { dev.kill() }
        try await dev.poll { FileManager.default.fileExists(atPath: Scratch.path("begun")) }
        dev.send(SIGTERM)
        expect(try await dev.end() == 130)
        expect(dev.events.map(\.name) == ["stopped"])
    }

    @Test(arguments: ["plugins", "./host/plugins/", "."])
    func installsIntoItsOwnFolderOnce(plugins: String) async throws {
        let plugin = try await EngineJourney.obedient()
        let dev = try DevelopingPlugin(plugin, ["--plugins-dir", plugins])
        defer { dev.kill() }
        try await dev.wait(for: "watching")
        if plugins == "plugins" {
            expect(dev.events.map(\.name) == ["built", "untested", "installed", "watching"])
        }
        let before = dev.events.count
        try plugin.write("plugin.c", plugin.read("plugin.c") + "// more\n")
        try await dev.wait(for: "watching")
        expect(dev.events.dropFirst(before).first?.name == "changed", "sources beside it are seen")
        dev.send(SIGINT)
        expect(try await dev.end() == 130)
    }

    @Test func followsLinkedAndDeclaredSources() async throws {
        let plugin = try await EngineJourney.obedient()
        // The source, the manifest and a folder are links; another folder is declared.
        for name in ["shared", "included", "declared"] { try Disk.makeFolder(Scratch.path(name)) }
        try Disk.write(
            plugin.folder + "/plugin.yaml",
            try plugin.read("plugin.yaml").replacing(
                "build:\n", with: "build:\n  sources: [plugin.c, included, ../declared]\n"))
        for name in ["plugin.c", "plugin.yaml"] {
            try FileManager.default.moveItem(atPath: plugin.folder + "/" + name, toPath: Scratch.path("shared/" + name))
            try Disk.link(plugin.folder + "/" + name, to: "../shared/" + name)
        }
        try Disk.write(Scratch.path("included/a.h"), "//")
        try Disk.link(plugin.folder + "/included", to: "../included")
        let dev = try DevelopingPlugin(plugin, [])
        defer { dev.kill() }
        try await dev.wait(for: "watching")
        func changed(_ file: String, by replacing: Bool) async throws -> [String] {
            let before = dev.events.count
            let text = try Disk.exists(Scratch.path(file)) ? Disk.text(Scratch.path(file)) : ""
            if replacing {
                try Disk.write(Scratch.path("new"), text + "\n")
                let renamed = unsafe rename(Scratch.path("new"), Scratch.path(file))
                expect(renamed == 0)
            } else {
                try Disk.write(Scratch.path(file), text + "\n")
            }
            try await dev.wait(for: "watching")
            let told = dev.events.dropFirst(before)
            expect(told.map(\.name) == ["changed", "built", "untested", "watching"])
            return told.first?.json["paths"]?.elements.compactMap(\.string) ?? []
        }
        for replacing in [false, true] {
            expect(try await changed("shared/plugin.c", by: replacing) == ["plugin.c"])
            expect(try await changed("shared/plugin.yaml", by: replacing) == ["plugin.yaml"])
            expect(try await changed("included/a.h", by: replacing) == ["included/a.h"])
            expect(try await changed("declared/b.h", by: replacing) == ["../declared/b.h"])
        }
        dev.send(SIGINT)
        expect(try await dev.end() == 130)
    }

    @Test func followsThePluginThroughRenames() async throws {
        let plugin = try await EngineJourney.obedient()
        let plugins = Scratch.path("plug ins")
        // The build above was of another name, under which something lies in the folder already.
        try Disk.makeFolder(plugins)
        try Disk.write(plugins + "/obedient.wasm", "of somebody else")
        func rename(_ old: String, _ new: String) throws {
            try plugin.write("plugin.yaml", plugin.read("plugin.yaml").replacing("name: \(old)", with: "name: \(new)"))
        }
        try rename("obedient", "first")
        let dev = try DevelopingPlugin(plugin, ["--plugins-dir", plugins])
        defer { dev.kill() }
        try await dev.wait(for: "watching")
        expect(dev.events.map(\.name) == ["built", "untested", "installed", "leftover", "watching"])
        expect(dev.events.first { $0.name == "leftover" }?.json["module"]?.string?.hasSuffix("/obedient.wasm") == true)
        expect(try Disk.text(plugins + "/obedient.wasm") == "of somebody else")

        // What this run has installed goes, sidecar and lock too.
        try rename("first", "second")
        try await dev.wait(for: "watching")
        expect(
            dev.events.dropFirst(5).map(\.name) == ["changed", "built", "untested", "installed", "removed", "watching"])
        expect(
            try Disk.names(plugins).filter { !$0.hasPrefix(".") }
                == ["obedient.wasm", "pdk.lock", "second.json", "second.wasm"])
        expect(try !Disk.text(plugins + "/pdk.lock").contains("first"))

        // The folder itself.
        try FileManager.default.moveItem(atPath: plugin.folder, toPath: Scratch.path("moved"))
        try await dev.wait(for: "watching")
        expect(dev.events.dropFirst(11).map(\.name) == ["moved", "built", "untested", "installed", "watching"])
        try Disk.write(Scratch.path("moved/cases/a.yaml"), Self.cases)
        try await dev.wait(for: "watching")
        expect(dev.events.last { $0.name == "tested" } != nil)
        try Disk.remove(Scratch.path("moved"))
        expect(try await dev.end() == 1)
    }

    @Test func leavesNothingOfABuildRunning() async throws {
        let plugin = try await EngineJourney.obedient()
        let begun = Scratch.path("begun")
        try plugin.write(
            "plugin.yaml",
            try plugin.read("plugin.yaml").split(separator: "\n").map {
                $0.hasPrefix("  command:")
                    ? "  command: sleep 100000 & echo $! > '\(begun).new' && mv '\(begun).new' '\(begun)'; wait"
                    : String($0)
            }.joined(separator: "\n"))
        let dev = try DevelopingPlugin(plugin, [])
        defer { dev.kill() }
        try await dev.poll { FileManager.default.fileExists(atPath: begun) }
        let child = try String(contentsOfFile: begun, encoding: .utf8).filter(\.isNumber)
        // What has ended has no command line, be it still in the table of processes.
        func isRunning() -> Bool {
            (try? String(contentsOfFile: "/proc/\(child)/cmdline", encoding: .utf8))?.contains("100000") ?? false
        }
        // Between two programs, a process has no command line.
        try await dev.poll { isRunning() }
        dev.send(SIGTERM)
        expect(try await dev.end() == 130)
        try await dev.poll { !isRunning() }
    }

    @Test func endsBetweenTheCases() async throws {
        let plugin = try await EngineJourney.obedient()
        // Ten thousand endless loops, of which each burns all its fuel.
        let spin = (0..<10_000).map {
            "  - {name: spins \($0), hook: pre_query, input: {query: SPIN}, expect: continue}"
        }
        try plugin.write("cases/a.yaml", "cases:\n" + spin.joined(separator: "\n") + "\n")
        let dev = try DevelopingPlugin(plugin, [])
        defer { dev.kill() }
        try await dev.poll { dev.events.contains { $0.name == "built" } }
        dev.send(SIGINT)
        expect(try await dev.end() == 130)
        expect(dev.events.map(\.name) == ["built", "stopped"], "the cases were left")
    }

    @Test func outsideOfAPluginsFolderThereIsAnError() async throws {
        let result = try await Program(BuiltProduct.pdk).run(["dev"])
        expect(result.status == 1 && result.errors.contains("no plugin.yaml in"), "\(result.transcript)")
    }
}

/// A running `pdk dev --json`, and what it has told so far.
private final class DevelopingPlugin: Sendable {
    struct Event: Sendable {
        let name: String
        let json: JSONNode
    }

    struct Standstill: Error, CustomStringConvertible { let description: String }

    private let output = Scratch.path("dev.out"), errors = Scratch.path("dev.errors"), number = Scratch.path("dev.pid")
    private let result = Mutex<Int?>(nil)
    private let waits = Mutex(0)

    init(_ plugin: EngineJourney, _ arguments: [String]) throws {
        // The shell leaves its own number and becomes pdk.
        let script = #"echo $$ > "$1.new" && mv "$1.new" "$1" && exec "$4" dev --json "${@:5}" > "$2" 2> "$3""#
        let words = ["-c", script, "bash", number, output, errors, BuiltProduct.pdk] + arguments
        let program = Program("bash", environment: plugin.environment, folder: plugin.folder)
        Task.detached {
            let status = (try? await program.run(words))?.status ?? 255
            self.result.withLock { $0 = status }
        }
    }

    /// All whole lines so far.
    var events: [Event] {
        let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().compactMap { line in
            guard let root = try? JSONDocument(parsing: String(line)).root else {
                Issue.record("not one JSON document a line: \(line)")
                return nil
            }
            return Event(name: root["event"]?.string ?? "?", json: root)
        }
    }

    /// Waits until one more event of this name is there than at the last wait.
    func wait(for name: String) async throws {
        let wanted = waits.withLock { count in
            count += 1
            return count
        }
        try await poll { self.events.count { $0.name == name } >= wanted || self.result.withLock { $0 != nil } }
    }

    /// Waits until something is so, for two minutes at most from when the program was started: other tests' go before it.
    func poll(_ isSo: () -> Bool) async throws {
        var rounds = 0
        while rounds < 6000 {
            if isSo() { return }
            if Disk.exists(number) || result.withLock({ $0 != nil }) { rounds += 1 }
            try await Task.sleep(for: .milliseconds(20))
        }
        let said = (try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""
        throw Standstill(description: "nothing more after \(events.map(\.name)); \(said)")
    }

    /// Sends a signal to the process that was started here.
    func send(_ signal: Int32) {
        guard let text = try? String(contentsOfFile: number, encoding: .utf8),
            let process = Int32(text.filter(\.isNumber)), result.withLock({ $0 == nil })
        else { return }
        _ = Foundation.kill(process, signal)
    }

    /// The exit status; minus the signal's number when a signal ended it.
    func end() async throws -> Int {
        try await poll { self.result.withLock { $0 != nil } }
        return result.withLock { $0 } ?? -1
    }

    /// Ends it, if it is still there.
    func kill() { send(SIGKILL) }
}
