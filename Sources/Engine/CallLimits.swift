/// The bounds of one call; the defaults are the host's.
package struct CallLimits: Sendable, Equatable {
    /// Units of fuel, about one an instruction.
    package var fuel: UInt64
    /// Wall-clock time in milliseconds, kept to the next tick of 5 ms.
    package var timeMilliseconds: UInt32
    /// The largest size of each memory, in bytes.
    package var memoryBytes: Int

    /// The host's limits unless told otherwise: 1,000,000 units, 100 ms, 64 MiB.
    package init(fuel: UInt64 = 1_000_000, timeMilliseconds: UInt32 = 100, memoryBytes: Int = 64 * 1024 * 1024) {
        self.fuel = fuel
        self.timeMilliseconds = timeMilliseconds
        self.memoryBytes = memoryBytes
    }
}

/// The two shapes a hook may have (host contract, section 6).
package enum HookShape: Sendable, Equatable {
    /// `(i32, i32) -> i64`, returning where the output lies.
    case result
    /// `(i32, i32) -> ()`.
    case observer

    var type: ExternType {
        .function(parameters: [.i32, .i32], results: self == .result ? [.i64] : [])
    }
}
