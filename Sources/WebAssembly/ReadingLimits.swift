extension WebAssemblyModule {
    /// The most of each thing a module may hold before reading stops with `countTooLarge`.
    ///
    /// The defaults lie far above any plugin and bound the memory that hostile input can claim. No count is trusted for
    /// allocation.
    package struct ReadingLimits: Equatable, Sendable {
        /// Function types.
        package var types = 10_000
        /// Parameters, and separately results, of one function type.
        package var values = 1_000
        /// Imports of every kind.
        package var imports = 10_000
        /// Functions the module defines.
        package var functions = 100_000
        /// Tables the module defines.
        package var tables = 100
        /// Memories the module defines.
        package var memories = 100
        /// Exception tags the module defines.
        package var tags = 1_000
        /// Globals the module defines.
        package var globals = 10_000
        /// Exports of every kind.
        package var exports = 10_000
        /// Element segments.
        package var elementSegments = 10_000
        /// Entries of one element segment.
        package var elements = 1_000_000
        /// Data segments.
        package var dataSegments = 100_000
        /// Custom sections.
        package var customSections = 1_000
        /// Bytes of one name.
        package var nameBytes = 100_000
        /// Operators in one constant expression.
        package var operators = 1_000
        /// Entries of one list in the `name`, `producers` or `target_features` section.
        package var customEntries = 110_000

        /// The standard limits, to be changed one by one.
        package init() {}

        /// The limits used unless others are given.
        package static let standard = ReadingLimits()
    }
}
