internal import Dispatch
internal import Ed25519

/// Hashes a module for its signature while the reader goes on: SHA-512 takes longer than all else in an install.
///
/// A class, because the queue's work and the reader share it; the verifiers are touched on the queue only.
final class SignatureWorker: @unchecked Sendable {
    private let queue = DispatchQueue(label: "pdk.signature")
    /// How many pieces may wait: at most 2 MiB of pieces of 256 KiB.
    private let room = DispatchSemaphore(value: 8)
    private var candidates: [(label: String, verifier: StreamingVerifier)]

    init(_ candidates: [(label: String, verifier: StreamingVerifier)]) { self.candidates = candidates }

    /// Takes a copy of the next bytes; waits while too many are still to be hashed.
    func update(_ bytes: RawSpan) {
        guard !candidates.isEmpty else { return }
        let copy = unsafe bytes.withUnsafeBytes { unsafe Array($0) }
        room.wait()
        queue.async { [self] in
            for index in candidates.indices { unsafe candidates[index].verifier.update(copy.span.bytes) }
            room.signal()
        }
    }

    /// The label of the first key that made the signature over all bytes taken; nil when none did.
    func signer() -> String? {
        queue.sync { candidates.first { $0.verifier.isValid() }?.label }
    }
}
