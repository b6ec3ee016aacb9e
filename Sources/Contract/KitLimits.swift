/// The largest files that the kit reads, and what plugins get where a host sets no limit.
package enum KitLimits {
    /// The largest module and manifest that the kit takes, and the largest index in memory, in bytes.
    package static let moduleBytes = 1 << 30
    package static let manifestBytes = 1 << 20
    package static let indexBytes = 256 << 20
    /// The memory that a plugin gets here where its host sets no limit, in bytes: no more than a computer can spare.
    package static let guestMemoryBytes = 1 << 30
    /// The elements that a plugin's table may have here where its host sets no limit.
    package static let guestTableElements = 10_000_000
}
