internal import Foundation

/// What is in a test's scratch folder, made and looked at without the code under test.
extension Scratch {
    /// Writes a file, with the folders it needs.
    public static func write(_ name: String, _ bytes: [UInt8]) throws {
        let path = path(name)
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(filePath: path))
    }

    /// Writes a text.
    public static func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }

    /// The bytes of a file.
    public static func read(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(filePath: path(name))))
    }

    /// The text of a file.
    public static func text(_ name: String) throws -> String { String(decoding: try read(name), as: UTF8.self) }

    /// Makes a folder with its parents.
    public static func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
    }

    /// Makes a symbolic link; `target` is taken as it stands.
    public static func makeLink(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path(name), withDestinationPath: target)
    }

    /// Where a symbolic link points, nil for anything else.
    public static func linkTarget(_ name: String) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: path(name))
    }

    /// Makes a named pipe that nobody writes into.
    public static func makePipe(_ name: String) throws {
        guard unsafe mkfifo(path(name), 0o644) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    /// Makes a file of `bytes` zeros that takes no room on the disk.
    public static func makeSparseFile(_ name: String, bytes: Int) throws {
        try write(name, [])
        guard unsafe truncate(path(name), bytes) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    /// Whether something is there; a link is not followed.
    public static func exists(_ name: String) -> Bool {
        (try? FileManager.default.attributesOfItem(atPath: path(name))) != nil
    }

    /// The permission bits of a file.
    public static func mode(_ name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path(name))[.posixPermissions] as? Int
    }

    /// The names in a folder, hidden ones too, sorted; none when it is not there.
    public static func names(in folder: String = "") -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path(folder))) ?? []).sorted()
    }
}
