/// Reads a module section by section into a ``WebAssemblyModule`` (spec 5.5.16).
struct ModuleReader {
    var module = WebAssemblyModule()
    let limits: WebAssemblyModule.ReadingLimits
    /// Function bodies the code section must hold.
    var definedFunctionCount = 0
    /// The custom sections that describe the module, for ``readDescriptions()``.
    var descriptions: [(name: String, contents: ByteCursor)] = []
    private var file: ByteCursor

    init(_ bytes: [UInt8], limits: WebAssemblyModule.ReadingLimits) {
        self.limits = limits
        file = ByteCursor(bytes, subject: "module")
    }

    mutating func read() throws(WebAssemblyError) {
        try readHeader()
        var seen: [WebAssemblyModule.SectionID] = []
        while !file.isAtEnd {
            let offset = file.position
            let id = try sectionID()
            let sizeOffset = file.position
            let size = try file.u32(of: "a section header")
            guard size <= file.remaining else {
                throw file.failure(
                    .truncated, at: sizeOffset,
                    "\(id) section has a size of \(size) bytes, but the module ends after \(file.remaining)")
            }
            if let rank = id.rank {
                if seen.contains(id) { throw file.failure(.duplicateSection, at: offset, "\(id) section occurs twice") }
                if let last = seen.last, let lastRank = last.rank, lastRank > rank {
                    throw file.failure(.sectionOutOfOrder, at: offset, "\(id) section follows the \(last) section")
                }
                seen.append(id)
            }
            var section = try file.split(size, subject: "\(id) section")
            try read(id, at: offset, from: &section)
        }
        try finish()
    }

    private mutating func readHeader() throws(WebAssemblyError) {
        for expected in WebAssemblyModule.magic {
            guard file.next == expected else {
                throw file.failure(.notAModule, at: 0, "file does not begin with the magic '\\0asm'")
            }
            try file.skip(1)
        }
        var fields: [Int] = []
        for _ in 0..<2 {
            let low = try file.byte(of: "the version")
            fields.append(Int(low) | Int(try file.byte(of: "the version")) << 8)
        }
        // The component model splits the version field into a version and a layer of 16 bits each.
        guard fields[1] != 1 else { throw file.failure(.component, at: 6, "this is a component, not a core module") }
        guard fields == [1, 0] else {
            let version = fields[0] | fields[1] << 16
            throw file.failure(.unsupportedVersion, at: 4, "module has version \(version), but only 1 is known")
        }
    }

    private mutating func sectionID() throws(WebAssemblyError) -> WebAssemblyModule.SectionID {
        let offset = file.position
        let byte = try file.byte(of: "a section header")
        guard let id = WebAssemblyModule.SectionID(rawValue: byte) else {
            throw file.failure(.unknownSection, at: offset, "module has a section of unknown kind \(byte)")
        }
        return id
    }

    private mutating func read(
        _ id: WebAssemblyModule.SectionID, at offset: Int, from section: inout ByteCursor
    ) throws(WebAssemblyError) {
        let start = section.position
        let size = section.remaining
        var name: String?
        switch id {
        case .custom: name = try readCustom(&section)
        case .type: try readTypes(&section)
        case .import: try readImports(&section)
        case .function: try readFunctions(&section)
        case .table: try readTables(&section)
        case .memory: try readMemories(&section)
        case .tag: try readTags(&section)
        case .global: try readGlobals(&section)
        case .export: try readExports(&section)
        case .start: module.start = try section.index("function", below: module.functionTypeIndices.count)
        case .element: try readElements(&section)
        case .dataCount: module.dataCount = try section.count(of: "data segments", limit: limits.dataSegments)
        case .code: try readCode(&section)
        case .data: try readData(&section)
        }
        guard section.isAtEnd else {
            throw section.failure(
                .sizeMismatch, "\(id) section does not end with its last entry")
        }
        module.sections.append(
            .init(id: id, name: name, offset: offset, contentsOffset: start, size: size))
    }

    /// What only the whole file tells: sections that must agree in number, though one may be absent.
    private mutating func finish() throws(WebAssemblyError) {
        let bodies = module.codeBodies.count
        guard bodies == definedFunctionCount else {
            throw file.failure(
                .functionCodeMismatch,
                "function section has a count of \(definedFunctionCount), but there is no code section")
        }
        if let stated = module.dataCount, stated != module.dataSegments.count {
            throw file.failure(
                .dataCountMismatch, "data count section states \(stated), but there is no data section")
        }
        readDescriptions()
    }
}
