import Foundation
import JourneySupport
import TestSupport
import Testing

/// What the shells themselves complete with the scripts that `make install` puts in place.
@Suite(.scratchFolder)
struct CompletionTests {
    let kit = Kit()

    /// What a shell makes of each line: its words, the last ones completed to all that is offered.
    private func ask(_ shell: String, _ lines: [String]) async throws -> [[String]] {
        let script = try await kit.done("--generate-completion-script", shell)
        try Scratch.write("script", script)
        let folder = BuiltProduct.pdk.split(separator: "/").dropLast().joined(separator: "/")
        let path = "/" + folder + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
        let python = Program(
            "python3", environment: ["PATH": path, "HOME": kit.home, "PDK_HOME": Scratch.path("config")],
            folder: Scratch.path("work"))
        let result = try await python.run(
            [BuiltProduct.repository + "/Tests/Support/ask_shell.py", shell, Scratch.path("script")] + lines)
        try #require(result.status == 0, "\(result.transcript)")
        return try result.output.split(separator: "\n").map { line in
            let all = try JSONDecoder().decode([String].self, from: Data(line.utf8))
            // Fish tells the candidates alone.
            return shell == "fish" ? all : Array(all.dropFirst(lines.isEmpty ? 0 : 1))
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func aShellCompletes(shell: String) async throws {
        for name in ["work/registry", "work/a folder", "config/keys"] { try Scratch.makeFolder(name) }
        for name in ["work/module.wasm", "work/notes.txt", "config/keys/release.pem", "config/keys/nightly.pem"] {
            try Scratch.write(name, "x")
        }
        for name in ["plugins/mask.wasm", "plugins/mask.json", "plugins/two.wasm", "work/registry/artifacts/tame/x"] {
            try Scratch.write(name.hasPrefix("work") ? name : "work/" + name, "x")
        }
        let lines = [
            "pdk ins", "pdk help ins", "pdk --js", "pdk run ", "pdk new x --template ", "pdk new x --hook post",
            "pdk list --registry ", "pdk verify mod", "pdk sign --key nig", "pdk sign --key=rel", "pdk list --color a",
            "pdk list --color=a", "pdk install x --dest reg", "pdk verify --tr", "pdk -C registry lis", "pdk verify a",
            "pdk nothing-known ", "pdk new x --author ", "pdk explain PDK10", "pdk key export ni", "pdk key ",
            "pdk schema ",
            "pdk check --host hel", "pdk uninstall --dest plugins ", "pdk update --dest=plugins m",
            "pdk install --registry registry --dest plugins ", "pdk info --registry registry t", "pdk uninstall ",
        ]
        let answers = try await ask(shell, lines)
        try #require(answers.count == lines.count)
        // What each line offers, and what it must not.
        let expected: [(offered: Set<String>, absent: Set<String>)] = [
            (["install", "inspect"], ["module.wasm", "list"]), (["install", "inspect"], ["module.wasm"]),
            (["--json"], ["--quiet"]), (["pre_query", "post_query", "authenticate", "route"], ["module.wasm"]),
            (["swift", "rust", "c"], ["module.wasm"]), (["post_query"], ["pre_query"]),
            (["registry", "module.wasm", "notes.txt", "a folder"], []), (["module.wasm"], ["notes.txt", "registry"]),
            (["nightly"], ["release"]), (["release"], ["nightly"]), (["auto", "always"], ["never"]),
            (["auto", "always"], ["never"]), (["registry"], ["module.wasm", "a folder"]),
            (["--trust-root"], ["--json"]), (["list"], ["install"]), (["a folder"], ["module.wasm"]),
            ([], ["install", "module.wasm"]), ([], ["module.wasm", "swift"]), (["PDK101", "PDK102"], ["PDK201"]),
            (["nightly"], ["release", "notes.txt"]), (["list", "show", "export"], ["module.wasm", "sign"]),
            (["plugin", "cases", "template"], ["module.wasm"]), (["helios-1.5"], ["module.wasm"]),
            (["mask", "two"], ["module.wasm", "tame", "mask.json"]), (["mask"], ["two", "module.wasm"]),
            (["mask", "two", "tame"], ["module.wasm"]), (["tame"], ["mask"]), ([], ["mask", "module.wasm"]),
        ]
        for (line, (answer, item)) in zip(lines, zip(answers, expected)) {
            let words = Set(answer.map(Self.plain))
            expect(item.offered.isSubset(of: words), "\(shell): \(line) gives \(answer)")
            expect(item.absent.isDisjoint(with: words), "\(shell): \(line) gives \(answer)")
        }
    }

    /// A word without the option before it and the slash behind it.
    private static func plain(_ word: String) -> String {
        let value =
            word.hasPrefix("--") && word.contains("=")
            ? String(word[word.index(after: word.firstIndex(of: "=") ?? word.startIndex)...]) : word
        let text = value.hasSuffix("/") ? String(value.dropLast()) : value
        return text.replacing("\\ ", with: " ")
    }

    /// What a shell sends is answered, whatever it is, and never with an error.
    @Test(arguments: ["bash", "zsh", "fish", "none"]) func anyWordsAreAnswered(shell: String) async throws {
        for words in [
            [], [""], ["--"], ["-"], ["new", "--", "--", ""], ["--color", "=", ""], ["list", "--registry", "=", "x"],
            ["help", "help", ""], ["=", "="], ["new", "-C"],
        ] {
            let result = try await kit.run(["--complete", shell] + words)
            expect(result.status == 0 && result.errors.isEmpty, "\(words) \(result.transcript)")
            expect(
                ["files", "folders", "none"].contains(result.output.split(separator: "\n").first.map(String.init) ?? "")
            )
        }
        let misuse = try await kit.run(["--generate-completion-script", "tcsh"])
        expect(misuse.status == 2 && misuse.errors.contains("choose bash, zsh, fish"), "\(misuse.transcript)")
    }
}
