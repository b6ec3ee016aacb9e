import Dispatch
import Files
import Glibc
import Synchronization
import TestSupport
import Testing

@Suite(.scratchFolder) struct FolderTests {
    @Test func foldersAreMadeWithTheirParents() throws {
        try Folder.create(Scratch.path("a/b/c"))
        try Folder.create(Scratch.path("a/b/c"))
        expect(Scratch.exists("a/b/c"))
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
        expect(try folder.names(), is: [".c", "a", "b", "é"])
        expect(try folder.names(limit: 4).count, is: 4)
        let result = Result { try folder.names(limit: 3) }
        #expect(throws: FileError.self) { try result.get() }
        // The folder was opened once; what is put in its place afterwards is another folder.
        try Folder.move(Scratch.folder, to: Scratch.folder + " moved")
        defer { try? Folder.removeTree(Scratch.folder + " moved") }
        expect(try folder.names().count, is: 4)
    }

    @Test func treesAreRemovedWithoutFollowingLinks() throws {
        try Scratch.write("outside/kept", "mine")
        try Scratch.write("tree/a/b/file", "")
        try Scratch.makePipe("tree/pipe")
        try Scratch.makeLink("tree/a/folder", to: Scratch.path("outside"))
        try Scratch.makeLink("tree/a/file", to: "../../outside/kept")
        try Folder.removeTree(Scratch.path("tree"))
        expect(Scratch.names(), is: ["outside"])
        expect(try Scratch.text("outside/kept"), is: "mine")
        try Scratch.makeLink("link", to: "outside")
        try Folder.removeTree(Scratch.path("link"))
        try Folder.removeTree(Scratch.path("nothing"))
        expect(Scratch.names(), is: ["outside"])
    }

    /// Another system's names need not be UTF-8, and are no reason to leave a tree behind.
    @Test func treesWithNamesThatAreNotTextAreRemoved() async throws {
        let script = "mkdir -p \"$1\"/a && cd \"$1\"/a && mkdir $'\\xff' && touch $'\\xff/\\xfe' $'\\xfd'"
        let made = try await Program("bash").run(["-c", script, "bash", Scratch.path("tree")])
        try #require(made.status == 0, "\(made.transcript)")
        expect(try Folder(Scratch.path("tree/a")).names(), is: ["\u{FFFD}", "\u{FFFD}"])
        try Folder.removeTree(Scratch.path("tree"))
        expect(Scratch.names().isEmpty)
    }

    @Test func aFolderIsMovedOnlyToWhereNothingIs() throws {
        try Scratch.write("new/file", "new")
        try Scratch.makeFolder("empty")
        try Scratch.write("full/file", "old")
        try Scratch.makeLink("dangling", to: "nowhere")
        let folder = try Folder(Scratch.folder)
        for target in ["empty", "full", "dangling"] {
            let result = Result { try folder.move("new", exclusivelyTo: folder, as: target) }
            let error = #expect(throws: FileError.self) { try result.get() }
            expect(error?.isAlreadyThere, is: true)
        }
        expect(try Scratch.text("full/file") == "old" && Scratch.names(in: "empty").isEmpty)
        let missing = Result { try folder.move("missing", exclusivelyTo: folder, as: "target") }
        #expect(throws: FileError.self) { try missing.get() }
        expect(!Scratch.exists("target"))
        try folder.move("new", exclusivelyTo: folder, as: "target")
        expect(try Scratch.text("target/file") == "new" && !Scratch.exists("new"))
    }

    /// A link anywhere on the way is refused and named; folders are made with the access that is asked for.
    @Test func pathsBelowAFolderGoThroughNoLink() throws {
        try Scratch.write("outside/victim/file", "mine")
        try Scratch.makeFolder("inside/a")
        try Scratch.makeLink("inside/a/link", to: "../../outside/victim")
        let folder = try Folder(Scratch.path("inside"))
        let results = [
            Result { _ = try folder.folder("a/link").path },
            Result { _ = try folder.open(readingBelow: "a/link/file").path },
            Result { _ = try folder.makeFolder("a/link/new").path }, Result { try folder.write("a/link/new", [1]) },
            Result { _ = try folder.status(below: "a/link/file") }, Result { _ = try folder.folder("../outside").path },
            Result { _ = try folder.folder("/etc").path }, Result { _ = try folder.folder("a//b").path },
        ]
        for (number, result) in results.enumerated() {
            let error = #expect(throws: FileError.self) { try result.get() }
            if number < 5 {
                expect(error?.path.hasSuffix("inside/a/link"), is: true, "\(number): \(error?.description ?? "")")
                expect(error?.description.contains("symbolic link"), is: true, "\(number): \(error?.description ?? "")")
            }
        }
        expect(Scratch.names(in: "outside/victim"), is: ["file"])
        expect(try folder.status(below: "a/link")?.kind == .link && folder.status(below: "no/such") == nil)
        let made = try folder.makeFolder("b/c", access: FileAccess(owner: .max, group: .max, mode: 0o751))
        expect(try made.names().isEmpty && Scratch.mode("inside/b") == 0o751 && Scratch.mode("inside/b/c") == 0o751)
        try folder.write("b/c/d/file", Array("text".utf8))
        expect(try folder.open(readingBelow: "b/c/d/file").readAll(limit: 10), is: Array("text".utf8))
        try folder.removeTree(named: "a")
        expect(try Scratch.text("outside/victim/file"), is: "mine")
    }

    @Test func temporaryFoldersVanishUnlessTheyAreKept() throws {
        do {
            let folder = try TemporaryFolder(in: Scratch.folder)
            try Scratch.write(FilePaths.name(of: folder.path) + "/a/b", "")
            expect(try Scratch.mode(FilePaths.name(of: folder.path)), is: 0o700)
        }
        expect(Scratch.names().isEmpty)
        do {
            var folder = try TemporaryFolder(in: Scratch.folder)
            folder.keep()
        }
        expect(Scratch.names().count, is: 1)
    }

    @Test func aTemporaryFolderIsPutWhereNothingIs() throws {
        try Scratch.write("taken/file", "mine")
        do {
            var folder = try TemporaryFolder(in: Scratch.folder)
            try folder.folder.write("a/b", [1])
            let result = Result { try folder.put(as: "taken") }
            let error = #expect(throws: FileError.self) { try result.get() }
            expect(error?.isAlreadyThere, is: true)
            try folder.put(as: "new")
        }
        expect(Scratch.names(), is: ["new", "taken"])
        expect(try Scratch.read("new/a/b") == [1] && Scratch.text("taken/file") == "mine")
    }

    /// What a killed process has left goes; what a living one works in stays.
    @Test func abandonedFoldersAreRemoved() throws {
        let folder = try Folder(Scratch.folder)
        let mine = try TemporaryFolder(in: folder, prefix: ".pdk-x-")
        try mine.folder.write("file", [1])
        try Scratch.write(".pdk-x-12ab/deep/file", "")
        try Scratch.write(".pdk-x-no-number/file", "")
        try Scratch.makeLink(".pdk-x-99", to: "/etc")
        try folder.removeAbandonedFolders(prefix: ".pdk-x-")
        expect(Scratch.names(), is: [mine.name, ".pdk-x-99", ".pdk-x-no-number"].sorted())
    }

    /// Where anyone may make folders, only this user's own are removed, by whoever makes the next one.
    @Test func othersFoldersStayWhereAnyoneMakesSome() throws {
        try #require(geteuid() == 0, "this test makes folders of other users")
        for name in ["pdk-x-12ab", "pdk-x-77", "pdk-y-12ab"] { try Scratch.write(name + "/deep/file", "") }
        try Scratch.makeLink("pdk-x-99", to: Scratch.path("pdk-x-77"))
        unsafe chown(Scratch.path("pdk-x-77"), 12345, 12345)
        defer { unsafe chown(Scratch.path("pdk-x-77"), 0, 0) }
        do {
            let mine = try TemporaryFolder(inShared: Scratch.folder, prefix: "pdk-x-")
            let other = try TemporaryFolder(inShared: Scratch.folder, prefix: "pdk-x-")
            expect(
                Scratch.names(), is: [mine.name, other.name, "pdk-x-77", "pdk-x-99", "pdk-y-12ab"].sorted())
        }
        expect(Scratch.names(), is: ["pdk-x-77", "pdk-x-99", "pdk-y-12ab"])
        expect(try Scratch.text("pdk-x-77/deep/file").isEmpty)
    }

    /// Whoever clears up may come between any two steps of making a folder: another is made then.
    @Test func foldersAreMadeWhileOthersClearUp() throws {
        let place = Scratch.folder, isDone = Atomic(false), errors = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 2) { part in
            do {
                let folder = try Folder(place)
                if part == 1 {
                    while !isDone.load(ordering: .relaxed) { try folder.removeAbandonedFolders(prefix: ".pdk-x-") }
                } else {
                    defer { isDone.store(true, ordering: .relaxed) }
                    for _ in 0..<5_000 {
                        let made = try TemporaryFolder(in: folder, prefix: ".pdk-x-")
                        try made.folder.write("file", [1])
                        _ = try folder.folder(made.name)
                    }
                }
            } catch {
                errors.withLock { $0.append("\(error)") }
            }
        }
        expect(errors.withLock { $0 }.isEmpty)
        expect(Scratch.names().isEmpty)
    }

    /// The lock's file, as another process locks it.
    private static var lockFile: String { Scratch.path(FolderLock.fileName) }

    /// Another process cannot have the lock while a folder value holds it, and can when the value is gone.
    @Test func aLockKeepsOtherProcessesOut() async throws {
        let held = try await hold { try await Program("flock").run(["-n", "-s", Self.lockFile, "true"]).status }
        expect(held, is: 1)
        expect(Scratch.names().isEmpty)
        expect(try await Program("flock").run(["-n", Self.lockFile, "true"]).status, is: 0)
        // A file that stays behind is no lock.
        let again = try await hold { 0 }
        expect(again == 0 && Scratch.names().isEmpty)
    }

    private func hold(_ action: () async throws -> Int) async throws -> Int {
        let folder = try Folder(Scratch.folder), lock = try folder.locked()
        let result = try await action()
        expect(folder.path, is: Scratch.folder)
        lock.release()
        return result
    }

    /// Only those who may write to a folder can open its lock.
    @Test(arguments: [(0o755, 0o600), (0o775, 0o660), (0o777, 0o666)])
    func onlyWritersCanHoldTheLock(folderMode: Int, lockMode: Int) throws {
        try Scratch.makeFolder("shared")
        unsafe chmod(Scratch.path("shared"), mode_t(folderMode))
        let folder = try Folder(Scratch.path("shared")), lock = try folder.locked()
        expect(try Scratch.mode("shared/" + FolderLock.fileName), is: lockMode)
        expect(try Scratch.text("shared/" + FolderLock.fileName), is: "\(getpid()) \(geteuid())\n")
        lock.release()
    }

    /// Who waits is told whom for, and gives up with that.
    @Test func whoHoldsTheLockIsSaid() async throws {
        let script = "echo \"$$ 0\" > \"$0\"; touch held; while [ ! -e go ]; do sleep 0.02; done"
        async let other = Program("flock").run([Self.lockFile, "sh", "-c", script, Self.lockFile])
        while !Scratch.exists("held") { try await Task.sleep(for: .milliseconds(10)) }
        let told = Told(), path = Scratch.folder
        let waiting = Task.detached {
            let folder = try Folder(path)
            _ = try folder.locked(LockWait(seconds: 3) { told.add("\($0): \($1)") })
        }
        let error = await #expect(throws: FileError.self) { try await waiting.value }
        let process = try Scratch.text(FolderLock.fileName).prefix { $0 != " " }
        expect(told.all, is: ["\(path): process \(process) of user root"])
        expect(
            error?.description,
            is: "cannot lock \(path): process \(process) of user root has held the lock for 3 seconds")
        try Scratch.write("go", "")
        expect(try await other.status, is: 0)
    }

    private final class Told: Sendable {
        private let texts = Mutex<[String]>([])
        var all: [String] { texts.withLock { $0 } }
        func add(_ text: String) { texts.withLock { $0.append(text) } }
    }

    /// A folder value waits while another process has the lock.
    @Test func aLockIsWaitedFor() async throws {
        let script = "touch held; while [ ! -e go ]; do sleep 0.02; done; echo other >> log"
        async let other = Program("flock").run([Self.lockFile, "sh", "-c", script])
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
        expect(try await other.status, is: 0)
        expect(try Scratch.text("log"), is: "other\nmine\n")
    }
}
