package import Contract

extension CaseFileReader {
    /// The cases of a JSON file: checked as JSON, then read like any other, line by line the same.
    package static func read(json text: String) throws(ManifestError) -> [HookCase] {
        let bytes = Array(text.utf8)
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(parsing: bytes, limits: JSONLimits(bytes: maximumBytes))
        } catch {
            throw ManifestError(
                message: "the file is not JSON: \(error.message)",
                line: JSONDocument.position(of: error.offset, in: bytes).line)
        }
        return try read(yaml(of: document))
    }

    /// The same text as YAML reads it: YAML knows no surrogates, and no tabs where it counts columns.
    private static func yaml(of document: JSONDocument) -> String {
        var text = "", at = 0
        func copySpace(to end: Int) {
            text += String(decoding: document.bytes[at..<end].map { $0 == 0x09 ? 0x20 : $0 }, as: UTF8.self)
        }
        for string in document.strings {
            copySpace(to: string.range.lowerBound)
            text += quoted(string.string ?? "")
            at = string.range.upperBound
        }
        copySpace(to: document.bytes.count)
        return text
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22, 0x5C: quoted += "\\" + String(scalar)
            case 0x20..<0x7F: quoted.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            }
        }
        return quoted + "\""
    }
}
