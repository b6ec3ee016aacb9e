extension WebAssemblyModule {
    /// A kind of section, by its identifier in the binary format (spec 5.5.2; tag: exception handling proposal).
    package enum SectionID: UInt8, CaseIterable, Sendable, CustomStringConvertible {
        case custom = 0
        case type = 1
        case `import` = 2
        case function = 3
        case table = 4
        case memory = 5
        case global = 6
        case export = 7
        case start = 8
        case element = 9
        case code = 10
        case data = 11
        case dataCount = 12
        case tag = 13

        /// The section's name in the specification, as in `data count`.
        package var description: String {
            switch self {
            case .custom: "custom"
            case .type: "type"
            case .import: "import"
            case .function: "function"
            case .table: "table"
            case .memory: "memory"
            case .global: "global"
            case .export: "export"
            case .start: "start"
            case .element: "element"
            case .code: "code"
            case .data: "data"
            case .dataCount: "data count"
            case .tag: "tag"
            }
        }

        /// Where the section stands among the others (spec 5.5.16); nil for custom sections, which stand anywhere.
        var rank: Int? {
            let order: [SectionID] = [
                .type, .import, .function, .table, .memory, .tag, .global, .export, .start, .element, .dataCount, .code,
                .data,
            ]
            return order.firstIndex(of: self)
        }
    }

    /// One section of the file, in file order.
    package struct Section: Hashable, Sendable {
        /// The kind of section.
        package let id: SectionID
        /// The name of a custom section; nil for every other.
        package let name: String?
        /// Byte offset in the file of the identifier.
        package let offset: Int
        /// Byte offset in the file of what follows the size.
        package let contentsOffset: Int
        /// Bytes from ``contentsOffset`` on, as the section states them.
        package let size: Int
    }

    /// A custom section's data, which follows its name (spec 5.5.3).
    package struct CustomSection: Hashable, Sendable {
        /// As in `producers`; names may repeat.
        package let name: String
        /// Byte offset in the file of the data after the name.
        package let offset: Int
        /// Bytes of data after the name.
        package let size: Int
    }
}
