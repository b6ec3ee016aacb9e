internal import Basics
internal import Contract
internal import Files

/// The files that a plugin's module is built from.
///
/// `build.sources` of the manifest lists them. Without it, they are the source files in the plugin's folder, all that lies
/// in a folder with source files, and the build files of the common tools. The manifest, cases, tests, pages, reports,
/// `ci.sh`, `dist`, hidden files and registries are never sources. Links are followed.
package struct SourceFiles {
    /// The most files that are looked at; a folder with more has no build record.
    package static let maximumFiles = 20_000

    private let project: PluginProject
    /// Paths relative to the plugin's folder, sorted by their bytes.
    package private(set) var paths: [String] = []
    private var visited: Set<String> = []

    /// Finds the sources; nil where there are more files than the kit looks at.
    ///
    /// Error: `missing-source` where `build.sources` lists what is not there.
    package static func find(of project: PluginProject) throws -> SourceFiles? {
        var files = SourceFiles(project: project)
        do {
            if project.manifest.buildSources.isEmpty { try files.addAll() } else { try files.addDeclared() }
        } catch is TooManyFiles {
            return nil
        }
        files.paths.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return files
    }

    /// A source file changed after `time`, in nanoseconds since 1970; nil when there is none.
    package func first(newerThan time: Int64) throws -> String? {
        try paths.first { path in
            try FileStatus.of(FilePaths.join(project.folder, path), followingLinks: true).map { $0.modified > time }
                ?? false
        }
    }

    private struct TooManyFiles: Error {}

    private init(project: PluginProject) { self.project = project }

    private mutating func addDeclared() throws {
        for item in project.manifest.buildSources {
            let path = FilePaths.join(project.folder, item.text)
            guard !item.text.isEmpty, let status = try FileStatus.of(path, followingLinks: true) else {
                throw Problem(
                    .missingSource,
                    "\(project.manifestPath):\(item.line): build.sources lists '\(item.text.printable)', which does not exist",
                    help: "correct the path; it is relative to \(Manifest.fileName)")
            }
            if status.kind == .folder { try add(folder: item.text) } else { try add(file: item.text) }
        }
    }

    private mutating func addAll() throws {
        for name in try Folder(project.folder).names(limit: 100_000) {
            guard let status = try FileStatus.of(FilePaths.join(project.folder, name), followingLinks: true) else {
                continue
            }
            switch status.kind {
            case .regular where Self.isBuildFile(name) || Self.isSource(name) && name != "ci.sh": try add(file: name)
            case .folder where name == ".cargo": try add(folder: name, withHidden: true)
            case .folder where !PluginProject.isIgnored(name) && !Self.otherFolders.contains(name):
                // All of a folder counts where some of it is source: a program may include any file beside it.
                var inside = self
                try inside.add(folder: name)
                if inside.paths[paths.count...].contains(where: { Self.isSource(FilePaths.name(of: $0)) }) {
                    self = inside
                }
            default: break
            }
        }
    }

    private mutating func add(folder: String, withHidden: Bool = false) throws {
        let path = FilePaths.join(project.folder, folder)
        guard let real = FilePaths.resolved(path), visited.insert(real).inserted else { return }
        // A link to a folder above would bring everything in, this folder again too.
        guard !(project.folder + "/").hasPrefix(real == "/" ? "/" : real + "/") else { return }
        let names = try Folder(path).names(limit: 100_000)
        guard !(names.contains(RegistryIndex.fileName) && names.contains("artifacts")) else { return }
        for name in names where withHidden || !PluginProject.isIgnored(name) {
            let inside = FilePaths.join(folder, name)
            guard let status = try FileStatus.of(FilePaths.join(project.folder, inside), followingLinks: true) else {
                continue
            }
            switch status.kind {
            case .folder: try add(folder: inside, withHidden: withHidden)
            case .regular where !name.hasSuffix(".md"): try add(file: inside)
            default: break
            }
        }
    }

    private mutating func add(file path: String) throws {
        let output = project.manifest.buildOutput?.text ?? ""
        let isOutput = !output.isEmpty && path.utf8.elementsEqual(output.utf8)
        guard !isOutput, !PluginProject.isReport(path, in: project.folder), path != Manifest.fileName else { return }
        guard paths.count < Self.maximumFiles else { throw TooManyFiles() }
        paths.append(path)
    }

    /// Folders that hold no sources of the module, whatever is in them.
    private static let otherFolders: Set = ["cases", "Tests", "tests", "test", "Docs", "docs", "doc", "examples"]
    private static let buildFiles: Set = [
        "Makefile", "makefile", "GNUmakefile", "CMakeLists.txt", "meson.build", "Cargo.toml", "toolset.json",
        "package.json",
        "asconfig.json", "go.mod", "go.sum", "rust-toolchain", "rust-toolchain.toml", "build.zig.zon",
    ]
    private static let sourceEndings: Set = [
        "c", "h", "cc", "cpp", "cxx", "hpp", "hh", "inc", "m", "s", "S", "ld", "rs", "swift", "zig", "wat", "wast",
        "go", "ts",
        "kt", "java", "d", "nim", "mk", "sh", "py",
    ]

    private static func isBuildFile(_ name: String) -> Bool { buildFiles.contains(name) }

    private static func isSource(_ name: String) -> Bool {
        guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), dot != name.startIndex else { return false }
        return sourceEndings.contains(String(name[name.index(after: dot)...]))
    }
}
