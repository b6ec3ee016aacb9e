/// A size of memory as manifests write it, such as `16MB`.
package enum MemorySize {
    /// The bytes that `text` means: digits, then nothing, `KB`, `MB` or `GB` (powers of 1024); nil for others, as for the host.
    package static func bytes(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits) else { return nil }
        let unit = text[digits.endIndex...].drop { $0 == " " }.uppercased()
        let factors = ["": 1, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30]
        // To Swift's texts the Kelvin sign is a K; to the host it is not.
        guard unit.utf8.allSatisfy({ $0 < 0x80 }), let factor = factors[unit] else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow ? nil : bytes
    }
}
