import Authoring
import Contract
import Operations
import TestSupport
import Testing

/// Compilers are found by using them: programs that only have the name do not count.
@Suite(.scratchFolder)
struct ToolchainTests {
    private func probe(_ id: String, _ folders: String...) async throws -> Toolchain.Status {
        let path = folders.map(Scratch.path).joined(separator: ":")
        return try #require(
            try await Toolchain(in: .ofTest(environment: ["PATH": path])).probe(id))
    }

    @Test func nothingIsFoundInAnEmptyPath() async throws {
        for id in Toolchain.ids {
            let status = try await probe(id, "nowhere")
            expect(!status.isUsable && status.program == nil && status.pathFolder == nil)
            expect(status.fix?.isEmpty, is: false)
        }
        let none = try await Toolchain(in: .ofTest()).probe("cobol")
        expect(none == nil)
    }

    @Test func filesThatAreNoProgramsDoNotCount() async throws {
        try Workplace.write(Scratch.path("a/clang"), Array("#!/bin/sh\n".utf8))
        try Workplace.write(Scratch.path("b/clang/inside"), [])
        expect(try await probe("c", "a", "b").detail, is: "no clang in PATH")
    }

    @Test func aClangThatCannotLinkIsPassedOver() async throws {
        try Workplace.writeProgram(Scratch.path("old/clang"), "echo 'clang: error: unable to find wasm-ld' >&2; exit 1")
        let old = try await probe("c", "old")
        expect(!old.isUsable)
        expect(
            old.detail,
            is: "\(Scratch.path("old/clang")) cannot compile and link for wasm32: clang: error: unable to find wasm-ld"
        )
        try Workplace.writeProgram(Scratch.path("new/clang"), "echo 'clang version 99'; exit 0")
        let new = try await probe("c", "old", "new")
        expect(new.isUsable && new.detail == "clang version 99")
        expect(new.program == Scratch.path("new/clang") && new.pathFolder == Scratch.path("new"))
        expect(try await probe("c", "new", "old").pathFolder == nil)
        // The clang of a Swift toolchain counts where PATH has none that works.
        try Workplace.writeProgram(Scratch.path("new/swift"), "exit 1")
        expect(try await probe("c", "old", "new").pathFolder, is: Scratch.path("new"))
    }

    /// A compiler that never answers, such as one on a network that is gone, is passed over like one that is not there.
    @Test func aCompilerThatDoesNotAnswerIsPassedOver() async throws {
        for (id, program) in [("c", "clang"), ("rust", "rustc"), ("swift", "swift")] {
            // The first does not end when it is asked to, either, and has a child that holds its output.
            let script = id == "c" ? "trap '' TERM; /bin/sleep 30; exit 0" : "exec /bin/sleep 600"
            try Workplace.writeProgram(Scratch.path(id + "/" + program), script)
            if id == "swift" { try Workplace.writeProgram(Scratch.path("swift/swiftc"), "exit 1") }
            if id == "rust" { try Workplace.writeProgram(Scratch.path("rust/cargo"), "exit 0") }
            let tools = Toolchain(
                in: .ofTest(environment: ["PATH": Scratch.path(id)]), patience: .milliseconds(1100))
            let status = try #require(try await tools.probe(id))
            expect(!status.isUsable && status.detail.hasSuffix(": no answer within 1 seconds"), "\(status.detail)")
        }
        expect(try Workplace.tree(Scratch.folder).keys.contains { $0.contains("pdk-probe-") }, is: false)
    }

    /// Another program called swift, and a script without its interpreter, must not end `pdk doctor`.
    @Test func programsThatCannotBeRunArePassedOver() async throws {
        try Workplace.writeProgram(Scratch.path("bin/swift"), "echo 'swift 4.6 (object storage)'")
        for name in ["clang", "rustc", "cargo"] {
            try Workplace.writeProgram(Scratch.path("bin/" + name), "", interpreter: "/nowhere/python")
        }
        let found = try await Doctor(in: .ofTest(environment: ["PATH": Scratch.path("bin")])).run()
        expect(found.map(\.isUsable), is: [false, false, false, false, false, false])
        expect(found[0].detail.contains("is not a Swift compiler with WebAssembly support"))
        expect(found[1].detail.contains("cannot run ") && found[2].detail.contains("cannot run "), "\(found)")
    }

    @Test func aRustWithoutTheTargetIsPassedOver() async throws {
        try Workplace.writeProgram(Scratch.path("rustup/rustc"), "echo 'error[E0463]: no core' >&2; exit 1")
        let alone = try await probe("rust", "rustup")
        expect(alone.detail, is: "no cargo and rustc in PATH")
        try Workplace.writeProgram(Scratch.path("rustup/cargo"), "exit 0")
        expect(try await probe("rust", "rustup").fix?.hasPrefix("apt-get install"), is: true)
        try Workplace.writeProgram(Scratch.path("rustup/rustup"), "exit 0")
        let rustup = try await probe("rust", "rustup")
        expect(!rustup.isUsable && rustup.fix == "rustup target add wasm32-unknown-unknown")
        try Workplace.writeProgram(Scratch.path("debian/rustc"), "echo 'rustc 1.63.0'")
        try Workplace.writeProgram(Scratch.path("debian/cargo"), "exit 0")
        let both = try await probe("rust", "rustup", "debian")
        expect(both.isUsable && both.pathFolder == Scratch.path("debian") && both.detail == "rustc 1.63.0")
        expect(both.passedOver, is: Scratch.path("rustup/rustc"))
        expect(try await probe("rust", "debian", "rustup").passedOver == nil)
    }

    @Test func aSwiftWithoutEmbeddedWebAssemblyIsPassedOver() async throws {
        func makeSwift(_ folder: String, info: String) throws {
            try Workplace.writeProgram(
                Scratch.path(folder + "/swift"), "echo 'Target: x'; echo 'Apple Swift version 6.3 (x)'")
            try Workplace.writeProgram(Scratch.path(folder + "/swiftc"), "/bin/cat <<'END'\n\(info)\nEND")
        }
        func info(_ resources: String) -> String {
            JSONValue.object(["paths": .object(["runtimeResourcePath": .string(resources)])]).prettyText()
        }
        try makeSwift("mute", info: "no JSON")
        expect(
            try await probe("swift", "mute").detail.hasSuffix(
                "is not a Swift compiler with WebAssembly support"))
        try makeSwift("bare", info: info(Scratch.path("resources")))
        expect(try await probe("swift", "bare").detail.hasSuffix("has no Embedded Swift for wasm32"))
        try Workplace.write(Scratch.path("full resources/embedded/wasm32-unknown-none-wasm/x"), [])
        try makeSwift("full", info: info(Scratch.path("full resources")))
        let full = try await probe("swift", "mute", "bare", "full")
        expect(full.isUsable && full.detail == "Swift version 6.3" && full.pathFolder == Scratch.path("full"))
        expect(
            try await Doctor(in: .ofTest(environment: ["PATH": Scratch.path("full")])).run().map(\.isUsable),
            is: [true, false, false, false, false, false])
    }

    /// The compiler that works is put first in the build's own `PATH`.
    @Test func theBuildUsesTheCompilerThatWorks() async throws {
        try Workplace.write(Scratch.path("module"), Workplace.module)
        try Workplace.writeProgram(Scratch.path("first/rustc"), "exit 1")
        try Workplace.writeProgram(Scratch.path("first/cargo"), "echo wrong cargo; exit 1")
        try Workplace.writeProgram(Scratch.path("second/rustc"), "exit 0")
        try Workplace.writeProgram(
            Scratch.path("second/cargo"),
            "/bin/cp '\(Scratch.path("module"))' out.wasm; echo \"[$PDK_KEY_PASSPHRASE]\" > env")
        let plugin = try Workplace.plugin(more: "build:\n  toolchain: rust\n  command: cargo build\n  wasm: out.wasm")
        let said = Said()
        let report = try await BuildPlugin(
            project: plugin,
            in: .ofTest(environment: [
                "PATH": Scratch.path("first") + ":" + Scratch.path("second"), "PDK_KEY_PASSPHRASE": "secret",
            ]),
            echo: { said.add($0) }
        ).run()
        expect(report.chosenProgram, is: Scratch.path("second/rustc"))
        expect(report.hooks == ["pre_query"] && report.missingHooks.isEmpty && report.size == Workplace.module.count)
        expect(said.text.isEmpty)
        expect(try Workplace.tree(plugin.folder)["env"], is: Array("[]\n".utf8))
    }
}
