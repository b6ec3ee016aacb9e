internal import Archives
internal import Foundation
internal import TestSupport
internal import Testing

@Suite(.scratchFolder)
struct ArchiveWriterTests {
    private let entries = [
        ArchiveEntry(name: "manifest.json", bytes: Array("{}\n".utf8)),
        ArchiveEntry(name: "plugin.wasm", bytes: (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }),
        ArchiveEntry(name: "plugin.sig", bytes: []),
    ]

    @Test func realToolsReadWhatIsWritten() async throws {
        let bytes = try ArchiveWriter.archive(entries, modified: 1_777_204_800)
        try Data(bytes).write(to: URL(filePath: Scratch.path("a.tar.gz")))
        let test = try await Program("gzip").run(["-tv", "a.tar.gz"])
        expect(test.status, is: 0, "\(test.transcript)")
        let list = try await Program("tar", environment: ["TZ": "UTC"])
            .run(["--numeric-owner", "--full-time", "-tvzf", "a.tar.gz"])
        expect(list.status == 0 && list.errors.isEmpty, "\(list.transcript)")
        let lines = list.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        expect(
            lines,
            is: [
                "-rw-r--r-- 0/0 3 2026-04-26 12:00:00 manifest.json",
                "-rw-r--r-- 0/0 300000 2026-04-26 12:00:00 plugin.wasm",
                "-rw-r--r-- 0/0 0 2026-04-26 12:00:00 plugin.sig",
            ])
        let extracted = try await Program("tar").run(["-xzf", "a.tar.gz", "plugin.wasm"])
        expect(extracted.status, is: 0)
        expect(try Data(contentsOf: URL(filePath: Scratch.path("plugin.wasm"))), is: Data(entries[1].bytes))
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let bytes = try ArchiveWriter.archive(entries, modified: 0)
        let limits = ArchiveLimits(entryBytes: 300_000)
        expect(try ArchiveReader.files(of: bytes, limits: limits).map(\.bytes), is: entries.map(\.bytes))
        #expect(throws: ArchiveError.self) {
            try ArchiveReader.files(of: bytes, limits: ArchiveLimits(entryBytes: 299_999))
        }
    }

    @Test func sameInputGivesTheSameBytesWithoutTheTimeOfTheRun() throws {
        let bytes = try ArchiveWriter.archive(entries, modified: 1_000)
        expect(try ArchiveWriter.archive(entries, modified: 1_000), is: bytes)
        expect(Array(bytes[4..<8]), is: [0, 0, 0, 0], "the time in the gzip header")
        expect(try ArchiveWriter.archive(entries, modified: 1_001) != bytes)
    }

    @Test func whatCannotShrinkFits() throws {
        var generator = SystemRandomNumberGenerator()
        let noise = (0..<2_000_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let entries = [ArchiveEntry(name: "noise", bytes: noise)]
        let bytes = try ArchiveWriter.archive(entries, modified: 0)
        let files = try ArchiveReader.files(of: bytes, limits: ArchiveLimits(entryBytes: 2_000_000))
        expect(files.map(\.path) == ["noise"] && files.map(\.bytes) == [noise])
    }

    @Test(arguments: ["", "../a", "a/b", "/a", ".a", "a b", "é", "a\0b"])
    func nameThatIsNotPlainIsNotWritten(name: String) {
        #expect(throws: ArchiveError.self) {
            try ArchiveWriter.archive([ArchiveEntry(name: name, bytes: [])], modified: 0)
        }
    }

    @Test(arguments: [-1, 1 << 33, Int.max, Int.min]) func timeThatDoesNotFitIsNotWritten(time: Int) {
        #expect(throws: ArchiveError.self) { try ArchiveWriter.archive([], modified: time) }
    }
}
