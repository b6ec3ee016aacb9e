// swift-tools-version: 6.2
import PackageDescription

// The parsers of untrusted data under libFuzzer: `Scripts/fuzz [READER] [SECONDS]` builds and runs them.
// The rooms are links to the kit's own sources, built here with the sanitizer's instrumentation.
let common: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .unsafeFlags(["-sanitize=fuzzer", "-Xfrontend", "-disable-llvm-verify"]),
]
// For long runs what goes through bytes is optimized: twice the inputs a second, and three times as long to compile.
let isForLongRuns = Context.environment["PDK_LONG_FUZZING"] != nil
let settings = common + [.unsafeFlags([isForLongRuns ? "-O" : "-Onone"])]
let callers = common + [.unsafeFlags(["-Onone"])]

let package = Package(
    name: "pdk-fuzz",
    targets: [
        .target(name: "Basics", swiftSettings: settings),
        .target(name: "WebAssembly", dependencies: ["Basics"], swiftSettings: settings),
        .target(
            name: "Contract", dependencies: ["WebAssembly", "Basics"],
            resources: [.embedInCode("Host/helios-1.5.json")], swiftSettings: settings),
        .target(name: "YAML", dependencies: ["CYAML", "Basics"], swiftSettings: settings),
        .target(name: "Files", dependencies: ["CKernel"], swiftSettings: callers),
        .target(name: "Templates", dependencies: ["CTemplates"], swiftSettings: callers),
        .target(
            name: "Authoring", dependencies: ["Contract", "WebAssembly", "Basics", "Files", "Templates", "YAML"],
            swiftSettings: callers),
        .target(name: "Ed25519", dependencies: ["CSodium", "Basics"], swiftSettings: callers),
        .target(name: "LibCrypto", dependencies: ["CLibCrypto", "Basics"], swiftSettings: settings),
        .target(
            name: "Trust", dependencies: ["Contract", "Basics", "Ed25519", "LibCrypto", "Files"],
            swiftSettings: settings),
        .target(name: "Archives", dependencies: ["CArchive", "Basics"], swiftSettings: settings),
        .target(name: "Gzip", dependencies: ["CZlib"], swiftSettings: callers),
        // Of these only what reads, and what that needs: a tenth of the lines.
        .target(
            name: "Transfers", dependencies: ["CCurl", "Basics"],
            sources: [
                "Address.swift", "AWSKey.swift", "Credentials.swift", "CurlLibrary.swift", "Redaction.swift",
                "TransferError.swift",
            ],
            swiftSettings: settings),
        .target(
            name: "PluginRegistry",
            dependencies: ["Trust", "Contract", "Basics", "Ed25519", "LibCrypto", "Archives", "Gzip", "Files"],
            sources: [
                "Lock/LockedPlugin.swift", "Lock/LockFile.swift", "ModuleVerifier.swift", "PackedPlugin.swift",
                "Trust+Policy.swift",
            ],
            swiftSettings: callers),
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium"),
        .target(name: "CLibCrypto"),
        .systemLibrary(name: "CZlib"),
        .systemLibrary(name: "CCurl"),
        .systemLibrary(name: "CKernel"),
        .systemLibrary(name: "CArchive"),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1"),
        .target(name: "CTemplates"),
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "Basics", "WebAssembly", "Contract", "YAML", "Authoring", "LibCrypto", "Trust", "Archives", "Transfers",
                "PluginRegistry",
            ],
            swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]),
    ]
)
