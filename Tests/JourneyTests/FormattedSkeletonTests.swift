import Contract
import JourneySupport
import TestSupport
import Testing

/// What `pdk new` writes is formatted as its language's own tool has it, whatever the hooks and the name.
@Suite(.scratchFolder)
struct FormattedSkeletonTests {
    let kit = Kit()
    private static let longName = "a-name-that-is-longer-than-most-names-are-and-fine-all-the-same"

    /// The tool of a language, for all files of a folder.
    private func check(_ template: String, _ folder: String) async throws -> Program.Result {
        switch template {
        case "rust":
            // The first cargo in PATH may be a rustup without a toolchain, which says so.
            let cargo =
                try await Program("cargo", folder: folder).run(["--version"]).status == 0 ? "cargo" : "/usr/bin/cargo"
            return try await Program(cargo, folder: folder).run(["fmt", "--all", "--check"])
        case "swift":
            return try await Program("swift", environment: ["HOME": Scratch.folder], folder: folder)
                .run(["format", "lint", "--strict", "--recursive", "Package.swift", "Sources", "Tests"])
        case "zig":
            let cache = ["ZIG_GLOBAL_CACHE_DIR": Scratch.path("cache"), "HOME": Scratch.folder]
            return try await Program("zig", environment: cache, folder: folder).run(["fmt", "--check", "."])
        default:
            let sources = try Disk.tree(folder).keys.filter { name in
                [".c", ".h", ".cpp", ".hpp"].contains { name.hasSuffix($0) }
            }.sorted()
            return try await Program("clang-format", folder: folder).run(["--dry-run", "-Werror"] + sources)
        }
    }

    @Test(arguments: ["rust", "swift", "zig", "c", "cpp"])
    func everySetOfHooksIsFormatted(template: String) async throws {
        let sets = [Workshop.allHooks] + Workshop.allHooks.map { [$0] }
        for (number, hooks) in sets.enumerated() {
            for name in number == 0 ? [Self.longName, "g"] : ["g"] {
                let parent = Scratch.path("\(number) \(name.count)")
                try await kit.done(
                    ["new", name, "--template", template, "--dir", parent] + hooks.flatMap { ["--hook", $0] })
                let result = try await check(template, parent + "/" + name)
                expect(result.status == 0, "\(template) with \(hooks): \(result.transcript.prefix(2_000))")
            }
        }
    }

    /// The tools look: a line that is out of place is found.
    @Test(arguments: [
        ("rust", "src/lib.rs", "fn   f( ){}\n"), ("swift", "Sources/Plugin/Plugin.swift", "func   f( ){}\n"),
        ("zig", "plugin.zig", "fn   f( ) void{}\n"), ("c", "plugin.c", "int   f( ){return 0;}\n"),
    ])
    func whatIsNotFormattedIsFound(template: String, path: String, line: String) async throws {
        try await kit.done("new", "guard", "--template", template)
        let file = Scratch.path("guard/" + path)
        try Disk.write(file, try Disk.text(file) + line)
        expect(try await check(template, Scratch.path("guard")).status != 0)
    }
}
