/// Why a call failed: the cause first, then the frames.
package struct CallFailure: Error, Sendable, Equatable {
    /// What happened.
    package enum Kind: Sendable, Equatable {
        /// The call stack is exhausted.
        case stackOverflow
        /// An access outside the memory.
        case memoryOutOfBounds
        /// An integer division by zero.
        case divideByZero
        /// An `unreachable` instruction: how a panic, a failed precondition or an abort ends.
        case unreachable
        /// The time limit passed.
        case interrupted
        /// The fuel was used up.
        case outOfFuel
        /// A host function or the engine failed.
        case hostError(reason: String)
        /// The module lacks an export the host needs.
        case missingExport(name: String)
        /// An export has another type than the host calls it with.
        case wrongShape(export: String, found: String, expected: String)
        /// The input does not fit into 31 bits or the memory limit.
        case inputTooLong(bytes: Int)
        /// `alloc` returned a place where `length` bytes do not fit into the memory.
        case allocOutOfRange(pointer: Int32, length: Int, memoryBytes: Int)
        /// The hook returned a range outside the memory.
        case outputOutOfRange(pointer: Int32, length: UInt32, memoryBytes: Int)
        /// The module could not be instantiated.
        case instantiation(reason: String)
        /// Another trap, by the library's code.
        case otherTrap(code: Int)
    }

    /// The step of the call that failed.
    package enum Phase: Sendable, Equatable, CustomStringConvertible {
        /// Making the instance, its start function included.
        case instantiation
        /// The call of `alloc` and the copy of the input.
        case alloc
        /// The hook itself.
        case hook
        /// Reading the output.
        case output
        /// The calls of `dealloc` on output and input.
        case dealloc
        /// A call of the named export made for a check.
        case export(String)

        /// The step in words.
        package var description: String {
            switch self {
            case .instantiation: "instantiation"
            case .alloc: "alloc"
            case .hook: "the hook"
            case .output: "reading the output"
            case .dealloc: "dealloc"
            case .export(let name): printable(name)
            }
        }
    }

    /// What happened.
    package var kind: Kind
    /// In which step.
    package var phase: Phase
    /// The cause as one sentence in lower case, without the frames.
    package var cause: String
    /// The innermost frames, at most 32.
    package var frames: [CallFrame]

    /// Describes a failure; without a cause, the kind's own sentence.
    package init(_ kind: Kind, in phase: Phase, cause: String? = nil, frames: [CallFrame] = []) {
        self.kind = kind
        self.phase = phase
        self.cause = cause ?? Self.sentence(for: kind)
        self.frames = frames
    }

    /// Whether the fuel left is known after this failure; after signals and interrupts the engine has not stored it.
    var leavesFuelExact: Bool {
        switch kind {
        case .unreachable, .outOfFuel, .hostError, .missingExport, .wrongShape, .inputTooLong, .allocOutOfRange,
            .outputOutOfRange:
            true
        case .stackOverflow, .memoryOutOfBounds, .divideByZero, .interrupted, .instantiation, .otherTrap: false
        }
    }

    private static func sentence(for kind: Kind) -> String {
        switch kind {
        case .stackOverflow: "the call stack overflowed"
        case .memoryOutOfBounds: "an access outside the memory"
        case .divideByZero: "an integer division by zero"
        case .unreachable: "an unreachable instruction was reached, as after a panic or a failed precondition"
        case .interrupted: "the time limit passed"
        case .outOfFuel: "the fuel limit was reached"
        case .hostError(let reason): reason
        case .missingExport(let name): "the module has no export '\(printable(name))'"
        case .wrongShape(let export, let found, let expected):
            "the export '\(printable(export))' is \(found), but the host calls it as \(expected)"
        case .inputTooLong(let bytes): "the input of \(bytes) bytes is too long for the plugin's memory"
        case .allocOutOfRange(let pointer, let length, let memoryBytes):
            "alloc(\(length)) returned \(pointer), where \(length) bytes do not fit into the memory of \(memoryBytes)"
        case .outputOutOfRange(let pointer, let length, let memoryBytes):
            "the hook returned \(length) bytes at \(pointer), outside the memory of \(memoryBytes) bytes"
        case .instantiation(let reason): "the module cannot be instantiated: \(reason)"
        case .otherTrap(let code): trapSentence(code)
        }
    }

    /// The library's rarer traps in words (wasmtime_trap_code).
    private static func trapSentence(_ code: Int) -> String {
        switch code {
        case 2: "an atomic access at an unaligned address"
        case 3: "an access outside a table"
        case 4: "an indirect call of an empty table element"
        case 5: "an indirect call of a function of another type"
        case 6: "an integer overflow, as in dividing the smallest number by -1"
        case 8: "a conversion of a number that does not fit into an integer"
        default: "a trap of code \(code)"
        }
    }
}

/// One frame of the calls that were under way when a call failed.
package struct CallFrame: Sendable, Equatable {
    /// The function's name, when the module has a name section.
    package var functionName: String?
    /// The function's index in the module.
    package var functionIndex: UInt32
    /// The instruction's offset from the start of the module, in bytes.
    package var moduleOffset: Int

    /// Describes a frame.
    package init(functionName: String?, functionIndex: UInt32, moduleOffset: Int) {
        self.functionName = functionName
        self.functionIndex = functionIndex
        self.moduleOffset = moduleOffset
    }
}
