import Basics
import LibCrypto
import TestSupport
import Testing

@Suite(.scratchFolder) struct BcryptTests {
    /// Blowfish starts from pi, computed here by Machin's formula with Python's whole numbers.
    @Test func theStateIsPi() async throws {
        let script = """
            bits = 33344
            one = 1 << bits + 64
            def arctan(inverse):
                term = total = one // inverse
                n, sign = 1, -1
                while term:
                    term //= inverse * inverse
                    n += 2
                    total += sign * (term // n)
                    sign = -sign
                return total
            fraction = (16 * arctan(5) - 4 * arctan(239) - 3 * one) >> 64
            print(format(fraction, "0%dx" % (bits // 4)))
            """
        let result = try await Program("python3").run(["-c", script])
        expect(result.output, is: BcryptKeyDerivation.initialState + "\n")
    }

    @Test func limits() {
        func derive(_ phrase: Int, _ salt: Int, _ rounds: Int, _ count: Int) throws {
            let phrase = [UInt8](repeating: 1, count: phrase), salt = [UInt8](repeating: 2, count: salt)
            var key = [UInt8](repeating: 0, count: count)
            try unsafe key.withUnsafeMutableBytes { memory in
                var span = unsafe memory.mutableBytes
                try unsafe BcryptKeyDerivation.derive(
                    passphrase: phrase.span.bytes, salt: salt, rounds: rounds, into: &span)
            }
        }
        #expect(throws: LibCryptoError.passphraseLength(0)) { try derive(0, 16, 1, 32) }
        #expect(throws: LibCryptoError.malformed) { try derive(1, 0, 1, 32) }
        #expect(throws: LibCryptoError.malformed) { try derive(1, 16, 1, 0) }
        #expect(throws: LibCryptoError.malformed) { try derive(1, 1025, 1, 32) }
        for rounds in [0, -1, 1001, Int.max] {
            #expect(throws: LibCryptoError.derivationTooCostly) { try derive(1, 16, rounds, 32) }
        }
        #expect(throws: Never.self) { try derive(1024, 1024, 1, 33) }
    }
}
