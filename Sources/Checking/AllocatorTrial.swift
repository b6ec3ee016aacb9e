internal import Engine
internal import WebAssembly

/// What `alloc` returns for several sizes.
struct AllocatorTrial {
    /// A block that `alloc` has returned.
    struct Block {
        /// Bytes asked for.
        let size: Int
        let pointer: Int32
        let memoryBytes: Int

        /// Where it begins.
        var address: Int64 { Int64(UInt32(bitPattern: pointer)) }
        var range: Range<Int64> { address..<(address + Int64(size)) }
    }

    /// The first thing that is wrong.
    enum Flaw {
        case failed(size: Int32, cause: String)
        case noMemory(Block)
        case outside(Block)
        /// In the module's data, or its stack, which end at an address.
        case inData(Block, end: Int64)
        case inStack(Block, end: Int64)
        /// Given out already.
        case taken(Block)
    }

    private static let sizes: [Int32] = [0, 1, 7, 8, 100, 1024, 4096, 65_536, 100_000, 262_144, 1 << 20]

    let flaw: Flaw?
    private let file: String

    init(_ module: CompiledModule, parsed: WebAssemblyModule, limits: CallLimits, file: String) {
        self.file = file
        let probe = module.probeAllocations(sizes: Self.sizes, limits: limits)
        if let failure = probe.failure {
            let size = Self.sizes[min(probe.allocations.count, Self.sizes.count - 1)]
            flaw = .failed(size: size, cause: "\(failure.cause)")
            return
        }
        var taken: [Range<Int64>] = []
        for allocation in probe.allocations where allocation.size > 0 {
            let block = Block(
                size: Int(allocation.size), pointer: allocation.pointer, memoryBytes: Int(allocation.memoryBytes))
            if let flaw = Self.flaw(of: block, parsed, taken) {
                self.flaw = flaw
                return
            }
            taken.append(block.range)
        }
        flaw = nil
    }

    private static func flaw(of block: Block, _ module: WebAssemblyModule, _ taken: [Range<Int64>]) -> Flaw? {
        if block.pointer == 0 { return .noMemory(block) }
        if block.pointer < 0 || block.range.upperBound > Int64(block.memoryBytes) { return .outside(block) }
        let dataEnd = Int64(clamping: module.staticDataEnd ?? 0)
        if block.address < dataEnd, hasStaticData(in: block.range, module) { return .inData(block, end: dataEnd) }
        let stackEnd = stackEnd(module)
        if block.address < stackEnd { return .inStack(block, end: stackEnd) }
        return taken.contains { $0.overlaps(block.range) } ? .taken(block) : nil
    }

    /// The address after the stack, where linkers put it first; 0 for a module whose stack lies elsewhere or is not known.
    ///
    /// LLVM's linker makes the stack pointer the first global; with `--stack-first` all below its first value is stack.
    private static func stackEnd(_ module: WebAssemblyModule) -> Int64 {
        guard let first = module.globals.first, first.isMutable, first.type == .i32,
            case .i32(let value)? = first.initial, value > 0
        else { return 0 }
        let starts = module.dataSegments.compactMap { segment -> UInt64? in
            guard case .active(0, let address?) = segment.mode, segment.size > 0 else { return nil }
            return address
        }
        guard let lowest = starts.min(), Int64(clamping: lowest) >= Int64(value) else { return 0 }
        return Int64(value)
    }

    private static func hasStaticData(in range: Range<Int64>, _ module: WebAssemblyModule) -> Bool {
        module.dataSegments.contains { segment in
            guard case .active(0, let address?) = segment.mode, segment.size > 0 else { return false }
            let start = Int64(clamping: address)
            return range.overlaps(start..<(start + Int64(segment.size)))
        }
    }

    func finding(_ rule: Rule, _ message: String, help: String) -> Finding {
        Finding(rule, message, help: help, file: file)
    }
}
