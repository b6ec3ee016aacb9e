/// What the host functions of one call share: a class, because the C store keeps a pointer to it.
///
/// Used by one thread at a time, the one that makes the call.
final class CallState {
    /// The most operations recorded in a call.
    static let maximumOperations = 10_000
    /// The most bytes of keys and values the records keep.
    static let maximumOperationBytes = 16 * 1024 * 1024

    let functions: WasmtimeFunctions
    let sha256: @Sendable ([UInt8]) -> [UInt8]
    let caps: StoreLimits
    var store: KeyValueStore
    /// Why a host function ended the call; the library hands back only an error without it.
    var hostFailure: String?

    private(set) var operations: [StoreOperation] = []
    private(set) var operationsOmitted = 0
    private var operationBytes = 0

    init(_ engine: Engine, store: KeyValueStore) {
        functions = engine.functions
        sha256 = engine.sha256
        caps = engine.settings.caps
        self.store = store
    }

    /// Records an operation, unless the records are full.
    func record(_ operation: StoreOperation) {
        let bytes = operation.byteCount
        guard operations.count < Self.maximumOperations, bytes <= Self.maximumOperationBytes - operationBytes else {
            operationsOmitted += 1
            return
        }
        operationBytes += bytes
        operations.append(operation)
    }
}
