/// A module's imports and exports with their types, read from bytes the engine has found valid.
///
/// Read here and not through the library, whose C functions for types end the process on a `v128`. Sections by the
/// WebAssembly core specification 2.0, 5.5. Whatever does not parse is an error, and no byte can trap the reader.
struct ModuleInterface: Sendable {
    private(set) var imports: [ModuleImport] = []
    private(set) var exports: [ModuleExport] = []

    private var types: [ExternType] = []
    private var functions: [ExternType] = []

    init(_ module: [UInt8]) throws(EngineError) {
        var reader = SectionReader(bytes: module, position: 8, end: module.count)
        guard module.count >= 8 else { throw SectionReader.malformed }
        while reader.position < reader.end {
            let identifier = try reader.byte()
            let size = try reader.number()
            var section = try reader.part(size)
            switch identifier {
            case 1: try readTypes(&section)
            case 2: try readImports(&section)
            case 3: try readFunctions(&section)
            case 7: try readExports(&section)
            default: break
            }
        }
    }

    private mutating func readTypes(_ reader: inout SectionReader) throws(EngineError) {
        for _ in 0..<(try reader.number()) {
            guard try reader.byte() == 0x60 else { throw SectionReader.malformed }
            let parameters = try reader.valueTypes()
            types.append(.function(parameters: parameters, results: try reader.valueTypes()))
        }
    }

    private mutating func readImports(_ reader: inout SectionReader) throws(EngineError) {
        for _ in 0..<(try reader.number()) {
            let module = try reader.name()
            let name = try reader.name()
            let type: ExternType
            switch try reader.byte() {
            case 0:
                type = try self.type(try reader.number())
                functions.append(type)
            case 1:
                _ = try reader.byte()
                try reader.limits()
                type = .table
            case 2:
                try reader.limits()
                type = .memory
            case 3:
                _ = try reader.byte()
                _ = try reader.byte()
                type = .global
            default: throw SectionReader.malformed
            }
            imports.append(ModuleImport(module: module, name: name, type: type))
        }
    }

    private mutating func readFunctions(_ reader: inout SectionReader) throws(EngineError) {
        for _ in 0..<(try reader.number()) {
            functions.append(try type(try reader.number()))
        }
    }

    private mutating func readExports(_ reader: inout SectionReader) throws(EngineError) {
        for _ in 0..<(try reader.number()) {
            let name = try reader.name()
            let kind = try reader.byte()
            let index = try reader.number()
            switch kind {
            case 0:
                guard functions.indices.contains(index) else { throw SectionReader.malformed }
                exports.append(ModuleExport(name: name, type: functions[index]))
            case 1: exports.append(ModuleExport(name: name, type: .table))
            case 2: exports.append(ModuleExport(name: name, type: .memory))
            case 3: exports.append(ModuleExport(name: name, type: .global))
            default: throw SectionReader.malformed
            }
        }
    }

    private func type(_ index: Int) throws(EngineError) -> ExternType {
        guard types.indices.contains(index) else { throw SectionReader.malformed }
        return types[index]
    }
}

/// A place in a module's bytes that never leaves its section.
struct SectionReader {
    static let malformed = EngineError.invalidModule(reason: "its sections cannot be read")

    let bytes: [UInt8]
    private(set) var position: Int
    let end: Int

    mutating func byte() throws(EngineError) -> UInt8 {
        guard position < end else { throw Self.malformed }
        defer { position += 1 }
        return bytes[position]
    }

    /// An unsigned LEB128 number of 32 bits.
    mutating func number() throws(EngineError) -> Int {
        var value = 0
        for shift in stride(from: 0, to: 35, by: 7) {
            let next = try byte()
            value |= Int(next & 0x7F) << shift
            if next & 0x80 == 0 {
                guard value <= Int(UInt32.max) else { throw Self.malformed }
                return value
            }
        }
        throw Self.malformed
    }

    /// A reader of the next `size` bytes, which this one skips.
    mutating func part(_ size: Int) throws(EngineError) -> SectionReader {
        guard size <= end - position else { throw Self.malformed }
        defer { position += size }
        return SectionReader(bytes: bytes, position: position, end: position + size)
    }

    mutating func name() throws(EngineError) -> String {
        let inner = try part(try number())
        return String(decoding: bytes[inner.position..<inner.end], as: UTF8.self)
    }

    mutating func limits() throws(EngineError) {
        let flags = try byte()
        _ = try number()
        if flags & 1 != 0 { _ = try number() }
    }

    mutating func valueTypes() throws(EngineError) -> [ValueType] {
        var types: [ValueType] = []
        for _ in 0..<(try number()) {
            switch try byte() {
            case 0x7F: types.append(.i32)
            case 0x7E: types.append(.i64)
            case 0x7D: types.append(.f32)
            case 0x7C: types.append(.f64)
            case 0x7B: types.append(.v128)
            case 0x70: types.append(.funcref)
            case 0x6F: types.append(.externref)
            default: throw Self.malformed
            }
        }
        return types
    }
}
