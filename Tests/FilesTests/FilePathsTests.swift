import Files
import TestSupport
import Testing

@Suite(.scratchFolder) struct FilePathsTests {
    @Test(arguments: [
        ("a", "b", "a/b"), ("a/", "b", "a/b"), ("/", "b", "/b"), ("", "b", "b"), (".", "b", "b"), ("a", "/b", "/b"),
        ("a", "\u{301}b", "a/\u{301}b"), ("a", "/\u{301}b", "/\u{301}b"),
    ])
    func aNameIsPutIntoItsFolder(folder: String, name: String, path: String) {
        expect(FilePaths.join(folder, name), is: path)
    }

    @Test(arguments: [
        ("a/b.wasm", "a", "b.wasm", "b"), ("/a", "/", "a", "a"), ("a", ".", "a", "a"), ("a/b//", "a", "b", "b"),
        ("a//b", "a", "b", "b"), ("/", nil, "/", "/"), ("///", nil, "/", "/"), ("", nil, "", ""),
        (".hidden", ".", ".hidden", ".hidden"), ("x/a.tar.gz", "x", "a.tar.gz", "a.tar"), ("../a", "..", "a", "a"),
        ("/tmp/a/\u{301}x", "/tmp/a", "\u{301}x", "\u{301}x"), ("//a", "/", "a", "a"),
    ])
    func aPathIsTakenApart(path: String, parent: String?, name: String, stem: String) {
        expect(FilePaths.parent(of: path), is: parent)
        expect(FilePaths.name(of: path), is: name)
        expect(FilePaths.stem(of: path), is: stem)
    }

    @Test(arguments: [
        ("a/b.wasm", "a/b.sig"), ("b.wasm", "b.sig"), ("./b.wasm", "b.sig"), ("/b.wasm", "/b.sig"),
        ("a.d/b", "a.d/b.sig"),
        ("a/.hidden", "a/.hidden.sig"), ("a.b.wasm", "a.b.sig"),
    ])
    func theLastExtensionIsReplaced(path: String, expected: String) {
        expect(FilePaths.replacingExtension(of: path, with: ".sig"), is: expected)
    }

    @Test func linksAreResolved() throws {
        try Scratch.write("real/x", "")
        try Scratch.makeLink("link", to: "real")
        expect(
            FilePaths.resolved(Scratch.path("link/../link/x")),
            is: FilePaths.resolved(Scratch.folder).map { $0 + "/real/x" })
        expect(FilePaths.resolved(Scratch.path("nothing")) == nil)
    }
}
