internal import Foundation

/// The files of `Tests/Fixtures`.
public enum Fixture {
    /// The path of a fixture.
    public static func path(_ name: String) -> String { BuiltProduct.repository + "/Tests/Fixtures/" + name }

    /// The bytes of a fixture.
    public static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path(name))))
    }

    /// The text of a fixture.
    public static func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

    /// The names of the files in a folder of fixtures, sorted.
    public static func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(folder)).sorted()
    }
}
