import Files
import Glibc
import TestSupport
import Testing

/// Several files that change as one: whole or not at all, whatever fails in between.
@Suite(.scratchFolder) struct FolderChangeTests {
    private func change(
        _ files: [(target: String, text: String?)], committing: Int? = nil, folder: borrowing Folder
    ) throws -> FolderChange {
        var change = FolderChange()
        for (number, file) in files.enumerated() {
            if let text = file.text {
                change.put(try StagedFile(folder.makeTemporary(holding: Array(text.utf8))), at: file.target)
            } else {
                change.remove(file.target)
            }
            if number + 1 == committing { change.commit() }
        }
        return change
    }

    private func perform(_ files: [(target: String, text: String?)]) throws {
        let folder = try Folder(Scratch.folder), lock = try folder.locked()
        var change = try change(files, folder: folder)
        let result = Result { try change.perform(in: folder, under: lock) }
        lock.release()
        try result.get()
    }

    @Test func allOfItIsDone() throws {
        try Scratch.write("old", "1")
        try Scratch.write("gone", "1")
        try Scratch.makeLink("link", to: "gone")
        try Scratch.makeFolder("below/it")
        try perform([("old", "2"), ("new", "2"), ("link", "2"), ("gone", nil), ("never", nil), ("below/it/file", "2")])
        expect(Scratch.names(), is: ["below", "link", "new", "old"])
        for name in ["old", "new", "link", "below/it/file"] { expect(try Scratch.text(name), is: "2") }
        expect(Scratch.linkTarget("link") == nil)
    }

    /// A step that fails takes back those before it: contents, links, what was removed and what was not there.
    @Test func aFailureTakesAllBack() throws {
        try Scratch.write("old", "1")
        try Scratch.write("gone", "1")
        try Scratch.makeLink("link", to: "nowhere")
        #expect(throws: FileError.self) {
            try perform([("old", "2"), ("new", "2"), ("link", "2"), ("gone", nil), ("no/such/folder", "2")])
        }
        expect(Scratch.names(), is: ["gone", "link", "old"])
        expect(try Scratch.text("old") == "1" && Scratch.text("gone") == "1")
        expect(Scratch.linkTarget("link"), is: "nowhere")
    }

    @Test func whatIsNoFileIsRefusedBeforeAnythingChanges() throws {
        try Scratch.makeFolder("folder")
        try Scratch.makePipe("pipe")
        for name in ["folder", "pipe"] {
            let error = #expect(throws: FileError.self) { try perform([("new", "2"), (name, "2")]) }
            expect(error?.reason, is: "it is not a file")
        }
        expect(Scratch.names(), is: ["folder", "pipe"])
    }

    /// A journal that speaks of other places, is no journal or is a stranger's changes nothing.
    @Test(arguments: [
        "pdk-journal 1 1\nfile\t1\t.pdk-a.tmp\t../outside\nend\n",
        "pdk-journal 1 1\nremove\t0\t.pdk-a.tmp\t/etc/x\nend\n",
        "pdk-journal 1 1\nfile\t1\tkept\tother\nend\n", "pdk-journal 1 1\nfile\t1\t.pdk-a/../kept\tother\nend\n",
        "pdk-journal 1 9\nfile\t1\t.pdk-a.tmp\tkept\nend\n", "pdk-journal 1 1\nfile\t1\t.pdk-a.tmp\tkept\n", "",
        "rubbish",
        "pdk-journal 2 1\nfile\t1\t.pdk-a.tmp\tkept\nend\n", "end\n", "pdk-journal 1 -1\nend\n",
    ])
    func otherJournalsAreLeftAlone(text: String) throws {
        try Scratch.write("kept", "mine")
        try Scratch.write(".pdk-1.journal", text)
        let folder = try Folder(Scratch.folder), lock = try folder.locked()
        expect(try folder.recover(under: lock).isEmpty)
        lock.release()
        expect(try Scratch.text("kept") == "mine" && Scratch.names() == [".pdk-1.journal", "kept"])
    }
}
