import Foundation
import TestSupport
import Testing

/// The plan of the house: which target may import which (the drawing in CONTRIBUTING and Package.swift).
///
/// Nothing points to the left; wrappers know only `Basics`; a C library has one wrapper.
struct ImportArrowTests {
    /// What each target may import, beside the C library and the standard library's own modules.
    private static let allowed: [String: Set<String>] = [
        "pdk": ["Commands"],
        "Commands": [
            "Operations", "Authoring", "Checking", "Running", "PluginRegistry", "Trust", "Contract", "WebAssembly",
            "Files",
            "Arguments", "Basics",
        ],
        "Operations": [
            "Authoring", "Checking", "Running", "PluginRegistry", "Trust", "Contract", "WebAssembly", "Basics",
            "Ed25519", "Engine", "LibCrypto", "Files", "Archives", "YAML", "Subprocess", "SystemPackage",
        ],
        "Authoring": ["Contract", "WebAssembly", "Basics", "Files", "Templates", "YAML"],
        "Checking": ["Running", "Authoring", "Contract", "WebAssembly", "Basics", "Engine", "Files"],
        "Running": ["Authoring", "Contract", "WebAssembly", "Basics", "Engine", "LibCrypto", "Files"],
        "PluginRegistry": [
            "Trust", "Contract", "Basics", "Ed25519", "LibCrypto", "Archives", "Gzip", "Transfers", "Files",
        ],
        "Trust": ["Contract", "Basics", "Ed25519", "LibCrypto", "Files"],
        "PluginScaffold": ["Authoring", "Contract", "Basics", "Files"],
        "Contract": ["WebAssembly", "Basics"],
        "WebAssembly": ["Basics"],
        "Basics": [],
        "Arguments": ["Basics"],
        "Ed25519": ["CSodium", "Basics"],
        "LibCrypto": ["CLibCrypto", "Basics"],
        "Archives": ["CArchive", "Basics"],
        "Gzip": ["CZlib"],
        "YAML": ["CYAML", "Basics"],
        "Transfers": ["CCurl", "Basics"],
        "Engine": ["CWasmtime"],
        "Files": ["CKernel"],
        "Benchmarks": ["Files", "CBareLoop"],
        "Templates": ["CTemplates"],
    ]

    /// Modules of the system, and where they may be used: `Contract` reads no files and starts nothing.
    private static let system: [String: Set<String>] = [
        "Dispatch": ["Commands"],
        "Glibc": ["Authoring", "Benchmarks", "Commands", "Ed25519", "Engine", "Files", "LibCrypto", "Transfers"],
        "Synchronization": [
            "Arguments", "Commands", "Engine", "Files", "Operations", "PluginRegistry", "Transfers",
        ],
    ]

    /// The modules that a Swift text imports, with the line of each.
    private static func imports(_ text: String) -> [(module: String, line: Int)] {
        text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
            var words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })[...]
            while let first = words.first, first.hasPrefix("@") || Self.levels.contains(String(first)) {
                words.removeFirst()
            }
            guard words.first == "import", var module = words.dropFirst().first else { return nil }
            if kinds.contains(String(module)), let next = words.dropFirst(2).first { module = next }
            return (String(module.prefix { $0 != "." && $0 != ";" }), index + 1)
        }
    }

    private static let levels: Set = ["public", "package", "internal", "fileprivate", "private"]
    private static let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]

    /// The arrows that are not allowed, as `file:line: target -> module`.
    private static func forbidden(_ files: [(path: String, text: String)]) -> [String] {
        files.flatMap { file -> [String] in
            let target = String(file.path.split(separator: "/").dropFirst().first ?? "")
            return imports(file.text).compactMap { item in
                let isAllowed =
                    allowed[target]?.contains(item.module) ?? false || system[item.module]?.contains(target) ?? false
                return isAllowed ? nil : "\(file.path):\(item.line): \(target) -> \(item.module)"
            }
        }
    }

    @Test func nothingPointsLeft() throws {
        let files = try Repository.files(below: "Sources", ending: ".swift").map { ($0, try Repository.text($0)) }
        expect(files.count > 50)
        expect(Self.forbidden(files), is: [])
    }

    /// A test that cannot fail is a defect: these arrows are found.
    @Test(arguments: [
        ("Sources/Contract/A.swift", "import Files", "Contract -> Files"),
        ("Sources/Basics/A.swift", "internal import Foundation", "Basics -> Foundation"),
        ("Sources/Files/B/A.swift", "package import Contract", "Files -> Contract"),
        ("Sources/Ed25519/A.swift", "@preconcurrency import LibCrypto", "Ed25519 -> LibCrypto"),
        ("Sources/PluginRegistry/A.swift", "import CSodium", "PluginRegistry -> CSodium"),
        ("Sources/PluginRegistry/A.swift", "public import Operations", "PluginRegistry -> Operations"),
        ("Sources/Commands/A.swift", "    import struct Engine.Engine", "Commands -> Engine"),
        ("Sources/Operations/A.swift", "import Arguments; import X", "Operations -> Arguments"),
        ("Sources/Operations/A.swift", "internal import Glibc", "Operations -> Glibc"),
        ("Sources/NewRoom/A.swift", "import Contract", "NewRoom -> Contract"),
    ])
    func aForbiddenArrowIsFound(path: String, line: String, arrow: String) {
        expect(Self.forbidden([(path, "// one\n" + line + "\n")]), is: ["\(path):2: \(arrow)"])
    }

    /// The table and Package.swift agree: what a target may import is what it declares.
    @Test func theManifestDeclaresTheSameArrows() throws {
        let manifest = try Repository.text("Package.swift")
        let products = [
            "subprocess": "Subprocess", "systemPackage": "SystemPackage",
        ]
        var declared: [String: Set<String>] = [:]
        // Each declaration begins with its name; what follows up to the settings are its dependencies.
        for part in manifest.replacing(".executableTarget(", with: ".target(").components(separatedBy: ".target(")
            .dropFirst()
        {
            let names = part.split(separator: "\"", omittingEmptySubsequences: false)
            guard names.count > 1, part.contains("swiftSettings") else { continue }
            let head = part.components(separatedBy: "swiftSettings")[0]
            var found: Set<String> = []
            if let list = head.components(separatedBy: "dependencies: [").dropFirst().first {
                for item in list.components(separatedBy: "]")[0].split(separator: ",") {
                    let name = item.filter { !$0.isWhitespace && $0 != "\"" }
                    if !name.isEmpty { found.insert(products[name] ?? name) }
                }
            }
            declared[String(names[1])] = found
        }
        for (target, modules) in Self.allowed { expect(declared[target], is: modules, "\(target)") }
        let rooms = Set(
            try Repository.files(below: "Sources", ending: ".swift").compactMap { path in
                path.split(separator: "/").dropFirst().first.map(String.init)
            })
        expect(rooms, is: Set(Self.allowed.keys))
    }
}
