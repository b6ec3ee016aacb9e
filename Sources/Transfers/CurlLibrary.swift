internal import CCurl

/// libcurl, loaded when the first download starts (`dlopen`) and never unloaded.
///
/// `@unchecked Sendable`: it holds the addresses of functions only, and is never changed once loaded.
@safe
struct CurlLibrary: @unchecked Sendable {
    let functions: ccurl_library

    /// libcurl or why it is not there; loading and `curl_global_init` happen once a process.
    static let shared: Result<CurlLibrary, MissingLibrary> = load("libcurl.so.4")

    struct MissingLibrary: Error {
        let reason: String
    }

    /// libcurl, for a request of an address; error: `libraryMissing`.
    static func loaded(for url: String) throws(TransferError) -> CurlLibrary {
        switch shared {
        case .success(let loaded): return loaded
        case .failure(let missing):
            throw TransferError(
                url: Redaction.address(url), kind: .libraryMissing(Redaction.printable(missing.reason, limit: 200)))
        }
    }

    static func load(_ file: String) -> Result<CurlLibrary, MissingLibrary> {
        var functions = unsafe ccurl_library()
        guard unsafe ccurl_load(file, &functions) == 0 else {
            let reason = unsafe dlerror().map { unsafe String(cString: $0) }
            return .failure(MissingLibrary(reason: reason ?? "unknown reason"))
        }
        guard unsafe functions.global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK else {
            return .failure(MissingLibrary(reason: "curl_global_init failed"))
        }
        return .success(unsafe CurlLibrary(functions: functions))
    }
}
