internal import Basics
package import Contract

/// A template's `template.yaml`: what it is called, what it is for and what it needs.
package struct TemplateDescription: Sendable, Equatable {
    package let id: String
    package let language: String
    package let summary: String
    package let requires: [String]
    package let toolchain: String

    /// Reads a `template.yaml`, at most 64 KiB; every key but `requires` is required.
    package init(reading text: String) throws(ManifestError) {
        var texts: [String: String] = [:], requires: [String] = []
        for (key, value) in try YAMLMapping(parsing: text, limit: 64 << 10, what: "the template").entries {
            switch key.text {
            case "id", "language", "summary", "toolchain":
                texts[key.text] = try YAMLMapping.scalar(value, key.text).text
            case "requires": requires = try YAMLMapping.scalars(value, "requires").map(\.text)
            default: throw ManifestError(message: "unknown key \(key.text.printable)", at: key.place)
            }
        }
        for key in ["id", "language", "summary", "toolchain"] where texts[key, default: ""].isEmpty {
            throw ManifestError(message: "the template has no \(key)", line: nil)
        }
        id = texts["id"] ?? ""
        language = texts["language"] ?? ""
        summary = texts["summary"] ?? ""
        toolchain = texts["toolchain"] ?? ""
        self.requires = requires
    }
}
