import Foundation
import TestSupport

/// The files of this repository.
enum Repository {
    static let folder = BuiltProduct.repository

    /// The files below a folder that end so, as paths in the repository, sorted.
    static func files(below path: String, ending: String = "") throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder + "/" + path)
            .map { path + "/" + $0 }
            .filter { $0.hasSuffix(ending) && !isFolder($0) }.sorted()
    }

    /// The bytes of a file.
    static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: folder + "/" + path)))
    }

    /// The text of a file.
    static func text(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }

    /// Whether something is there.
    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: folder + "/" + path) }

    static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return unsafe FileManager.default.fileExists(atPath: folder + "/" + path, isDirectory: &isFolder)
            && isFolder.boolValue
    }
}
