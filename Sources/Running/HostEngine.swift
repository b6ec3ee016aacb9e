package import Basics
package import Contract
package import Engine
package import WebAssembly

extension EngineSettings {
    /// The engine as the host of a profile has set up its own.
    package init(_ profile: HostProfile) throws(Problem) {
        func problem(_ message: String) -> Problem {
            Problem(.invalidHost, "the host profile \(profile.id): \(message)", help: "correct host.yaml")
        }
        var features: Set<EngineFeature> = []
        for name in profile.features.accepted where !EngineFeature.alwaysOn.contains(name) {
            guard let feature = EngineFeature(rawValue: name) else {
                throw problem("pdk does not support the WebAssembly feature '\(name.printable)'")
            }
            features.insert(feature)
        }
        // The engine's library ends the process over these.
        guard features.contains(.referenceTypes) else {
            throw problem("pdk cannot run a host whose engine has no 'reference-types'")
        }
        guard features.contains(.simd) || !features.contains(.relaxedSIMD) else {
            throw problem("the WebAssembly feature 'relaxed-simd' needs 'simd128'")
        }
        let functions = profile.imports.map { item in
            HostFunction(
                module: item.module, name: item.name, behavior: HostFunction.Behavior(item.behavior),
                type: ExternType(item.type), codes: item.codes.mapValues { Int32(clamping: $0) })
        }
        self.init(
            features: features, stackBytes: profile.limits.stackBytes, functions: functions,
            caps: StoreLimits(
                keyBytes: profile.store.keyBytes, valueBytes: profile.store.valueBytes, keys: profile.store.keys,
                totalBytes: profile.store.totalBytes),
            tableElements: profile.limits.tableElements > 0
                ? profile.limits.tableElements : KitLimits.guestTableElements,
            exports: ExportNames(
                memory: profile.module.memory, alloc: profile.module.alloc, dealloc: profile.module.dealloc))
    }
}

extension HostFunction.Behavior {
    fileprivate init(_ behavior: HostImport.Behavior) {
        self =
            switch behavior {
            case .get: .get
            case .set: .set
            case .delete: .delete
            case .sha256: .sha256
            case .nothing: .nothing
            }
    }
}

extension CallLimits {
    /// The limits of a profile's host; where it limits no memory, what a computer can spare.
    package init(_ profile: HostProfile) {
        self.init(
            fuel: profile.limits.fuel, timeMilliseconds: UInt32(clamping: profile.limits.milliseconds),
            memoryBytes: profile.limits.memoryBytes > 0 ? profile.limits.memoryBytes : KitLimits.guestMemoryBytes)
    }

    /// Raises the kit's own limit of memory, which is no reason to refuse what a module declares; no limit of the host.
    package mutating func admit(_ minimumMemoryBytes: Int, _ profile: HostProfile) {
        if profile.limits.memoryBytes == 0, minimumMemoryBytes > memoryBytes / 2 { memoryBytes += minimumMemoryBytes }
    }

    /// The same, with time for a busy machine: what really loops runs out of fuel.
    package static func patient(_ profile: HostProfile) -> CallLimits {
        var limits = CallLimits(profile)
        limits.timeMilliseconds = max(limits.timeMilliseconds, 10_000)
        return limits
    }
}

extension ModuleInterface {
    /// What the engine needs to know of a module, from the kit's one reader.
    package init(_ module: WebAssemblyModule) {
        let imports = module.imports.map { item -> ModuleImport in
            let type: ExternType =
                switch item.kind {
                case .function(let index):
                    module.types.indices.contains(index) ? ExternType(module.types[index]) : .table
                case .table: .table
                case .memory: .memory
                case .global: .global
                case .tag: .tag
                }
            return ModuleImport(module: item.module, name: item.name, type: type)
        }
        let exports = module.exports.map { item -> ModuleExport in
            let type: ExternType =
                switch item.kind {
                case .function: module.functionType(at: item.index).map { ExternType($0) } ?? .table
                case .table: .table
                case .memory: .memory
                case .global: .global
                case .tag: .tag
                }
            return ModuleExport(name: item.name, type: type)
        }
        self.init(imports: imports, exports: exports)
    }
}

extension ExternType {
    fileprivate init(_ type: WebAssemblyModule.FunctionType) {
        // Both kinds of type are named as in WebAssembly's text format.
        func types(_ types: [WebAssemblyModule.ValueType]) -> [ValueType] {
            types.compactMap { ValueType(rawValue: $0.description) }
        }
        self = .function(parameters: types(type.parameters), results: types(type.results))
    }
}

extension WebAssemblyModule {
    /// The bytes that the largest of its memories begins with.
    package var minimumMemoryBytes: Int {
        memories.map { $0.size.minimum > 1 << 16 ? 1 << 32 : Int($0.size.minimum) << 16 }.max() ?? 0
    }
}
