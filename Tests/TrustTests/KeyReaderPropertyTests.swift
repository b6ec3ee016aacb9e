import Basics
import Ed25519
import TestSupport
import Testing
import Trust

/// Files of every form, damaged at random: the readers answer with a key or an error of theirs, and never crash.
@Suite struct KeyReaderPropertyTests {
    private static func files() throws -> [[UInt8]] {
        let key = try SigningKey.generate(), publicKey = key.publicKey.bytes
        let opened = OpenedKey(key: key, form: .openssl, isEncrypted: false, keyNumber: nil)
        let forms: [KeyForm] = [.openssl, .der, .minisign, .signify, .openssh]
        return try forms.map { try KeyWriter.privateKey(opened, as: $0, passphrase: nil, label: "x") }
            + KeyForm.allCases.map { try KeyWriter.publicKey(publicKey, as: $0, keyNumber: nil, label: "x") }
    }

    private func damage(_ bytes: inout [UInt8], _ numbers: inout SeededNumbers) {
        for _ in 0..<Int.random(in: 1...4, using: &numbers) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &numbers)
            switch Int.random(in: 0..<6, using: &numbers) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
            case 1: bytes[place] = UInt8.random(in: 0...255, using: &numbers)
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(UInt8.random(in: 0...255, using: &numbers), at: place)
            case 4: bytes.insert(contentsOf: bytes[place...].prefix(40), at: place)
            default: bytes.removeLast(bytes.count - place)
            }
        }
    }

    /// Decodes the base64 of a file, damages what it holds, and encodes it again: the checks behind the text.
    private func damageInside(_ text: inout [UInt8], _ numbers: inout SeededNumbers) {
        guard let line = text.split(separator: 0x0A).max(by: { $0.count < $1.count }),
            var inner = Base64.decode(line)
        else { return damage(&text, &numbers) }
        damage(&inner, &numbers)
        text = Array(text[..<line.startIndex]) + Array(Base64.encode(inner).utf8) + text[line.endIndex...]
    }

    @Test(arguments: 0..<8) func damagedFiles(round: Int) throws {
        var numbers = SeededNumbers(seed: UInt64(round)), refused = 0
        let files = try Self.files()
        for _ in 0..<400 {
            var file = numbers.pick(files)
            if numbers.once(in: 2) { damage(&file, &numbers) } else { damageInside(&file, &numbers) }
            do { _ = try PrivateKeyFile.describe(file) } catch is KeyFileError { refused += 1 }
            do {
                let read = try PublicKeyFile.read(file)
                expect(read.publicKey.bytes.count, is: 32)
            } catch { refused += 1 }
            // Whatever they say, it shows no key.
            do { _ = try PrivateKeyFile.open(file) { nil } } catch {
                expect(!"\(error)".looksLikeKeyMaterial)
            }
        }
        expect(refused > 400)
    }

    /// Large files that are no keys are told apart from them at once, whatever is in them.
    @Test(arguments: [
        "-----BEGIN ", "-----BEGIN PRIVATE KEY-----\n", "A", "\n", "untrusted comment: ", "-----END X-----",
    ])
    func largeFiles(part: String) {
        for count in [64 << 10, 65 << 10] {
            let file = Array(String(repeating: part, count: count / part.utf8.count).utf8)
            #expect(throws: KeyFileError.self) { try PrivateKeyFile.describe(file) }
            #expect(throws: KeyFileError.self) { try PublicKeyFile.read(file) }
        }
    }

    /// As large as a file may be, and good: text before a key, and a comment of thousands of letters.
    @Test func largeGoodFiles() throws {
        let key = try SigningKey.generate(), publicKey = key.publicKey.bytes
        let opened = OpenedKey(key: key, form: .openssl, isEncrypted: false, keyNumber: nil)
        for form in [KeyForm.openssl, .openssh, .minisign, .signify] {
            let label = String(repeating: "l", count: form == .openssl ? 1 : 8000)
            var file = try KeyWriter.privateKey(opened, as: form, passphrase: nil, label: label)
            if form == .openssl { file = Array(String(repeating: "Bag Attributes\n", count: 4000).utf8) + file }
            expect(try PrivateKeyFile.describe(file).publicKey, is: publicKey)
        }
    }
}
