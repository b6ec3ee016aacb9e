import Files
import Glibc
import TestSupport
import Testing

@Suite(.scratchFolder) struct WritingTests {
    private func put(_ text: String, as name: String, exclusively: Bool = false) throws {
        let folder = try Folder(Scratch.folder)
        var file = try folder.makeTemporary()
        try unsafe file.write(Array(text.utf8).span.bytes)
        try file.commit(as: name, exclusively: exclusively)
    }

    @Test func temporaryFilesAreHiddenAndPrivateAndVanish() throws {
        do {
            let folder = try Folder(Scratch.folder)
            let file = try folder.makeTemporary()
            try unsafe file.write(([1, 2, 3] as [UInt8]).span.bytes)
            expect(Scratch.names(), is: [file.name])
            expect(file.name.hasPrefix("."))
            expect(try Scratch.mode(file.name), is: 0o600)
            expect(try Scratch.read(file.name), is: [1, 2, 3])
        }
        expect(Scratch.names().isEmpty)
    }

    @Test func aFileIsReplaced() throws {
        try put("one", as: "x")
        try put("two", as: "x")
        expect(try Scratch.text("x"), is: "two")
        expect(Scratch.names(), is: ["x"])
    }

    @Test func aNameThatIsTakenStaysTaken() throws {
        try put("one", as: "x", exclusively: true)
        let error = #expect(throws: FileError.self) { try put("two", as: "x", exclusively: true) }
        expect(error?.isAlreadyThere, is: true)
        expect(try Scratch.text("x"), is: "one")
        // A link that points nowhere takes the name too; what it names must not come into being.
        try Scratch.makeLink("dangling", to: "elsewhere")
        #expect(throws: FileError.self) { try put("two", as: "dangling", exclusively: true) }
        #expect(throws: FileError.self) {
            try WholeFiles.replace(Scratch.path("dangling"), with: "two", exclusively: true)
        }
        expect(Scratch.names(), is: ["dangling", "x"])
    }

    @Test func linksAreReplacedAndNotFollowed() throws {
        try Scratch.write("outside/victim", "mine")
        try Scratch.makeLink("x", to: "outside/victim")
        try put("new", as: "x")
        expect(Scratch.linkTarget("x") == nil)
        expect(try Scratch.text("x"), is: "new")
        expect(try Scratch.text("outside/victim"), is: "mine")
        try Scratch.makeLink("y", to: "outside/victim")
        try Folder(Scratch.folder).remove("y")
        expect(!Scratch.exists("y") && Scratch.exists("outside/victim"))
    }

    @Test(arguments: ["", ".", "..", "/", "a/b", "../x", "/etc/x", "a\u{0}b", "a/\u{301}b"])
    func namesThatLeaveTheFolderAreRefused(_ name: String) throws {
        try Scratch.makeFolder("inside/a")
        let folder = try Folder(Scratch.path("inside"))
        var file = try folder.makeTemporary()
        let results = [
            Result { try file.commit(as: name) }, Result { try file.commit(as: name, exclusively: true) },
            Result { _ = try folder.status(of: name) }, Result { _ = try folder.open(reading: name).path },
            Result { try folder.remove(name) },
        ]
        for result in results {
            let error = #expect(throws: FileError.self) { try result.get() }
            expect(error?.reason, is: "it is not a plain file name")
        }
        expect(Scratch.names() == ["inside"] && Scratch.names(in: "inside/a").isEmpty)
    }

    @Test func aFolderIsNotReplaced() throws {
        try Scratch.makeFolder("x")
        #expect(throws: FileError.self) { try put("text", as: "x") }
        expect(Scratch.names(), is: ["x"])
    }

    @Test func modesFollowTheUmask() async throws {
        let touched = try await Program("touch").run(["touched"])
        try #require(touched.status == 0)
        try put("", as: "usual")
        try WholeFiles.replace(Scratch.path("private"), with: [1], mode: nil)
        expect(try Scratch.mode("usual"), is: try Scratch.mode("touched"))
        expect(try Scratch.mode("private"), is: 0o600)
        try WholeFiles.setMode(Scratch.path("private"), 0o640)
        expect(try Scratch.mode("private"), is: 0o640)
    }

    @Test func pipesAndDevicesAreNotReplaced() throws {
        try Scratch.makePipe("pipe")
        let error = #expect(throws: FileError.self) { try WholeFiles.replace(Scratch.path("pipe"), with: "text") }
        expect(error?.reason, is: "it is not a regular file")
        expect(Scratch.names(), is: ["pipe"])
    }

    @Test func whatAUserNamesToBeWrittenReplacesAFileOnly() throws {
        try Scratch.write("read", "in")
        try Scratch.write("old", "out")
        try Scratch.makeFolder("folder")
        try Scratch.makePipe("pipe")
        try Scratch.makeLink("link", to: "old")
        func reason(_ name: String) -> String? {
            do {
                try WholeFiles.checkOutput(Scratch.path(name), reading: [Scratch.path("folder/../read")])
                return nil
            } catch {
                return error.reason
            }
        }
        expect(reason("old") == nil && reason("new") == nil)
        expect(reason("read"), is: "it is also an input")
        expect(reason("link"), is: "it is a symbolic link")
        expect(reason("pipe") == "it is not a regular file" && reason("folder") == "it is a folder")
    }

    @Test func accessIsHandedOn() throws {
        try Scratch.write("old", "")
        try Scratch.write("new", "")
        try WholeFiles.setMode(Scratch.path("old"), 0o640)
        try WholeFiles.setMode(Scratch.path("new"), 0o606)
        try #require(try FileAccess.of(Scratch.path("old"))).give(to: FileHandle(reading: Scratch.path("new")))
        expect(try Scratch.mode("new"), is: 0o640)
        expect(try FileAccess.of(Scratch.path("new")), is: try FileAccess.of(Scratch.path("old")))
        expect(try FileAccess.of(Scratch.path("nothing")) == nil)
    }

    @Test func whereNoFolderIsNothingIsWritten() {
        let error = #expect(throws: FileError.self) { try WholeFiles.replace(Scratch.path("no/x"), with: "text") }
        expect(error?.isNotFound, is: true)
    }
}
