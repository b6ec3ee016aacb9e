/// Why a key, a signature or secret memory could not be made.
package enum Ed25519Error: Error, Hashable, CustomStringConvertible {
    /// libsodium did not start (`sodium_init` failed).
    case libraryUnavailable
    /// A public key of this many bytes instead of 32.
    case publicKeyLength(Int)
    /// 32 bytes that are not a canonical point of the main subgroup, or one of small order.
    case invalidPublicKey
    /// A seed of this many bytes instead of 32.
    case seedLength(Int)
    /// The system did not give this many bytes of guarded memory (`sodium_malloc`).
    case outOfSecureMemory(Int)
    /// The protection of guarded memory could not be changed (`sodium_mprotect_*`).
    case protectionFailed
    /// The named libsodium function failed where it is not known to.
    case internalFailure(String)

    /// One lower-case sentence without a full stop.
    package var description: String {
        switch self {
        case .libraryUnavailable: "libsodium could not be initialised"
        case .publicKeyLength(let count): "an Ed25519 public key is 32 bytes, not \(count)"
        case .invalidPublicKey: "these 32 bytes are not a usable Ed25519 public key"
        case .seedLength(let count): "an Ed25519 private key seed is 32 bytes, not \(count)"
        case .outOfSecureMemory(let count): "no guarded memory for \(count) secret bytes"
        case .protectionFailed: "the protection of guarded memory could not be changed"
        case .internalFailure(let function): "libsodium's \(function) failed"
        }
    }
}
