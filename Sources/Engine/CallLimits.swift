/// The bounds of one call.
package struct CallLimits: Sendable, Equatable {
    /// Units of fuel, about one an instruction.
    package var fuel: UInt64
    /// Wall-clock time in milliseconds, kept to the next tick of 5 ms.
    package var timeMilliseconds: UInt32
    /// The largest size of each memory, in bytes.
    package var memoryBytes: Int
    /// The longest output that is read, in bytes.
    package var outputBytes: Int

    package init(fuel: UInt64, timeMilliseconds: UInt32, memoryBytes: Int, outputBytes: Int = 64 << 20) {
        self.fuel = fuel
        self.timeMilliseconds = timeMilliseconds
        self.memoryBytes = memoryBytes
        self.outputBytes = outputBytes
    }
}

/// The two shapes a hook may have.
package enum HookShape: Sendable, Equatable {
    /// `(i32, i32) -> i64`, returning where the output lies.
    case result
    /// `(i32, i32) -> ()`.
    case observer

    var type: ExternType {
        .function(parameters: [.i32, .i32], results: self == .result ? [.i64] : [])
    }
}
