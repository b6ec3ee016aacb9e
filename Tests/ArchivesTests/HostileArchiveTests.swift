internal import Archives
internal import Foundation
internal import TestSupport
internal import Testing

/// Archives made by Python's tarfile and by hand that an attacker might send.
@Suite(.scratchFolder)
struct HostileArchiveTests {
    /// Python that makes the archive `t` to be refused, and the kind of refusal.
    static let hostile: [(String, ArchiveError.Kind)] = [
        ("file('../evil', b'x')", .badName),
        ("file('/etc/passwd', b'x')", .badName),
        ("file('a/b', b'x')", .badName),
        ("file('./manifest.json', b'x')", .badName),
        ("file('.hidden', b'x')", .badName),
        ("file('a' * 101, b'x')", .badName),
        ("file('a' * 5000, b'x')", .badName),
        ("file('a\\nb', b'x')", .badName),
        ("file('a\\x1b[2J', b'x')", .badName),
        ("file('b\\u00e9', b'x')", .notTar),
        ("file('a b', b'x')", .badName),
        ("other('d', tarfile.DIRTYPE)", .notRegular),
        ("other('l', tarfile.SYMTYPE, linkname='/etc/passwd')", .notRegular),
        ("file('a', b'x'); other('l', tarfile.LNKTYPE, linkname='a')", .notRegular),
        ("other('c', tarfile.CHRTYPE)", .notRegular),
        ("other('b', tarfile.BLKTYPE)", .notRegular),
        ("other('p', tarfile.FIFOTYPE)", .notRegular),
        ("file('a', b'x'); file('a', b'y')", .duplicate),
        ("[file('a%d' % n, b'x') for n in range(17)]", .tooLarge),
        ("file('a', b'x' * 4097)", .tooLarge),
        ("file('small', b'x' * 11)", .tooLarge),
    ]

    @Test(arguments: hostile) func isRefused(script: String, kind: ArchiveError.Kind) async throws {
        let bytes = try await archive(script)
        let error = #expect(throws: ArchiveError.self) { try ArchiveReader.entries(of: bytes, limits: limits) }
        #expect(error?.kind == kind, "\(String(describing: error))")
        // What is shown of a name cannot steer a terminal.
        #expect(error?.message.unicodeScalars.allSatisfy { (0x20..<0x7F).contains($0.value) } == true)
        #expect((error?.message.count ?? 0) < 400)
    }

    @Test func whatKeepsToTheRulesIsTaken() async throws {
        let bytes = try await archive("file('a', b'x' * 4096); file('small', b'0123456789'); file('empty', b'')")
        let entries = try ArchiveReader.entries(of: bytes, limits: limits)
        #expect(entries.map(\.name) == ["a", "small", "empty"])
        #expect(entries.map(\.bytes.count) == [4096, 10, 0])
    }

    @Test func bombIsRefusedBeforeItIsUnpacked() async throws {
        // 64 MiB of nothing in 64 KiB: as an entry, and as padding that no entry accounts for.
        var room = limits
        room.entryBytes = .max
        let entry = try await archive("file('a', bytes(64 << 20))")
        #expect(entry.count < 100_000)
        #expect(throws: ArchiveError.self) { try ArchiveReader.entries(of: entry, limits: room) }
        let padding = try await archive("file('a', b'x'); t.fileobj.write(bytes(64 << 20))")
        let error = #expect(throws: ArchiveError.self) { try ArchiveReader.entries(of: padding, limits: room) }
        #expect(error?.kind == .tooLarge)
    }

    @Test func everyTruncationIsRefused() async throws {
        let bytes = try await archive("file('a', bytes(range(256))); file('b', b'hello')")
        for count in 0..<bytes.count {
            #expect(throws: ArchiveError.self, "\(count) of \(bytes.count)") {
                try ArchiveReader.entries(of: Array(bytes.prefix(count)), limits: limits)
            }
        }
    }

    @Test func everyFlippedByteOfTheStreamIsRefused() async throws {
        let bytes = try await archive("file('a', bytes(range(256))); file('b', b'hello')")
        // In front stand a time, the system's kind and the name `made.tar`, which mean nothing here.
        for place in 18..<bytes.count {
            var changed = bytes
            changed[place] ^= 0x41
            #expect(throws: ArchiveError.self, "byte \(place)") {
                _ = try ArchiveReader.entries(of: changed, limits: limits)
            }
        }
    }

    @Test func onlyOneGzipStreamIsTaken() async throws {
        let bytes = try await archive("file('a', b'x')"), other = try await archive("file('b', b'y')")
        try Data(bytes).write(to: URL(filePath: Scratch.path("plain.gz")))
        let tar = try await python("import gzip; out(gzip.decompress(open('plain.gz', 'rb').read()))")
        let twice = try await python("import gzip; out(gzip.compress(open('plain.gz', 'rb').read()))")
        let text = try await python("import gzip; out(gzip.compress(b'no archive'))")
        let nothing = try await python("import gzip; out(gzip.compress(b''))")
        for hostile in [bytes + other, bytes + [0], bytes + bytes, tar, twice, text, nothing, [], [0x1F, 0x8B, 8]] {
            #expect(throws: ArchiveError.self) { try ArchiveReader.entries(of: hostile, limits: limits) }
        }
    }

    @Test func holesAreRefused() async throws {
        try Data().write(to: URL(filePath: Scratch.path("sparse")))
        let made = try await Program("sh").run([
            "-c",
            "truncate -s 100000 sparse && printf x >> sparse && tar --sparse --hole-detection=raw --format=gnu "
                + "-czf sparse.tar.gz sparse",
        ])
        try #require(made.status == 0, "\(made.transcript)")
        let bytes = try Data(contentsOf: URL(filePath: Scratch.path("sparse.tar.gz")))
        let error = #expect(throws: ArchiveError.self) {
            _ = try ArchiveReader.entries(of: Array(bytes), limits: ArchiveLimits())
        }
        #expect(error?.kind == .notRegular)
    }

    @Test func changedHeadersGiveNothingOutsideTheRules() async throws {
        // Headers with bytes changed at random under a right gzip end: what is read keeps to the rules.
        let made = try await archive("file('a', b'hello'); file('b', b'world' * 200)")
        try Data(made).write(to: URL(filePath: Scratch.path("plain.gz")))
        let all = try await python(
            """
            import gzip, random
            random.seed(7)
            tar, whole = gzip.decompress(open('plain.gz', 'rb').read())[:4096], b''
            for number in range(300):
                changed = bytearray(tar)
                for _ in range(random.randint(1, 4)): changed[random.randrange(600)] = random.randrange(256)
                if number % 2:
                    changed[148:156] = b' ' * 8
                    changed[148:156] = b'%06o\\0 ' % sum(changed[:512])
                packed = gzip.compress(bytes(changed))
                whole += len(packed).to_bytes(4, 'little') + packed
            out(whole)
            """)
        var rest = all[...], taken = 0
        while rest.count > 4 {
            let size = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            let bytes = Array(rest.dropFirst(4).prefix(size))
            rest = rest.dropFirst(4 + size)
            guard let entries = try? ArchiveReader.entries(of: bytes, limits: limits) else { continue }
            taken += 1
            for entry in entries {
                #expect(entry.bytes.count <= 4096 && !entry.name.contains("/") && !entry.name.hasPrefix("."))
            }
        }
        // Some must be taken, or the test looks at the checksum only.
        #expect(taken > 0)
    }

    private let limits = ArchiveLimits(fileBytes: 1 << 20, totalBytes: 1 << 20, entryBytes: 4096, named: ["small": 10])

    /// A gzip'd tar archive that a Python script fills.
    private func archive(_ script: String) async throws -> [UInt8] {
        try await python(
            """
            import io, tarfile
            def file(name, data):
                info = tarfile.TarInfo(name)
                info.size = len(data)
                t.addfile(info, io.BytesIO(data))
            def other(name, kind, linkname=''):
                info = tarfile.TarInfo(name)
                info.type = kind
                info.linkname = linkname
                t.addfile(info)
            t = tarfile.open('made.tar.gz', 'w:gz')
            \(script)
            t.close()
            out(open('made.tar.gz', 'rb').read())
            """)
    }

    /// What a Python script hands to `out`.
    private func python(_ script: String) async throws -> [UInt8] {
        let start = "def out(data): open('out', 'wb').write(data)\n"
        let result = try await Program("python3", environment: ["PYTHONUTF8": "1"]).run(["-c", start + script])
        try #require(result.status == 0, "\(result.transcript)")
        return Array(try Data(contentsOf: URL(filePath: Scratch.path("out"))))
    }
}
