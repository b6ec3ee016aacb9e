internal import Contract
internal import Operations
internal import WebAssembly

/// A module's description in both renderings; its names are its author's and may be anything.
struct ModuleRendering {
    let report: InspectFile.ModuleReport

    /// How many lines of one list are shown to people.
    private static let shownLines = 100
    /// How much of one name is shown to people, in characters.
    private static let shownCharacters = 80

    // MARK: for people

    func text(called file: String, _ session: Session) -> [Text] {
        var lines: [Text] = [
            "\("module", .bold) \(file)", "  size: \(report.size) bytes", "  sha256: \(report.digest)",
            signatureLine(session),
        ]
        if let manifest = report.manifest {
            lines.append(.release(Self.short(manifest.name), Self.short(manifest.version)))
            if let build = manifest.build {
                let place = build.source.map { " of \(Self.short($0))" } ?? ""
                lines.append("  built from: \(Self.short(build.revision))\(place), by \(Self.short(build.tool))")
            }
        }
        guard let module = report.module else { return lines }
        let hooks = report.hooks
        lines.append("  hooks: \(hooks.isEmpty ? "none" : hooks.map(\.name).joined(separator: ", "))")
        lines += module.memories.map { "  memory: \(Self.size($0))" }
        lines += list(
            "imports", module.imports.map { "\(Self.short($0.module)).\(Self.short($0.name)): \(type(of: $0))" })
        lines += list("exports", module.exports.map { "\(Self.short($0.name)): \(type(of: $0))" })
        lines += list(
            "sections",
            module.sections.map { section in
                "\(section.id)\(section.name.map { " '\(Self.short($0))'" } ?? ""): \(section.size) bytes"
            })
        let tools = tools(module).map { "\($0.field): \(Self.short($0.name)) \(Self.short($0.version))" }
        if !tools.isEmpty { lines += list("producers", tools) }
        return lines
    }

    private func signatureLine(_ session: Session) -> Text {
        switch report.signature {
        case .none: "  signature: none next to it"
        case .present(let path): "  signature: \(session.shown(path)) (not checked; check it with: pdk verify)"
        case .malformed(let path): "  signature: \(session.shown(path)) is not base64 of 64 bytes"
        }
    }

    private func list(_ title: String, _ lines: [String]) -> [Text] {
        guard !lines.isEmpty else { return ["  \(title): none"] }
        let rest = lines.count - Self.shownLines
        return ["  \(title):"] + lines.prefix(Self.shownLines).map { "    \($0)" }
            + (rest > 0 ? ["    and \(rest) more: --json shows all"] : [])
    }

    private static func short(_ name: String) -> String {
        name.unicodeScalars.count > shownCharacters ? String(name.prefix(shownCharacters)) + "…" : name
    }

    private static func size(_ memory: WebAssemblyModule.Memory) -> String {
        let most = memory.size.maximum.map { "at most \($0)" } ?? "no maximum"
        return "\(memory.size.minimum) pages of 64 KiB, \(most)"
            + (memory.is64 ? ", 64-bit" : "") + (memory.isShared ? ", shared" : "")
    }

    // MARK: for both

    private func type(of item: WebAssemblyModule.Import) -> String {
        switch item.kind {
        case .function: "function " + (report.module?.functionType(of: item)?.description ?? "")
        case .table: "table"
        case .memory(let memory): "memory of " + Self.size(memory)
        case .global(let global): "global \(global.type)"
        case .tag: "tag"
        }
    }

    private func type(of export: WebAssemblyModule.Export) -> String {
        guard export.kind == .function, let type = report.module?.functionType(at: export.index) else {
            return export.kind.description
        }
        return "function \(type)"
    }

    private func tools(_ module: WebAssemblyModule) -> [(field: String, name: String, version: String)] {
        guard let producers = module.producers else { return [] }
        let fields = [
            ("language", producers.languages), ("processed-by", producers.processedBy), ("sdk", producers.sdks),
        ]
        return fields.flatMap { field, tools in tools.map { (field, $0.name, $0.version) } }
    }

    // MARK: for scripts

    var json: JSONValue {
        let module = report.module
        return .object([
            "kind": .string("module"), "path": .string(report.path), "size": .int(report.size),
            "sha256": .string(report.digest.description), "malformed": report.malformed.map { .string($0.description) },
            "signature": signatureJSON, "manifest": report.manifest.map(EmbeddedManifest.json) ?? .null,
            "hooks": module.map { _ in .strings(report.hooks.map(\.name)) },
            "memories": (module?.memories).map { .array($0.map(Self.json)) },
            "imports": (module?.imports).map { imports in
                .array(
                    imports.map {
                        .object([
                            "module": .string($0.module), "name": .string($0.name), "type": .string(type(of: $0)),
                        ])
                    })
            },
            "exports": (module?.exports).map { exports in
                .array(
                    exports.map {
                        .object([
                            "name": .string($0.name), "kind": .string($0.kind.description),
                            "type": .string(type(of: $0)),
                        ])
                    })
            },
            "sections": (module?.sections).map { .array($0.map(Self.json)) },
            "producers": module.map { module in
                .array(
                    tools(module).map {
                        .object([
                            "field": .string($0.field), "name": .string($0.name), "version": .string($0.version),
                        ])
                    })
            },
            "target_features": (module?.targetFeatures).map { .strings($0.filter(\.isUsed).map(\.name)) },
            "notes": (module?.notes).map { .strings($0.map(\.description)) },
        ])
    }

    private var signatureJSON: JSONValue {
        switch report.signature {
        case .none: .null
        case .present(let path): .object(["path": .string(path), "well_formed": .bool(true)])
        case .malformed(let path): .object(["path": .string(path), "well_formed": .bool(false)])
        }
    }

    private static func json(_ memory: WebAssemblyModule.Memory) -> JSONValue {
        .object([
            "minimum_pages": .int(memory.size.minimum), "maximum_pages": memory.size.maximum.map(JSONValue.int),
            "shared": .bool(memory.isShared), "memory64": .bool(memory.is64),
        ])
    }

    private static func json(_ section: WebAssemblyModule.Section) -> JSONValue {
        .object([
            "id": .string(section.id.description), "name": section.name.map(JSONValue.string),
            "offset": .int(section.offset), "size": .int(section.size),
        ])
    }
}
