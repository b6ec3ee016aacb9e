/// The sizes and counts that host 1.5 imposes (host contract, sections 5 and 6).
package enum HostLimits {
    /// Units of fuel a call.
    package static let fuel: UInt64 = 1_000_000
    /// Milliseconds a call.
    package static let milliseconds = 100
    /// Bytes of linear memory.
    package static let memoryBytes = 64 << 20
    /// The largest `max_memory` a manifest may ask for, in bytes.
    package static let maximumManifestMemory = 256 << 20
    /// The bytes every module begins with: `\0asm`.
    package static let moduleMagic: [UInt8] = [0x00, 0x61, 0x73, 0x6D]
    /// The largest module, manifest sidecar and index that the kit takes, in bytes.
    package static let moduleBytes = 1 << 30
    package static let manifestBytes = 1 << 20
    package static let indexBytes = 256 << 20
}
