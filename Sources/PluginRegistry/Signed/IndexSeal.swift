internal import Basics
package import Contract
package import Ed25519
internal import Trust

/// What a signed index says of itself: whose it is, which one, and until when; its signature covers all of it.
package struct IndexSeal: Sendable, Equatable {
    /// The members of an index, in the order they are written; before `plugins`, so that the head of the text has them.
    package enum Member {
        package static let id = "registry_id", key = "registry_key", expires = "expires", plugin = "plugin"
        /// What a plugin's own index repeats of the whole one.
        package static let repeated = ["serial", "updated_at", id, key, expires]
        /// What a change of the entries leaves as it is.
        static let kept = [id, key, expires]
    }

    /// How the name of a signature's file ends, and that of the one which a change under way leaves.
    package static let ending = ".sig", nextEnding = ".sig.next"
    /// The folder of an object store's registry for signatures of indexes that are about to be written.
    package static let folder = "signatures"
    /// Where the signature of an index with this SHA-256, in hexadecimal, is kept there until it is beside the index.
    package static func path(ofDigest digest: String) -> String { "\(folder)/\(digest)\(ending)" }
    /// How much of an index is looked at for the key before anything of it is shown.
    static let headBytes = 4096

    /// Which registry it is; a key may belong to several.
    package let id: String
    /// The key that it has to be signed by.
    package let key: PublicKey
    /// How old it is, and until when it counts.
    package let freshness: IndexFreshness
    /// The plugin whose own index it is; nil for the whole one.
    package let plugin: String?

    /// Nil for an index that does not say that it is signed; error: one that says so and leaves out the rest.
    package init?(_ outline: IndexOutline) throws(RegistryError) {
        guard let text = outline[Member.key]?.value?.string else { return nil }
        guard let key = PublicKey(text: text),
            let id = outline[Member.id]?.value?.string, !id.isEmpty, let serial = outline.serial
        else {
            throw RegistryError(
                .indexUntrusted, "the index says that it is signed, but has no registry_key, registry_id or serial",
                help: "contact the registry's maintainer")
        }
        self.key = key
        self.id = id
        freshness = IndexFreshness(serial: serial, expires: outline[Member.expires]?.value?.string)
        plugin = outline[Member.plugin]?.value?.string
    }

    /// The key that the beginning of an index says it is signed with; nil where it says none.
    static func key(inHead head: [UInt8]) -> String? {
        guard let rest = value(of: Member.key, inHead: head), rest.first == UInt8(ascii: "\"") else { return nil }
        return String(decoding: rest.dropFirst().prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
    }

    /// The serial that the beginning of an index says it has; nil where it says none.
    static func serial(inHead head: [UInt8]) -> Int? {
        value(of: "serial", inHead: head).flatMap { rest in
            Int(String(decoding: rest.prefix { (0x30...0x39).contains($0) }, as: UTF8.self))
        }
    }

    /// What stands behind the name of a member.
    private static func value(of name: String, inHead head: [UInt8]) -> ArraySlice<UInt8>? {
        guard let name = head.firstPlace(of: Array("\"\(name)\"".utf8)) else { return nil }
        return head[name.upperBound...].drop { [0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ":")].contains($0) }
    }
}

/// How recent an index is: what keeps an old one from being shown as the newest.
///
/// A serial that only grows, and a time after which it does not count. A log that many can look into may take its place:
/// nothing else compares them.
package struct IndexFreshness: Sendable, Equatable {
    package let serial: Int
    /// RFC 3339 text; nil where it does not expire.
    package let expires: String?

    package init(serial: Int, expires: String?) {
        self.serial = serial
        self.expires = expires
    }

    /// Why it is not taken at a time, in seconds since 1970, when `last` was the highest serial seen; nil when it is.
    package func refusal(after last: Int?, at now: Int) -> String? {
        if let last, serial < last {
            return "its serial is \(serial), but the serial \(last) was seen before: it is an old index"
        }
        guard let expires else { return nil }
        guard let end = Timestamp(rfc3339: expires) else {
            return "its expires is not a time: '\(expires.printable)'"
        }
        return end.seconds < now ? "it expired at \(expires.printable)" : nil
    }
}
