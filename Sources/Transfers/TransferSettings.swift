/// What is the same for all transfers of a program, but for the limits.
package struct TransferSettings: Sendable, Hashable {
    /// What the transfer may cost.
    package var limits: TransferLimits
    /// Whose certificates are trusted.
    package var certificates: Certificates
    /// What the program calls itself (RFC 9110, section 10.1.5).
    package var userAgent: String

    package init(limits: TransferLimits, certificates: Certificates = Certificates(), userAgent: String) {
        self.limits = limits
        self.certificates = certificates
        self.userAgent = userAgent
    }
}

/// Whose certificates are trusted.
package struct Certificates: Sendable, Hashable {
    /// A PEM file in place of the system's.
    package var file: String?
    /// A folder of certificates by their hash, as OpenSSL's `c_rehash` makes it; beside the file or the system's.
    package var folder: String?

    package init(file: String? = nil, folder: String? = nil) {
        self.file = file
        self.folder = folder
    }
}
