/// One place where the library was looked for, and why it could not be used.
package struct LibraryAttempt: Sendable, Equatable {
    /// The path or bare file name handed to the loader.
    package let path: String
    /// Why it failed, in lower case.
    package let reason: String

    /// Records a failed candidate.
    package init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }
}

/// What keeps a module from being run at all; failures of a call are `CallFailure` values.
package enum EngineError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No candidate could be used; every path tried is listed, in order.
    case libraryNotFound([LibraryAttempt])
    /// The bytes are no valid module, or use a feature the host refuses.
    case invalidModule(reason: String)
    /// The module is longer than pdk compiles. Sizes in bytes.
    case moduleTooLarge(bytes: Int, maximum: Int)
    /// The module imports something the host does not offer, so the host could not instantiate it.
    case unknownImport(module: String, name: String)
    /// The module imports one of the host's functions with another type.
    case wrongImportType(module: String, name: String, found: String, expected: String)
    /// The module was not compiled in the time that was given.
    case compilationTooLong(milliseconds: Int)
    /// The module was not compiled in the memory that was given.
    case compilationTooLarge(bytes: Int)
    /// The engine itself failed.
    case engineFailed(action: String, reason: String)

    /// One sentence in lower case; the paths tried follow, one a line.
    package var description: String {
        switch self {
        case .libraryNotFound(let attempts):
            let lines = attempts.map { "\n  \($0.path): \($0.reason)" }.joined()
            return "cannot find the WebAssembly engine, the wasmtime library; tried:\(lines)"
        case .invalidModule(let reason):
            return "the module is refused by the host's engine: \(reason)"
        case .moduleTooLarge(let bytes, let maximum):
            return "the module has \(bytes) bytes, more than the \(maximum) that are compiled"
        case .unknownImport(let module, let name):
            return "the module imports \(module).\(name), which the host does not provide"
        case .wrongImportType(let module, let name, let found, let expected):
            return "the module imports \(module).\(name) as \(found), but the host provides it as \(expected)"
        case .compilationTooLong(let milliseconds):
            return "compiling the module took longer than \(milliseconds / 1000) s"
        case .compilationTooLarge(let bytes):
            return "compiling the module took more than \(bytes >> 20) MiB of memory"
        case .engineFailed(let action, let reason):
            return "cannot \(action): \(reason)"
        }
    }
}
