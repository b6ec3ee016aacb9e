import Dispatch
import Files
import Glibc
import TestSupport
import Testing

@Suite(.scratchFolder) struct FolderTests {
    @Test func foldersAreMadeWithTheirParents() throws {
        try Folder.create(Scratch.path("a/b/c"))
        try Folder.create(Scratch.path("a/b/c"))
        #expect(Scratch.exists("a/b/c"))
        try Scratch.write("file", "")
        try Scratch.makeLink("dangling", to: "nowhere")
        for name in ["file", "file/below", "dangling"] {
            #expect(throws: FileError.self) { try Folder.create(Scratch.path(name)) }
        }
        try Scratch.makeLink("link", to: "a")
        try Folder.create(Scratch.path("link"))
        #expect(throws: FileError.self) { _ = try Folder(Scratch.path("file")).path }
        #expect(throws: FileError.self) { _ = try Folder(Scratch.path("nothing")).path }
    }

    @Test func namesAreSortedAndLimited() throws {
        for name in ["b", "a", ".c", "é"] { try Scratch.write(name, "") }
        let folder = try Folder(Scratch.folder)
        #expect(try folder.names() == [".c", "a", "b", "é"])
        #expect(try folder.names(limit: 4).count == 4)
        let result = Result { try folder.names(limit: 3) }
        #expect(throws: FileError.self) { try result.get() }
        // The folder was opened once; what is put in its place afterwards is another folder.
        try Folder.move(Scratch.folder, to: Scratch.folder + " moved")
        defer { try? Folder.removeTree(Scratch.folder + " moved") }
        #expect(try folder.names().count == 4)
    }

    @Test func treesAreRemovedWithoutFollowingLinks() throws {
        try Scratch.write("outside/kept", "mine")
        try Scratch.write("tree/a/b/file", "")
        try Scratch.makePipe("tree/pipe")
        try Scratch.makeLink("tree/a/folder", to: Scratch.path("outside"))
        try Scratch.makeLink("tree/a/file", to: "../../outside/kept")
        try Folder.removeTree(Scratch.path("tree"))
        #expect(Scratch.names() == ["outside"])
        #expect(try Scratch.text("outside/kept") == "mine")
        try Scratch.makeLink("link", to: "outside")
        try Folder.removeTree(Scratch.path("link"))
        try Folder.removeTree(Scratch.path("nothing"))
        #expect(Scratch.names() == ["outside"])
    }

    /// Another system's names need not be UTF-8, and are no reason to leave a tree behind.
    @Test func treesWithNamesThatAreNotTextAreRemoved() async throws {
        let script = "mkdir -p \"$1\"/a && cd \"$1\"/a && mkdir $'\\xff' && touch $'\\xff/\\xfe' $'\\xfd'"
        let made = try await Program("bash").run(["-c", script, "bash", Scratch.path("tree")])
        try #require(made.status == 0, "\(made.transcript)")
        #expect(try Folder(Scratch.path("tree/a")).names() == ["\u{FFFD}", "\u{FFFD}"])
        try Folder.removeTree(Scratch.path("tree"))
        #expect(Scratch.names().isEmpty)
    }

    @Test func aFolderIsMovedOnlyToWhereNothingIs() throws {
        try Scratch.write("new/file", "new")
        try Scratch.makeFolder("empty")
        try Scratch.write("full/file", "old")
        try Scratch.makeLink("dangling", to: "nowhere")
        for target in ["empty", "full", "dangling"] {
            let error = #expect(throws: FileError.self) {
                try Folder.moveExclusively(Scratch.path("new"), to: Scratch.path(target))
            }
            #expect(error?.isAlreadyThere == true)
        }
        #expect(try Scratch.text("full/file") == "old" && Scratch.names(in: "empty").isEmpty)
        #expect(throws: FileError.self) {
            try Folder.moveExclusively(Scratch.path("missing"), to: Scratch.path("target"))
        }
        #expect(!Scratch.exists("target"))
        try Folder.moveExclusively(Scratch.path("new"), to: Scratch.path("target"))
        #expect(try Scratch.text("target/file") == "new" && !Scratch.exists("new"))
    }

    @Test func temporaryFoldersVanishUnlessTheyAreKept() throws {
        do {
            let folder = try TemporaryFolder(in: Scratch.folder)
            try Scratch.write(FilePaths.name(of: folder.path) + "/a/b", "")
            #expect(try Scratch.mode(FilePaths.name(of: folder.path)) == 0o700)
        }
        #expect(Scratch.names().isEmpty)
        do {
            var folder = try TemporaryFolder(in: Scratch.folder)
            folder.keep()
        }
        #expect(Scratch.names().count == 1)
    }

    /// Another process cannot have the lock while a folder value holds it, and can when the value is gone.
    @Test func aLockKeepsOtherProcessesOut() async throws {
        let held = try await hold { try await Program("flock").run(["-n", "-s", Scratch.folder, "true"]).status }
        #expect(held == 1)
        #expect(try await Program("flock").run(["-n", Scratch.folder, "true"]).status == 0)
        #expect(Scratch.names().isEmpty)
    }

    private func hold(_ action: () async throws -> Int) async throws -> Int {
        let folder = try Folder(Scratch.folder), lock = try folder.locked()
        let result = try await action()
        #expect(folder.path == Scratch.folder)
        lock.release()
        return result
    }

    /// A folder value waits while another process has the lock.
    @Test func aLockIsWaitedFor() async throws {
        let script = "touch held; while [ ! -e go ]; do sleep 0.02; done; echo other >> log"
        async let other = Program("flock").run([Scratch.folder, "sh", "-c", script])
        while !Scratch.exists("held") { try await Task.sleep(for: .milliseconds(10)) }
        let path = Scratch.folder, started = DispatchSemaphore(value: 0)
        let mine: Task<Void, any Error> = Task.detached {
            started.signal()
            let folder = try Folder(path), lock = try folder.locked()
            let log = unsafe fopen(folder.path + "/log", "a")
            unsafe fputs("mine\n", log)
            unsafe fclose(log)
            lock.release()
        }
        // Time for a lock that does not hold to show itself; one that holds passes however long this takes.
        try await Task.sleep(for: .milliseconds(200))
        try Scratch.write("go", "")
        try await mine.value
        #expect(try await other.status == 0)
        #expect(try Scratch.text("log") == "other\nmine\n")
    }
}
