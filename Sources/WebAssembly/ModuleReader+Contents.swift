/// The sections that offer and fill what was declared (spec 5.5.10 to 5.5.15).
extension ModuleReader {
    mutating func readExports(_ section: inout ByteCursor) throws(WebAssemblyError) {
        // Bytes, not `String`: its equality would call two spellings of one accented letter the same name.
        var seen: Set<[UInt8]> = []
        for _ in 0..<(try section.count(of: "exports", limit: limits.exports)) {
            let offset = section.position
            let name = try section.name(limit: limits.nameBytes)
            guard seen.insert(Array(name.utf8)).inserted else {
                throw section.failure(
                    .duplicateExport, at: offset, "\(section.subject) has the name \(name.quotedForMessage) twice")
            }
            let kindOffset = section.position
            let byte = try section.byte()
            guard let kind = WebAssemblyModule.Export.Kind(rawValue: byte) else {
                throw section.failure(
                    .unknownEncoding, at: kindOffset, "\(section.subject) has an unknown kind \(byte.hexadecimal)")
            }
            let index = try section.index(kind.description, below: count(of: kind))
            module.exports.append(.init(name: name, kind: kind, index: index, offset: offset))
        }
    }

    private func count(of kind: WebAssemblyModule.Export.Kind) -> Int {
        switch kind {
        case .function: module.functionTypeIndices.count
        case .table: module.tables.count
        case .memory: module.memories.count
        case .global: module.globals.count
        case .tag: module.tagTypeIndices.count
        }
    }

    mutating func readElements(_ section: inout ByteCursor) throws(WebAssemblyError) {
        let count = try section.count(of: "element segments", limit: limits.elementSegments)
        for _ in 0..<count { try readElementSegment(&section) }
        module.elementSegmentCount = count
    }

    /// One of eight forms, told apart by three flag bits: not active, explicit index or declarative, expressions.
    private func readElementSegment(_ section: inout ByteCursor) throws(WebAssemblyError) {
        let start = section.position
        let flags = try section.u32()
        guard flags < 8 else {
            throw section.failure(
                .unknownEncoding, at: start, "\(section.subject) has a segment of unknown form \(flags)")
        }
        let isActive = flags & 1 == 0
        let isExplicit = flags & 2 != 0
        let hasExpressions = flags & 4 != 0
        if isActive {
            if isExplicit {
                _ = try section.index("table", below: module.tables.count)
            } else if module.tables.isEmpty {
                throw section.failure(
                    .indexOutOfRange, at: start, "\(section.subject) names table 0, which the module does not have")
            }
            _ = try section.constant(in: constantScope)
        }
        if !isActive || isExplicit {
            let kindOffset = section.position
            if hasExpressions {
                _ = try section.referenceType()
            } else if case let kind = try section.byte(), kind != 0 {
                throw section.failure(
                    .unknownEncoding, at: kindOffset,
                    "\(section.subject) has an unknown element kind \(kind.hexadecimal)")
            }
        }
        for _ in 0..<(try section.count(of: "elements in a segment", limit: limits.elements)) {
            if hasExpressions {
                _ = try section.constant(in: constantScope)
            } else {
                _ = try section.index("function", below: module.functionTypeIndices.count)
            }
        }
    }

    mutating func readCode(_ section: inout ByteCursor) throws(WebAssemblyError) {
        let start = section.position
        let count = try section.count(of: "function bodies", limit: limits.functions)
        guard count == definedFunctionCount else {
            throw section.failure(
                .functionCodeMismatch, at: start,
                "function section has a count of \(definedFunctionCount), but the code section has \(count)")
        }
        for _ in 0..<count {
            let sizeOffset = section.position
            let size = try section.u32()
            guard size <= section.remaining else {
                throw section.failure(
                    .sizeMismatch, at: sizeOffset, "\(section.subject) has a body of \(size) bytes, but ends earlier")
            }
            let offset = section.position
            try section.skip(size)
            guard size >= 2, section.previous == 0x0B else {
                throw section.failure(
                    .unknownEncoding, at: offset, "\(section.subject) has a body that does not finish with 'end'")
            }
            module.codeBodies.append(.init(offset: offset, size: size))
        }
    }

    mutating func readData(_ section: inout ByteCursor) throws(WebAssemblyError) {
        let start = section.position
        let count = try section.count(of: "data segments", limit: limits.dataSegments)
        if let stated = module.dataCount, stated != count {
            throw section.failure(
                .dataCountMismatch, at: start,
                "data count section states \(stated), but the data section has \(count)")
        }
        for _ in 0..<count {
            let mode = try readDataMode(&section)
            let size = try section.u32()
            let offset = section.position
            try section.skip(size)
            module.dataSegments.append(.init(mode: mode, size: size, offset: offset))
        }
    }

    private func readDataMode(
        _ section: inout ByteCursor
    ) throws(WebAssemblyError) -> WebAssemblyModule.DataSegment.Mode {
        let start = section.position
        let flags = try section.u32()
        guard flags <= 2 else {
            throw section.failure(
                .unknownEncoding, at: start, "\(section.subject) has a segment of unknown form \(flags)")
        }
        if flags == 1 { return .passive }
        let memory = flags == 2 ? try section.index("memory", below: module.memories.count) : 0
        if flags == 0, module.memories.isEmpty {
            throw section.failure(
                .indexOutOfRange, at: start, "\(section.subject) names memory 0, which the module does not have")
        }
        let address: UInt64? =
            switch try section.constant(in: constantScope) {
            case .i32(let value): UInt64(UInt32(bitPattern: value))
            case .i64(let value): UInt64(bitPattern: value)
            default: nil
            }
        return .active(memory: memory, address: address)
    }
}
