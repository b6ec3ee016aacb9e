// swift-tools-version: 6.2
import PackageDescription

// Set by CI. Only when asked for: a package with unsafe flags is no dependency of others.
let isForCI = Context.environment["PDK_OPTIMIZED"] != nil

// CI compiles each module at once: it never compiles a part again, and a tenth of the work is saved. The compiler does not
// look its own output over either, a twentieth.
let atOnce: [SwiftSetting] =
    isForCI
    ? [.unsafeFlags(["-whole-module-optimization", "-num-threads", "2", "-Xfrontend", "-disable-llvm-verify"])] : []

// Every target is built with the same strict settings; warnings do not land.
let settings: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .strictMemorySafety(),
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ] + atOnce

// The rooms that go through bytes, and what makes bytes for tests. CI's tests run them optimized, as releases do: that
// saves more time than it takes to compile.
let ofBytes = settings + (isForCI ? [.unsafeFlags(["-O"])] : [])

// An asynchronous function of tests stays where its caller runs: with no hop back after each call, a third of the code
// of a test remains, and the compiler takes half the time for it.
let onCallersExecutor = [SwiftSetting.enableUpcomingFeature("NonisolatedNonsendingByDefault")]

// Nothing is compiled against a test's module.
let ofTests =
    settings + onCallersExecutor + (isForCI ? [.unsafeFlags(["-no-emit-module-separately-wmo"])] : [])

// CI's tests start pdk some 8,000 times: with the standard library inside, as releases have it, a start takes a third less,
// and a tenth less at an address that needs no relocation.
let standardLibraryInside: [LinkerSetting] =
    isForCI ? [.unsafeFlags(["-static-stdlib", "-Xclang-linker", "-no-pie"])] : []

let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

let package = Package(
    name: "pdk",
    products: [
        .executable(name: "pdk", targets: ["pdk"]),
        .library(name: "PluginRegistry", targets: ["PluginRegistry"]),
        .library(name: "PluginScaffold", targets: ["PluginScaffold"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        // The command line.
        .executableTarget(
            name: "pdk", dependencies: ["Commands"], swiftSettings: settings, linkerSettings: standardLibraryInside),
        .target(
            name: "Commands",
            dependencies: [
                "Operations", "Authoring", "Checking", "Running", "PluginRegistry", "Trust", "Contract", "WebAssembly",
                "Files", "Arguments", "Basics",
            ],
            swiftSettings: settings),
        .target(
            name: "Operations",
            dependencies: [
                "Authoring", "Checking", "Running", "PluginRegistry", "Trust", "Contract", "WebAssembly", "Basics",
                "Ed25519", "Engine",
                "LibCrypto", "Files", "Archives", "YAML", subprocess, systemPackage,
            ],
            swiftSettings: settings),

        // What an author writes, what is checked of it, and how it is run.
        .target(
            name: "Authoring",
            dependencies: ["Contract", "WebAssembly", "Basics", "Files", "Templates", "YAML"],
            swiftSettings: settings),
        .target(
            name: "Checking",
            dependencies: ["Running", "Authoring", "Contract", "WebAssembly", "Basics", "Engine", "Files"],
            swiftSettings: settings),
        .target(
            name: "Running",
            dependencies: ["Authoring", "Contract", "WebAssembly", "Basics", "Engine", "LibCrypto", "Files"],
            swiftSettings: settings),

        // The install and verify core, also for Swift hosts.
        .target(
            name: "PluginRegistry",
            dependencies: [
                "Trust", "Contract", "Basics", "Ed25519", "LibCrypto", "Archives", "Gzip", "Transfers", "Files",
            ],
            swiftSettings: settings),

        // Keys and their forms, signatures, and whose signatures count.
        .target(
            name: "Trust", dependencies: ["Contract", "Basics", "Ed25519", "LibCrypto", "Files"],
            swiftSettings: settings),

        // Writing skeletons, also for Swift programs other than pdk.
        .target(
            name: "PluginScaffold", dependencies: ["Authoring", "Contract", "Basics", "Files"], swiftSettings: settings),

        // Pure values and parsers: no I/O, no C.
        .target(
            name: "Contract", dependencies: ["WebAssembly", "Basics"],
            resources: [.embedInCode("Host/helios-1.5.json")], swiftSettings: ofBytes),
        .target(name: "WebAssembly", dependencies: ["Basics"], swiftSettings: ofBytes),
        .target(name: "Basics", swiftSettings: ofBytes),
        .target(name: "Arguments", dependencies: ["Basics"], swiftSettings: settings),

        // Wrappers, one per C library or system service; they know only Basics.
        .target(name: "Ed25519", dependencies: ["CSodium", "Basics"], swiftSettings: settings),
        .target(name: "LibCrypto", dependencies: ["CLibCrypto", "Basics"], swiftSettings: ofBytes),
        .target(name: "Transfers", dependencies: ["CCurl", "Basics"], swiftSettings: settings),
        .target(name: "Archives", dependencies: ["CArchive", "Basics"], swiftSettings: settings),
        .target(name: "Gzip", dependencies: ["CZlib"], swiftSettings: settings),
        .target(name: "YAML", dependencies: ["CYAML", "Basics"], swiftSettings: ofBytes),
        .target(name: "Engine", dependencies: ["CWasmtime"], swiftSettings: settings),
        .target(name: "Files", dependencies: ["CKernel"], swiftSettings: settings),
        .target(name: "Templates", dependencies: ["CTemplates"], swiftSettings: settings),
        .systemLibrary(
            name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(
            name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CKernel"),
        .systemLibrary(
            name: "CArchive", providers: [.apt(["libarchive-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(
            name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .target(name: "CLibCrypto"),
        .target(name: "CWasmtime"),
        .target(name: "CTemplates"),
        .target(name: "CBareLoop", dependencies: ["CWasmtime"]),

        // Benchmarks: figures side by side in one run (`make bench`).
        .executableTarget(name: "Benchmarks", dependencies: ["Files", "CBareLoop"], swiftSettings: settings),

        // Tests: units by room, then the house as a whole, then journeys with the real binary.
        .target(
            name: "TestSupport", dependencies: [subprocess, systemPackage], path: "Tests/TestSupport",
            swiftSettings: ofBytes + onCallersExecutor),
        .testTarget(name: "ArgumentsTests", dependencies: ["Arguments", "TestSupport"], swiftSettings: ofTests),
        .testTarget(name: "BasicsTests", dependencies: ["Basics", "TestSupport"], swiftSettings: ofTests),
        .testTarget(
            name: "WebAssemblyTests", dependencies: ["WebAssembly", "Basics", "TestSupport"], swiftSettings: ofTests),
        .testTarget(
            name: "ContractTests", dependencies: ["Contract", "WebAssembly", "Basics", "TestSupport"],
            swiftSettings: ofTests),
        .testTarget(
            name: "PluginScaffoldTests", dependencies: ["PluginScaffold", "TestSupport"], swiftSettings: ofTests),
        .testTarget(
            name: "AuthoringTests", dependencies: ["Authoring", "Contract", "Basics", "TestSupport"],
            swiftSettings: ofTests),
        .testTarget(name: "FilesTests", dependencies: ["Files", "TestSupport"], swiftSettings: ofTests),
        .testTarget(
            name: "Ed25519Tests", dependencies: ["Ed25519", "LibCrypto", "Basics", "TestSupport"],
            swiftSettings: ofTests),
        .testTarget(
            name: "LibCryptoTests", dependencies: ["LibCrypto", "Basics", "TestSupport"], swiftSettings: ofTests),
        .testTarget(
            name: "TrustTests", dependencies: ["Trust", "Basics", "Ed25519", "TestSupport"], swiftSettings: ofTests),
        .testTarget(name: "YAMLTests", dependencies: ["YAML", "Basics", "TestSupport"], swiftSettings: ofTests),
        .testTarget(name: "TransfersTests", dependencies: ["Transfers", "TestSupport"], swiftSettings: ofTests),
        .testTarget(name: "ArchivesTests", dependencies: ["Archives", "TestSupport"], swiftSettings: ofTests),
        .testTarget(
            name: "EngineTests",
            dependencies: ["Engine", "Running", "Contract", "WebAssembly", "CWasmtime", "TestSupport"],
            swiftSettings: ofTests),
        .testTarget(
            name: "PluginRegistryTests",
            dependencies: [
                "PluginRegistry", "Trust", "Contract", "Basics", "Ed25519", "LibCrypto", "Files", "Transfers",
                "TestSupport",
            ],
            swiftSettings: ofTests),
        .testTarget(
            name: "OperationsTests",
            dependencies: [
                "Operations", "Checking", "Running", "Authoring", "PluginRegistry", "Trust", "Contract", "Basics",
                "Files", "Templates", "TestSupport",
            ],
            swiftSettings: ofTests),
        .target(
            name: "JourneySupport", dependencies: ["Contract", "TestSupport"], path: "Tests/JourneySupport",
            swiftSettings: settings + onCallersExecutor),
        .testTarget(
            name: "JourneyTests",
            dependencies: ["Checking", "Authoring", "Contract", "JourneySupport", "TestSupport"],
            swiftSettings: ofTests),
        .testTarget(
            name: "RegistryJourneyTests", dependencies: ["Contract", "Basics", "JourneySupport", "TestSupport"],
            swiftSettings: ofTests),
        .testTarget(
            name: "HouseTests", dependencies: ["Checking", "Operations", "Templates", "TestSupport"],
            swiftSettings: ofTests),
    ]
)
