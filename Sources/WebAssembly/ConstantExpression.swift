extension WebAssemblyModule {
    /// What a constant expression gives, as far as it can be told without running the module (spec 3.3.10, 5.4.9).
    package enum Constant: Hashable, Sendable {
        case i32(Int32)
        case i64(Int64)
        /// A float by its bits, so that every NaN stays itself.
        case f32(bitPattern: UInt32)
        case f64(bitPattern: UInt64)
        /// A vector, whose bytes are not kept.
        case v128
        /// The null reference of this type.
        case null(ValueType)
        /// A reference to the function of this index.
        case function(Int)
        /// The value of the global of this index at instantiation.
        case global(Int)
        /// A sum, difference or product of something only known at instantiation (extended-const proposal).
        case computed
    }
}

/// The indices a constant expression may name.
struct ConstantScope {
    var functions: Int
    var globals: Int
    var operators: Int
}

extension ByteCursor {
    /// A constant expression up to and including its `end` (spec 5.4.9), with the operators of extended-const.
    mutating func constant(in scope: ConstantScope) throws(WebAssemblyError) -> WebAssemblyModule.Constant {
        let start = position
        var stack: [WebAssemblyModule.Constant] = []
        var steps = 0
        while true {
            steps += 1
            guard steps <= scope.operators else {
                throw failure(
                    .countTooLarge, at: start,
                    "\(subject) has a constant expression of more than \(scope.operators) operators")
            }
            let place = position
            let operation = try byte(of: "a constant expression")
            switch operation {
            case 0x0B:
                guard stack.count == 1 else {
                    throw failure(
                        .unknownEncoding, at: start,
                        "\(subject) has a constant expression that leaves \(stack.count) values")
                }
                return stack[0]
            case 0x6A...0x6C, 0x7C...0x7E:
                guard stack.count >= 2 else {
                    throw failure(
                        .unknownEncoding, at: place,
                        "\(subject) has a constant expression that takes more values than it has")
                }
                let right = stack.removeLast()
                let left = stack.removeLast()
                stack.append(folding(left, right, by: operation))
            default:
                stack.append(try operand(operation, at: place, in: scope))
            }
        }
    }

    private mutating func operand(
        _ operation: UInt8, at place: Int, in scope: ConstantScope
    ) throws(WebAssemblyError) -> WebAssemblyModule.Constant {
        switch operation {
        case 0x41: return .i32(Int32(truncatingIfNeeded: try signed(bits: 32)))
        case 0x42: return .i64(try signed(bits: 64))
        case 0x43: return .f32(bitPattern: UInt32(truncatingIfNeeded: try littleEndian(4)))
        case 0x44: return .f64(bitPattern: try littleEndian(8))
        case 0x23: return .global(try index("global", below: scope.globals))
        case 0xD0: return .null(try referenceType())
        case 0xD2: return .function(try index("function", below: scope.functions))
        case 0xFD where try u32() == 12:
            try skip(16)
            return .v128
        default:
            throw failure(
                .unknownEncoding, at: place,
                "\(subject) has an operator \(operation.hexadecimal) that no constant expression may hold")
        }
    }

    private mutating func littleEndian(_ count: Int) throws(WebAssemblyError) -> UInt64 {
        var value: UInt64 = 0
        for place in 0..<count { value |= UInt64(try byte()) << (8 * place) }
        return value
    }

    private func folding(
        _ left: WebAssemblyModule.Constant, _ right: WebAssemblyModule.Constant, by operation: UInt8
    ) -> WebAssemblyModule.Constant {
        switch (operation, left, right) {
        case (0x6A, .i32(let left), .i32(let right)): .i32(left &+ right)
        case (0x6B, .i32(let left), .i32(let right)): .i32(left &- right)
        case (0x6C, .i32(let left), .i32(let right)): .i32(left &* right)
        case (0x7C, .i64(let left), .i64(let right)): .i64(left &+ right)
        case (0x7D, .i64(let left), .i64(let right)): .i64(left &- right)
        case (0x7E, .i64(let left), .i64(let right)): .i64(left &* right)
        default: .computed
        }
    }

    /// An index of a thing there are `bound` of.
    mutating func index(_ thing: String, below bound: Int) throws(WebAssemblyError) -> Int {
        let start = position
        let index = try u32()
        guard index < bound else {
            throw failure(
                .indexOutOfRange, at: start, "\(subject) names \(thing) \(index), which the module does not have")
        }
        return index
    }
}
