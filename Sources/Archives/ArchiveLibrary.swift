internal import CArchive

/// libarchive, loaded when the first archive is read or written (`dlopen`) and never unloaded.
///
/// `@unchecked Sendable`: it holds the addresses of functions only, and is never changed once loaded.
@safe
struct ArchiveLibrary: @unchecked Sendable {
    let functions: carchive_library
    /// The locale that names are read in; nil where the system has none with UTF-8.
    private let locale: UnsafeMutableRawPointer?

    /// libarchive or why it is not there; loading happens once a process.
    static let shared: Result<ArchiveLibrary, ArchiveError> = load("libarchive.so.13")

    static func load(_ file: String) -> Result<ArchiveLibrary, ArchiveError> {
        var functions = carchive_library()
        guard unsafe carchive_load(file, &functions) == 0 else {
            let reason = unsafe dlerror().map { unsafe String(cString: $0) } ?? "unknown reason"
            return .failure(
                ArchiveError(.libraryMissing, "cannot load libarchive, which is needed for archives: \(reason)"))
        }
        return .success(unsafe ArchiveLibrary(functions: functions, locale: carchive_utf8_locale()))
    }

    /// Runs with UTF-8 as the thread's character set: libarchive converts names to that of the locale, and fails where a
    /// name has letters that it lacks.
    func readingNames<Value>(_ body: () -> Value) -> Value {
        guard let locale = unsafe locale else { return body() }
        let before = unsafe carchive_use_locale(locale)
        defer { _ = unsafe carchive_use_locale(before) }
        return body()
    }

    /// What libarchive says of its last failure (`archive_error_string`), escaped to printable ASCII.
    func reason(_ archive: OpaquePointer) -> String {
        guard let text = unsafe functions.error_string(archive) else { return "unknown reason" }
        return unsafe String(cString: text).escapedToASCII
    }
}

extension String {
    /// At most 200 scalars of this text with everything but printable ASCII escaped.
    var escapedToASCII: String {
        unicodeScalars.prefix(200).map { $0.value >= 0x7F || $0.value < 0x20 ? $0.escaped(asASCII: true) : String($0) }
            .joined()
    }
}
