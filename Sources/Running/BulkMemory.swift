internal import Contract
internal import Engine
internal import WebAssembly

/// The bulk memory instructions of a module, whose fuel the engine counts by the byte and the host by the instruction.
///
/// The engine has no setting for it. What a call would cost on the host is estimated: with less fuel than it needs the
/// call stops somewhere, and the share of stops at bulk instructions is their share of the fuel.
struct BulkMemory: Sendable {
    /// Where they may stand in the module; bytes that only look like one are never stopped at.
    private let places: Set<Int>

    /// Whether the module may have any.
    var isUsed: Bool { !places.isEmpty }

    /// How many calls an estimate takes.
    private static let samples: UInt64 = 48
    /// How much fuel a call gets to find out what it needs, in multiples of the host's limit.
    static let allowance: UInt64 = 64

    init(_ module: WebAssemblyModule, _ bytes: [UInt8]) {
        var found: Set<Int> = []
        for body in module.codeBodies {
            let end = min(bytes.count, body.offset + body.size)
            for place in body.offset..<max(body.offset, end - 1) where bytes[place] == Self.prefix {
                if Self.instructions.contains(bytes[place + 1]) { found.insert(place) }
            }
        }
        places = found
    }

    private static let prefix: UInt8 = 0xFC
    /// `memory.init`, `memory.copy`, `memory.fill`, `table.init`, `table.copy` and `table.fill`.
    private static let instructions: Set<UInt8> = [0x08, 0x0A, 0x0B, 0x0C, 0x0E, 0x11]

    /// Of the fuel that a whole call takes, the units for bulk instructions; nil where none was seen.
    func fuel(of total: UInt64, stopping: (_ fuel: UInt64) -> CallFailure?) -> UInt64? {
        var stops: UInt64 = 0
        for sample in 0..<Self.samples {
            // In the middle of each of as many equal parts.
            let limit = (total / Self.samples) * sample + total / Self.samples / 2
            guard let frame = stopping(limit)?.frames.first, places.contains(frame.moduleOffset) else { continue }
            stops += 1
        }
        return stops == 0 ? nil : total / Self.samples * stops
    }
}
