internal import Authoring
internal import Basics
internal import Contract

/// PDK115: memory out of range.
package enum MemoryOutOfRange: RuleDefinition {
    package static let rule = Rule(
        "PDK115", "memory-out-of-range", .error,
        prevents: #"""
            The host refuses memory limits that it cannot read, over 256 MB, or with a minimum above the maximum.
            """#,
        fix: #"Write at most 256MB, such as 16MB, and a minimum that is not above the maximum."#,
        about: #"The defaults are 1 MB and 64 MB."#,
        example: .yaml(
            found: #"""
                resources:
                  min_memory: 128MB
                """#,
            fixed: #"""
                resources:
                  min_memory: 16MB
                  max_memory: 128MB
                """#))

    static func findings(in reading: ManifestReading) -> [Finding] {
        let manifest = reading.manifest, limits = manifest.profile.limits
        var found: [Finding] = []
        func bytes(_ scalar: Manifest.Scalar?, orElse fallback: Int) -> Int? {
            guard let scalar else { return fallback }
            if let bytes = MemorySize.bytes(scalar.text), bytes <= limits.manifestMemoryBytes { return bytes }
            found.append(
                reading.finding(
                    rule, "the host refuses the memory size '\(scalar.text.printable)'", scalar.line,
                    help: "write at most \(Self.megabytes(limits.manifestMemoryBytes)), such as 16MB"))
            return nil
        }
        let low = bytes(manifest.minimumMemory, orElse: limits.defaultMinimumMemoryBytes)
        let high = bytes(manifest.maximumMemory, orElse: limits.defaultMaximumMemoryBytes)
        if let low, let high, low > high {
            found.append(
                reading.finding(
                    rule, "min_memory is larger than max_memory",
                    manifest.minimumMemory?.line ?? manifest.maximumMemory?.line,
                    help:
                        "the defaults are \(Self.megabytes(limits.defaultMinimumMemoryBytes)) and \(Self.megabytes(limits.defaultMaximumMemoryBytes))"
                ))
        }
        return found
    }

    private static func megabytes(_ bytes: Int) -> String { "\(bytes >> 20)MB" }
}
