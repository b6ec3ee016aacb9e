import Authoring
import Contract
import TestSupport
import Testing

@Suite struct MemorySizeTests {
    @Test(arguments: [
        ("0", 0), ("512", 512), ("1KB", 1024), ("16MB", 16 << 20), ("16 mb", 16 << 20), ("2GB", 2 << 30),
        ("007MB", 7 << 20), ("9223372036854775807", Int.max),
    ])
    func sizesOfMemoryAreRead(text: String, bytes: Int) { expect(MemorySize.bytes(text), is: bytes) }

    @Test(arguments: [
        "", "MB", "-1MB", "+1MB", "1.5MB", "1MiB", "1 M B", "1TB", "9223372036854775808", "9007199254740993GB", "١MB",
        "1MB ",
        " 1MB", "1\u{212A}B", "1_0MB", "0x10", "1\nMB",
    ])
    func refused(text: String) { expect(MemorySize.bytes(text) == nil) }
}

@Suite struct ConfigurationTests {
    @Test func theConfigurationNamesAKey() throws {
        expect(try Configuration(reading: "key: mine\n").key, is: "mine")
        expect(try Configuration(reading: "{}").key == nil)
        expect(try Configuration(reading: "key:\n").key == nil)
    }

    @Test(arguments: [
        ("keys: mine", 1, "unknown key keys"), ("key: a\n\"\\e[31m\": b", 2, "unknown key \\u{1b}[31m"),
        ("key: [a]", 1, "key is not a single text"), ("mine", 1, "the file is not a mapping of keys to values"),
    ])
    func refused(text: String, line: Int, message: String) {
        expectManifestError(message, line: line) { _ = try Configuration(reading: text) }
    }
}

@Suite struct TemplateDescriptionTests {
    private static let text = "id: c\nlanguage: C\nsummary: small\ntoolchain: c\nrequires: [clang, wasm-ld]\n"

    @Test func aTemplatesDescriptionIsRead() throws {
        let template = try TemplateDescription(reading: Self.text)
        expect(template.id == "c" && template.language == "C" && template.summary == "small")
        expect(template.toolchain == "c" && template.requires.map(\.tool) == ["clang", "wasm-ld"])
    }

    @Test(arguments: ["id", "language", "summary"])
    func aMissingKeyIsNamed(key: String) {
        let text = Self.text.split(separator: "\n").filter { !$0.hasPrefix(key + ":") }.joined(separator: "\n")
        expectManifestError("the template has no \(key)", line: nil) { _ = try TemplateDescription(reading: text) }
    }

    @Test func anUnknownKeyIsNamedWithItsLine() {
        expectManifestError(
            "unknown key 'colour' in the template; expected: \(TemplateDescription.keys.joined(separator: ", "))",
            line: 6
        ) {
            _ = try TemplateDescription(reading: Self.text + "colour: red")
        }
    }
}

@Suite struct InstalledManifestTests {
    @Test func isTheJSONTheHostReads() throws {
        var manifest = PluginMetadata(name: "x", version: "1.0.0", hooks: ["pre_query"])
        manifest.description = "\"a\"\n"
        let root = try JSONDocument(parsing: InstalledManifest.text(of: manifest)).root
        expect(
            root.members.map { $0.name.string },
            is: ["name", "version", "description", "author", "license", "hooks", "permissions"])
        expect(root["hooks"]?.elements.map(\.string) == ["pre_query"] && root["permissions"]?.elements.isEmpty == true)
        expect(root["description"]?.string, is: "\"a\"\n")
        expect(InstalledManifest.text(of: manifest).hasSuffix("}\n"))
    }
}
