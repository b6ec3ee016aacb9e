/// How the host that the engine stands in for has set its own engine up: plain values, told by the caller.
package struct EngineSettings: Sendable, Equatable {
    /// The WebAssembly features that are accepted.
    package var features: Set<EngineFeature>
    /// Bytes of stack that a call may use.
    package var stackBytes: Int
    /// The functions that modules may import.
    package var functions: [HostFunction]
    /// How much a plugin may keep.
    package var caps: StoreLimits
    /// The largest number of elements in a table.
    package var tableElements: Int
    /// The exports that the host uses beside hooks.
    package var exports: ExportNames

    package init(
        features: Set<EngineFeature>, stackBytes: Int, functions: [HostFunction], caps: StoreLimits, tableElements: Int,
        exports: ExportNames
    ) {
        self.exports = exports
        self.features = features
        self.stackBytes = stackBytes
        self.functions = functions
        self.caps = caps
        self.tableElements = tableElements
    }
}

/// The names under which a module exports its memory and its allocator.
package struct ExportNames: Sendable, Equatable {
    package var memory: String
    package var alloc: String
    package var dealloc: String

    package init(memory: String, alloc: String, dealloc: String) {
        self.memory = memory
        self.alloc = alloc
        self.dealloc = dealloc
    }
}

/// A WebAssembly feature that the engine can switch, by LLVM's name for it.
package enum EngineFeature: String, CaseIterable, Sendable {
    case multivalue
    case bulkMemory = "bulk-memory"
    case referenceTypes = "reference-types"
    case simd = "simd128"
    case relaxedSIMD = "relaxed-simd"
    case tailCall = "tail-call"
    case multimemory
    case threads
    case memory64
    case exceptions = "exception-handling"
    case collection = "gc"
    case externref
    case functionReferences = "function-references"
    case wideArithmetic = "wide-arithmetic"
    case customPageSizes = "custom-page-sizes"
    case stackSwitching = "stack-switching"

    /// Features of every engine, which have no switch.
    package static let alwaysOn = ["mutable-globals", "sign-ext", "nontrapping-fptoint", "extended-const"]
}

/// A function that the host offers to modules.
package struct HostFunction: Sendable, Equatable {
    /// What it does.
    package enum Behavior: Sendable {
        case get, set, delete, sha256
        /// Nothing: it returns its code `done`.
        case nothing
    }

    package var module: String
    package var name: String
    package var behavior: Behavior
    package var type: ExternType
    /// What it returns, by the names of outcomes.
    package var codes: [String: Int32]

    package init(module: String, name: String, behavior: Behavior, type: ExternType, codes: [String: Int32]) {
        self.module = module
        self.name = name
        self.behavior = behavior
        self.type = type
        self.codes = codes
    }

    /// The code of an outcome; 0 where the host has not said.
    func code(_ outcome: String) -> Int32 { codes[outcome] ?? 0 }
}

/// How much a plugin may keep in its store; 0 is no cap.
package struct StoreLimits: Sendable, Equatable {
    package var keyBytes: Int
    package var valueBytes: Int
    package var keys: Int
    /// Bytes of all keys and values together.
    package var totalBytes: Int

    package init(keyBytes: Int, valueBytes: Int, keys: Int, totalBytes: Int) {
        self.keyBytes = keyBytes
        self.valueBytes = valueBytes
        self.keys = keys
        self.totalBytes = totalBytes
    }
}
