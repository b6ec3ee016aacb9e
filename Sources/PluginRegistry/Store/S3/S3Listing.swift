internal import Basics
internal import Contract
internal import Trust

/// A page of a bucket's objects (the answer of ListObjectsV2 with `encoding-type=url`).
struct S3Listing {
    struct Object {
        let key: String
        let size: Int
        /// Seconds since 1970.
        let modified: Int
    }

    private(set) var objects: [Object] = []
    /// What asks for the next page; nil on the last.
    let next: String?

    /// The most objects of a page that are taken.
    private static let maximumObjects = 10_000

    /// Reads a page; error: `indexUnavailable` for what is none.
    init(_ bytes: [UInt8], of place: String) throws(RegistryError) {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.firstPlace(of: "<ListBucketResult") != nil else {
            throw RegistryError(
                .indexUnavailable, "the answer about the objects in \(place) is not a list of objects",
                help: "check that the endpoint is that of an object store")
        }
        var rest = text[...]
        while let start = rest.firstPlace(of: "<Contents>"),
            let end = rest[start.upperBound...].firstPlace(of: "</Contents>"), objects.count < Self.maximumObjects
        {
            let item = rest[start.upperBound..<end.lowerBound]
            rest = rest[end.upperBound...]
            guard let key = Self.element("Key", item), let size = Self.element("Size", item).flatMap({ Int($0) }),
                let time = Self.element("LastModified", item).flatMap(Self.seconds)
            else { continue }
            objects.append(Object(key: Self.decoded(key), size: size, modified: time))
        }
        next = Self.element("IsTruncated", text[...]) == "true" ? Self.element("NextContinuationToken", text[...]) : nil
    }

    private static func element(_ name: String, _ text: Substring) -> String? {
        guard let start = text.firstPlace(of: "<\(name)>")?.upperBound else { return nil }
        return unescaped(text[start...].prefix { $0 != "<" })
    }

    /// The text with the five entities of XML as what they stand for.
    private static func unescaped(_ text: Substring) -> String {
        var result = "", rest = text
        let entities = [
            "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": "\"", "&#34;": "\"", "&apos;": "'", "&#39;": "'",
        ]
        while let place = rest.firstIndex(of: "&") {
            result += rest[..<place]
            rest = rest[place...]
            let entity = entities.first { rest.hasPrefix($0.key) }
            result += entity?.value ?? "&"
            rest = rest.dropFirst(entity?.key.count ?? 1)
        }
        return result + rest
    }

    /// A key as it is written in an address: `%XX`, and `+` for a blank.
    private static func decoded(_ text: String) -> String {
        var bytes: [UInt8] = [], rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = Hex.decode(String(decoding: rest.prefix(2), as: UTF8.self))
            {
                bytes += value
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The seconds since 1970 of a time such as `2026-11-26T07:29:38.000Z`.
    private static func seconds(_ text: String) -> Int? {
        let parts = text.split { !("0"..."9").contains($0) }.prefix(6).compactMap { Int($0) }
        guard parts.count == 6, (1970...9999).contains(parts[0]), (1...12).contains(parts[1]),
            (1...31).contains(parts[2]),
            parts[3...].allSatisfy({ (0...60).contains($0) })
        else { return nil }
        // Years are counted from March, so that a leap day is the last of its year.
        let month = (parts[1] + 9) % 12, year = parts[0] - (parts[1] < 3 ? 1 : 0)
        let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + parts[2] - 1 - 719_468
        return days * 86_400 + parts[3] * 3600 + parts[4] * 60 + parts[5]
    }
}
