/// The sections of a module in file order, told apart by their sizes alone: nothing in them is read but the names of custom ones.
///
/// For what is done with a module whatever its code is; `WebAssemblyModule` reads and checks all of it.
package struct SectionWalk {
    /// A section as it stands in the file.
    package struct Section {
        /// The whole of it, from its identifier on.
        package let range: Range<Int>
        /// What it holds; of a custom section, what follows its name.
        package let contents: Range<Int>
        /// The name of a custom section (spec 5.5.3), where it is not UTF-8 with substitutes; nil for every other.
        package let name: String?
    }

    private let bytes: [UInt8]
    private var cursor: ByteCursor

    /// Begins behind the 8 bytes of the module's header; error: there are fewer.
    package init(_ bytes: [UInt8]) throws(WebAssemblyError) {
        self.bytes = bytes
        cursor = ByteCursor(bytes, subject: "the module")
        try cursor.skip(8)
    }

    /// The next section, nil at the end; error: one that the module ends within, or whose name it does not hold.
    package mutating func next() throws(WebAssemblyError) -> Section? {
        guard !cursor.isAtEnd else { return nil }
        let start = cursor.position, id = try cursor.byte()
        let size = try cursor.u32()
        var contents = try cursor.split(size, subject: "a custom section"), name: String?
        if id == 0 {
            let count = try contents.u32(), first = contents.position
            try contents.skip(count)
            name = String(decoding: bytes[first..<contents.position], as: UTF8.self)
        }
        return Section(range: start..<contents.end, contents: contents.position..<contents.end, name: name)
    }
}
