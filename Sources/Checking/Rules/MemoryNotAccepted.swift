internal import Authoring
internal import Contract
internal import WebAssembly

/// PDK210: memory not accepted.
package enum MemoryNotAccepted: RuleDefinition {
    package static let rule = Rule(
        "PDK210", "memory-not-accepted", .error,
        prevents: #"The host gives a plugin one 32-bit memory, no larger than its limit where it has one."#,
        fix: #"Compile for plain wasm32 with one memory."#,
        about: #"It is not shared between threads. `pdk host show` tells the limit of a host; helios-1.5 has none."#)

    static func findings(in interface: ModuleInterface) -> [Finding] {
        var found: [Finding] = []
        if interface.module.memories.count > 1 {
            found.append(interface.finding(rule, "the module has \(interface.module.memories.count) memories"))
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
