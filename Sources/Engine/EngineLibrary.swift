internal import CWasmtime
internal import Glibc

/// A version of the wasmtime library.
package struct LibraryVersion: Sendable, Equatable, CustomStringConvertible {
    /// The number that changes with every release.
    package let major: Int
    /// Always 0 so far.
    package let minor: Int
    /// The number of the security or bug-fix release.
    package let patch: Int

    /// The three numbers with dots.
    package var description: String { "\(major).\(minor).\(patch)" }

    init(major: Int, minor: Int, patch: Int) {
        self.major = major
        self.minor = minor
        self.patch = patch
    }
}

/// The wasmtime library, loaded into this process for good.
package struct EngineLibrary: Sendable {
    /// The oldest major version accepted: trap codes moved at 42, struct layouts at 37.
    package static let oldestMajor = 43

    /// The candidate that was loaded.
    package let path: String
    /// The version its exported symbols tell.
    package let version: LibraryVersion

    let functions: WasmtimeFunctions

    /// Loads the first usable candidate (dlopen).
    ///
    /// - Parameter candidates: Paths, or one bare file name for the loader's own search; see `candidates(override:…)`.
    /// - Throws: `EngineError.libraryNotFound` with every candidate and its reason.
    package static func load(candidates: [String]) throws(EngineError) -> EngineLibrary {
        var attempts: [LibraryAttempt] = []
        for candidate in candidates {
            switch open(candidate) {
            case .success(let library): return library
            case .failure(let refusal): attempts.append(LibraryAttempt(path: candidate, reason: refusal.reason))
            }
        }
        throw .libraryNotFound(attempts)
    }

    private struct Refusal: Error {
        let reason: String
    }

    private static func open(_ path: String) -> Result<EngineLibrary, Refusal> {
        if path.contains("/"), unsafe access(path, R_OK) != 0 {
            return .failure(Refusal(reason: systemMessage(errno)))
        }
        // The loader would wait for ever for someone to write to a pipe.
        var status = stat()
        if unsafe path.contains("/") && stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            return .failure(Refusal(reason: "it is not a file"))
        }
        guard let handle = unsafe dlopen(path, RTLD_NOW | RTLD_LOCAL | Int32(RTLD_NODELETE)) else {
            let message = unsafe dlerror().map { unsafe String(cString: $0) } ?? "it cannot be loaded"
            let reason = message.hasPrefix(path + ": ") ? String(message.dropFirst(path.count + 2)) : message
            return .failure(Refusal(reason: printable(reason)))
        }
        var major: UInt32 = 0
        var minor: UInt32 = 0
        var patch: UInt32 = 0
        guard unsafe pdk_wasmtime_version(handle, &major, &minor, &patch) else {
            return .failure(Refusal(reason: "its version is unknown, so it may not be wasmtime"))
        }
        let version = LibraryVersion(major: Int(major), minor: Int(minor), patch: Int(patch))
        guard version.major >= oldestMajor else {
            return .failure(
                Refusal(reason: "it is wasmtime \(version), but the oldest supported version is \(oldestMajor)"))
        }
        return unsafe bind(handle).map { EngineLibrary(path: path, version: version, functions: $0) }
    }

    private static func bind(_ handle: UnsafeMutableRawPointer) -> Result<WasmtimeFunctions, Refusal> {
        unsafe withUnsafeTemporaryAllocation(of: pdk_wasmtime_api.self, capacity: 1) { buffer in
            guard let place = buffer.baseAddress else {
                return .failure(Refusal(reason: "no memory for its functions"))
            }
            if let missing = unsafe pdk_wasmtime_bind(handle, place) {
                return .failure(Refusal(reason: "it lacks the function \(unsafe String(cString: missing))"))
            }
            return .success(WasmtimeFunctions(unsafe place.pointee))
        }
    }
}

/// The library's functions: a class, so that the table of pointers is shared rather than copied.
final class WasmtimeFunctions: @unchecked Sendable {
    let api: pdk_wasmtime_api

    init(_ api: pdk_wasmtime_api) {
        self.api = api
    }
}

/// An object of the library with one owner, deleted with it.
@safe
struct Handle: ~Copyable, @unchecked Sendable {
    let pointer: OpaquePointer
    private let delete: @convention(c) (OpaquePointer?) -> Void

    init(_ pointer: OpaquePointer, delete: @escaping @convention(c) (OpaquePointer?) -> Void) {
        unsafe self.pointer = unsafe pointer
        unsafe self.delete = unsafe delete
    }

    deinit {
        unsafe delete(pointer)
    }
}
