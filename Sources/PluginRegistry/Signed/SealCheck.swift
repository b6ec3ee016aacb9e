internal import Contract
internal import Ed25519
internal import LibCrypto

extension Registry {
    /// Whether the index stands as the registry's key, 32 raw bytes, has signed it; expiry and serial do not count.
    ///
    /// Whoever changes a signed registry asks this first: a new signature must not cover what somebody else has changed.
    package func isIndexSigned(by key: [UInt8]) throws -> Bool {
        guard let key = try? PublicKey(bytes: key) else { return false }
        let reading = Reading(network)
        // Somebody may be changing it: then the second signature is the one of the new text.
        for _ in 0..<3 {
            let checks = try [IndexSeal.ending, IndexSeal.nextEnding].compactMap {
                try reading.signature(of: location, $0)
            }.map { SignatureCheck($0, by: key) }
            guard !checks.isEmpty else { continue }
            let hashing = IndexHashing(try PrefixedSHA512(prefixes: checks.map(\.prefix)))
            try reading.stream(location.place, .index, of: location.description, maximumBytes: .max) {
                hashing.update($0)
            }
            let digests = try hashing.finish()
            if zip(checks, digests).contains(where: { $0.isValid(digest: $1) }) { return true }
        }
        return false
    }
}
