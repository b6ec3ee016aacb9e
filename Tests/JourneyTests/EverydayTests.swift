import Contract
import Foundation
import JourneySupport
import TestSupport
import Testing

/// What holds for the program as a whole, whatever the command: `-C`, full disks, quiet, Ctrl-C, words that are near.
@Suite(.scratchFolder)
struct EverydayTests {
    let kit = Kit()

    @Test func aFolderToWorkInIsGiven() async throws {
        try Scratch.makeFolder("a b/deep")
        for words in [
            ["-C", "a b", "new", "guard", "--template", "c"],
            ["new", "-C", "a b", "-Cdeep", "guard", "--template", "c"],
        ] {
            let result = try await kit.run(words)
            expect(result.status == 0, "\(result.transcript)")
        }
        expect(try Scratch.text("a b/guard/plugin.yaml").contains("guard"))
        expect(try Scratch.text("a b/deep/guard/plugin.yaml").contains("guard"))
        // Checked from there: the module is missing, the manifest is not.
        let check = try await kit.run(["-C", "a b/guard", "check", "--json"])
        expect(check.status == 1, "\(check.transcript)")
        expect(try JSONValue.parse(check.output)["findings"] != nil, "\(check.transcript)")
        for words in [["-C", "nowhere", "doctor"], ["doctor", "-C", ""], ["-C", "a b/guard/plugin.yaml", "check"]] {
            let result = try await kit.run(words)
            expect(result.status == 1 && result.errors.contains("cannot go into the folder '"), "\(result.transcript)")
            expect(result.errors.contains("help: give -C an existing folder"))
        }
    }

    /// What is asked for and cannot be written is a failure, help too.
    @Test(arguments: [
        "--help", "help new", "--version", "new --list", "--generate-completion-script bash", "list --help",
    ])
    func aFullDiskIsAFailure(words: String) async throws {
        let result = try await Program("sh", environment: ["HOME": kit.home, "PDK": BuiltProduct.pdk]).run(
            ["-c", "\"$PDK\" \(words) > /dev/full"])
        expect(
            result.status == 1 && result.errors.contains("cannot write the report to standard output"),
            "\(result.transcript)")
        // A reader that has seen enough is none.
        let pipe = try await Program("bash", environment: ["HOME": kit.home, "PDK": BuiltProduct.pdk]).run(
            ["-c", "\"$PDK\" \(words) | true; exit ${PIPESTATUS[0]}"])
        expect(pipe.status == 0 && pipe.errors.isEmpty, "\(pipe.transcript)")
    }

    @Test(arguments: ["uninstal", "unlist", "xyzzy"]) func aFarWordIsNotGuessed(word: String) async throws {
        let result = try await kit.run([word])
        expect(result.status == 2 && !result.errors.contains("did you mean: pdk list"), "\(result.transcript)")
        expect(!result.errors.contains("did you mean: pdk install"), "\(result.transcript)")
    }

    /// OpenSSL is loaded when a key or a digest is asked for; one that cannot be loaded is named, and stops nothing else.
    @Test func aBrokenOpenSSLIsNamed() async throws {
        try Scratch.makeFolder("lib")
        try Scratch.write("lib/libcrypto.so.3", "no library")
        let kit = kit.with("LD_LIBRARY_PATH", Scratch.path("lib"))
        for words in [["--version"], ["new", "guard", "--template", "c"], ["help", "sign"]] {
            let result = try await kit.run(words)
            expect(result.status == 0, "\(words) \(result.transcript)")
        }
        try Scratch.write("m.wasm", [0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00])
        let result = try await kit.run("verify", Scratch.path("m.wasm"))
        expect(result.status == 1, "\(result.transcript)")
        expect(result.errors.contains("error: OpenSSL 3 is needed and cannot be loaded: "), "\(result.transcript)")
        expect(result.errors.contains("help: install the package libssl3"))
    }

    /// Pages fill the line, whatever its width; only what is typed stands as it is.
    @Test func manualPagesAreReadableInFortyColumns() async throws {
        let pages = BuiltProduct.repository + "/Docs/man/"
        for page in try FileManager.default.contentsOfDirectory(atPath: pages).sorted() {
            let result = try await Program("groff", environment: ["LC_ALL": "C.UTF-8"]).run(
                ["-man", "-Tutf8", "-rLL=40n", "-ww", "-P-c", pages + page])
            expect(result.status == 0 && result.errors.isEmpty, "\(page) \(result.transcript)")
            let lines = result.output.split(separator: "\n").map { $0.replacing(/.\u{8}/, with: "") }
            // A word that is longer than the line cannot be broken.
            let long = lines.filter { $0.count > 42 && $0.split(separator: " ").count > 2 && !$0.contains("pdk ") }
            expect(long.isEmpty, "\(page): \(long)")
            expect(!result.output.lowercased().contains("verb "), "\(page)")
        }
    }
}
