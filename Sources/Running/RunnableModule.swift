package import Basics
package import Contract
package import Engine
internal import LibCrypto

/// A module that runs in the host's engine.
package struct RunnableModule: Sendable {
    package let module: CompiledModule

    /// Loads the engine and compiles a module for it.
    ///
    /// Errors: `no-engine`, and `module-refused` when the host's engine would refuse the module.
    package init(_ bytes: [UInt8], path: String, source: EngineSource) throws {
        let engine = try Self.engine(source)
        do {
            let hash = Hex.encode(try unsafe SHA256.digest(of: bytes.span.bytes))
            module = try engine.compile(bytes, cacheFolder: source.cacheFolder, moduleHashHex: hash)
        } catch let error as EngineError {
            throw Problem(.moduleRefused, "the host would refuse \(path): \(error)", help: "pdk check says more")
        }
    }

    package static func engine(_ source: EngineSource) throws(Problem) -> Engine {
        do throws(EngineError) {
            let library = try EngineLibrary.load(candidates: source.candidates)
            return try Engine(library: library) { bytes in
                // The digest of bytes in memory fails only when memory runs out; the host then answers -1, as for any fault.
                (try? unsafe SHA256.digest(of: bytes.span.bytes)) ?? []
            }
        } catch {
            throw EngineSource.problem(error)
        }
    }

    /// Calls a hook as the host does.
    ///
    /// - Parameter guardedBytes: The size of a filled block that `alloc` gives out first, to see whether it is left alone.
    package func call(
        _ hook: Hook, input: [UInt8], store: KeyValueStore, limits: CallLimits, guardedBytes: Int = 0
    ) -> HookRun {
        let outcome = module.call(
            hook: hook.export, shape: hook.isObserver ? shape(of: hook) : .result, input: input, store: store,
            limits: limits, guardedBytes: guardedBytes)
        return HookRun(hook: hook, outcome: outcome, limits: limits)
    }

    /// An observer may have either of the two shapes.
    private func shape(of hook: Hook) -> HookShape {
        let returns = module.exports.contains { export in
            guard export.name == hook.export, case .function(_, let results) = export.type else { return false }
            return !results.isEmpty
        }
        return returns ? .result : .observer
    }
}
