extension WebAssemblyModule {
    /// The tools that made a module, from its `producers` section (tool conventions, ProducersSection).
    package struct Producers: Hashable, Sendable {
        /// A tool or language with its version, which may be empty.
        package struct Tool: Hashable, Sendable {
            /// As in `clang`.
            package let name: String
            /// As the tool states it; may be empty.
            package let version: String
        }

        /// Source languages.
        package internal(set) var languages: [Tool] = []
        /// Compilers, linkers and other tools.
        package internal(set) var processedBy: [Tool] = []
        /// Software development kits.
        package internal(set) var sdks: [Tool] = []
    }

    /// A feature the linker recorded in the `target_features` section (tool conventions, Linking).
    package struct TargetFeature: Hashable, Sendable {
        /// As in `bulk-memory`.
        package let name: String
        /// Whether the module uses the feature (`+`); otherwise it must not be linked with code that does (`-`).
        package let isUsed: Bool
    }
}

/// The custom sections that describe a module; engines ignore what is malformed in them, so it becomes a note.
extension ModuleReader {
    mutating func readCustom(_ section: inout ByteCursor) throws(WebAssemblyError) -> String {
        let start = section.position
        guard module.customSections.count < limits.customSections else {
            throw section.failure(
                .countTooLarge, at: start, "module has more than \(limits.customSections) custom sections")
        }
        let name = try section.name(limit: limits.nameBytes)
        let size = section.remaining
        module.customSections.append(.init(name: name, offset: section.position, size: size))
        let contents = try section.split(size, subject: "\(name.quotedForMessage) section")
        if ["name", "producers", "target_features"].contains(name) { descriptions.append((name, contents)) }
        return name
    }

    /// Reads the describing sections after all others, so that function indices can be checked.
    mutating func readDescriptions() {
        var seen: Set<String> = []
        for (name, contents) in descriptions {
            var section = contents
            do throws(WebAssemblyError) {
                guard seen.insert(name).inserted else {
                    throw section.failure(.duplicateSection, "\(section.subject) occurs twice")
                }
                switch name {
                case "name": try readNames(&section)
                case "producers": try readProducers(&section)
                default: try readTargetFeatures(&section)
                }
                guard section.isAtEnd else {
                    throw section.failure(
                        .sizeMismatch,
                        "\(section.subject) does not end with its last entry")
                }
            } catch {
                module.notes.append(error)
            }
        }
    }

    /// The module's and the functions' names (spec 7.4.1); other subsections are passed over.
    private mutating func readNames(_ section: inout ByteCursor) throws(WebAssemblyError) {
        while !section.isAtEnd {
            let id = try section.byte(of: "a subsection header")
            let size = try section.u32(of: "a subsection header")
            guard size <= section.remaining else {
                throw section.failure(.truncated, "\(section.subject) ends in the middle of subsection \(id)")
            }
            var names = try section.split(size, subject: section.subject)
            switch id {
            case 0: module.moduleName = try names.name(limit: limits.nameBytes)
            case 1: try readFunctionNames(&names)
            default: continue
            }
            guard names.isAtEnd else {
                throw names.failure(
                    .sizeMismatch, "\(names.subject) does not end subsection \(id) with its last entry")
            }
        }
    }

    private mutating func readFunctionNames(_ names: inout ByteCursor) throws(WebAssemblyError) {
        for _ in 0..<(try names.count(of: "function names", limit: limits.customEntries)) {
            let start = names.position
            let index = try names.index("function", below: module.functionTypeIndices.count)
            let name = try names.name(limit: limits.nameBytes)
            guard module.functionNames[index] == nil else {
                throw names.failure(.unknownEncoding, at: start, "\(names.subject) names function \(index) twice")
            }
            module.functionNames[index] = name
        }
    }

    private mutating func readProducers(_ section: inout ByteCursor) throws(WebAssemblyError) {
        module.producers = .init()
        for _ in 0..<(try section.count(of: "fields", limit: limits.customEntries)) {
            let start = section.position
            let field = try section.name(limit: limits.nameBytes)
            var tools: [WebAssemblyModule.Producers.Tool] = []
            for _ in 0..<(try section.count(of: "tools", limit: limits.customEntries)) {
                let name = try section.name(limit: limits.nameBytes)
                tools.append(.init(name: name, version: try section.name(limit: limits.nameBytes)))
            }
            switch field {
            case "language": module.producers?.languages += tools
            case "processed-by": module.producers?.processedBy += tools
            case "sdk": module.producers?.sdks += tools
            default:
                throw section.failure(
                    .unknownEncoding, at: start, "\(section.subject) has an unknown field \(field.quotedForMessage)")
            }
        }
    }

    private mutating func readTargetFeatures(_ section: inout ByteCursor) throws(WebAssemblyError) {
        for _ in 0..<(try section.count(of: "features", limit: limits.customEntries)) {
            let start = section.position
            let prefix = try section.byte()
            let name = try section.name(limit: limits.nameBytes)
            switch prefix {
            case UInt8(ascii: "+"), UInt8(ascii: "="): module.targetFeatures.append(.init(name: name, isUsed: true))
            case UInt8(ascii: "-"): module.targetFeatures.append(.init(name: name, isUsed: false))
            default:
                throw section.failure(
                    .unknownEncoding, at: start, "\(section.subject) has an unknown prefix \(prefix.hexadecimal)")
            }
        }
    }
}
