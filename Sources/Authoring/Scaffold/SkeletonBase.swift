internal import Basics
package import Contract

/// `.pdk/base.json` of a plugin: the skeleton as the template wrote it, which a merge with a newer one starts from.
package struct SkeletonBase: Sendable, Equatable {
    /// The path in a plugin's folder.
    package static let path = ".pdk/base.json"
    /// The largest base that is read, in bytes.
    package static let maximumBytes = 2 * SkeletonRenderer.maximumBytes

    package var files: [SkeletonFile]

    package init(files: [SkeletonFile]) { self.files = files }

    /// A file's bytes as text where they are UTF-8, else as base64.
    package var text: String {
        let members = files.map { file -> JSONValue.Member in
            let text = String(validating: file.bytes, as: UTF8.self)
            return JSONValue.Member(
                file.path,
                .object([
                    "text": text.map(JSONValue.string),
                    "base64": text == nil ? .string(Base64.encode(file.bytes)) : nil,
                    "executable": file.isExecutable ? .bool(true) : nil,
                ]))
        }
        return JSONValue.object([JSONValue.Member("files", .object(members))]).fileText
    }

    /// Reads a base; a file's path that must not be written is an error.
    package init(reading bytes: [UInt8]) throws(JSONError) {
        let root = try JSONDocument(parsing: bytes, limits: JSONLimits(bytes: Self.maximumBytes)).root
        var files: [SkeletonFile] = []
        for (key, value) in root["files"]?.members ?? [] {
            let contents =
                value["text"]?.string.map { Array($0.utf8) }
                ?? value["base64"]?.string.flatMap { Base64.decode($0.utf8) }
            guard let path = key.string, SkeletonRenderer.refusal(of: path) == nil, let contents else {
                throw JSONError("a file of the base cannot be read", offset: key.range.lowerBound)
            }
            files.append(
                SkeletonFile(path: path, bytes: contents, isExecutable: value["executable"]?.value == .bool(true)))
        }
        self.files = files
    }
}
