// swift-tools-version: 6.2
import PackageDescription

// A host outside of the kit's package: it sees what every host sees. A test compiles and runs its one source file.
let package = Package(
    name: "EmbeddingHost",
    dependencies: [.package(name: "pdk", path: "../..")],
    targets: [
        .executableTarget(
            name: "EmbeddingHost", dependencies: [.product(name: "PluginRegistry", package: "pdk")],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)])
    ]
)
