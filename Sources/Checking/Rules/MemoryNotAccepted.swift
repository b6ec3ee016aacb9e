extension RuleBook {
    /// PDK210: memory not accepted.
    package static let memoryTooLarge = Rule(
        "PDK210", "memory-not-accepted", .error,
        prevents: #"The host gives a plugin one 32-bit memory, no larger than its limit where it has one."#,
        fix: #"Compile for plain wasm32 with one memory."#,
        about: #"It is not shared between threads. `pdk host show` tells the limit of a host; helios-1.5 has none."#)
}
