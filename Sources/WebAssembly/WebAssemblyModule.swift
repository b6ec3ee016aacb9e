/// A core WebAssembly module's declarations, as its binary file states them (WebAssembly 2.0, chapter 5).
///
/// Function bodies are measured, not validated; a module read here may still be refused by an engine. In every index
/// space imports come first (spec 2.5.1). Names are the module author's text: escape them before showing them.
package struct WebAssemblyModule: Equatable, Sendable {
    /// All sections in file order.
    package internal(set) var sections: [Section] = []
    /// Function types by type index.
    package internal(set) var types: [FunctionType] = []
    /// Imports in file order.
    package internal(set) var imports: [Import] = []
    /// Type index by function index.
    package internal(set) var functionTypeIndices: [Int] = []
    /// Tables by table index.
    package internal(set) var tables: [Table] = []
    /// Memories by memory index.
    package internal(set) var memories: [Memory] = []
    /// Globals by global index.
    package internal(set) var globals: [Global] = []
    /// Type index by tag index (exception handling proposal).
    package internal(set) var tagTypeIndices: [Int] = []
    /// Exports in file order, no two of one name.
    package internal(set) var exports: [Export] = []
    /// Index of the function run at instantiation.
    package internal(set) var start: Int?
    /// Number of element segments.
    package internal(set) var elementSegmentCount = 0
    /// Data segments by data index.
    package internal(set) var dataSegments: [DataSegment] = []
    /// What the data count section states.
    package internal(set) var dataCount: Int?
    /// Bodies of the defined functions: body `i` is function ``importedFunctionCount`` + `i`.
    package internal(set) var codeBodies: [CodeBody] = []
    /// Custom sections in file order.
    package internal(set) var customSections: [CustomSection] = []
    /// The module's own name from the `name` section.
    package internal(set) var moduleName: String?
    /// Function names from the `name` section, by function index.
    package internal(set) var functionNames: [Int: String] = [:]
    /// The tools named in the `producers` section.
    package internal(set) var producers: Producers?
    /// The features listed in the `target_features` section.
    package internal(set) var targetFeatures: [TargetFeature] = []
    /// What is malformed in the `name`, `producers` and `target_features` sections, which no engine refuses.
    package internal(set) var notes: [WebAssemblyError] = []
    /// Number of imported functions, which is the index of the first defined one.
    package internal(set) var importedFunctionCount = 0

    /// What every module begins with: `\0asm` (spec 5.5.16).
    package static let magic: [UInt8] = [0x00, 0x61, 0x73, 0x6D]

    init() {}

    /// Reads a whole file; throws at the first byte that makes it no core module or exceeds `limits`.
    package init(reading bytes: [UInt8], limits: ReadingLimits = .standard) throws(WebAssemblyError) {
        var reader = ModuleReader(bytes, limits: limits)
        try reader.read()
        self = reader.module
    }
}

extension WebAssemblyModule {
    /// The imports that are functions, in function index order.
    package var importedFunctions: [Import] {
        imports.filter { if case .function = $0.kind { true } else { false } }
    }

    /// The type of the function of this index, imported or defined; nil when there is none.
    package func functionType(at functionIndex: Int) -> FunctionType? {
        guard functionTypeIndices.indices.contains(functionIndex) else { return nil }
        return types[functionTypeIndices[functionIndex]]
    }

    /// The type of the function exported under this name; nil when the name is absent or another kind of thing.
    package func functionType(ofExport name: String) -> FunctionType? {
        guard let export = export(named: name), export.kind == .function else { return nil }
        return functionType(at: export.index)
    }

    /// The type of an imported function; nil for other kinds of import.
    package func functionType(of import: Import) -> FunctionType? {
        guard case .function(let type) = `import`.kind, types.indices.contains(type) else { return nil }
        return types[type]
    }

    /// The export of exactly this name, byte for byte.
    package func export(named name: String) -> Export? {
        exports.first { $0.name.utf8.elementsEqual(name.utf8) }
    }

    /// A name for the function: from the `name` section, else its first export, else its import as `env.kv_get`.
    package func name(ofFunction index: Int) -> String? {
        if let name = functionNames[index] { return name }
        if let export = exports.first(where: { $0.kind == .function && $0.index == index }) { return export.name }
        let functions = importedFunctions
        guard functions.indices.contains(index) else { return nil }
        return "\(functions[index].module).\(functions[index].name)"
    }

    /// The address after the last byte that data segments of known address put in memory 0; nil without such a segment.
    package var staticDataEnd: UInt64? {
        dataSegments.compactMap { segment in
            guard case .active(0, let address?) = segment.mode else { return nil }
            let (end, overflows) = address.addingReportingOverflow(UInt64(segment.size))
            return overflows ? .max : end
        }.max()
    }
}
