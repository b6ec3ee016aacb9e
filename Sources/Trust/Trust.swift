/// What is checked of a plugin beside its digest.
public enum Trust: Sendable {
    /// It must have a signature by one of these publishers.
    case root(TrustRoot)
    /// Nothing: the index is believed. Good for indexes that nobody else can change.
    case digestOnly

    /// The trust root where there is one.
    package init(_ root: TrustRoot?) {
        self = root.map(Trust.root) ?? .digestOnly
    }

    package var root: TrustRoot? {
        guard case .root(let root) = self else { return nil }
        return root
    }

    /// What makes the trust worth less than it seems.
    public var warnings: [String] { root?.warnings ?? [] }
}

/// What was checked of a signature.
public enum SignatureVerdict: Sendable, Hashable {
    /// It is that of a publisher in the trust root, over these bytes.
    case verified(by: Signer)
    /// Nobody looked at it, or there is none: nothing says who made these bytes.
    case notChecked

    /// Who signed, where that was checked.
    public var signer: Signer? {
        guard case .verified(let signer) = self else { return nil }
        return signer
    }
}

/// The publisher's key that a signature was made with.
public struct Signer: Sendable, Hashable, CustomStringConvertible {
    /// What the trust root calls the key: the stem of its file.
    public let label: String
    /// The first 16 hexadecimal digits of the SHA-256 of the raw public key.
    public let keyID: String

    package init(label: String, keyID: String) {
        self.label = label
        self.keyID = keyID
    }

    /// The label.
    public var description: String { label }
}
