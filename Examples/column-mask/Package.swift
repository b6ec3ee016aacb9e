// swift-tools-version: 6.3
import PackageDescription

// The flags that make a WebAssembly module of this are in toolset.json; without it, this builds and tests natively.
let package = Package(
    name: "Plugin",
    targets: [
        .target(name: "CPluginABI"),
        .target(name: "PluginSDK", dependencies: ["CPluginABI"]),
        .executableTarget(name: "Plugin", dependencies: ["PluginSDK"]),
        .testTarget(name: "PluginTests", dependencies: ["Plugin", "PluginSDK"]),
        .testTarget(name: "PluginSDKTests", dependencies: ["PluginSDK"]),
    ],
    swiftLanguageModes: [.v6]
)
