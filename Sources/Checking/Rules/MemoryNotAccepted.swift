internal import Authoring
internal import Contract
internal import WebAssembly

/// PDK210: memory not accepted.
package enum MemoryNotAccepted: RuleDefinition {
    package static let rule = Rule(
        "PDK210", "memory-not-accepted", .error,
        prevents: #"The host gives a plugin 32-bit memory, no larger than its limit where it has one."#,
        fix: #"Compile for plain wasm32."#,
        about: #"""
            Memory cannot be shared between threads. Several memories are accepted by hosts that accept the feature \#
            `multimemory`, as helios-1.5 does. `pdk host show` prints the limit of a host; helios-1.5 has none.
            """#)

    static func findings(in interface: ModuleInterface) -> [Finding] {
        var found: [Finding] = []
        let count = interface.module.memories.count
        if count > 1, !interface.manifest.profile.features.accepted.contains("multimemory") {
            found.append(
                interface.finding(
                    rule, "the module has \(count) memories, and the host accepts one", help: "compile for plain wasm32"
                ))
        }
        for memory in interface.module.memories {
            if memory.is64 || memory.isShared {
                found.append(
                    interface.finding(
                        rule,
                        "the module's memory is \(memory.is64 ? "64-bit" : "shared between threads"), which the host refuses",
                        help: "compile for plain wasm32"))
            }
            let pages = UInt64(interface.manifest.profile.limits.memoryBytes >> 16)
            if pages > 0, memory.size.minimum > pages {
                found.append(
                    interface.finding(
                        rule,
                        "the module asks for \(memory.size.minimum >> 4) MiB of memory at start, but the host allows \(pages >> 4) MiB",
                        help: "make its static data and stack smaller"))
            }
        }
        return found
    }
}
