extension WebAssemblyModule {
    /// An extension of WebAssembly 1.0, by its name in the `target_features` section (tool conventions, Linking).
    package enum Feature: String, CaseIterable, Sendable {
        case atomics
        case bulkMemory = "bulk-memory"
        case exceptionHandling = "exception-handling"
        case memory64
        case multimemory
        case multivalue
        case mutableGlobals = "mutable-globals"
        case referenceTypes = "reference-types"
        case simd128
    }

    /// The features without which the module's declarations would not be valid.
    ///
    /// Function bodies are not looked at, so a feature that only shows in instructions is missing here; what the
    /// compiler was allowed to use is in ``targetFeatures``.
    package var declaredFeatures: Set<Feature> {
        var features: Set<Feature> = []
        let note = { (feature: Feature, isNeeded: Bool) in if isNeeded { features.insert(feature) } }
        let values = types.flatMap { $0.parameters + $0.results } + globals.map(\.type)
        note(.atomics, memories.contains(where: \.isShared))
        note(.bulkMemory, dataCount != nil || dataSegments.contains { $0.mode == .passive })
        note(.exceptionHandling, !tagTypeIndices.isEmpty)
        note(.memory64, memories.contains(where: \.is64) || tables.contains(where: \.is64))
        note(.multimemory, memories.count > 1)
        note(.multivalue, types.contains { $0.results.count > 1 })
        note(.mutableGlobals, hasMutableGlobalAtItsBoundary)
        note(
            .referenceTypes,
            values.contains(where: \.isReference) || tables.count > 1
                || tables.contains { $0.elementType == .externref })
        note(.simd128, values.contains(.v128))
        return features
    }

    private var hasMutableGlobalAtItsBoundary: Bool {
        imports.contains { if case .global(let global) = $0.kind { global.isMutable } else { false } }
            || exports.contains { $0.kind == .global && globals[$0.index].isMutable }
    }
}
