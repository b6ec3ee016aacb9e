internal import WebAssembly

extension HostProfile {
    /// Reads a whole profile; a key that is missing, unknown or of another type is an error.
    package init(_ json: JSONValue) throws(HostProfileError) {
        let root = ProfileReader(path: "", value: json)
        _ = try root.members([
            "id", "name", "engine", "about", "hooks", "records", "payloads", "answers", "permissions", "imports",
            "store",
            "limits", "features", "module", "loader", "messages", "client", "admin",
        ])
        id = try root.text("id")
        guard !id.isEmpty, id.utf8.allSatisfy(Self.isIdentifier) else {
            throw HostProfileError(description: "id: this is not made of letters, digits, '.', '-' and '_'")
        }
        name = try root.text("name")
        engine = try root.text("engine")
        about = try root.about()
        let records = try Self.records(root.required("records"))
        let payloads = try Self.payloads(root.required("payloads"))
        hooks = try Self.hooks(root.required("hooks"), records, payloads)
        permissions = try Self.permissions(root.required("permissions"))
        imports = try Self.imports(root.required("imports"))
        store = try StoreCaps(root.required("store"))
        limits = try HostLimits(root.required("limits"))
        features = try HostFeatures(root.required("features"))
        module = try ModuleConvention(root.required("module"))
        loader = try HostLoader(root.required("loader"))
        messages = try HostMessages(root.required("messages"))
        admin = try HostAdministration(root.required("admin"))
        answerNotes = try Self.notes(root.required("answers"))
        clientTexts = try Self.notes(root.required("client"))
        self.json = json
    }

    /// This profile with the values of `changes` in place of its own; null removes a key (RFC 7396).
    package func merging(_ changes: JSONValue) throws(HostProfileError) -> HostProfile {
        try HostProfile(Self.merge(json, changes))
    }

    private static func merge(_ base: JSONValue, _ changes: JSONValue) -> JSONValue {
        guard case .object(let members) = changes else { return changes }
        var merged: [JSONValue.Member] = []
        if case .object(let old) = base { merged = old }
        for member in members {
            let place = merged.firstIndex { $0.name.utf8.elementsEqual(member.name.utf8) }
            if member.value == .null {
                if let place { merged.remove(at: place) }
                continue
            }
            let value = merge(place.map { merged[$0].value } ?? .null, member.value)
            if let place {
                merged[place] = JSONValue.Member(member.name, value)
            } else {
                merged.append(JSONValue.Member(member.name, value))
            }
        }
        return .object(merged)
    }

    private static func isIdentifier(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func hooks(
        _ reader: ProfileReader, _ records: [InputRecord], _ payloads: [PayloadFormat]
    ) throws(HostProfileError) -> [Hook] {
        var hooks: [Hook] = []
        for (name, entry) in try reader.members() {
            _ = try entry.members(["aliases", "export", "called", "sends", "answer", "about"])
            var sent: [InputRecord] = [], isArray = false
            if let sends = entry.optional("sends") {
                let names: [String]
                if case .array = sends.value {
                    isArray = true
                    names = try entry.texts("sends")
                } else {
                    names = [try sends.text()]
                }
                for name in names {
                    guard let record = records.first(where: { $0.name == name }) else {
                        throw sends.failure("there is no record '\(name)'")
                    }
                    sent.append(record)
                }
            }
            let isCalled = try entry.flag("called")
            if isCalled, sent.isEmpty { throw entry.failure("a hook that the host calls needs the key 'sends'") }
            var answer: AnswerFormat?
            if let format = entry.optional("answer") { answer = try AnswerFormat(format, payloads) }
            hooks.append(
                Hook(
                    name: name, aliases: try entry.texts("aliases"),
                    export: try entry.optionalText("export") ?? name, isCalled: isCalled,
                    records: sent, isArray: isArray, answer: answer, about: try entry.about()))
        }
        for (place, hook) in hooks.enumerated() {
            for name in [hook.name] + hook.aliases where hooks[..<place].contains(where: { $0.isNamed(name) }) {
                throw reader.failure("two hooks have the name '\(name)'")
            }
        }
        return hooks
    }

    private static func records(_ reader: ProfileReader) throws(HostProfileError) -> [InputRecord] {
        var records: [InputRecord] = []
        for (name, entry) in try reader.members() {
            var fields: [InputField] = []
            for (name, reader) in try entry.members() {
                let field = try InputField(name, reader)
                if let fault = field.fault(behind: fields) { throw reader.failure(fault) }
                fields.append(field)
            }
            records.append(InputRecord(name: name, fields: fields))
        }
        return records
    }

    private static func payloads(_ reader: ProfileReader) throws(HostProfileError) -> [PayloadFormat] {
        var payloads: [PayloadFormat] = []
        for (name, entry) in try reader.members() {
            _ = try entry.members(["fields", "about"])
            payloads.append(
                PayloadFormat(
                    name: name, fields: try AnswerField.list(entry.required("fields")), about: try entry.about()))
        }
        return payloads
    }

    private static func permissions(_ reader: ProfileReader) throws(HostProfileError) -> [Permission] {
        var permissions: [Permission] = []
        for (name, entry) in try reader.members() {
            _ = try entry.members(["aliases", "dangerous", "about"])
            permissions.append(
                Permission(
                    name: name, aliases: try entry.texts("aliases"), isDangerous: try entry.flag("dangerous"),
                    about: try entry.about()))
        }
        return permissions
    }

    private static func imports(_ reader: ProfileReader) throws(HostProfileError) -> [HostImport] {
        var imports: [HostImport] = []
        for (name, entry) in try reader.members() {
            _ = try entry.members(["module", "does", "parameters", "result", "permission", "codes", "about"])
            var codes: [String: Int] = [:]
            for (outcome, code) in try entry.optional("codes")?.members() ?? [] {
                guard case .number(let digits) = code.value, let number = Int32(digits) else {
                    throw code.failure("this is not a whole number of 32 bits")
                }
                codes[outcome] = Int(number)
            }
            let does = try entry.optionalText("does")
            guard let behavior = HostImport.Behavior(rawValue: does ?? name) ?? (does == nil ? .nothing : nil) else {
                let known = HostImport.Behavior.allCases.map(\.rawValue).joined(separator: ", ")
                throw entry.failure("'does' must be one of: \(known)")
            }
            imports.append(
                HostImport(
                    module: try entry.text("module"), name: name, behavior: behavior, type: try functionType(entry),
                    permission: try entry.optionalText("permission"), codes: codes, about: try entry.about()))
        }
        return imports
    }

    private static func functionType(
        _ entry: ProfileReader
    ) throws(HostProfileError) -> WebAssemblyModule.FunctionType {
        var parameters: [WebAssemblyModule.ValueType] = []
        for name in try entry.texts("parameters") {
            guard let type = WebAssemblyModule.ValueType(named: name), !type.isReference, type != .v128 else {
                throw entry.failure("'parameters' must be of: i32, i64, f32, f64")
            }
            parameters.append(type)
        }
        guard let name = try entry.optionalText("result") else { return .init(parameters: parameters) }
        guard let result = WebAssemblyModule.ValueType(named: name), result == .i32 || result == .i64 else {
            throw entry.failure("'result' must be one of: i32, i64")
        }
        return .init(parameters: parameters, results: [result])
    }

    private static func notes(_ reader: ProfileReader) throws(HostProfileError) -> [HostNote] {
        var notes: [HostNote] = []
        for (key, entry) in try reader.members() { notes.append(HostNote(key: key, text: try entry.text())) }
        return notes
    }
}

extension InputField {
    fileprivate init(_ name: String, _ reader: ProfileReader) throws(HostProfileError) {
        _ = try reader.members([
            "in", "type", "optional", "holds", "value", "of", "prefixes", "unless", "example", "unbounded", "about",
        ])
        guard let kind = Kind(rawValue: try reader.text("type")) else {
            throw reader.failure("'type' must be one of: text, texts, truth, map, count")
        }
        self.name = name
        self.kind = kind
        container = try reader.optionalText("in")
        isOptional = try reader.flag("optional")
        mayBeLong = try reader.flag("unbounded")
        about = try reader.about()
        switch try reader.optionalText("holds") ?? "real" {
        case "real":
            let example = reader.optional("example")?.value
            source = .real(example: example ?? (isOptional ? .null : kind.emptyValue))
        case "constant": source = .constant(reader.optional("value")?.value ?? .null)
        case "copy": source = .copy(of: try reader.text("of"))
        case "prefix":
            source = .prefix(
                of: try reader.text("of"), words: try reader.texts("prefixes"), unless: try reader.texts("unless"))
        case "tables": source = .tables(of: try reader.text("of"))
        default: throw reader.failure("'holds' must be one of: real, constant, copy, prefix, tables")
        }
    }
}

extension InputField.Kind {
    /// What a field holds of which nothing is known.
    fileprivate var emptyValue: JSONValue {
        switch self {
        case .text: .string("")
        case .texts: .array([])
        case .truth: .bool(false)
        case .map: .object([])
        case .count: .int(0)
        }
    }
}

extension InputField {
    /// Why the host cannot send such a field; `earlier` are those of its record from which it may be made.
    fileprivate func fault(behind earlier: [InputField]) -> String? {
        func isMade(_ own: Kind, of name: String, _ other: Kind) -> String? {
            guard let field = earlier.first(where: { $0.name == name }) else {
                return "'of' names no field in front of this one: '\(name)'"
            }
            guard field.kind == other else { return "'of' names a field of another type: '\(name)'" }
            return kind == own ? nil : "what it holds has another type than 'type' says"
        }
        switch source {
        case .real(let value), .constant(let value):
            return accepts(value) ? nil : "the value it holds is not \(typeWords)"
        case .copy(let name): return isMade(kind, of: name, kind)
        case .prefix(let name, _, _): return isMade(.truth, of: name, .text)
        case .tables(let name): return isMade(.texts, of: name, .text)
        }
    }
}

extension AnswerFormat {
    fileprivate init(_ reader: ProfileReader, _ payloads: [PayloadFormat]) throws(HostProfileError) {
        _ = try reader.members(["fields", "otherwise", "actions"])
        fields = try AnswerField.list(reader.required("fields"))
        guard let first = fields.first, first.name == "action", first.kind == .text else {
            throw reader.failure("the first field is not the text 'action'")
        }
        otherwise = try reader.text("otherwise")
        var actions: [AnswerAction] = []
        for (name, entry) in try reader.required("actions").members() {
            _ = try entry.members(["uses", "default", "payload", "ignored", "does"])
            var payload: PayloadFormat?
            if let named = entry.optional("payload") {
                let name = try named.text()
                payload = payloads.first { $0.name == name }
                if payload == nil { throw named.failure("there is no payload '\(name)'") }
            }
            let field = try entry.optionalText("uses")
            if let field, !fields.contains(where: { $0.name == field }) {
                throw entry.failure("there is no field '\(field)'")
            }
            actions.append(
                AnswerAction(
                    name: name, field: field, fallback: entry.optional("default")?.value, payload: payload,
                    isIgnored: try entry.flag("ignored"), effect: try entry.text("does")))
        }
        self.actions = actions
        guard action(otherwise) != nil else { throw reader.failure("there is no action '\(otherwise)'") }
    }
}

extension AnswerField {
    fileprivate static func list(_ reader: ProfileReader) throws(HostProfileError) -> [AnswerField] {
        var fields: [AnswerField] = []
        for (name, entry) in try reader.members() {
            _ = try entry.members(["type", "optional", "default", "fields", "least"])
            let kind: Kind
            switch try entry.text("type") {
            case "text": kind = .text
            case "texts": kind = .texts
            case "truth": kind = .truth
            case "count": kind = .count
            case "bytes": kind = .bytes
            case "rows": kind = .rows
            case "record": kind = .record(try list(entry.required("fields")))
            case "records":
                kind = .records(
                    try list(entry.required("fields")),
                    least: entry.optional("least") == nil ? 0 : try entry.count("least"))
            default: throw entry.failure("unknown type of an answer field")
            }
            fields.append(
                AnswerField(
                    name: name, kind: kind, isOptional: try entry.flag("optional"),
                    fallback: entry.optional("default")?.value))
        }
        return fields
    }
}

extension StoreCaps {
    fileprivate init(_ reader: ProfileReader) throws(HostProfileError) {
        _ = try reader.members(["key_bytes", "value_bytes", "keys", "plugins", "total_bytes", "about"])
        keyBytes = try reader.count("key_bytes")
        valueBytes = try reader.count("value_bytes")
        keys = try reader.count("keys")
        plugins = try reader.count("plugins")
        totalBytes = try reader.count("total_bytes")
        about = try reader.about()
    }
}

extension HostLimits {
    fileprivate init(_ reader: ProfileReader) throws(HostProfileError) {
        _ = try reader.members([
            "fuel", "milliseconds", "memory_bytes", "table_elements", "stack_bytes", "manifest_memory_bytes",
            "default_minimum_memory_bytes", "default_maximum_memory_bytes", "about",
        ])
        fuel = UInt64(try reader.count("fuel"))
        milliseconds = try reader.count("milliseconds")
        guard (1...600_000).contains(milliseconds) else {
            throw reader.failure("milliseconds is not a number from 1 to 600000")
        }
        memoryBytes = try reader.count("memory_bytes")
        tableElements = try reader.count("table_elements")
        stackBytes = try reader.count("stack_bytes")
        guard (65_536...1_048_576).contains(stackBytes) else {
            throw reader.failure("stack_bytes is not a number from 65536 to 1048576")
        }
        manifestMemoryBytes = try reader.count("manifest_memory_bytes")
        defaultMinimumMemoryBytes = try reader.count("default_minimum_memory_bytes")
        defaultMaximumMemoryBytes = try reader.count("default_maximum_memory_bytes")
        about = try reader.about()
    }
}

extension HostFeatures {
    fileprivate init(_ reader: ProfileReader) throws(HostProfileError) {
        _ = try reader.members(["accepted", "refused", "bulk_memory_fuel", "about"])
        accepted = try reader.texts("accepted")
        refused = try reader.texts("refused")
        bulkMemoryFuel = try reader.count("bulk_memory_fuel")
        about = try reader.about()
    }
}

extension ModuleConvention {
    fileprivate init(_ reader: ProfileReader) throws(HostProfileError) {
        _ = try reader.members(["memory", "alloc", "dealloc", "never_called", "about"])
        memory = try reader.text("memory")
        alloc = try reader.text("alloc")
        dealloc = try reader.text("dealloc")
        neverCalled = try reader.texts("never_called")
        about = try reader.about()
    }
}

extension HostLoader {
    fileprivate init(_ reader: ProfileReader) throws(HostProfileError) {
        _ = try reader.members(["watches", "reads_packed", "manifests", "name_bytes", "about", "surprises"])
        watches = try reader.flag("watches")
        readsPacked = try reader.flag("reads_packed")
        var formats: [ManifestFormat] = []
        for ending in try reader.texts("manifests") {
            guard let format = ManifestFormat(rawValue: ending) else {
                throw reader.failure("manifests: '\(ending)' is neither yaml nor json")
            }
            formats.append(format)
        }
        manifests = formats
        nameBytes = try reader.count("name_bytes")
        about = try reader.about()
        surprises = try reader.texts("surprises")
    }
}

extension HostMessages {
    fileprivate init(_ reader: ProfileReader) throws(HostProfileError) {
        _ = try reader.members(["reach", "bypass", "about"])
        reach = try reader.texts("reach")
        bypass = try reader.texts("bypass")
        about = try reader.about()
    }
}

extension HostAdministration {
    fileprivate init(_ reader: ProfileReader) throws(HostProfileError) {
        _ = try reader.members(["address", "plugins", "store", "token", "log", "about"])
        address = try reader.text("address")
        plugins = try reader.text("plugins")
        store = try reader.text("store")
        mayNeedToken = try reader.flag("token")
        log = try HostLogWords(reader.required("log"))
        about = try reader.about()
    }
}

extension HostLogWords {
    fileprivate init(_ reader: ProfileReader) throws(HostProfileError) {
        _ = try reader.members(["loaded", "complete", "failed", "level"])
        loaded = try reader.text("loaded")
        complete = try reader.text("complete")
        failed = try reader.text("failed")
        level = try reader.text("level")
    }
}
