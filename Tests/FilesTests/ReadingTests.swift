import Files
import Glibc
import TestSupport
import Testing

@Suite(.scratchFolder) struct ReadingTests {
    @Test func whatIsLargerThanTheLimitIsNotRead() throws {
        try Scratch.write("x", [UInt8](repeating: 7, count: 1000))
        expect(try WholeFiles.read(Scratch.path("x"), limit: 1000).count, is: 1000)
        let error = #expect(throws: FileError.self) { try WholeFiles.read(Scratch.path("x"), limit: 999) }
        expect(error?.description, is: "cannot read \(Scratch.path("x")): it is larger than 999 bytes")
        var pieces: [Int] = []
        try FileHandle(reading: Scratch.path("x")).stream(limit: 1000) { pieces.append($0.byteCount) }
        expect(pieces, is: [1000])
        #expect(throws: FileError.self) {
            try FileHandle(reading: Scratch.path("x")).stream(limit: 999) { _ in
                Issue.record("nothing may be handed out")
            }
        }
    }

    /// A file whose size says 0 while it holds more, as one that grows while it is read.
    @Test func sizesAreNotTrusted() throws {
        let all = try WholeFiles.read("/proc/self/status", limit: 1 << 20)
        expect(all.count > 100)
        #expect(throws: FileError.self) { try WholeFiles.read("/proc/self/status", limit: 100) }
        #expect(throws: FileError.self) { try FileHandle(reading: "/proc/self/status").stream(limit: 100) { _ in } }
    }

    @Test func largeFilesComeInPieces() throws {
        let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        try Scratch.write("x", bytes)
        var read: [UInt8] = [], largest = 0
        try FileHandle(reading: Scratch.path("x")).stream(limit: 1 << 20) { piece in
            largest = max(largest, piece.byteCount)
            for place in 0..<piece.byteCount {
                read.append(unsafe piece.unsafeLoad(fromByteOffset: place, as: UInt8.self))
            }
        }
        expect(read == bytes && largest <= 256 << 10)
        expect(try WholeFiles.read(Scratch.path("x"), limit: 1 << 20), is: bytes)
    }

    /// None of these may hang, and none may be read.
    @Test func onlyRegularFilesAreRead() throws {
        try Scratch.makePipe("pipe")
        try Scratch.makeFolder("folder")
        try Scratch.makeLink("to-pipe", to: "pipe")
        for path in [Scratch.path("pipe"), Scratch.path("to-pipe"), "/dev/zero", "/dev/null"] {
            let error = #expect(throws: FileError.self) { try WholeFiles.read(path, limit: 10) }
            expect(error?.description, is: "cannot open \(path): it is not a regular file")
        }
        let folder = #expect(throws: FileError.self) { try WholeFiles.read(Scratch.path("folder"), limit: 10) }
        expect(folder?.code, is: EISDIR)
        let inside = try Folder(Scratch.folder)
        for name in ["pipe", "folder"] {
            let opened = Result { try inside.open(reading: name).readAll(limit: 10) }
            #expect(throws: FileError.self) { try opened.get() }
        }
    }

    @Test func linksAreFollowedWhereTheyMayBe() throws {
        try Scratch.write("x", "text")
        try Scratch.makeLink("link", to: "x")
        try Scratch.makeLink("loop", to: "loop")
        expect(try WholeFiles.read(Scratch.path("link"), limit: 10), is: Array("text".utf8))
        let refused = #expect(throws: FileError.self) {
            try WholeFiles.read(Scratch.path("link"), limit: 10, followingLinks: false)
        }
        expect(refused?.description, is: "cannot open \(Scratch.path("link")): it is a symbolic link")
        #expect(throws: FileError.self) { try WholeFiles.read(Scratch.path("loop"), limit: 10) }
        let folder = try Folder(Scratch.folder)
        expect(try folder.status(of: "link")?.kind, is: .link)
        let opened = Result { try folder.open(reading: "link").readAll(limit: 10) }
        #expect(throws: FileError.self) { try opened.get() }
        expect(try FileStatus.of(Scratch.path("link"))?.kind, is: .link)
        expect(try FileStatus.of(Scratch.path("link"), followingLinks: true)?.kind, is: .regular)
    }

    @Test func whatIsNotThereIsSaidSo() throws {
        let error = #expect(throws: FileError.self) { try WholeFiles.read(Scratch.path("no"), limit: 1) }
        expect(error?.isNotFound, is: true)
        expect(error?.description, is: "cannot open \(Scratch.path("no")): no such file or folder")
        try Scratch.write("file", "")
        expect(try FileStatus.of(Scratch.path("file/below")) == nil)
        expect(try Folder(Scratch.folder).status(of: "no") == nil)
    }
}
