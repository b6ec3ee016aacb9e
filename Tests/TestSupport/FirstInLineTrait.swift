public import Testing

/// Lets the programs of a suite go before those of other suites.
///
/// For suites whose tests run one after another: each of their programs would wait behind hundreds of others, and they alone
/// would be left at the end, with a processor that has nothing to do.
public struct FirstInLineTrait: SuiteTrait, TestTrait, TestScoping {
    /// The tests inside the suite go first, too; so it has to be a trait of tests, or the run ends at once.
    public var isRecursive: Bool { true }

    /// Each case of a test has a scope; a suite as a whole has none.
    public func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? { testCase == nil ? nil : self }

    /// Runs the case.
    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await Program.$goesFirst.withValue(true) { try await function() }
    }
}

extension Trait where Self == FirstInLineTrait {
    /// The suite's programs go before those of other suites.
    public static var firstInLine: Self { Self() }
}
