/// Looks at no entry: the scanner checks them all the same.
package struct NoEntries: IndexVisitor {
    package init() {}

    package func wants(_ name: RawSpan, isEscaped: Bool, in list: IndexList) -> Bool { false }

    package func visit(_ entry: ScannedEntry, _ text: RawSpan) {}
}

/// Takes every entry, with the array that it stands in.
package struct ListedEntries: IndexVisitor {
    package private(set) var entries: [(entry: IndexEntry, list: IndexList)] = []

    package init() {}

    package func wants(_ name: RawSpan, isEscaped: Bool, in list: IndexList) -> Bool { true }

    package mutating func visit(_ entry: ScannedEntry, _ text: RawSpan) {
        entries.append((entry.decodedWhole(text), entry.list))
    }
}
