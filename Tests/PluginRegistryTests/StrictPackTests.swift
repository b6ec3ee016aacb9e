import PluginRegistry
import TestSupport
import Testing

/// Packed plugins that two readers see differently: each is refused with its own reason.
@Suite(.scratchFolder) struct StrictPackTests {
    /// The files of `Tests/Fixtures/cases/packed` and words of their refusals.
    static let refused = [
        ("claims-1-gib", "cut short"), ("entry-type-7", "type '7'"), ("entry-type-N", "type 'N'"),
        ("entry-type-S", "type 'S'"), ("entry-type-Z", "type 'Z'"), ("global-header-renames", "type 'g'"),
        ("gzip-in-gzip-40-times", "checksum"), ("junk-after-trailer", "more bytes after its gzip trailer"),
        ("old-K-header-as-manifest", "type 'K'"), ("second-archive-after-end", "after the end of the archive"),
        ("second-manifest-of-type-g", "type 'g'"), ("two-gzip-members", "more than one gzip member"),
    ]

    @Test(arguments: refused) func isRefusedWithItsOwnReason(name: String, words: String) throws {
        let error = #expect(throws: RegistryError.self) {
            try PackedPlugin.blockingRead(Fixture.path("cases/packed/\(name).tar.gz"))
        }
        expect(error?.kind == .packMalformed && error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    @Test func theGoodOneReads() throws {
        let plugin = try PackedPlugin.blockingRead(Fixture.path("cases/packed/good.tar.gz"))
        expect(!plugin.isSigned)
        _ = try plugin.check(trust: .digestOnly)
    }

    /// Memory grows with the data that arrived: the real program, in 512 MiB of addresses.
    @Test(arguments: ["claims-1-gib", "gzip-in-gzip-40-times"])
    func littleMemoryIsUsed(name: String) async throws {
        let result = try await Program("bash", environment: ["HOME": Scratch.folder]).run([
            "-c", "ulimit -v 524288; exec \"$0\" inspect \"$1\"", BuiltProduct.pdk,
            Fixture.path("cases/packed/\(name).tar.gz"),
        ])
        expect(result.status == 1 && result.errors.contains("is not a packed plugin"), "\(result.transcript)")
    }

    /// Python that makes headers of every kind; what is refused and the good twins.
    private func pack(_ change: String) async throws -> [UInt8] {
        let script = """
            import gzip, hashlib, io, json, tarfile
            wasm = bytes([0, 0x61, 0x73, 0x6D, 1, 0, 0, 0])
            m = {'schema_version': '1.0', 'name': 'mask', 'version': '1.2.0', 'description': 'd', 'license': 'MIT',
                 'hooks': ['pre_query'], 'wasm_sha256': hashlib.sha256(wasm).hexdigest(), 'signature_sha256': None,
                 'signature_algorithm': None, 'packed_at': '2026-04-26T12:00:00Z'}
            def header(name, size, kind=b'0', magic=b'ustar\\x0000'):
                h = bytearray(512)
                h[0:len(name)] = name
                h[100:108] = b'0000644\\0'
                h[124:136] = b'%011o\\0' % size
                h[156:157] = kind
                h[257:265] = magic
                return h
            def sealed(h):
                h[148:156] = b' ' * 8
                h[148:156] = b'%06o\\0 ' % sum(h)
                return bytes(h)
            def entry(h, data): return sealed(h) + data + bytes(-len(data) % 512)
            text = json.dumps(m).encode()
            first, second = header(b'manifest.json', len(text)), header(b'plugin.wasm', len(wasm))
            end = bytes(1024)
            \(change)
            tar = entry(first, text) + entry(second, wasm) + end
            open('x.tar.gz', 'wb').write(gzip.compress(tar))
            """
        let made = try await Program("python3").run(["-c", script])
        try #require(made.status == 0, "\(made.transcript)")
        return try Scratch.read("x.tar.gz")
    }

    @Test(arguments: [
        "", "first[257:265] = second[257:265] = b'ustar  \\0'", "end = bytes(10240)", "first[108:124] = bytes(16)",
        "first[100:108] = bytes(8); first[136:148] = bytes(12)", "first[265:269] = b'root'",
        "second[124:136] = b'00000000010 '",
    ])
    func whatThePackersWriteReads(change: String) async throws {
        expect(try PackedPlugin(reading: await pack(change), subject: "x").name, is: "mask")
    }

    @Test(arguments: [
        ("end = bytes(512)", "two blocks of zeros"), ("end = b''", "cut short"), ("end = bytes(1023) + b'x'", "two"),
        ("end = bytes(1024) + b'x' * 512", "after the end"), ("first[257:265] = bytes(8)", "neither ustar nor GNU"),
        ("first[156:157] = bytes(1)", "type"), ("first[156:157] = b'5'", "type '5'"),
        ("first[124:136] = b'\\x80' + bytes(11)", "size"), ("first[124:136] = b' 0000000001 '", "size"),
        ("second[124:136] = b'0o000000010\\0'", "size"), ("first[116:124] = b'-1\\0\\0\\0\\0\\0\\0'", "gid"),
        ("first[20:25] = b'extra'", "zero byte"), ("first[157:160] = b'abc'", "link name"),
        ("first[345:348] = b'abc'", "prefix"), ("first[500] = 1", "prefix"),
        ("first[329:337] = b'0000001\\0'", "device"),
        ("wasm += b'x'; second[124:136] = b'%011o\\0' % 8", "neither"), ("first[265:268] = b'a\\nb'", "user name"),
    ])
    func whatReadersMayTakeDifferentlyIsRefused(change: String, words: String) async throws {
        let bytes = try await pack(change)
        let error = #expect(throws: RegistryError.self) { _ = try PackedPlugin(reading: bytes, subject: "x") }
        expect(error?.kind, is: .packMalformed)
        if change.hasPrefix("wasm") { return }
        expect(error?.message.contains(words), is: true, "\(error?.message ?? "")")
    }

    @Test func everyTruncationAndEveryChangedByteIsRefused() async throws {
        let bytes = try await pack("")
        for count in 0..<bytes.count {
            #expect(throws: RegistryError.self, "\(count)") {
                _ = try PackedPlugin(reading: Array(bytes.prefix(count)), subject: "x")
            }
        }
        // Bytes 4 to 9 are a time, hints and a system, which mean nothing.
        for place in [0, 1, 2, 3] + Array(10..<bytes.count) {
            var changed = bytes
            changed[place] ^= 0x41
            #expect(throws: RegistryError.self, "byte \(place)") {
                _ = try PackedPlugin(reading: changed, subject: "x")
            }
        }
    }

    /// A large plugin reads, as it did.
    @Test func aLargeOneReads() async throws {
        let bytes = try await pack(
            "wasm = bytes([0, 0x61, 0x73, 0x6D, 1, 0, 0, 0]) + bytes(40 << 20); m['wasm_sha256'] = hashlib.sha256(wasm).hexdigest(); "
                + "text = json.dumps(m).encode(); first = header(b'manifest.json', len(text)); second = header(b'plugin.wasm', len(wasm))"
        )
        let verified = try PackedPlugin(reading: bytes, subject: "x").check(trust: .digestOnly)
        expect(verified.module.count, is: 8 + (40 << 20))
    }
}
