extension [UInt8] {
    /// Adds the bytes of a span, as those that read in pieces hand them out.
    package mutating func append(_ piece: RawSpan) {
        unsafe piece.withUnsafeBytes { unsafe append(contentsOf: $0) }
    }
}
