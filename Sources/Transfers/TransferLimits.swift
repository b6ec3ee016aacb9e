/// What a download may cost; reaching any of these ends it with an error.
package struct TransferLimits: Sendable, Hashable {
    /// The largest body, in bytes.
    package var maximumBytes: Int
    /// Seconds for finding the host and connecting, at least 1.
    package var connectSeconds: Int
    /// Seconds for everything, redirects included, at least 1.
    package var totalSeconds: Int
    /// Seconds without as much as one byte a second, at least 1.
    package var stallSeconds: Int
    /// How many redirects are followed.
    package var maximumRedirects: Int
    /// Whether redirects to another server are refused; from http to https of the same host is no other.
    package var staysOnServer = false

    /// Limits with defaults that suit a file of some megabytes.
    package init(
        maximumBytes: Int, connectSeconds: Int = 10, totalSeconds: Int = 300, stallSeconds: Int = 30,
        maximumRedirects: Int = 5
    ) {
        self.maximumBytes = maximumBytes
        self.connectSeconds = connectSeconds
        self.totalSeconds = totalSeconds
        self.stallSeconds = stallSeconds
        self.maximumRedirects = maximumRedirects
    }
}
