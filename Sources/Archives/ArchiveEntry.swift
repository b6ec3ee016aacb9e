/// One regular file at the root of an archive.
package struct ArchiveEntry: Equatable, Sendable {
    /// A plain name: 1 to 100 of `A-Z a-z 0-9 . - _`, not beginning with a dot.
    package let name: String
    package let bytes: [UInt8]

    /// Makes an entry to write.
    package init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    /// Whether the name cannot lead anywhere but to a file of the folder it is put in.
    static func isPlain(_ name: String) -> Bool {
        guard (1...100).contains(name.utf8.count), !name.hasPrefix(".") else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}
