internal import Contract
package import PluginRegistry

/// `pdk search`: the plugins whose name, description or hooks hold a word, in one pass and constant memory.
package struct SearchRegistry {
    package let word: String
    package let location: RegistryLocation
    /// The most plugins that are told; others are counted.
    package let limit: Int
    /// What it works in.
    package let context: Context

    package init(word: String, location: RegistryLocation, limit: Int, in context: Context) {
        self.word = word
        self.location = location
        self.limit = limit
        self.context = context
    }

    /// What was found.
    package struct Report: Sendable {
        /// The newest release of each, in the order of the index.
        package let entries: [RegistryEntry]
        /// How many there are in all.
        package let count: Int
    }

    package func run() throws -> Report {
        let found = try context.registry(location).scan(Finder(SearchedWord(word), limit))
        return Report(entries: found.entries, count: found.count)
    }

    /// Looks at the first entry of each plugin that is offered: versions stand newest release first.
    private struct Finder: IndexVisitor {
        private let word: SearchedWord
        private let limit: Int
        private(set) var entries: [RegistryEntry] = []
        private(set) var count = 0
        /// The plugin that has been looked at.
        private var last: [UInt8] = []

        init(_ word: SearchedWord, _ limit: Int) {
            self.word = word
            self.limit = limit
        }

        func wants(_ name: RawSpan, isEscaped: Bool, in list: IndexList) -> Bool { list == .plugins }

        mutating func visit(_ entry: ScannedEntry, _ text: RawSpan) {
            guard !entry.isNamed(last, text) else { return }
            // Old registries have withdrawn versions among the others.
            if entry.mentionsWithdrawal, entry.decoded(text).yanked != nil { return }
            last = entry.name(text)
            guard entry.mentions(word, text) else { return }
            count += 1
            if entries.count < limit { entries.append(entry.decoded(text)) }
        }
    }
}
