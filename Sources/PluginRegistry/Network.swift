internal import Transfers

/// How modules and indexes are fetched from the web.
public struct Network: Sendable {
    /// A PEM file of certificates to trust in place of the system's.
    public var certificateFile: String?
    /// What the kit calls itself to servers.
    public var userAgent: String
    /// Told now and then how many bytes have come, and of how many where the server says.
    public var progress: (@Sendable (Int, Int?) -> Void)?

    /// Fetches as described by its arguments.
    public init(
        certificateFile: String? = nil, userAgent: String = "pdk", progress: (@Sendable (Int, Int?) -> Void)? = nil
    ) {
        self.certificateFile = certificateFile
        self.userAgent = userAgent
        self.progress = progress
    }

    func fetch(_ address: String, maximumBytes: Int, into sink: (RawSpan) throws -> Void) throws {
        _ = try Download.fetch(
            address, limits: TransferLimits(maximumBytes: maximumBytes), caFile: certificateFile, userAgent: userAgent,
            progress: progress, into: sink)
    }
}
