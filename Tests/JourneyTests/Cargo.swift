import TestSupport

/// Debian's cargo, as the author of a plugin in Rust runs it.
enum Cargo {
    /// Runs it; it writes nothing for debuggers or the next build, since all of it is thrown away.
    static func run(_ arguments: [String], in folder: String) async throws -> Program.Result {
        let environment = [
            "HOME": Scratch.path("home"), "PATH": "/usr/bin:/bin", "CARGO_INCREMENTAL": "0",
            "CARGO_PROFILE_DEV_DEBUG": "0",
        ]
        return try await Program("/usr/bin/cargo", environment: environment, folder: folder).run(arguments)
    }
}
