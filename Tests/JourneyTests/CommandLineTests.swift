import Formats
import TestSupport
import Testing

/// What holds for every verb: JSON, quiet, colour, exit statuses, and text that must not steer a terminal.
@Suite(.scratchFolder)
struct CommandLineTests {
    let kit = Kit()

    private static let failures: [[String]] = [
        ["build"], ["check"], ["sign"], ["sign", "nothing.wasm"], ["publish", "registry"],
        ["list", "--registry", "nowhere"], ["install", "x", "--registry", "nowhere", "--dest", "plugins"],
        ["verify", "nothing.wasm"], ["verify", "/proc/self", "--trust-root", "nowhere"], ["new", "a/b"],
        ["new", "a", "--hook", "?"], ["keygen", "../x"], ["list", "--registry", "http://127.0.0.1:9/"],
        ["list", "--registry", "file:///dev/zero"], ["check", "--registry", "nowhere"],
    ]
    private static let misuses: [[String]] = [
        ["no-such-verb"], ["list"], ["list", "--registry"],
        ["install", "a@1", "--version", "2", "--registry", "r", "--dest", "d"],
        ["new"], ["build", "--no-such-flag"], ["verify"], ["list", "--registry", "r", "--color", "sometimes"],
        ["verify", "a.wasm", "--trust-root", ""], ["install", "a", "--registry", "r", "--dest", ""],
        ["sign", "a.wasm", "b.wasm"], ["--no-such-flag"], ["keygen", "a", "b"],
    ]

    @Test(arguments: failures)
    func aFailureIsOneDocument(arguments: [String]) async throws {
        for order in [arguments + ["--json"], ["--json"] + arguments] {
            let result = try await kit.run(order)
            #expect(result.status == 1, "\(result.transcript)")
            let error = try JSONValue.parse(result.output)["error"]
            #expect(error?["code"]?.string?.isEmpty == false)
            #expect(error?["message"]?.string?.isEmpty == false)
            #expect(result.errors.isEmpty, "\(result.transcript)")
        }
        let words = try await kit.run(arguments + ["--quiet"])
        #expect(words.status == 1 && words.output.isEmpty)
        let line = try #require(words.errors.split(separator: "\n").first { $0.hasPrefix("error: ") })
        #expect(!line.hasSuffix("."), "\(line)")
        #expect(line.dropFirst("error: ".count).first?.isUppercase == false, "\(line)")
        #expect(!words.errors.contains("\u{1B}"))
    }

    @Test(arguments: misuses)
    func misuseIsStatusTwo(arguments: [String]) async throws {
        let words = try await kit.run(arguments)
        #expect(words.status == 2 && words.output.isEmpty, "\(words.transcript)")
        #expect(words.errors.hasPrefix("error: "), "\(words.transcript)")
        let json = try await kit.run(arguments + ["--json"])
        #expect(json.status == 2 && json.errors.isEmpty, "\(json.transcript)")
        #expect(try JSONValue.parse(json.output)["error"]?["code"]?.string == "usage")
    }

    /// A report that could not be written is no success.
    @Test(arguments: ["", " --json"])
    func aFullDeviceIsAFailure(option: String) async throws {
        let script = "exec \"$0\" new --list\(option) > /dev/full"
        let result = try await Program("sh").run(["-c", script, BuiltProduct.pdk])
        #expect(result.status == 1 && result.errors.contains("cannot write"), "\(result.transcript)")
    }

    @Test func everyVerbHasHelp() async throws {
        let help = try await kit.done("--help")
        for verb in [
            "new", "build", "test", "run", "bench", "dev", "check", "doctor", "keygen", "sign", "pack", "publish",
            "install", "list", "verify", "inspect",
        ] {
            #expect(help.contains("\n  \(verb) "), "\(verb)")
            let page = try await kit.done(verb, "--help")
            for option in ["--json", "--quiet", "--color"] { #expect(page.contains(option), "\(verb) \(option)") }
        }
        #expect(try await kit.run().status == 0)
        #expect(try await kit.done("--version").hasPrefix("pdk 0."))
    }

    @Test func quietLeavesDataAndWarnings() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        for arguments in [["build", "-q"], ["sign", "--quiet"], ["publish", "../r", "-q"], ["keygen", "b", "-q"]] {
            let result = try await plugin.with("PDK_KEY_FILE", kit.keysFolder + "/mykey.pem").run(arguments)
            #expect(result.status == 0 && result.output.isEmpty && result.errors.isEmpty, "\(result.transcript)")
        }
        #expect(try await plugin.done("list", "--registry", "../r", "-q").hasPrefix("guard  0.1.0  signed"))
        #expect(try await plugin.done("check", "--key", "mykey", "-q").contains("0 errors"))
        try Disk.edit(plugin.folder + "/plugin.yaml", "- pre_query", "- pre_query\n  - route")
        #expect(try await plugin.run("build", "-q").errors.hasPrefix("warning: "))
    }

    @Test func colourComesOnlyWhenItIsAskedFor() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit, isSigned: false)
        let escape = "\u{1B}["
        for (kit, arguments, isColoured) in [
            (plugin, ["check"], false), (plugin, ["check", "--color", "auto"], false),
            (plugin, ["check", "--color", "never"], false), (plugin, ["check", "--color", "always"], true),
            (plugin, ["--color=always", "check"], true), (plugin, ["--color", "always", "check"], true),
            (plugin.with("NO_COLOR", "1"), ["check"], false), (plugin.with("TERM", "dumb"), ["check"], false),
            (plugin.with("NO_COLOR", "1"), ["check", "--color", "always"], true),
        ] {
            let result = try await kit.run(arguments)
            #expect(result.output.contains(escape) == isColoured, "\(arguments): \(result.transcript)")
        }
        let error = try await kit.run("build", "--color", "always")
        #expect(error.errors.hasPrefix("\(escape)31merror\(escape)0m: "))
        let json = try await plugin.run("check", "--json", "--color", "always")
        #expect(!json.output.contains(escape))
    }

    /// On a terminal there is colour, unless somebody has said no.
    @Test(arguments: [("", true), ("NO_COLOR=1", false), ("TERM=dumb", false)])
    func colourOnATerminal(variable: String, isColoured: Bool) async throws {
        let run = """
            import os, pty, sys
            name, value = (sys.argv[1] + "=").split("=")[:2]
            os.environ.update({"TERM": "xterm", **({name: value} if name else {})})
            pty.spawn(sys.argv[2:])
            """
        let result = try await Program(
            BuiltProduct.repository + "/.build-python/bin/python", environment: ["HOME": kit.home]
        ).run(["-c", run, variable, BuiltProduct.pdk, "new", "--list"])
        #expect(result.output.contains("Swift"), "\(result.transcript)")
        #expect(result.output.contains("\u{1B}[1m") == isColoured, "\(result.transcript)")
    }

    /// A reader that goes away, or that never was, ends nothing half-way.
    @Test(arguments: [
        "\"$0\" new --list | head -c0", "\"$0\" new --list --json | head -c1 >/dev/null", "\"$0\" new --list >&-",
        "\"$0\" list --registry nowhere 2>&-", "\"$0\" list --registry nowhere >&- 2>&- <&-",
        "\"$0\" new --list > /dev/full",
    ])
    func aClosedOutputIsNoCrash(script: String) async throws {
        let result = try await Program("bash", environment: ["HOME": kit.home]).run(
            ["-c", "set -o pipefail; " + script, BuiltProduct.pdk])
        #expect((0...1).contains(result.status), "\(result.transcript)")
    }

    /// With standard output closed, the first file that is opened must not become it.
    @Test func reportsDoNotLandInFiles() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        let result = try await Program("bash", environment: ["HOME": kit.home], folder: plugin.folder).run(
            ["-c", "\"$0\" sign >&- 2>&- <&-; \"$0\" publish ../registry >&- 2>&- <&-", BuiltProduct.pdk])
        #expect(result.status == 0, "\(result.transcript)")
        try await kit.done(
            "install", "guard", "--registry", "registry", "--dest", "plugins", "--trust-root", kit.keysFolder)
        #expect(try Disk.read(Scratch.path("plugins/guard.wasm")) == Disk.read(plugin.folder + "/dist/guard.wasm"))
    }

    /// The reason is the index's own text: it is told, and steers no terminal.
    @Test func aWithdrawnVersionIsInstalledWithTheReason() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        try await plugin.done("publish", "../registry")
        let index = Scratch.path("registry/index.json")
        try Disk.edit(index, "\"size\"", "\"yanked\": \"breaks\\u001b[2J login\", \"size\"")
        let result = try await kit.run("install", "guard@0.1.0", "--registry", "registry", "--dest", "plugins")
        #expect(result.status == 0)
        #expect(
            result.errors.contains("guard v0.1.0 was withdrawn by its publisher: breaks\\u{1b}[2J login\n"),
            "\(result.transcript)")
        let report = try await kit.document("install", "guard@0.1.0", "--registry", "registry", "--dest", "plugins")
        #expect(report["warnings"]?.elements.contains { $0.string?.contains("withdrawn") ?? false } == true)
    }

    /// Text from outside reaches a terminal only as text.
    @Test func hostileTextIsShownHarmlessly() async throws {
        let hostile = "\\u001b]0;owned\\u0007\\u001b[2J\\u009b31m\\r\\nguard  9.9.9  signed\\u202e\\u0000"
        let entry = """
            {"name": "guard\(hostile)", "version": "1\(hostile)", "description": "\(hostile)", "artifact": "\(hostile)",
             "sha256": "\(hostile)", "yanked": "\(hostile)"}
            """
        let known =
            "{\"name\": \"known\", \"version\": \"1\(hostile)\", \"artifact\": \"x\", \"sha256\": \"\(hostile)\"}"
        try Disk.write(Scratch.path("r/index.json"), "{\"plugins\": [\(entry), \(known)]}")
        let raw = try #require(JSONDocument(parsing: Array("\"\(hostile)\"".utf8)).root.string)
        var printed = ""
        for arguments in [
            ["list", "--registry", "r"], ["install", "known", "--registry", "r", "--dest", "d"],
            ["install", "known@\(raw.dropLast())", "--registry", "r", "--dest", "d"],
            ["install", "known@2", "--registry", "r", "--dest", "d"], ["verify", String(raw.dropLast())],
            ["list", "--registry", String(raw.dropLast())], ["new", String(raw.dropLast())],
            ["keygen", String(raw.dropLast())], ["sign", "--key", String(raw.dropLast()) + "/a.pem", "r/index.json"],
            ["no-verb\(raw.dropLast())"], ["list", "--no\(raw.dropLast())"],
        ] {
            let result = try await kit.run(arguments)
            printed += result.output + result.errors
            let json = try await kit.run(arguments + ["--json"])
            printed += json.output + json.errors
        }
        let steering = printed.unicodeScalars.filter { scalar in
            (scalar.value < 0x20 && scalar != "\n") || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x202E
        }
        #expect(steering.isEmpty, "\(Set(steering.map(\.value)))")
        #expect(!printed.contains("\nguard  9.9.9"))
        let list = try await kit.done("list", "--registry", "r")
        #expect(list.split(separator: "\n").count == 2, "\(list)")
        // Scripts get it as it is.
        let json = try await kit.document("list", "--registry", "r")
        #expect(json.elements.first?["description"]?.string == raw)
    }
}
