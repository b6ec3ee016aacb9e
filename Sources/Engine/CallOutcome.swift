/// Everything one hook call did.
package struct CallOutcome: Sendable {
    /// The output's bytes; nil for "no result", for an observer, and after a failure before the output was read.
    package var output: [UInt8]?
    /// Where the output lay in the plugin's memory; longer than `output` where that was cut to the limit.
    package var outputRange: Range<Int>?
    /// Where `alloc` put the input.
    package var inputPointer: Int?
    /// Units of fuel used by the whole call, instantiation and `alloc` included.
    package var fuelUsed: UInt64
    /// False when the engine lost count since the last call boundary, as after an out-of-bounds access.
    package var fuelIsExact: Bool
    /// Nanoseconds for store, instantiation and calls.
    package var duration: UInt64
    /// The exported memory's size at the end, in bytes; memories never shrink.
    package var peakMemoryBytes: Int
    /// What was asked of the imports, in order; at most 10,000 records of 16 MiB together.
    package var storeOperations: [StoreOperation]
    /// How many further operations were carried out but not recorded.
    package var storeOperationsOmitted: Int
    /// The store after the call; what a failed call wrote is kept, as in the host.
    package var store: KeyValueStore
    /// The filled block that `alloc` gave out before the input; nil when none was asked for or it could not be had.
    package var guardedBlock: Range<Int>?
    /// The first address in `guardedBlock` that the plugin has written to; nil when it left all of it alone.
    package var guardDamage: Int?
    /// Why the call failed; nil when it did not.
    package var failure: CallFailure?
    /// Why a call of `dealloc` failed, which the host ignores; nil when none did.
    package var deallocFailure: CallFailure?
    /// The outcome of a call that did nothing yet, for the store it started with.
    package init(store: KeyValueStore = KeyValueStore()) {
        self.output = nil
        self.outputRange = nil
        self.inputPointer = nil
        self.fuelUsed = 0
        self.fuelIsExact = true
        self.duration = 0
        self.peakMemoryBytes = 0
        self.storeOperations = []
        self.storeOperationsOmitted = 0
        self.guardedBlock = nil
        self.guardDamage = nil
        self.store = store
        self.failure = nil
        self.deallocFailure = nil
    }
}
