internal import CSodium

/// Starts libsodium once a process, before the first use of any other function of it.
enum Sodium {
    /// `sodium_init` answers 0 when it started, 1 when it already had, -1 when it cannot.
    private static let started = sodium_init() >= 0

    static func start() throws(Ed25519Error) {
        guard started else { throw .libraryUnavailable }
    }
}
