internal import Contract
internal import TestSupport
internal import Testing

extension Kit {
    /// A built copy of a plugin in `Examples`, in a folder of its name.
    package static func builtExample(_ name: String) async throws -> Kit {
        try Disk.makeFolder(Scratch.path("tmp"))
        return try await Workshop.example(name, to: ".").with("TMPDIR", Scratch.path("tmp"))
    }

    /// Tests, signs, checks, publishes and installs the plugin of this folder, which is called `name`.
    package func releaseAndInstall(_ name: String) async throws {
        expect(try await done("test").contains(" passed, 0 failed"))
        try await done("keygen", "vendor")
        try await done("sign")
        expect(try await document("check")["findings"]?.elements.isEmpty == true)
        try await done("publish", "../registry")
        try await inside(Scratch.folder).done(
            "install", name, "--registry", "registry", "--dest", "plugins", "--trust-root", keysFolder)
        expect(Disk.exists(Scratch.path("plugins/\(name).wasm")))
    }
}
