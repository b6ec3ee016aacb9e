internal import Authoring
internal import Basics
internal import Files

/// What a project says elsewhere: a makefile's module, and the values of a cargo workspace.
extension InitPlugin {
    /// The build of C files whose makefile makes a module; nil without one, which is then said.
    func made(_ names: [String], _ guessed: inout [String]) throws -> Found? {
        guard let file = ["GNUmakefile", "makefile", "Makefile"].first(where: names.contains) else { return nil }
        let bytes = try WholeFiles.read(FilePaths.join(folder, file), limit: 1 << 20)
        for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":"), line.first != "\t" else { continue }
            let target = String(line[..<colon].reversed().drop { $0 == " " }.reversed())
            guard target.hasSuffix(".wasm"), SkeletonRenderer.refusal(of: target) == nil, target.first != "-",
                target.utf8.allSatisfy({ $0 > 0x20 && !"$%*?;&|<>'\"`(){}#~=".utf8.contains($0) })
            else { continue }
            let sources = names.filter { $0.hasSuffix(".c") || $0.hasSuffix(".h") } + [file]
            return Found(
                words: "C files with a \(file)",
                build: Build(toolchain: "c", command: "make \(target)", output: target, sources: sources))
        }
        guessed.append("build: \(file) names no .wasm file that it makes, so plugin.yaml calls clang itself")
        return nil
    }

    /// The `Cargo.toml` of the workspace that a crate takes values from; nil where it takes none.
    func workspace(_ cargo: TOMLFields) throws -> TOMLFields? {
        guard ["version", "description", "license", "authors"].contains(where: { Self.isInherited($0, cargo) })
        else { return nil }
        var place = folder
        for _ in 0..<32 {
            guard let parent = FilePaths.parent(of: place), parent != place else { return nil }
            place = parent
            let path = FilePaths.join(place, "Cargo.toml")
            guard try FileStatus.of(path, followingLinks: true)?.kind == .regular else { continue }
            let bytes = try WholeFiles.read(path, limit: TOMLFields.maximumBytes)
            let fields = TOMLFields(reading: String(decoding: bytes, as: UTF8.self))
            if fields.values.contains(where: { $0.name.hasPrefix("workspace.") }) { return fields }
        }
        return nil
    }

    /// Whether a crate has `KEY.workspace = true` or `KEY = { workspace = true }`.
    static func isInherited(_ key: String, _ cargo: TOMLFields?) -> Bool {
        guard let cargo else { return false }
        return cargo.text("package.\(key).workspace") == "true" || cargo.texts("package.\(key)") == []
    }
}
