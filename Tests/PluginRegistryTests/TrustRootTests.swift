import Basics
import PluginRegistry
import TestSupport
import Testing

@Suite(.scratchFolder) struct TrustRootTests {
    @Test func labelsAreTheStemsOfTheFiles() async throws {
        for label in ["b", "a.b", "é ü"] { _ = try await Publisher(label) }
        // Other files are none of ours.
        for name in ["README", "x.pub.old", ".pub", "x.PUB"] { try Scratch.write("trust/" + name, "rubbish") }
        try Scratch.makeFolder("trust/folder")
        expect(try TrustRoot.load(folder: Scratch.path("trust")).labels, is: ["a.b", "b", "é ü"])
    }

    @Test func whiteSpaceAtTheEndsIsTaken() async throws {
        _ = try await Publisher("a")
        let text = try Scratch.text("trust/a.pub")
        try Scratch.write("trust/b.pub", " \r\n\t" + text + "\n\n ")
        expect(try TrustRoot.load(folder: Scratch.path("trust")).labels, is: ["a", "b"])
    }

    static let malformed: [(kind: String, text: [UInt8])] = [
        ("empty", []), ("31 bytes", Array(Base64.encode([UInt8](repeating: 9, count: 31)).utf8)),
        ("33 bytes", Array(Base64.encode([UInt8](repeating: 9, count: 33)).utf8)),
        ("raw", [UInt8](repeating: 9, count: 32)),
        ("hex", Array(Hex.encode([UInt8](repeating: 9, count: 32)).utf8)),
        ("PEM", Array("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----\n".utf8)),
        ("all zero: of small order", Array(Base64.encode([UInt8](repeating: 0, count: 32)).utf8)),
        ("one: the neutral point", Array(Base64.encode([1] + [UInt8](repeating: 0, count: 31)).utf8)),
        ("all ones: not canonical", Array(Base64.encode([UInt8](repeating: 0xFF, count: 32)).utf8)),
        ("two: not on the curve", Array(Base64.encode([2] + [UInt8](repeating: 0, count: 31)).utf8)),
        ("large", [UInt8](repeating: 0x20, count: 4097)),
    ]

    @Test(
        arguments: malformed.map(\.kind) + [
            "two keys", "unpadded", "url alphabet", "folder", "pipe", "link to nothing",
        ])
    func oneMalformedKeyRefusesAll(kind: String) async throws {
        let publisher = try await Publisher("good")
        var registry = try TestRegistry()
        try await registry.publish("mask", signer: publisher)
        let good = try Scratch.text("trust/good.pub").split(separator: "\n").joined()
        switch kind {
        case "two keys": try Scratch.write("trust/bad.pub", good + "\n" + good + "\n")
        case "unpadded": try Scratch.write("trust/bad.pub", String(good.dropLast()))
        case "url alphabet": try Scratch.write("trust/bad.pub", "_" + good.dropFirst())
        case "folder": try Scratch.makeFolder("trust/bad.pub")
        case "pipe": try Scratch.makePipe("trust/bad.pub")
        case "link to nothing": try Scratch.makeLink("trust/bad.pub", to: "nothing")
        default:
            let text = try #require(Self.malformed.first { $0.kind == kind }?.text)
            try Scratch.write("trust/bad.pub", text)
        }
        try await expectRefusal(.trustRootInvalid, Scratch.path("trust/bad.pub")) {
            try install("mask", trusting: "trust")
        }
    }

    @Test func aTrustRootWithoutKeysIsRefused() throws {
        try Scratch.makeFolder("empty")
        try Scratch.write("file", "")
        for name in ["empty", "nowhere", "file"] {
            let error = #expect(throws: RegistryError.self) { try TrustRoot.load(folder: Scratch.path(name)) }
            expect(error?.kind, is: .trustRootInvalid)
            expect(error?.message.contains(Scratch.path(name)), is: true)
        }
    }
}
