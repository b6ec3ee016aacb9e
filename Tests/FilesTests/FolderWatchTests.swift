import Files
import Foundation
import TestSupport
import Testing

/// What `FolderWatch` tells of a real folder.
@Suite(.scratchFolder)
struct FolderWatchTests {
    private let files = FileManager.default

    private func makeFolder(_ name: String) throws {
        try files.createDirectory(atPath: Scratch.path(name), withIntermediateDirectories: true)
    }

    private func write(_ name: String, _ text: String = "text") throws {
        try text.write(toFile: Scratch.path(name), atomically: false, encoding: .utf8)
    }

    private func makeWatch() throws -> FolderWatch {
        var watch = try FolderWatch(Scratch.folder) { path in
            path.split(separator: "/").contains { $0 == "ignored" || $0.hasPrefix(".") }
        }
        try watch.add()
        return watch
    }

    /// All that has changed so far; events are there when the call that made them has returned.
    private func changes(_ watch: inout FolderWatch) throws -> Set<String> {
        Set(try watch.changes(waitingMilliseconds: 0))
    }

    @Test func tellsOfWhatIsWrittenRenamedAndRemoved() throws {
        try makeFolder("a/b")
        try write("a/b/old")
        var watch = try makeWatch()
        expect(try changes(&watch), is: [])
        try write("top")
        try write("a/b/old", "more")
        expect(try changes(&watch), is: ["top", "a/b/old"])
        expect(try changes(&watch), is: [], "what was told once is not told again")
        try files.moveItem(atPath: Scratch.path("top"), toPath: Scratch.path("a/moved"))
        try files.removeItem(atPath: Scratch.path("a/b/old"))
        expect(try changes(&watch), is: ["top", "a/moved", "a/b/old"])
    }

    @Test func waitsForAChangeAndEndsWhenTimeIsUp() throws {
        var watch = try makeWatch()
        expect(try watch.changes(waitingMilliseconds: 30).isEmpty)
        // A program of its own: a task might not run before this thread, which waits, is free.
        let writer = try Program("sh").start(["-c", "sleep 0.05; echo x > late"])
        // The change ends a wait, and so does a signal, such as that of another test's child process; a minute each is
        // for a machine that stands still.
        var told: [String] = []
        for _ in 0..<100 where told.isEmpty { told = try watch.changes(waitingMilliseconds: 60_000) }
        expect(told.contains("late"))
        expect(writer.wait(), is: 0)
    }

    @Test func followsFoldersThatAreMadeLater() throws {
        var watch = try makeWatch()
        try makeFolder("new/inner")
        expect(try changes(&watch).contains("new"))
        try write("new/file")
        try write("new/inner/file")
        expect(try changes(&watch), is: ["new/file", "new/inner/file"])
    }

    @Test func followsAFolderToItsNewPlace() throws {
        try makeFolder("first/inner")
        var watch = try makeWatch()
        try files.moveItem(atPath: Scratch.path("first"), toPath: Scratch.path("second"))
        expect(try changes(&watch), is: ["first", "second"])
        try write("second/inner/file")
        expect(try changes(&watch), is: ["second/inner/file"], "not under the old name")
    }

    @Test func forgetsAFolderThatWasMovedAway() throws {
        let elsewhere = Scratch.folder + " elsewhere"
        try makeFolder("inside/deep")
        var watch = try makeWatch()
        try files.moveItem(atPath: Scratch.path("inside"), toPath: elsewhere)
        defer { try? files.removeItem(atPath: elsewhere) }
        expect(try changes(&watch), is: ["inside"])
        try "x".write(toFile: elsewhere + "/deep/file", atomically: false, encoding: .utf8)
        expect(try changes(&watch), is: [])
    }

    @Test func aFolderOfTheSameNameIsWatchedAfterRemoval() throws {
        try makeFolder("again")
        var watch = try makeWatch()
        try files.removeItem(atPath: Scratch.path("again"))
        try makeFolder("again")
        expect(try changes(&watch).contains("again"))
        try write("again/file")
        expect(try changes(&watch), is: ["again/file"])
    }

    @Test func doesNotEnterWhatIsIgnored() throws {
        try makeFolder("ignored/inner")
        try makeFolder(".hidden")
        var watch = try makeWatch()
        try write("ignored/file")
        try write("ignored/inner/file")
        try write(".hidden/file")
        try makeFolder("later/ignored")
        expect(try changes(&watch), is: ["later"])
        try write("later/ignored/file")
        expect(try changes(&watch), is: [])
        try write("later/file")
        expect(try changes(&watch), is: ["later/file"], "the watch still works")
    }

    @Test func followsLinksToFolders() throws {
        let outside = Scratch.folder + " outside"
        try files.createDirectory(atPath: outside + "/inner", withIntermediateDirectories: true)
        defer { try? files.removeItem(atPath: outside) }
        try files.createSymbolicLink(atPath: Scratch.path("before"), withDestinationPath: outside)
        var watch = try makeWatch()
        try "x".write(toFile: outside + "/inner/file", atomically: false, encoding: .utf8)
        expect(try changes(&watch), is: ["before/inner/file"])
        try files.removeItem(atPath: Scratch.path("before"))
        expect(try changes(&watch), is: ["before"])
        try "y".write(toFile: outside + "/inner/file", atomically: false, encoding: .utf8)
        expect(try changes(&watch), is: [], "the link is gone")
        try files.createSymbolicLink(atPath: Scratch.path("after"), withDestinationPath: outside)
        expect(try changes(&watch), is: ["after"])
        try "z".write(toFile: outside + "/inner/file", atomically: false, encoding: .utf8)
        expect(try changes(&watch), is: ["after/inner/file"])
    }

    @Test func followsLinksToFilesAndTheirReplacements() throws {
        try makeFolder("ignored/shared")
        try write("ignored/shared/file")
        try files.createSymbolicLink(atPath: Scratch.path("ignored/hop"), withDestinationPath: "shared/file")
        try files.createSymbolicLink(atPath: Scratch.path("source"), withDestinationPath: "ignored/hop")
        var watch = try makeWatch()
        try write("ignored/shared/file", "more")
        try write("ignored/shared/other", "of no concern")
        expect(try changes(&watch), is: ["source"])
        try write("ignored/shared/new")
        let renamed = unsafe rename(Scratch.path("ignored/shared/new"), Scratch.path("ignored/shared/file"))
        expect(renamed, is: 0)
        expect(try changes(&watch), is: ["source"], "replaced by a rename")
        try write("ignored/elsewhere")
        try files.removeItem(atPath: Scratch.path("ignored/hop"))
        try files.createSymbolicLink(atPath: Scratch.path("ignored/hop"), withDestinationPath: "elsewhere")
        expect(try changes(&watch), is: ["source"], "the link leads elsewhere")
        try write("ignored/elsewhere", "more")
        expect(try changes(&watch), is: ["source"])
    }

    @Test func watchesWhatIsDeclared() throws {
        let outside = Scratch.folder + " beside"
        try files.createDirectory(atPath: outside + "/inner", withIntermediateDirectories: true)
        defer { try? files.removeItem(atPath: outside) }
        var watch = try makeWatch()
        try watch.declare(["../" + FilePaths.name(of: outside)])
        try "x".write(toFile: outside + "/inner/file", atomically: false, encoding: .utf8)
        try "x".write(toFile: outside + "/.hidden", atomically: false, encoding: .utf8)
        expect(try changes(&watch), is: ["../\(FilePaths.name(of: outside))/inner/file"])
    }

    @Test func aLinkToALargeTreeIsNotFollowedToItsEnd() throws {
        let outside = Scratch.folder + " large"
        for number in 0...FolderWatch.maximumFollowedFolders {
            try files.createDirectory(atPath: outside + "/\(number)", withIntermediateDirectories: true)
        }
        defer { try? files.removeItem(atPath: outside) }
        try files.createSymbolicLink(atPath: Scratch.path("large"), withDestinationPath: outside)
        var watch = try makeWatch()
        expect(!watch.unwatched.isEmpty)
        try write("here")
        expect(try changes(&watch), is: ["here"])
    }

    @Test func tellsWhenTheRootIsMoved() throws {
        try makeFolder("root")
        var watch = try FolderWatch(Scratch.path("root")) { _ in false }
        try watch.add()
        try write("root/file")
        expect(try changes(&watch) == ["file"] && !watch.isRootGone)
        let folder = try Folder(Scratch.path("root"))
        try files.moveItem(atPath: Scratch.path("root"), toPath: Scratch.path("moved"))
        expect(try changes(&watch) == [] && watch.isRootGone)
        expect(folder.currentPath(), is: FilePaths.resolved(Scratch.path("moved")))
        try files.removeItem(atPath: Scratch.path("moved"))
        expect(folder.currentPath() == nil)
    }

    @Test func tellsWhenTheRootIsRemoved() throws {
        try makeFolder("root")
        var watch = try FolderWatch(Scratch.path("root")) { _ in false }
        try watch.add()
        let folder = try Folder(Scratch.path("root"))
        try files.removeItem(atPath: Scratch.path("root"))
        expect(try changes(&watch) == [] && watch.isRootGone)
        expect(folder.currentPath() == nil)
    }

    @Test func aLoopOfLinksEndsNothing() throws {
        try makeFolder("loop")
        try files.createSymbolicLink(atPath: Scratch.path("loop/self"), withDestinationPath: "..")
        var watch = try makeWatch()
        try write("loop/file")
        expect(try changes(&watch), is: ["loop/file"])
    }

    @Test func aFolderThatHasGoneIsNoError() throws {
        var watch = try makeWatch()
        try watch.add("no/such/folder")
        for index in 0..<200 {
            try makeFolder("flicker\(index)")
            try files.removeItem(atPath: Scratch.path("flicker\(index)"))
        }
        expect(try changes(&watch).count, is: 200)
    }

    /// More folders come and go than may be watched at a time.
    @Test func foldersThatWentDoNotCount() throws {
        var watch = try makeWatch()
        for _ in 0..<(FolderWatch.maximumFolders / 64 + 1) {
            for number in 0..<64 { try makeFolder("\(number)") }
            expect(try changes(&watch).count, is: 64)
            for number in 0..<64 { try files.removeItem(atPath: Scratch.path("\(number)")) }
            expect(try changes(&watch).count, is: 64)
        }
    }

    @Test func aRootThatIsNotThereIsAnError() throws {
        var watch = try FolderWatch(Scratch.path("nowhere")) { _ in false }
        #expect(throws: FileError.self) { try watch.add() }
    }

    @Test func manyChangesAtOnceAreAllTold() throws {
        var watch = try makeWatch()
        var expected: Set<String> = []
        for index in 0..<3000 {
            let name = "a file with a long name so that the buffer is filled more than once \(index)"
            try write(name)
            expected.insert(name)
        }
        expect(try changes(&watch), is: expected)
    }
}
