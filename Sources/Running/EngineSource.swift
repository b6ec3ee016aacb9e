package import Basics
package import Engine

/// Where the engine's library and its cache of compiled code are.
package struct EngineSource: Sendable {
    /// The libraries to try, in order.
    package let candidates: [String]
    /// A folder that only the user can write, for compiled code; nil for none.
    package let cacheFolder: String?

    /// The longest that compiling a module may take.
    package static let compileMilliseconds = 30_000

    package init(candidates: [String], cacheFolder: String?) {
        self.candidates = candidates
        self.cacheFolder = cacheFolder
    }

    /// The usual places, from the values of the environment (see Docs/engine.md).
    package init(
        override: String?, executableFolder: String?, dataHome: String?, home: String?, cacheFolder: String?
    ) {
        candidates = EngineLibrary.candidates(
            override: override, executableFolder: executableFolder, dataHome: dataHome, home: home)
        self.cacheFolder = cacheFolder
    }

    /// What `pdk doctor` says of the engine: the version and path, or why there is none.
    package func describe() -> (isUsable: Bool, text: String, help: String?) {
        do {
            let library = try EngineLibrary.load(candidates: candidates)
            return (true, "wasmtime \(library.version) (\(library.path))", nil)
        } catch {
            let problem = Self.problem(error)
            return (false, problem.message, problem.help)
        }
    }

    /// There is no engine: one line that says why, and one that says what to do and where was looked.
    package static func problem(_ error: EngineError) -> Problem {
        guard case .libraryNotFound(let attempts) = error else { return Problem(.noEngine, "\(error)") }
        // A library that is there and cannot be used says more than ten places where there is none.
        let broken = attempts.first { !$0.reason.lowercased().contains("no such file") }
        let reason = broken.map { "\($0.path): \($0.reason)" } ?? "wasmtime's library is missing"
        return Problem(
            .noEngine, "there is no engine to run plugins in: \(reason)",
            help:
                "install it with make install, or set PDK_WASMTIME to a libwasmtime.so of version \(EngineLibrary.oldestMajor) or newer; tried \(attempts.map(\.path).joined(separator: ", "))"
        )
    }
}
