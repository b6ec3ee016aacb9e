internal import Basics
internal import Files

/// An object of an object store: `s3://BUCKET/PREFIX/PATH`, where the prefix is that of a registry.
struct ObjectPlace: Sendable, Hashable, CustomStringConvertible {
    let bucket: String
    /// Without a slash at either end; empty for a registry that has a bucket for itself.
    let prefix: String
    /// The path in the registry.
    let path: String

    /// The object's name in its bucket.
    var key: String { prefix.isEmpty ? path : "\(prefix)/\(path)" }

    var description: String { "s3://\(bucket)/\(key)" }

    init(bucket: String, prefix: String, path: String) {
        self.bucket = bucket
        self.prefix = prefix
        self.path = path
    }

    /// The index of the registry at an address; nil for a text that is none.
    init?(registry text: String, indexName: String) {
        guard Self.isAddress(text) else { return nil }
        let rest = text.dropFirst(5)
        bucket = String(rest.prefix { $0 != "/" })
        let parts = rest.dropFirst(bucket.count).split(separator: "/").map(String.init)
        let isIndex = parts.last?.lowercased().hasSuffix(".json") ?? false
        prefix = parts.dropLast(isIndex ? 1 : 0).joined(separator: "/")
        path = isIndex ? parts.last ?? indexName : indexName
    }

    static func isAddress(_ text: String) -> Bool { text.prefix(5).lowercased() == "s3://" }

    /// What is wrong with the name of the bucket or of a prefix; nil for nothing.
    var problem: String? {
        // What is in front of it may be a secret key.
        if bucket.contains("@") {
            return "keys are not given in addresses; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        }
        // What is behind it may be the beginning of one that has a slash.
        if bucket.contains(":") {
            return "the name of a bucket has no ':'; give the store's address with --endpoint"
        }
        guard (1...255).contains(bucket.utf8.count),
            bucket.utf8.allSatisfy({
                (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || ".-_".utf8.contains($0)
            }), bucket.first != ".", bucket.first != "-"
        else { return "'\(bucket.printable)' is not the name of a bucket" }
        guard !prefix.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }) else {
            return "the prefix '\(prefix.printable)' contains . or .."
        }
        return nil
    }

    /// Another object of the registry, at a path from this one; nil when it would lead out of the registry.
    func relative(_ text: String) -> ObjectPlace? {
        FilePaths.relative(text, to: path).map(at)
    }

    /// The object at a path in the registry.
    func at(_ path: String) -> ObjectPlace { ObjectPlace(bucket: bucket, prefix: prefix, path: path) }

    /// The object whose name is that of this one with an ending.
    func adding(_ ending: String) -> ObjectPlace { at(path + ending) }
}
