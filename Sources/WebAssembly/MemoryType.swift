extension WebAssemblyModule {
    /// How large a memory or table is at first and may become (spec 5.3.7).
    package struct SizeRange: Hashable, Sendable {
        /// Pages of 65,536 bytes for a memory, entries for a table.
        package let minimum: UInt64
        /// In the unit of ``minimum``; nil when the module sets none.
        package let maximum: UInt64?
    }

    /// A linear memory's type (spec 5.3.8).
    package struct Memory: Hashable, Sendable {
        /// In pages of 65,536 bytes.
        package let size: SizeRange
        /// Whether addresses are 64-bit (memory64 proposal).
        package let is64: Bool
        /// Whether threads may share it (threads proposal).
        package let isShared: Bool
    }

    /// A table's type (spec 5.3.9).
    package struct Table: Hashable, Sendable {
        /// The type of reference it holds.
        package let elementType: ValueType
        /// In entries.
        package let size: SizeRange
        /// Whether indices are 64-bit (memory64 proposal).
        package let is64: Bool
    }
}

extension ByteCursor {
    /// A memory type (spec 5.3.8), with the flags of the threads and memory64 proposals.
    mutating func memory() throws(WebAssemblyError) -> WebAssemblyModule.Memory {
        let start = position
        let flags = try byte()
        guard flags & ~0b111 == 0 else {
            throw failure(.unknownEncoding, at: start, "\(subject) has unknown limits flags \(flags.hexadecimal)")
        }
        let is64 = flags & 0b100 != 0
        let size = try sizeRange(hasMaximum: flags & 0b001 != 0, bits: is64 ? 64 : 32, from: start)
        let most: UInt64 = is64 ? 1 << 48 : 1 << 16
        guard max(size.minimum, size.maximum ?? 0) <= most else {
            throw failure(.invalidLimits, at: start, "\(subject) has a memory of more than \(most) pages")
        }
        let isShared = flags & 0b010 != 0
        guard !isShared || size.maximum != nil else {
            throw failure(.invalidLimits, at: start, "\(subject) has a shared memory without a maximum")
        }
        return .init(size: size, is64: is64, isShared: isShared)
    }

    /// A table type (spec 5.3.9), with the flag of the memory64 proposal.
    mutating func table() throws(WebAssemblyError) -> WebAssemblyModule.Table {
        let type = try referenceType()
        let start = position
        let flags = try byte()
        guard flags & ~0b101 == 0 else {
            throw failure(.unknownEncoding, at: start, "\(subject) has unknown limits flags \(flags.hexadecimal)")
        }
        let is64 = flags & 0b100 != 0
        let size = try sizeRange(hasMaximum: flags & 0b001 != 0, bits: is64 ? 64 : 32, from: start)
        return .init(elementType: type, size: size, is64: is64)
    }

    private mutating func sizeRange(
        hasMaximum: Bool, bits: Int, from start: Int
    ) throws(WebAssemblyError) -> WebAssemblyModule.SizeRange {
        let minimum = try unsigned(bits: bits)
        let maximum = hasMaximum ? try unsigned(bits: bits) : nil
        if let maximum, maximum < minimum {
            throw failure(
                .invalidLimits, at: start, "\(subject) has a minimum of \(minimum) over its maximum of \(maximum)")
        }
        return .init(minimum: minimum, maximum: maximum)
    }
}
