import Foundation

/// What is on disk, for tests that compare it before and after.
enum Disk {
    /// Every file below a folder by its path there, with its bytes; folders end in `/`, links are shown by their target.
    static func tree(_ folder: String) throws -> [String: [UInt8]] {
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
    static func read(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }

    /// The text of a file.
    static func text(_ path: String) throws -> String { String(decoding: try read(path), as: UTF8.self) }

    /// Writes a file and the folders it lacks.
    static func write(_ path: String, _ bytes: [UInt8]) throws {
        let url = URL(filePath: path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    /// Writes a text.
    static func write(_ path: String, _ text: String) throws { try write(path, Array(text.utf8)) }

    /// Replaces one text by another in a file that must hold it.
    static func edit(_ path: String, _ old: String, _ new: String) throws {
        let text = try text(path)
        guard text.contains(old) else { throw Missing(text: old, path: path) }
        try write(path, text.replacing(old, with: new))
    }

    /// Copies a folder or file to where nothing is.
    static func copy(_ source: String, to target: String) throws {
        try FileManager.default.copyItem(atPath: source, toPath: target)
    }

    /// Removes a folder or file.
    static func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: path) }

    /// Makes a folder and its parents.
    static func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// Makes a symbolic link.
    static func link(_ path: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    }

    /// Whether something is there.
    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// The permission bits of a file or folder.
    static func mode(_ path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int ?? -1
    }

    /// Sets the permission bits.
    static func setMode(_ path: String, _ mode: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    /// The names in a folder, sorted, hidden ones too.
    static func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    /// A text that was to be edited and is not there.
    struct Missing: Error { let text, path: String }
}
