package import Ed25519

extension Registry {
    /// Whether the index stands as the registry's key has signed it; expiry and serial do not count.
    ///
    /// Whoever changes a signed registry asks this first: a new signature must not cover what somebody else has changed.
    package func isIndexSigned(by key: PublicKey) throws -> Bool {
        let reading = Reading(network)
        let (value, _): (Void?, Bool) = try reading.signed(location, by: key) { check in
            try reading.stream(location.place, .index, of: location.description, maximumBytes: .max) { try check?($0) }
        }
        return value != nil
    }

    /// Why readers refuse the registry's index though its signature is right: another registry's, an old or expired one.
    ///
    /// Nil when they take it. `outline` is that of the whole index.
    package func sealRefusal(_ outline: IndexOutline) throws -> String? {
        try Reading(network).refusal(of: outline, in: location)
    }
}
