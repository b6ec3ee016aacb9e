internal import CLibCrypto

/// OpenSSL's error queue of this thread: emptied around every operation, so that no error outlives its cause.
enum ErrorQueue {
    static func clear() {
        ERR_clear_error()
    }

    /// The oldest error as a Swift error for the function that failed; empties the queue.
    static func error(of function: String) -> LibCryptoError {
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0, let reason = unsafe ERR_reason_error_string(code) else {
            return .failed(function: function, reason: "unknown reason")
        }
        return .failed(function: function, reason: unsafe String(cString: reason))
    }
}
