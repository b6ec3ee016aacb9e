internal import Archives
internal import Foundation
internal import TestSupport
internal import Testing

/// Archives made by Python's tarfile and by hand that an attacker might send.
@Suite(.scratchFolder)
struct HostileArchiveTests {
    /// Python that makes the archive to be refused, and the kind of refusal; in tar and, where it has that, in zip.
    static let hostile: [(String, ArchiveError.Kind)] = [
        ("file('../evil', b'x')", .badName),
        ("file('a/../../evil', b'x')", .badName),
        ("file('a/..', b'x')", .badName),
        ("file('/etc/passwd', b'x')", .badName),
        ("file('a//b', b'x')", .badName),
        ("file('a/./b', b'x')", .badName),
        ("file('a\\\\..\\\\evil', b'x')", .badName),
        ("file('C:evil', b'x')", .badName),
        ("file('a' * 256, b'x')", .badName),
        ("file('/'.join(['a'] * 65), b'x')", .badName),
        ("file('a\\nb', b'x')", .badName),
        ("file('a\\x1b[2J', b'x')", .badName),
        ("link('l', '/etc/passwd')", .notRegular),
        ("link('l', 'a')", .notRegular),
        ("file('a', b'x'); file('a', b'y')", .duplicate),
        ("file('a', b'x'); file('A', b'y')", .duplicate),
        ("file('a/x', b'x'); file('A/y', b'y')", .duplicate),
        ("file('stra\\u00dfe', b'x'); file('STRASSE', b'y')", .duplicate),
        ("file('caf\\u00e9', b'x'); file('CAF\\u00c9', b'y')", .duplicate),
        ("file('\\u212a', b'x'); file('k', b'y')", .duplicate),
        ("file('a\\u202egnp.exe', b'x')", .badName),
        ("file('a\\u200b', b'x')", .badName),
        ("file('a', b'x'); file('a/b', b'y')", .duplicate),
        ("file('a/b', b'x'); file('a', b'y')", .duplicate),
        ("[file('a%d' % n, b'x') for n in range(17)]", .tooLarge),
        ("[folder('a%d/' % n) for n in range(17)]", .tooLarge),
        ("file('a', b'x' * 4097)", .tooLarge),
    ]
    /// What only tar has.
    static let hostileTar: [(String, ArchiveError.Kind)] = [
        ("file('\\u00e9\\udcff', b'x')", .badName),
        ("file('a', b'x'); other('l', tarfile.LNKTYPE, linkname='a')", .notRegular),
        ("other('c', tarfile.CHRTYPE)", .notRegular),
        ("other('b', tarfile.BLKTYPE)", .notRegular),
        ("other('p', tarfile.FIFOTYPE)", .notRegular),
    ]

    @Test(arguments: hostile) func isRefused(script: String, kind: ArchiveError.Kind) async throws {
        for bytes in [try await archive(script), try await zip(script)] { refuses(bytes, kind) }
    }

    @Test(arguments: hostileTar) func isRefusedInTar(script: String, kind: ArchiveError.Kind) async throws {
        refuses(try await archive(script), kind)
    }

    private func refuses(_ bytes: [UInt8], _ kind: ArchiveError.Kind) {
        let error = #expect(throws: ArchiveError.self) { try ArchiveReader.files(of: bytes, limits: limits) }
        expect(error?.kind, is: kind, "\(String(describing: error))")
        // What is shown of a name cannot steer a terminal.
        expect(error?.message.unicodeScalars.allSatisfy { (0x20..<0x7F).contains($0.value) }, is: true)
        expect((error?.message.count ?? 0) < 500)
    }

    @Test func whatKeepsToTheRulesIsTaken() async throws {
        let script = """
            folder('b/'); file('a', b'x' * 4096); file('b/.small', b'0123456789'); file('b/c.d/empty', b'', 0o755)
            """
        for bytes in [try await archive(script), try await zip(script)] {
            let files = try ArchiveReader.files(of: bytes, limits: limits)
            expect(files.map(\.path), is: ["a", "b/.small", "b/c.d/empty"])
            expect(files.map(\.bytes.count), is: [4096, 10, 0])
            expect(files.map(\.isExecutable), is: [false, false, true])
        }
    }

    /// Names in UTF-8 are read as they are; one letter in two forms is one name.
    @Test func namesOfAllLettersAreTaken() async throws {
        let names = ["caf\u{E9}", "\u{43A}\u{43E}\u{434}/\u{65E5}\u{672C}", String(repeating: "\u{E9}", count: 120)]
        let script = names.map { "file('\($0)', b'x')" }.joined(separator: "; ")
        for bytes in [
            try await archive(script), try await zip(script),
            try await archive("t.format = tarfile.GNU_FORMAT; " + script),
        ] {
            let paths = try ArchiveReader.files(of: bytes, limits: limits).map(\.path)
            expect(paths.map { Array($0.utf8) }, is: names.map { Array($0.utf8) })
        }
        for bytes in [
            try await archive("file('e\\u0301', b'x'); file('\\u00e9', b'y')"),
            try await zip("file('e\\u0301', b'x'); file('\\u00e9', b'y')"),
        ] { refuses(bytes, .duplicate) }
    }

    /// What tar and git make of a folder, with `./` in front or a folder around it and a header of its own.
    @Test func archivesOfTheUsualToolsAreTaken() async throws {
        let made = try await Program("sh", environment: ["HOME": Scratch.folder]).run([
            "-c",
            """
            set -e
            mkdir -p tree/files && echo a >tree/files/a.txt && echo b >tree/b.txt && chmod 755 tree/b.txt
            tar -czf dot.tar.gz -C tree . && tar -czf folder.tar.gz tree
            cd tree && git init -q && git add . && git -c user.name=a -c user.email=a@example.org commit -q -m one
            git archive --format=tar.gz --prefix=tree-1/ -o ../git.tar.gz HEAD && git archive --format=zip -o ../git.zip HEAD
            cd .. && rm -rf tree/.git && python3 -m zipfile -c python.zip tree
            """,
        ])
        try #require(made.status == 0, "\(made.transcript)")
        for (name, prefix) in [
            ("dot.tar.gz", ""), ("folder.tar.gz", "tree/"), ("git.tar.gz", "tree-1/"), ("git.zip", ""),
            ("python.zip", "tree/"),
        ] {
            let bytes = Array(try Data(contentsOf: URL(filePath: Scratch.path(name))))
            let files = try ArchiveReader.files(of: bytes, limits: limits).sorted { $0.path < $1.path }
            expect(files.map(\.path), is: [prefix + "b.txt", prefix + "files/a.txt"], "\(name)")
            expect(files.map(\.isExecutable), is: [true, false], "\(name)")
        }
    }

    @Test func bombIsRefusedBeforeItIsUnpacked() async throws {
        // 64 MiB of nothing in 64 KiB: as an entry, in many, and as padding that no entry accounts for.
        var room = limits
        room.entryBytes = .max
        room.totalBytes = .max >> 1
        room.ratio = 20
        for script in ["file('a', bytes(64 << 20))", "[file('a%d' % n, bytes(6 << 20)) for n in range(10)]"] {
            for bytes in [try await archive(script), try await zip(script)] {
                expect(bytes.count < 200_000)
                let error = #expect(throws: ArchiveError.self) { try ArchiveReader.files(of: bytes, limits: room) }
                expect(error?.kind == .tooLarge && error?.message.contains("20 times") == true)
            }
        }
        let padding = try await archive("file('a', b'x'); t.fileobj.write(bytes(64 << 20))")
        let error = #expect(throws: ArchiveError.self) { try ArchiveReader.files(of: padding, limits: room) }
        expect(error?.kind, is: .tooLarge)
        // Text of that size that is no bomb is taken.
        room.ratio = 200
        let text = try await archive("file('a', b''.join(b'%d\\n' % (n * n) for n in range(300000)))")
        expect(try ArchiveReader.files(of: text, limits: room).map(\.bytes.count).first ?? 0 > 2 << 20)
    }

    /// Two names for one place in a zip: the directory at its end, as unzip reads it, and the header before the bytes.
    @Test func brokenZipsAreRefused() async throws {
        let good = try await zip("file('aaaa', b'hello' * 100)")
        expect(try ArchiveReader.files(of: good, limits: limits).count, is: 1)
        for count in [4, 30, good.count / 2, good.count - 30] {
            #expect(throws: ArchiveError.self) {
                _ = try ArchiveReader.files(of: Array(good.prefix(count)), limits: limits)
            }
        }
        // A byte of the contents, which the checksum covers.
        var changed = good
        changed[40] ^= 0x41
        #expect(throws: ArchiveError.self) { _ = try ArchiveReader.files(of: changed, limits: limits) }
        for other in [Array("PK".utf8), Array("no archive".utf8), []] {
            let error = #expect(throws: ArchiveError.self) { _ = try ArchiveReader.files(of: other, limits: limits) }
            expect(error?.kind, is: .unknownFormat)
        }
    }

    @Test func everyTruncationIsRefused() async throws {
        let bytes = try await archive("file('a', bytes(range(256))); file('b', b'hello')")
        for count in 0..<bytes.count {
            #expect(throws: ArchiveError.self, "\(count) of \(bytes.count)") {
                try ArchiveReader.files(of: Array(bytes.prefix(count)), limits: limits)
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
                _ = try ArchiveReader.files(of: changed, limits: limits)
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
            #expect(throws: ArchiveError.self) { try ArchiveReader.files(of: hostile, limits: limits) }
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
            _ = try ArchiveReader.files(of: Array(bytes), limits: ArchiveLimits())
        }
        expect(error?.kind, is: .notRegular)
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
            guard let files = try? ArchiveReader.files(of: bytes, limits: limits) else { continue }
            taken += 1
            for file in files {
                let parts = file.path.split(separator: "/", omittingEmptySubsequences: false)
                expect(file.bytes.count <= 4096 && !parts.contains("..") && !parts.contains(""))
            }
        }
        // Some must be taken, or the test looks at the checksum only.
        expect(taken > 0)
    }

    private let limits = ArchiveLimits(fileBytes: 8 << 20, totalBytes: 1 << 20, entries: 16, entryBytes: 4096)

    /// A gzip'd tar archive that a Python script fills.
    private func archive(_ script: String) async throws -> [UInt8] {
        try await python(
            """
            import io, tarfile
            def file(name, data, mode=0o644):
                info = tarfile.TarInfo(name)
                info.size = len(data)
                info.mode = mode
                t.addfile(info, io.BytesIO(data))
            def folder(name): other(name, tarfile.DIRTYPE)
            def link(name, target): other(name, tarfile.SYMTYPE, linkname=target)
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

    /// A zip archive that a Python script fills.
    private func zip(_ script: String) async throws -> [UInt8] {
        try await python(
            """
            import warnings, zipfile
            warnings.simplefilter('ignore')
            def add(name, data, mode):
                info = zipfile.ZipInfo('x')
                info.filename = name
                info.create_system = 3
                info.external_attr = mode << 16
                info.compress_type = zipfile.ZIP_DEFLATED
                t.writestr(info, data)
            def file(name, data, mode=0o644): add(name, data, 0o100000 | mode)
            def folder(name): add(name, b'', 0o40755)
            def link(name, target): add(name, target.encode(), 0o120777)
            t = zipfile.ZipFile('made.zip', 'w')
            \(script)
            t.close()
            out(open('made.zip', 'rb').read())
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
