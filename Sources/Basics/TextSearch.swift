extension Collection where Element: Equatable {
    /// Where `part` first stands; nil where it does not.
    ///
    /// The standard library's own search brings its regular expressions along, a tenth of what a host that links the
    /// library weighs.
    package func firstPlace(of part: some Collection<Element>) -> Range<Index>? {
        var start = startIndex
        while true {
            var here = start, there = part.startIndex
            while there != part.endIndex, here != endIndex, self[here] == part[there] {
                formIndex(after: &here)
                part.formIndex(after: &there)
            }
            if there == part.endIndex { return start..<here }
            if start == endIndex { return nil }
            formIndex(after: &start)
        }
    }
}
