internal import CWasmtime

/// A module compiled and linked with the host's imports, ready for calls from any thread.
///
/// Every call gets a store and an instance of its own, as in the host. A class, because threads share it.
package final class CompiledModule: @unchecked Sendable {
    /// What the module imports, in its order.
    package let imports: [ModuleImport]
    /// What the module exports, in its order.
    package let exports: [ModuleExport]
    /// What became of the cache of compiled code.
    package let cache: CacheOutcome

    let engine: Engine
    private let linked: Handle
    private let exportTypes: [String: ExternType]

    init(engine: Engine, linked: consuming Handle, interface: ModuleInterface, cache: CacheOutcome) {
        self.engine = engine
        self.linked = linked
        self.imports = interface.imports
        self.exports = interface.exports
        self.cache = cache
        self.exportTypes = Dictionary(
            interface.exports.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
    }

    /// Checks that the module exports `name` with the type the host calls it with.
    func require(_ name: String, _ expected: ExternType, phase: CallFailure.Phase) throws(CallFailure) {
        guard let found = exportTypes[name] else { throw CallFailure(.missingExport(name: name), in: phase) }
        guard found == expected else {
            let kind = CallFailure.Kind.wrongShape(
                export: name, found: found.description, expected: expected.description)
            throw CallFailure(kind, in: phase)
        }
    }

    /// The type of an export; nil when there is none of that name.
    func exportType(_ name: String) -> ExternType? {
        exportTypes[name]
    }

    /// A new instance in a store, its start function run (wasmtime_instance_pre_instantiate).
    func instantiate(in store: borrowing GuestStore) throws(CallFailure) -> GuestInstance {
        var instance = wasmtime_instance_t()
        var trap: OpaquePointer?
        let error = unsafe engine.functions.api.wasmtime_instance_pre_instantiate(
            linked.pointer, store.context, &instance, &trap)
        if let failure = unsafe store.failure(error: error, trap: trap, phase: .instantiation) { throw failure }
        return GuestInstance(instance: instance)
    }
}
