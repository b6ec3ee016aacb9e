internal import Foundation

/// What is on disk, for tests that compare it before and after.
package enum Disk {
    /// Every file below a folder by its path there, with its bytes; folders end in `/`, links are shown by their target.
    package static func tree(_ folder: String) throws -> [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            let whole = folder + "/" + path
            switch try FileManager.default.attributesOfItem(atPath: whole)[.type] as? FileAttributeType {
            case .typeDirectory?: found[path + "/"] = []
            case .typeSymbolicLink?:
                found[path] = Array(try FileManager.default.destinationOfSymbolicLink(atPath: whole).utf8)
            default: found[path] = try read(whole)
            }
        }
        return found
    }

    /// The bytes of a file.
    package static func read(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }

    /// The text of a file.
    package static func text(_ path: String) throws -> String { String(decoding: try read(path), as: UTF8.self) }

    /// Writes a file and the folders it lacks.
    package static func write(_ path: String, _ bytes: [UInt8]) throws {
        let url = URL(filePath: path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    /// Writes a text.
    package static func write(_ path: String, _ text: String) throws { try write(path, Array(text.utf8)) }

    /// Replaces one text by another in a file that must hold it.
    package static func edit(_ path: String, _ old: String, _ new: String) throws {
        let text = try text(path)
        guard text.contains(old) else { throw Missing(text: old, path: path) }
        try write(path, text.replacing(old, with: new))
    }

    /// Copies a folder or file to where nothing is.
    package static func copy(_ source: String, to target: String) throws {
        try FileManager.default.copyItem(atPath: source, toPath: target)
    }

    /// Removes a folder or file.
    package static func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: path) }

    /// Makes a folder and its parents.
    package static func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// Makes a symbolic link.
    package static func link(_ path: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    }

    /// Whether something is there.
    package static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// The permission bits of a file or folder.
    package static func mode(_ path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int ?? -1
    }

    /// Sets the permission bits.
    package static func setMode(_ path: String, _ mode: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    /// The names in a folder, sorted, hidden ones too.
    package static func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    /// The lines of a file, none where it is not there, which is empty after that.
    package static func takeLines(_ path: String) throws -> [String] {
        let lines = exists(path) ? try text(path).split(separator: "\n").map(String.init) : []
        try write(path, "")
        return lines
    }

    /// A text that was to be edited and is not there.
    package struct Missing: Error { let text, path: String }
}
