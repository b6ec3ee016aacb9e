internal import Basics
package import Contract
internal import YAML

extension CaseFileReader {
    /// The cases of a JSON file: checked as JSON, then read like any other.
    package static func read(json text: String, profile: HostProfile) throws(ManifestError) -> [HookCase] {
        let bytes = Array(text.utf8)
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(parsing: bytes, limits: JSONLimits(bytes: maximumBytes))
        } catch {
            throw ManifestError(
                message: "the file is not JSON: \(error.message)", at: TextPlace(of: error.offset, in: bytes))
        }
        var place = TextPlace.start
        return try read(yaml(of: document.root, in: bytes, &place), profile)
    }

    /// The same value as YAML has it; `place` is that of the value before.
    private static func yaml(
        of node: JSONNode, in bytes: [UInt8], _ place: inout TextPlace
    ) throws(ManifestError) -> YAMLNode {
        place = place.moved(to: node.range.lowerBound, in: bytes)
        let start = place
        switch node.kind {
        case .array:
            var items: [YAMLNode] = []
            for element in node.elements { items.append(try yaml(of: element, in: bytes, &place)) }
            return YAMLNode(.sequence(items), at: start)
        case .object:
            var pairs: [(key: YAMLNode, value: YAMLNode)] = [], names: Set<[UInt8]> = []
            for member in node.members {
                let key = try yaml(of: member.name, in: bytes, &place)
                let name = member.name.string ?? ""
                guard names.insert(Array(name.utf8)).inserted else {
                    throw ManifestError(
                        message: "the key '\(name.prefix(80).description.printable)' is given twice", at: place)
                }
                pairs.append((key, try yaml(of: member.value, in: bytes, &place)))
            }
            return YAMLNode(.mapping(pairs), at: start)
        case .string:
            return YAMLNode(.scalar(YAMLScalar(text: node.string ?? "", style: .doubleQuoted)), at: start)
        case .null, .true, .false, .number:
            return YAMLNode(.scalar(YAMLScalar(text: node.text, style: .plain)), at: start)
        }
    }
}
