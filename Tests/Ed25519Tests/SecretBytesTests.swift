import Ed25519
import TestSupport
import Testing

@Suite("Ed25519: secret bytes")
struct SecretBytesTests {
    struct Refusal: Error, Equatable {}

    @Test("new bytes are zero, written bytes come back", arguments: [0, 1, 32, 64, 5000])
    func contents(count: Int) throws {
        var secret = try SecretBytes(count: count)
        expect(secret.count, is: count)
        expect(try copy(secret), is: [UInt8](repeating: 0, count: count))
        try secret.withMutableBytes { bytes in
            for index in 0..<bytes.byteCount {
                bytes.storeBytes(of: UInt8(truncatingIfNeeded: index), toByteOffset: index, as: UInt8.self)
            }
        }
        expect(try copy(secret), is: (0..<count).map { UInt8(truncatingIfNeeded: $0) })
    }

    @Test("reading may be nested, and what the body throws comes out as it was")
    func nesting() throws {
        let secret = try unsafe SecretBytes(copying: ([1, 2, 3] as [UInt8]).span.bytes)
        let sum = try secret.withBytes { outer in
            let inner = try secret.withBytes { unsafe Int($0.unsafeLoad(fromByteOffset: 0, as: UInt8.self)) }
            return unsafe inner + Int(outer.unsafeLoad(fromByteOffset: 2, as: UInt8.self))
        }
        expect(sum, is: 4)
        #expect(throws: Refusal()) { try secret.withBytes { _ in throw Refusal() } }
        expect(try copy(secret), is: [1, 2, 3])
    }

    @Test("a size no system has is an error", arguments: [-1, Int.max])
    func outOfMemory(count: Int) {
        #expect(throws: Ed25519Error.outOfSecureMemory(count)) { _ = try SecretBytes(count: count) }
    }

    private func copy(_ secret: borrowing SecretBytes) throws -> [UInt8] {
        try secret.withBytes { bytes in
            (0..<bytes.byteCount).map { unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
        }
    }
}
