import Files
import TestSupport
import Testing

@Suite(.scratchFolder) struct FolderWatchTests {
    /// The paths that changed since the last look; what has happened is there at once.
    private func changes(_ watch: inout FolderWatch) throws -> Set<String> {
        Set(try watch.changes(waitingMilliseconds: 0))
    }

    private func makeWatch() throws -> FolderWatch {
        var watch = try FolderWatch(Scratch.folder) { $0 == "out" || $0.hasSuffix(".tmp") }
        try watch.add()
        return watch
    }

    @Test func changesBelowTheFolder() throws {
        try Scratch.write("a/b/file", "old")
        try Scratch.write("out/file", "old")
        var watch = try makeWatch()
        #expect(try changes(&watch).isEmpty)
        try Scratch.write("a/b/file", "new")
        #expect(try changes(&watch).contains("a/b/file"))
        try Scratch.write("out/file", "new")
        try Scratch.write("x.tmp", "new")
        #expect(try changes(&watch).isEmpty)
        try Folder.move(Scratch.path("a/b/file"), to: Scratch.path("moved"))
        #expect(try changes(&watch) == ["a/b/file", "moved"])
        try Folder.removeTree(Scratch.path("moved"))
        #expect(try changes(&watch) == ["moved"])
    }

    @Test func newFoldersAreWatchedAndOldOnesForgotten() throws {
        var watch = try makeWatch()
        for round in 0..<3 {
            try Scratch.makeFolder("new/inner")
            #expect(try changes(&watch).contains("new"))
            try Scratch.write("new/inner/file", "\(round)")
            #expect(try changes(&watch).contains("new/inner/file"))
            try Folder.removeTree(Scratch.path("new"))
            #expect(try changes(&watch).contains("new"))
        }
    }

    /// More folders come and go than may be watched at a time.
    @Test func foldersThatWentDoNotCount() throws {
        var watch = try makeWatch()
        for _ in 0..<(FolderWatch.maximumFolders / 64 + 1) {
            for number in 0..<64 { try Folder.create(Scratch.path("\(number)")) }
            #expect(try changes(&watch).count == 64)
            for number in 0..<64 { try Folder.removeTree(Scratch.path("\(number)")) }
            #expect(try changes(&watch).count == 64)
        }
    }

    @Test func linksAreNotFollowed() throws {
        try Scratch.makeFolder("a")
        try Scratch.makeLink("a/up", to: "..")
        try Scratch.makeLink("a/root", to: "/")
        var watch = try makeWatch()
        try Scratch.write("a/file", "new")
        #expect(try changes(&watch) == ["a/file"])
    }
}
