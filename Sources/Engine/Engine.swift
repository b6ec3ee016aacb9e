internal import CWasmtime
internal import Glibc

/// The host's engine in this process: its accepted features, its imports, its clock.
///
/// One engine serves all modules and threads. A class, because modules and the ticking thread share it.
package final class Engine: @unchecked Sendable {
    /// The largest module compiled, in bytes.
    package static let maximumModuleBytes = 64 * 1024 * 1024

    /// The version of the library.
    package let version: LibraryVersion

    let functions: WasmtimeFunctions
    let settings: EngineSettings
    let sha256: @Sendable ([UInt8]) -> [UInt8]
    let ticker: EpochTicker
    private let engine: Handle
    private let linker: Handle
    /// What the linker has pointers to.
    private let defined: [DefinedFunction]

    /// Sets up an engine with the host's configuration (wasm_engine_new_with_config).
    ///
    /// - Parameter sha256: SHA-256, 32 bytes, for the import `sha256_hex` and for sealing cache files.
    /// - Throws: `EngineError.engineFailed`.
    package init(
        library: EngineLibrary, settings: EngineSettings, sha256: @escaping @Sendable ([UInt8]) -> [UInt8]
    ) throws(EngineError) {
        try Self.checkStack()
        let functions = library.functions
        let api = functions.api
        guard let config = unsafe AcceptedFeatures.makeConfiguration(functions, settings),
            let pointer = unsafe api.wasm_engine_new_with_config(config)
        else { throw .engineFailed(action: "start the engine", reason: "it refuses the host's configuration") }
        let engine = unsafe Handle(pointer, delete: api.wasm_engine_delete)
        guard let linkerPointer = unsafe api.wasmtime_linker_new(pointer) else {
            throw .engineFailed(action: "start the engine", reason: "it makes no linker")
        }
        let linker = unsafe Handle(linkerPointer, delete: api.wasmtime_linker_delete)
        let defined = settings.functions.map {
            DefinedFunction($0, library: functions, memoryName: settings.exports.memory)
        }
        try HostImports.define(defined, in: linker)
        let epoch = unsafe Epoch(functions: functions, engine: pointer)
        self.version = library.version
        self.functions = functions
        self.settings = settings
        self.defined = defined
        self.sha256 = sha256
        self.ticker = EpochTicker { epoch.increment() }
        self.engine = engine
        self.linker = linker
    }

    deinit {
        // The thread uses the engine until it has ended.
        ticker.stop()
    }

    /// Checks that bytes are a module the host's engine accepts, without compiling it (wasmtime_module_validate).
    ///
    /// - Throws: `EngineError.invalidModule`, `.moduleTooLarge`.
    package func validate(_ module: [UInt8]) throws(EngineError) {
        try checkSize(module)
        let error = unsafe module.withUnsafeBufferPointer { bytes in
            unsafe functions.api.wasmtime_module_validate(engine.pointer, bytes.baseAddress, bytes.count)
        }
        if let error = unsafe error {
            throw .invalidModule(reason: unsafe TrapReport(functions: functions).message(consuming: error))
        }
    }

    /// Compiles a module and links it with the host's imports; refuses an import the host does not offer.
    ///
    /// - Parameter interface: The module's imports and exports, as its reader has found them.
    package func compile(_ module: [UInt8], interface: ModuleInterface) throws(EngineError) -> CompiledModule {
        try compile(module, interface: interface, cacheFolder: nil, moduleHashHex: "")
    }

    /// The bytes of memory that a compilation may take: many times what modules that compilers make need.
    ///
    /// 16 MB of plain functions take 250 MB, one function of 0.2 MB takes 180; 0.6 MB of nested loops would take 4 GB.
    package static func compilationBytes(moduleBytes: Int) -> Int { (1 << 30) + 32 * moduleBytes }

    /// Compiles a module on a thread of its own, and gives up after so many milliseconds, or bytes of memory.
    ///
    /// Without a number of bytes, what `compilationBytes(moduleBytes:)` says.
    ///
    /// - Throws: `EngineError.compilationTooLong`, `.compilationTooLarge`, and as
    ///   `compile(_:interface:cacheFolder:moduleHashHex:)`.
    package func compile(
        _ module: [UInt8], interface: ModuleInterface, cacheFolder: String?, moduleHashHex: String, milliseconds: Int,
        bytes: Int? = nil
    ) throws(EngineError) -> CompiledModule {
        let work = TimedWork { () -> Result<CompiledModule, EngineError> in
            do throws(EngineError) {
                return .success(
                    try self.compile(
                        module, interface: interface, cacheFolder: cacheFolder, moduleHashHex: moduleHashHex))
            } catch {
                return .failure(error)
            }
        }
        let bytes = bytes ?? Self.compilationBytes(moduleBytes: module.count)
        switch work.result(milliseconds: milliseconds, bytes: bytes) {
        case .done(let result): return try result.get()
        case .tooLong: throw .compilationTooLong(milliseconds: milliseconds)
        case .tooLarge: throw .compilationTooLarge(bytes: bytes)
        }
    }

    /// Compiles a module, or takes its code from a cache folder that only the user can write.
    ///
    /// A folder or file that cannot be trusted or used is left alone, which `CompiledModule.cache` tells.
    ///
    /// - Parameters:
    ///   - cacheFolder: Where compiled code is kept; made with mode 0700 when absent. Nil for no cache.
    ///   - moduleHashHex: The SHA-256 of `module` as 64 lowercase hex digits, computed by the caller.
    /// - Throws: As `compile(_:)`; never for the cache.
    package func compile(
        _ module: [UInt8], interface: ModuleInterface, cacheFolder: String?, moduleHashHex: String
    ) throws(EngineError) -> CompiledModule {
        try checkSize(module)
        try HostImports.check(interface.imports, offered: settings.functions)
        guard let cacheFolder else {
            let fresh = try compileFresh(module)
            return try link(fresh, interface, cache: .off)
        }
        let cache = CodeCache(
            folder: cacheFolder, moduleHashHex: moduleHashHex, version: version,
            tag: AcceptedFeatures.tag(settings), sha256: sha256)
        var flaw: String?
        switch cache.load() {
        case .found(let code):
            if let loaded = deserialize(code, flaw: &flaw) { return try link(loaded, interface, cache: .hit) }
        case .absent: break
        case .damaged(let reason): flaw = reason
        case .unusable(let reason):
            let fresh = try compileFresh(module)
            return try link(fresh, interface, cache: .ignored(reason: reason))
        }
        let fresh = try compileFresh(module)
        var outcome = CacheOutcome.stored
        if let flaw { outcome = .replaced(reason: flaw) }
        if let reason = store(fresh, in: cache) { outcome = .ignored(reason: reason) }
        return try link(fresh, interface, cache: outcome)
    }

    /// A store for one call (wasmtime_store_new); the state must outlive it.
    func makeStore(_ state: CallState) -> OpaquePointer? {
        unsafe functions.api.wasmtime_store_new(engine.pointer, Unmanaged.passUnretained(state).toOpaque(), nil)
    }

    /// Refuses a process with little stack: plugins may use 512 KiB of a thread's, and past its end the process dies.
    private static func checkStack() throws(EngineError) {
        let needed: rlim_t = 2 * 1024 * 1024
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_STACK.rawValue), &limit) == 0 else {
            throw .engineFailed(action: "start the engine", reason: systemMessage(errno))
        }
        guard limit.rlim_cur >= needed else {
            let reason = "the stack limit is \(limit.rlim_cur) bytes and plugins need \(needed) (ulimit -s)"
            throw .engineFailed(action: "start the engine", reason: reason)
        }
    }

    private func checkSize(_ module: [UInt8]) throws(EngineError) {
        guard module.count <= Self.maximumModuleBytes else {
            throw .moduleTooLarge(bytes: module.count, maximum: Self.maximumModuleBytes)
        }
    }

    private func compileFresh(_ module: [UInt8]) throws(EngineError) -> Handle {
        var compiled: OpaquePointer?
        let error = unsafe module.withUnsafeBufferPointer { bytes in
            unsafe functions.api.wasmtime_module_new(engine.pointer, bytes.baseAddress, bytes.count, &compiled)
        }
        if let error = unsafe error {
            throw .invalidModule(reason: unsafe TrapReport(functions: functions).message(consuming: error))
        }
        guard let compiled = unsafe compiled else {
            throw .engineFailed(action: "compile the module", reason: "the engine returned nothing")
        }
        return unsafe Handle(compiled, delete: functions.api.wasmtime_module_delete)
    }

    private func deserialize(_ code: [UInt8], flaw: inout String?) -> Handle? {
        var compiled: OpaquePointer?
        let error = unsafe code.withUnsafeBufferPointer { bytes in
            unsafe functions.api.wasmtime_module_deserialize(engine.pointer, bytes.baseAddress, bytes.count, &compiled)
        }
        if let error = unsafe error {
            flaw = unsafe TrapReport(functions: functions).message(consuming: error)
            return nil
        }
        guard let compiled = unsafe compiled else { return nil }
        return unsafe Handle(compiled, delete: functions.api.wasmtime_module_delete)
    }

    /// Puts a module's code into the cache; the reason why not, or nil.
    private func store(_ module: borrowing Handle, in cache: CodeCache) -> String? {
        var vector = unsafe wasm_byte_vec_t()
        if let error = unsafe functions.api.wasmtime_module_serialize(module.pointer, &vector) {
            return unsafe TrapReport(functions: functions).message(consuming: error)
        }
        defer { unsafe functions.api.wasm_byte_vec_delete(&vector) }
        return cache.store(unsafe [UInt8](UnsafeBufferPointer(start: vector.data, count: vector.size)))
    }

    private func link(
        _ compiled: borrowing Handle, _ interface: ModuleInterface, cache: CacheOutcome
    ) throws(EngineError) -> CompiledModule {
        var instance: OpaquePointer?
        let error = unsafe functions.api.wasmtime_linker_instantiate_pre(linker.pointer, compiled.pointer, &instance)
        if let error = unsafe error {
            let reason = unsafe TrapReport(functions: functions).message(consuming: error)
            throw .engineFailed(action: "link the module", reason: reason)
        }
        guard let instance = unsafe instance else {
            throw .engineFailed(action: "link the module", reason: "the engine returned nothing")
        }
        let linked = unsafe Handle(instance, delete: functions.api.wasmtime_instance_pre_delete)
        return CompiledModule(engine: self, linked: linked, interface: interface, cache: cache)
    }

    /// The engine as the ticking thread sees it (wasmtime_engine_increment_epoch, safe from any thread).
    @safe
    private struct Epoch: @unchecked Sendable {
        let functions: WasmtimeFunctions
        let engine: OpaquePointer

        func increment() {
            unsafe functions.api.wasmtime_engine_increment_epoch(engine)
        }
    }
}
