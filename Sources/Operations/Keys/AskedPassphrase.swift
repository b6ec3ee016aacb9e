internal import Ed25519
internal import Synchronization

/// A passphrase that is asked for once and needed twice: to open a key, and to encrypt what is written.
final class AskedPassphrase: Sendable {
    private let source: @Sendable (String) throws -> [UInt8]?
    private let answer = Mutex<[UInt8]?>(nil)

    init(_ source: @escaping @Sendable (String) throws -> [UInt8]?) { self.source = source }

    deinit {
        answer.withLock { answer in
            guard var phrase = answer.take() else { return }
            SecretBytes.wipe(&phrase)
        }
    }

    /// Asks, and remembers the answer.
    func ask(_ name: String) throws -> [UInt8]? {
        let phrase = try source(name)
        answer.withLock { $0 = phrase }
        return phrase
    }

    /// What was answered; nil when nothing was asked, because the key is not encrypted.
    var last: [UInt8]? { answer.withLock { $0 } }
}
