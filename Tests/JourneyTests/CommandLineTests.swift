import Contract
import JourneySupport
import TestSupport
import Testing

/// What holds for every command: JSON, quiet, colour, exit statuses, and text that must not steer a terminal.
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
        ["no-such-command"], ["list"], ["list", "--registry"],
        ["install", "a@1", "--version", "2", "--registry", "r", "--dest", "d"],
        ["new"], ["build", "--no-such-flag"], ["verify"], ["list", "--registry", "r", "--color", "sometimes"],
        ["verify", "a.wasm", "--trust-root", ""], ["install", "a", "--registry", "r", "--dest", ""],
        ["sign", "a.wasm", "b.wasm"], ["--no-such-flag"], ["keygen", "a", "b"],
        ["list", "--registry", ""], ["list", "--registry", "ftp://host/r"], ["list", "--registry", "http:/host/r"],
        ["list", "--registry", "host:8080"], ["check", "--registry", "host:8080/r"], ["list", "--registry", "http://"],
        ["install", "a", "--registry", "oci://host", "--dest", "d"], ["list", "--registry", "file://"],
        ["publish", "ftp://host/r"], ["publish", "host:80"], ["publish", ""], ["new", "a", "--dir", ""],
    ]

    @Test(arguments: failures)
    func aFailureIsOneDocument(arguments: [String]) async throws {
        for order in [arguments + ["--json"], ["--json"] + arguments] {
            let result = try await kit.run(order)
            expect(result.status == 1, "\(result.transcript)")
            let error = try JSONValue.parse(result.output)["error"]
            expect(error?["code"]?.string?.isEmpty == false)
            expect(error?["message"]?.string?.isEmpty == false)
            expect(result.errors.isEmpty, "\(result.transcript)")
        }
        let words = try await kit.run(arguments + ["--quiet"])
        expect(words.status == 1 && words.output.isEmpty)
        let line = try #require(words.errors.split(separator: "\n").first { $0.hasPrefix("error: ") })
        expect(!line.hasSuffix("."), "\(line)")
        expect(line.dropFirst("error: ".count).first?.isUppercase == false, "\(line)")
        expect(!words.errors.contains("\u{1B}"))
    }

    @Test(arguments: misuses)
    func misuseIsStatusTwo(arguments: [String]) async throws {
        let words = try await kit.run(arguments)
        expect(words.status == 2 && words.output.isEmpty, "\(words.transcript)")
        expect(words.errors.hasPrefix("error: "), "\(words.transcript)")
        let first = words.errors.split(separator: "\n").first ?? ""
        expect(!first.hasSuffix(".") || first.contains("Please") || first.contains("Did you"), "\(first)")
        let json = try await kit.run(arguments + ["--json"])
        expect(json.status == 2 && json.errors.isEmpty, "\(json.transcript)")
        expect(try JSONValue.parse(json.output)["error"]?["code"]?.string == "usage")
    }

    @Test func failuresSayWhatToDo() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        func index(_ artifact: String, _ digest: String, _ signature: String) -> String {
            "{\"plugins\": [{\"name\": \"a\", \"artifact\": \"\(artifact)\", \"sha256\": \"\(digest)\"\(signature)}]}"
        }
        let digest = String(repeating: "0", count: 64)
        for (place, text) in [
            ("broken", "{"), ("short", index("a", "0", "")), ("empty", index("", digest, "")),
            ("unsigned", index("a", digest, ", \"signature\": \"A\"")), ("lacking", index("a", digest, "")),
        ] {
            try Disk.write(Scratch.path(place + "/index.json"), text)
            let refusal = try await kit.refusal("install", "a", "--registry", place, "--dest", "plugins")
            expect(!refusal.help.isEmpty, "\(refusal)")
        }
        let web = try await kit.refusal("list", "--registry", "http://127.0.0.1:9/")
        expect(web.help.hasPrefix("check the address"), "\(web)")
        let module = plugin.folder + "/dist/guard.wasm"
        expect(try await !kit.refusal("verify", module, "--trust-root", "nowhere").help.isEmpty)
        let key = try await plugin.with("PDK_KEY_PEM", "nonsense").refusal("sign")
        expect(key.help.contains("openssl genpkey -algorithm ed25519"), "\(key)")
    }

    /// What looks like an address is no folder to be made, unless there is one so called.
    @Test func aFolderMayBeCalledAsAHostIs() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        for registry in ["ftp://host/r", "host:80"] {
            expect(try await plugin.run("publish", registry).status == 2)
        }
        expect(!Disk.exists(plugin.folder + "/ftp:") && !Disk.exists(plugin.folder + "/host:80"))
        try await plugin.done("publish", "./host:80")
        expect(try await plugin.done("list", "--registry", "host:80").hasPrefix("guard  0.1.0"))
    }

    /// Made a text, such a name would be another one: what is written would come to lie elsewhere.
    @Test func whatIsNotUTF8IsRefused() async throws {
        let script =
            "mkdir here $'here/\\xff' && cd $'here/\\xff' && \"$0\" new guard; cd ../.. && \"$0\" new guard --dir $'\\xff'"
        let shell = Program("bash", environment: ["HOME": kit.home], folder: Scratch.folder)
        let result = try await shell.run(["-c", script, kit.program])
        expect(result.status == 2, "\(result.transcript)")
        expect(result.errors.contains("error: the current folder is gone, or its path is not UTF-8\nhelp: "))
        expect(result.errors.contains("error: argument 4 is not UTF-8\nhelp: "), "\(result.transcript)")
        let left = try await shell.run(["-c", "find here -mindepth 1 | wc -l; find . -name guard"])
        expect(left.output == "1\n" && Scratch.names() == ["here"], "\(left.transcript)")
        // A home that is meant and cannot be named is no home, and not another one.
        let keygen = try await Program("bash", folder: Scratch.folder).run([
            "-c", "HOME=$'/tmp/\\xff' exec \"$0\" keygen", kit.program,
        ])
        expect(
            keygen.status == 1 && keygen.errors.contains("neither PDK_HOME nor HOME is set"), "\(keygen.transcript)")
    }

    @Test func aFolderThatIsGoneIsSaid() async throws {
        let script = "mkdir gone && cd gone && rmdir ../gone && \"$0\" list --registry ../registry --json"
        let shell = Program("bash", environment: ["HOME": kit.home], folder: Scratch.folder)
        let result = try await shell.run(["-c", script, kit.program])
        expect(result.status == 1)
        expect(try JSONValue.parse(result.output)["error"]?["code"]?.string == "no-current-folder")
    }

    /// A report that could not be written is no success.
    @Test(arguments: ["", " --json"])
    func aFullDeviceIsAFailure(option: String) async throws {
        let script = "exec \"$0\" new --list\(option) > /dev/full"
        let result = try await Program("sh").run(["-c", script, BuiltProduct.pdk])
        expect(result.status == 1 && result.errors.contains("cannot write"), "\(result.transcript)")
    }

    /// A file that cannot be opened is named with the reason and what to do next, whichever layer opened it.
    @Test(arguments: [
        ("verify", "no.wasm"), ("inspect", "no.wasm"), ("install", "no.tar.gz"), ("publish", "no.tar.gz"),
        ("inspect", "folder"), ("install", "folder/"),
    ])
    func aFileThatCannotBeOpenedIsNamed(command: String, file: String) async throws {
        try Disk.makeFolder(Scratch.path("folder"))
        let rest = ["install": ["--dest", Scratch.path("plugins")], "publish": [Scratch.path("registry")]][command]
        let result = try await kit.run([command, file] + (rest ?? []))
        let (reason, help) =
            file.hasPrefix("folder")
            ? ("it is a folder", "name a file") : ("no such file or folder", "correct the path")
        expect(
            result.status == 1
                && result.errors.hasSuffix("/\(file): \(reason)\nhelp: \(help)\n".replacing("//", with: "/")),
            "\(result.transcript)")
    }

    @Test func aPackedPluginComesBeforeItsRegistry() async throws {
        try Disk.makeFolder(Scratch.path("registry"))
        let result = try await kit.run("publish", "registry", "guard-0.1.0.tar.gz")
        expect(
            result.status == 2
                && result.errors.contains("/registry is a folder: the packed plugin comes first, then the registry"),
            "\(result.transcript)")
    }

    @Test func everyVerbHasHelp() async throws {
        let help = try await kit.done("--help")
        for verb in [
            "new", "build", "test", "run", "bench", "dev", "check", "doctor", "keygen", "sign", "pack", "publish",
            "install", "list", "verify", "inspect", "key list", "key import", "trust add", "trust check",
        ] {
            let words = verb.split(separator: " ").map(String.init)
            expect(help.contains("\n  \(words[0]) "), "\(verb)")
            let page = try await kit.done(words + ["--help"])
            for option in ["--json", "--quiet", "--color"] { expect(page.contains(option), "\(verb) \(option)") }
        }
        expect(try await kit.run().status == 0)
        expect(try await kit.done("--version").hasPrefix("pdk 0."))
    }

    @Test func quietLeavesDataAndWarnings() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        for arguments in [["build", "-q"], ["sign", "--quiet"], ["publish", "../r", "-q"], ["keygen", "b", "-q"]] {
            let result = try await plugin.with("PDK_KEY_FILE", kit.keysFolder + "/mykey.pem").run(arguments)
            expect(result.status == 0 && result.output.isEmpty && result.errors.isEmpty, "\(result.transcript)")
        }
        expect(try await plugin.done("list", "--registry", "../r", "-q").hasPrefix("guard  0.1.0  signed"))
        expect(try await plugin.done("check", "--key", "mykey", "-q").contains("0 errors"))
        try Disk.edit(plugin.folder + "/plugin.yaml", "- pre_query", "- pre_query\n  - route")
        expect(try await plugin.run("build", "-q").errors.hasPrefix("warning: "))
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
            expect(result.output.contains(escape) == isColoured, "\(arguments): \(result.transcript)")
        }
        let error = try await kit.run("build", "--color", "always")
        expect(error.errors.hasPrefix("\(escape)31merror\(escape)0m: "))
        let json = try await plugin.run("check", "--json", "--color", "always")
        expect(!json.output.contains(escape))
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
        expect(result.output.contains("Swift"), "\(result.transcript)")
        expect(result.output.contains("\u{1B}[1m") == isColoured, "\(result.transcript)")
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
        expect((0...1).contains(result.status), "\(result.transcript)")
    }

    /// With standard output closed, the first file that is opened must not become it.
    @Test func reportsDoNotLandInFiles() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        let result = try await Program("bash", environment: ["HOME": kit.home], folder: plugin.folder).run(
            [
                "-c", "\"$0\" sign >&- 2>&- <&-; \"$0\" publish ../registry --no-test --no-engine >&- 2>&- <&-",
                BuiltProduct.pdk,
            ])
        expect(result.status == 0, "\(result.transcript)")
        try await kit.done(
            "install", "guard", "--registry", "registry", "--dest", "plugins", "--trust-root", kit.keysFolder)
        expect(try Disk.read(Scratch.path("plugins/guard.wasm")) == Disk.read(plugin.folder + "/dist/guard.wasm"))
    }

    /// The reason is the index's own text: it is told, and steers no terminal.
    @Test func aWithdrawnVersionIsInstalledWithTheReason() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        try await plugin.done("publish", "../registry")
        let index = Scratch.path("registry/index.json")
        try Disk.edit(index, "\"size\"", "\"yanked\": \"breaks\\u001b[2J login\", \"size\"")
        try Disk.remove(Scratch.path("registry/plugins"))
        let result = try await kit.run("install", "guard@0.1.0", "--registry", "registry", "--dest", "plugins")
        expect(result.status == 0)
        expect(
            result.errors.contains("guard v0.1.0 was withdrawn by its publisher: breaks\\u{1b}[2J login\n"),
            "\(result.transcript)")
        let report = try await kit.document("install", "guard@0.1.0", "--registry", "registry", "--dest", "plugins")
        expect(report["warnings"]?.elements.contains { $0.string?.contains("withdrawn") ?? false } == true)
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
        let name = String(raw.dropLast())
        // Each type is given: left to find out, the compiler takes 40 seconds.
        let commands: [[String]] = [
            ["list", "--registry", "r"], ["install", "known", "--registry", "r", "--dest", "d"],
            ["install", "known@" + name, "--registry", "r", "--dest", "d"],
            ["install", "known@2", "--registry", "r", "--dest", "d"], ["verify", name], ["list", "--registry", name],
            ["new", name], ["keygen", name], ["sign", "--key", name + "/a.pem", "r/index.json"],
            ["no-command" + name], ["list", "--no" + name],
        ]
        var printed = ""
        for arguments in commands {
            let result = try await kit.run(arguments)
            printed += result.output + result.errors
            let json = try await kit.run(arguments + ["--json"])
            printed += json.output + json.errors
        }
        let steering = printed.unicodeScalars.filter { scalar in
            (scalar.value < 0x20 && scalar != "\n") || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x202E
        }
        expect(steering.isEmpty, "\(Set(steering.map(\.value)))")
        expect(!printed.contains("\nguard  9.9.9"))
        let list = try await kit.done("list", "--registry", "r")
        expect(list.split(separator: "\n").count == 2, "\(list)")
        // Scripts get it as it is.
        let json = try await kit.document("list", "--registry", "r")
        expect(json.elements.first?["description"]?.string == raw)
    }
}
