internal import Foundation
public import Testing

/// A folder of its own for a test, removed afterwards; its name has a space in it, as users' folders do.
public enum Scratch {
    /// The folder of the running test.
    @TaskLocal public static var folder = ""

    /// Where the tests make their folders: `/tmp`, or what `PDK_SCRATCH` names (see Scripts/test).
    public static let parent = ProcessInfo.processInfo.environment["PDK_SCRATCH"] ?? "/tmp"

    /// Where what all tests of the run share is; made by who needs it, and removed when the process ends.
    public static let ofRun: String = {
        atexit { try? FileManager.default.removeItem(atPath: Scratch.ofRun) }
        return parent + "/pdk tests " + UUID().uuidString.lowercased()
    }()

    /// A path in the folder of the running test.
    public static func path(_ name: String) -> String { folder + "/" + name }
}

/// Gives each test, and each case of it, a folder of its own: `Scratch.folder`.
public struct ScratchFolderTrait: TestTrait, SuiteTrait, TestScoping {
    /// Tests inside a suite get folders too.
    public var isRecursive: Bool { true }

    /// Each case of a test has a scope; a suite as a whole has none.
    public func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? { testCase == nil ? nil : self }

    /// Makes the folder, runs the case, removes the folder.
    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let path = Scratch.parent + "/pdk test " + UUID().uuidString.lowercased()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        defer {
            // Tests may have taken permissions away; a folder that stays behind does not fail a test.
            try? FileManager.default.removeItem(atPath: path)
        }
        try await Scratch.$folder.withValue(path) { try await function() }
    }
}

extension Trait where Self == ScratchFolderTrait {
    /// A folder of its own for the test: `Scratch.folder`.
    public static var scratchFolder: Self { Self() }
}
