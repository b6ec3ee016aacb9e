import TestSupport
import Testing
import WebAssembly

@Suite struct ConstantExpressionTests {
    /// The value of the last global of a module with two functions, one imported global and this expression.
    private func constant(_ expression: [UInt8]) throws -> WebAssemblyModule.Constant? {
        let bytes = Wasm.module(
            Wasm.section(1, of: [Wasm.function([], [])]),
            Wasm.section(2, of: [Wasm.imported("env", "base", [0x03, 0x7F, 0x00])]),
            Wasm.section(3, of: [[0x00], [0x00]]),
            Wasm.section(6, of: [[0x7F, 0x00] + expression]),
            Wasm.section(10, of: [Wasm.body([]), Wasm.body([])]))
        return try WebAssemblyModule(reading: bytes).globals.last?.initial
    }

    @Test(
        arguments: [
            ([0x43, 0x00, 0x00, 0x80, 0x3F, 0x0B], .f32(bitPattern: (1.0 as Float).bitPattern)),
            ([0x43, 0x0B, 0x0B, 0xC0, 0x7F, 0x0B], .f32(bitPattern: 0x7FC0_0B0B)),
            ([0x44, 0, 0, 0, 0, 0, 0, 0xF0, 0xBF, 0x0B], .f64(bitPattern: (-1.0 as Double).bitPattern)),
            ([0xFD, 0x0C] + [UInt8](repeating: 0x0B, count: 16) + [0x0B], .v128),
            ([0x23, 0x00, 0x0B], .global(0)),
            ([0xD0, 0x6F, 0x0B], .null(.externref)),
            ([0xD2, 0x01, 0x0B], .function(1)),
            ([0x41, 0x07, 0x41, 0x05, 0x6A, 0x0B], .i32(12)),
            ([0x41, 0x07, 0x41, 0x05, 0x6B, 0x0B], .i32(2)),
            ([0x41, 0x07, 0x41, 0x05, 0x6C, 0x0B], .i32(35)),
            ([0x42, 0x07, 0x42, 0x05, 0x7C, 0x0B], .i64(12)),
            ([0x42, 0x07, 0x42, 0x05, 0x7D, 0x0B], .i64(2)),
            ([0x42, 0x07, 0x42, 0x05, 0x7E, 0x0B], .i64(35)),
            ([0x41] + Wasm.signed(Int64(Int32.max)) + [0x41, 0x01, 0x6A, 0x0B], .i32(.min)),
            ([0x23, 0x00, 0x41, 0x05, 0x6A, 0x0B], .computed),
            ([0x41, 0x80, 0x80, 0x00, 0x0B], .i32(0)),
            ([0x41, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0x0B], .i32(-1)),
        ] as [([UInt8], WebAssemblyModule.Constant)])
    func expressionsGiveTheirValues(_ expression: [UInt8], _ expected: WebAssemblyModule.Constant) throws {
        expect(try constant(expression), is: expected)
    }

    @Test func integersRoundTrip() throws {
        var generator = SeededNumbers(seed: 7)
        var values: [Int64] = [0, 1, -1, 63, 64, -64, -65, 127, 128, .max, .min]
        for _ in 0..<300 {
            let shift = Int64.random(in: 0..<64, using: &generator)
            values.append(.random(in: .min ... .max, using: &generator) >> shift)
        }
        for value in values {
            expect(try constant([0x42] + Wasm.signed(value) + [0x0B]), is: .i64(value))
            let narrow = Int32(truncatingIfNeeded: value)
            expect(try constant([0x41] + Wasm.signed(Int64(narrow)) + [0x0B]), is: .i32(narrow))
        }
    }

    /// Offsets count from the expression's first byte.
    @Test(
        arguments: [
            ([0x0B], .unknownEncoding, 0),
            ([0x41, 0x00, 0x41, 0x00, 0x0B], .unknownEncoding, 0),
            ([0x41, 0x00, 0x6A, 0x0B], .unknownEncoding, 2),
            ([0x20, 0x00, 0x0B], .unknownEncoding, 0),
            ([0xFD, 0x0D, 0x0B], .unknownEncoding, 0),
            ([0x23, 0x01, 0x0B], .indexOutOfRange, 1),
            ([0xD2, 0x02, 0x0B], .indexOutOfRange, 1),
            ([0xD0, 0x7F, 0x0B], .unknownEncoding, 1),
            ([0x41, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00, 0x0B], .malformedInteger, 1),
            ([0x41, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x0B], .malformedInteger, 1),
            ([0x41, 0x80, 0x80, 0x80, 0x80, 0x70, 0x0B], .malformedInteger, 1),
            ([0x42, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01, 0x0B], .malformedInteger, 1),
            ([0x41, 0x00], .truncated, 2),
            ([0x44, 0x00, 0x00], .truncated, 3),
        ] as [([UInt8], WebAssemblyError.Kind, Int)])
    func malformedExpressionsAreRefusedWhereTheyAreWrong(
        _ expression: [UInt8], _ kind: WebAssemblyError.Kind, _ offset: Int
    ) throws {
        try refuses(expression, kind, offset)
    }

    @Test func anExpressionWithoutEnd() throws {
        try refuses([UInt8](repeating: 0x41, count: 4_000), .countTooLarge, 0)
    }

    private func refuses(_ expression: [UInt8], _ kind: WebAssemblyError.Kind, _ offset: Int) throws {
        let start = Wasm.module(
            Wasm.section(1, of: [Wasm.function([], [])]),
            Wasm.section(2, of: [Wasm.imported("env", "base", [0x03, 0x7F, 0x00])]),
            Wasm.section(3, of: [[0x00], [0x00]])
        ).count
        let lengthBytes = Wasm.unsigned(UInt64(expression.count + 3)).count
        let error = try #require(throws: WebAssemblyError.self) { try constant(expression) }
        expect(error.kind, is: kind)
        expect(error.offset, is: start + 1 + lengthBytes + 3 + offset)
    }
}
