/// The type of a WebAssembly value, by its name in the text format.
package enum ValueType: String, Sendable, CustomStringConvertible {
    case i32, i64, f32, f64, v128, funcref, externref

    package var description: String { rawValue }
}

/// The type of an import or export.
package enum ExternType: Sendable, Equatable, CustomStringConvertible {
    /// A function of this type.
    case function(parameters: [ValueType], results: [ValueType])
    /// A table.
    case table
    /// A linear memory.
    case memory
    /// A global.
    case global
    /// An exception tag.
    case tag

    /// For a function its type as `(i32, i32) -> i64`, else the kind.
    package var description: String {
        switch self {
        case .function(let parameters, let results):
            let taken = parameters.map(\.description).joined(separator: ", ")
            let given = results.map(\.description).joined(separator: ", ")
            return "(\(taken)) -> " + (results.count == 1 ? given : "(\(given))")
        case .table: return "a table"
        case .memory: return "a memory"
        case .global: return "a global"
        case .tag: return "a tag"
        }
    }
}

/// Something a module wants from the host.
package struct ModuleImport: Sendable, Equatable {
    /// The name of the module it is looked up in.
    package let module: String
    /// Its name there.
    package let name: String
    /// Its type.
    package let type: ExternType

    /// Describes an import.
    package init(module: String, name: String, type: ExternType) {
        self.module = module
        self.name = name
        self.type = type
    }
}

/// Something a module offers.
package struct ModuleExport: Sendable, Equatable {
    /// The name it is exported under.
    package let name: String
    /// Its type.
    package let type: ExternType

    /// Describes an export.
    package init(name: String, type: ExternType) {
        self.name = name
        self.type = type
    }
}

/// What a module imports and exports, in its order, as its reader has found it.
package struct ModuleInterface: Sendable, Equatable {
    package let imports: [ModuleImport]
    package let exports: [ModuleExport]

    package init(imports: [ModuleImport], exports: [ModuleExport]) {
        self.imports = imports
        self.exports = exports
    }
}
