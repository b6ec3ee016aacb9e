import Testing
import XCTest

/// Where the tests begin in builds without an index of the sources (see Scripts/test).
@main struct EntryPoint {
    /// `swift test` asks for the tests of XCTest first, of which there are none.
    static func main() async {
        if CommandLine.arguments.contains("swift-testing") { await Testing.__swiftPMEntryPoint() as Never }
        XCTMain([XCTestCaseEntry]())
    }
}
