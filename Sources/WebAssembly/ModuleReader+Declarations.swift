/// The sections that declare what there is: types, imports and the index spaces (spec 5.5.4 to 5.5.9).
extension ModuleReader {
    mutating func readTypes(_ section: inout ByteCursor) throws(WebAssemblyError) {
        for _ in 0..<(try section.count(of: "types", limit: limits.types)) {
            module.types.append(try section.functionType(limits))
        }
    }

    mutating func readImports(_ section: inout ByteCursor) throws(WebAssemblyError) {
        for _ in 0..<(try section.count(of: "imports", limit: limits.imports)) {
            let offset = section.position
            let owner = try section.name(limit: limits.nameBytes)
            let name = try section.name(limit: limits.nameBytes)
            let kind = try readImportKind(&section)
            module.imports.append(.init(module: owner, name: name, kind: kind, offset: offset))
        }
        module.importedFunctionCount = module.functionTypeIndices.count
    }

    private mutating func readImportKind(
        _ section: inout ByteCursor
    ) throws(WebAssemblyError) -> WebAssemblyModule.Import.Kind {
        let start = section.position
        let byte = try section.byte()
        switch WebAssemblyModule.Export.Kind(rawValue: byte) {
        case .function:
            let type = try section.index("type", below: module.types.count)
            module.functionTypeIndices.append(type)
            return .function(type: type)
        case .table:
            let table = try section.table()
            module.tables.append(table)
            return .table(table)
        case .memory:
            let memory = try section.memory()
            module.memories.append(memory)
            return .memory(memory)
        case .global:
            let (type, isMutable) = try section.globalType()
            let global = WebAssemblyModule.Global(type: type, isMutable: isMutable, initial: nil)
            module.globals.append(global)
            return .global(global)
        case .tag:
            let type = try readTag(&section)
            module.tagTypeIndices.append(type)
            return .tag(type: type)
        case nil:
            throw section.failure(
                .unknownEncoding, at: start, "\(section.subject) has an unknown kind \(byte.hexadecimal)")
        }
    }

    mutating func readFunctions(_ section: inout ByteCursor) throws(WebAssemblyError) {
        definedFunctionCount = try section.count(of: "functions", limit: limits.functions)
        for _ in 0..<definedFunctionCount {
            module.functionTypeIndices.append(try section.index("type", below: module.types.count))
        }
    }

    mutating func readTables(_ section: inout ByteCursor) throws(WebAssemblyError) {
        for _ in 0..<(try section.count(of: "tables", limit: limits.tables)) {
            module.tables.append(try section.table())
        }
    }

    mutating func readMemories(_ section: inout ByteCursor) throws(WebAssemblyError) {
        for _ in 0..<(try section.count(of: "memories", limit: limits.memories)) {
            module.memories.append(try section.memory())
        }
    }

    mutating func readTags(_ section: inout ByteCursor) throws(WebAssemblyError) {
        for _ in 0..<(try section.count(of: "tags", limit: limits.tags)) {
            module.tagTypeIndices.append(try readTag(&section))
        }
    }

    private func readTag(_ section: inout ByteCursor) throws(WebAssemblyError) -> Int {
        let start = section.position
        let attribute = try section.byte()
        guard attribute == 0 else {
            throw section.failure(
                .unknownEncoding, at: start, "\(section.subject) has an unknown tag attribute \(attribute.hexadecimal)")
        }
        return try section.index("type", below: module.types.count)
    }

    mutating func readGlobals(_ section: inout ByteCursor) throws(WebAssemblyError) {
        for _ in 0..<(try section.count(of: "globals", limit: limits.globals)) {
            let (type, isMutable) = try section.globalType()
            let initial = try section.constant(in: constantScope)
            module.globals.append(.init(type: type, isMutable: isMutable, initial: initial))
        }
    }

    /// What a constant expression may name where the reader stands; 2.0 allows imported globals, 3.0 all earlier ones.
    var constantScope: ConstantScope {
        .init(
            functions: module.functionTypeIndices.count, globals: module.globals.count, operators: limits.operators)
    }
}

extension ByteCursor {
    /// A global type (spec 5.3.10).
    mutating func globalType() throws(WebAssemblyError) -> (type: WebAssemblyModule.ValueType, isMutable: Bool) {
        let type = try valueType()
        let start = position
        let mutability = try byte()
        guard mutability <= 1 else {
            throw failure(
                .unknownEncoding, at: start, "\(subject) has an unknown mutability \(mutability.hexadecimal)")
        }
        return (type, mutability == 1)
    }
}
