internal import Authoring
internal import Basics
internal import Contract
internal import Files
internal import WebAssembly

/// `pdk init`: proposes a `plugin.yaml` for a project that is there already, and writes it.
package struct InitPlugin {
    package let folder: String
    /// The plugin's name where the user gives one.
    package let name: String?
    package let author: String

    package init(folder: String, name: String?, author: String) {
        self.folder = folder
        self.name = name
        self.author = author
    }

    /// What would be written, and why.
    package struct Proposal: Sendable {
        package let name: String
        /// What was found, such as `a cargo project`.
        package let found: String
        /// The text of `plugin.yaml`.
        package let manifest: String
        /// The text of `cases/hooks.yaml`; nil where there are cases already.
        package let cases: String?
        /// A module that lies in the folder and becomes `dist/NAME.wasm`; nil for one that is built.
        package let module: String?
        /// What was there and is left out, with the reason.
        package let dropped: [String]
        /// What could not be found out, and what stands there instead.
        package let guessed: [String]
    }

    /// Looks at the folder.
    ///
    /// Errors: `already-exists`, `nothing-to-init`, `invalid-name`.
    package func propose() throws -> Proposal {
        let path = FilePaths.join(folder, Manifest.fileName)
        guard try FileStatus.of(path) == nil else {
            throw Problem(
                .alreadyExists, "\(path) already exists",
                help: "this folder already has a plugin.yaml; pdk check shows what is missing")
        }
        let names = try Folder(folder).names()
        let catalogue = try toml("plugin.toml", among: names), cargo = try toml("Cargo.toml", among: names)
        let modules = names.filter { $0.hasSuffix(".wasm") }
        let crate = cargo?.text("package.name")
        let package = names.contains("Package.swift") ? try swiftPackage() : nil
        let lone = modules.count == 1 ? try lookAt(modules[0]) : nil
        // What a module says of itself counts where it is all that there is.
        let isAlone = cargo == nil && package == nil && !names.contains { $0.hasSuffix(".c") }
        let embedded = isAlone ? lone?.embedded : nil
        let listed = (catalogue?.text("name") ?? catalogue?.text("plugin.name")).map { (name: $0, file: "plugin.toml") }
        let built = crate.map { (name: $0, file: "Cargo.toml") }
        func chosen() throws(Problem) -> String {
            try chosenName(
                listed ?? built ?? package?.name.map { (name: Self.spelled($0), file: "Package.swift") }
                    ?? embedded.map { (name: $0.name, file: modules[0]) })
        }
        let found: Found
        var guessed: [String] = []
        if let cargo {
            found = try cargoProject(cargo, crate: crate, name: chosen)
        } else if let package {
            let program = try package.program ?? WordCase.pascal.spell(chosen())
            found = Self.swiftProject(program, hasToolset: names.contains("toolset.json"))
        } else if names.contains(where: { $0.hasSuffix(".c") }) {
            found = try made(names, &guessed) ?? Self.cFiles(names)
        } else {
            found = try onlyModule(modules)
        }
        let named = try hooks(catalogue, lone, names)
        let hooks = named.isEmpty ? [HostProfile.standard.calledHooks[0]] : named
        if named.isEmpty {
            guessed.append("hooks: no file here names one; plugin.yaml has \(hooks[0].name), change it there")
        }
        if cargo != nil, found.build != nil, !(cargo?.texts("lib.crate-type") ?? []).contains("cdylib") {
            guessed.append("build: cargo makes a module only with crate-type = [\"cdylib\"] in [lib] of Cargo.toml")
        }
        if cargo == nil, let others = package?.others, !others.isEmpty {
            guessed.append(
                "build: the package has other programs, \(others.joined(separator: ", ").printable); change wasm: if one of them is the plugin"
            )
        }
        let name = try chosen()
        return Proposal(
            name: name, found: found.words + (catalogue == nil ? "" : " with a plugin.toml"),
            manifest: try manifest(name, catalogue, cargo, isAlone ? lone : nil, hooks, found.build),
            cases: names.contains("cases") ? nil : Self.cases(hooks), module: found.module,
            dropped: Self.dropped(catalogue), guessed: guessed)
    }

    /// What a plugin is made from.
    struct Found {
        let words: String
        var build: Build?
        /// A module that is there already.
        var module: String?
    }

    private func cargoProject(
        _ cargo: TOMLFields, crate: String?, name: () throws -> String
    ) throws -> Found {
        guard crate != nil || !cargo.values.contains(where: { $0.name.hasPrefix("workspace.") }) else {
            throw Problem(
                .nothingToInit,
                "\(FilePaths.join(folder, "Cargo.toml")) is a workspace without a package of its own",
                help: "go into the folder of the member that is the plugin, and try again")
        }
        let target = try cargo.text("lib.name") ?? (crate ?? name()).replacing("-", with: "_")
        return Found(
            words: "a cargo project",
            build: Build(
                toolchain: "rust", command: "cargo build --release --target wasm32-unknown-unknown --target-dir target",
                output: "target/wasm32-unknown-unknown/release/\(target).wasm", sources: try cargoSources(cargo)))
    }

    /// What a crate is made from where a part of it is outside of its folder; empty where all is in it, as is usual.
    private func cargoSources(_ cargo: TOMLFields) throws -> [String] {
        let tables = ["dependencies.", "build-dependencies."]
        let paths = try cargo.values.filter { value in
            tables.contains { value.name.hasPrefix($0) || value.name.contains("." + $0) }
        }.flatMap(\.texts).filter { $0.contains("/") }.filter {
            try FileStatus.of(FilePaths.join(folder, $0 + "/Cargo.toml"), followingLinks: true) != nil
        }
        guard paths.contains(where: { $0.hasPrefix("/") || $0.split(separator: "/").contains("..") }) else { return [] }
        let build = try FileStatus.of(FilePaths.join(folder, "build.rs")) == nil ? [] : ["build.rs"]
        return ["Cargo.toml", "src"] + build + paths
    }

    private static func swiftProject(_ program: String, hasToolset: Bool) -> Found {
        let toolset = hasToolset ? " --toolset toolset.json" : ""
        return Found(
            words: "a Swift package",
            build: Build(
                toolchain: "swift",
                command: "swift build -c release --triple wasm32-unknown-none-wasm --scratch-path .build\(toolset)",
                output: ".build/wasm32-unknown-none-wasm/release/\(program).wasm", sources: []))
    }

    private static func cFiles(_ names: [String]) -> Found {
        let sources = names.filter { $0.hasSuffix(".c") }, objects = sources.map { String($0.dropLast(2)) + ".o" }
        let compile = zip(sources, objects).map {
            "clang --target=wasm32-unknown-unknown -O2 -ffreestanding -nostdlib -c -o obj/\($1.shellWord) \($0.shellWord)"
        }
        let link =
            "clang --target=wasm32-unknown-unknown -nostdlib -Wl,--no-entry -o plugin.wasm "
            + objects.map { "obj/" + $0.shellWord }.joined(separator: " ")
        return Found(
            words: "C files",
            build: Build(
                toolchain: "c", command: (["mkdir -p obj"] + compile + [link]).joined(separator: " && "),
                output: "plugin.wasm", sources: names.filter { $0.hasSuffix(".c") || $0.hasSuffix(".h") }))
    }

    private func onlyModule(_ modules: [String]) throws -> Found {
        guard modules.count == 1 else {
            throw Problem(
                .nothingToInit,
                modules.isEmpty
                    ? "\(folder) contains no Cargo.toml, Package.swift, C file or .wasm module"
                    : "\(folder) contains several modules: \(modules.prefix(5).joined(separator: ", ").printable)",
                help: modules.isEmpty ? "start a plugin with: pdk new NAME" : "leave only one of them there")
        }
        // What is no module is not taken, and nothing is written for it.
        let path = FilePaths.join(folder, modules[0]), bytes = try PluginProject.readModule(path)
        do { _ = try WebAssemblyModule(reading: bytes) } catch {
            throw Problem(
                .nothingToInit, "\(path.printable) is not a complete WebAssembly module: \(error)",
                help: "build it again, or replace it with a complete copy")
        }
        let build = Build(
            toolchain: nil, command: "mkdir -p build && cp -- \(modules[0].shellWord) build/plugin.wasm",
            output: "build/plugin.wasm", sources: modules)
        return Found(words: "the module \(modules[0].printable)", build: build, module: modules[0])
    }

    /// A module that is there already.
    struct Lone {
        let module: WebAssemblyModule
        /// The manifest that a build has put into it; nil for none.
        let embedded: PluginMetadata?

        /// The permissions of the host functions that it imports.
        var permissions: [String] {
            HostProfile.standard.permissions(of: module).filter { !$0.functions.isEmpty }.map(\.permission)
        }
    }

    private func lookAt(_ module: String) throws -> Lone? {
        let bytes = try PluginProject.readModule(FilePaths.join(folder, module))
        guard let parsed = try? WebAssemblyModule(reading: bytes) else { return nil }
        return Lone(module: parsed, embedded: (try? EmbeddedManifest.read(atStartOf: bytes)) ?? nil)
    }

    /// Writes what was proposed; the manifest last, so that a folder with one is a plugin's.
    package func write(_ proposal: Proposal) throws {
        if let cases = proposal.cases {
            try Folder.create(FilePaths.join(folder, "cases"))
            try WholeFiles.replace(FilePaths.join(folder, "cases/hooks.yaml"), with: cases, exclusively: true)
        }
        if let module = proposal.module {
            try Folder.create(FilePaths.join(folder, "dist"))
            let bytes = try PluginProject.readModule(FilePaths.join(folder, module))
            try WholeFiles.replace(FilePaths.join(folder, "dist/\(proposal.name).wasm"), with: bytes)
        }
        try WholeFiles.replace(FilePaths.join(folder, Manifest.fileName), with: proposal.manifest, exclusively: true)
    }

    struct Build {
        /// The compiler that is looked for; nil where nothing is compiled.
        let toolchain: String?
        let command: String
        let output: String
        /// What it is made from; empty where that is what lies in the folder.
        let sources: [String]
    }

    private func toml(_ name: String, among names: [String]) throws -> TOMLFields? {
        guard names.contains(name) else { return nil }
        let bytes = try WholeFiles.read(FilePaths.join(folder, name), limit: TOMLFields.maximumBytes)
        return TOMLFields(reading: String(decoding: bytes, as: UTF8.self))
    }

    private func chosenName(_ found: (name: String, file: String)?) throws(Problem) -> String {
        let text = name ?? found?.name ?? Self.spelled(FilePaths.name(of: folder))
        guard PluginName(text) != nil else {
            let place = name == nil ? found.map { " in \(FilePaths.join(folder, $0.file))" } ?? "" : ""
            throw Problem(
                .invalidName, PluginName.refusal(of: text) + place,
                help: "\(PluginName.rule); give another one with --name")
        }
        return text
    }

    /// A folder's name as a plugin's: hyphens stand for what that cannot have.
    private static func spelled(_ folder: String) -> String {
        let words = folder.utf8.split { byte in
            !(0x30...0x39).contains(byte) && !(0x61...0x7A).contains(byte | 0x20) && byte != UInt8(ascii: "_")
        }
        let name = words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "-")
        return name.isEmpty ? folder : name
    }

    /// The names of a Swift package and of the program that it builds, as its manifest has them; it is not run.
    private func swiftPackage() throws -> (name: String?, program: String?, others: [String]) {
        let bytes = try WholeFiles.read(FilePaths.join(folder, "Package.swift"), limit: 1 << 20)
        let text = String(decoding: bytes, as: UTF8.self)
        // A product that is declared is what is built; a target becomes one of its own name only where none is.
        func names(after call: String) -> [String] {
            text.ranges(of: call).compactMap { place in
                let rest = text[place.upperBound...]
                guard let label = rest.firstRange(of: "name:")?.upperBound else { return nil }
                let value = rest[label...].drop { $0.isWhitespace }
                guard value.first == "\"", let end = value.dropFirst().firstIndex(of: "\"") else { return nil }
                return String(value[value.index(after: value.startIndex)..<end])
            }
        }
        let declared = names(after: ".executable(")
        let programs = declared.isEmpty ? names(after: ".executableTarget(") : declared
        let program = programs.first.flatMap { Self.isPlain($0) ? $0 : nil }
        return (names(after: "Package(").first, program, programs.dropFirst().filter { $0 != program })
    }

    /// Whether a name can stand in a path in plugin.yaml as it is.
    private static func isPlain(_ name: String) -> Bool {
        PluginName(name.filter { !"+. ".contains($0) }) != nil && !name.hasPrefix(".") && !name.hasPrefix(" ")
    }

    /// The hooks that are declared, or that a module exports, or that the sources name; none where nothing does.
    private func hooks(_ catalogue: TOMLFields?, _ module: Lone?, _ names: [String]) throws -> [Hook] {
        let declared = (catalogue?.texts("hooks") ?? catalogue?.texts("plugin.hooks") ?? []).compactMap {
            HostProfile.standard.hook(named: $0)
        }.filter(\.isCalled)
        if !declared.isEmpty { return HostProfile.standard.calledHooks.filter(declared.contains) }
        if let module {
            let exported = HostProfile.standard.calledHooks.filter {
                module.module.functionType(ofExport: $0.export) != nil
            }
            if !exported.isEmpty { return exported }
        }
        var seen: [Hook] = []
        let sources = names.filter { $0.hasSuffix(".c") } + ["src/lib.rs", "src/main.rs"]
        for source in sources {
            let path = FilePaths.join(folder, source)
            guard try FileStatus.of(path, followingLinks: true)?.kind == .regular else { continue }
            let text = String(decoding: try WholeFiles.read(path, limit: 4 << 20), as: UTF8.self)
            for hook in HostProfile.standard.calledHooks
            where text.contains(" \(hook.export)(") || text.contains("\"\(hook.export)\"")
                || text.contains("\(hook.name)!(")
            {
                seen.append(hook)
            }
        }
        return HostProfile.standard.calledHooks.filter(seen.contains)
    }

    private func manifest(
        _ name: String, _ catalogue: TOMLFields?, _ cargo: TOMLFields?, _ module: Lone?, _ hooks: [Hook],
        _ build: Build?
    ) throws -> String {
        let embedded = module?.embedded
        let workspace = try cargo.flatMap(workspace)
        func crate(_ key: String) -> String? {
            Self.isInherited(key, cargo) ? workspace?.text("workspace.package." + key) : cargo?.text("package." + key)
        }
        func field(_ key: String) -> String? {
            catalogue?.text(key) ?? catalogue?.text("plugin." + key) ?? crate(key)
        }
        // The host takes digits and dots only.
        let version = (field("version") ?? embedded?.version).flatMap { PluginVersion($0).isAcceptedByHost ? $0 : nil }
        let author = field("author") ?? crate("authors") ?? author
        var lines: [String] = []
        for (key, text) in [
            ("name", name), ("version", version ?? "0.1.0"),
            ("description", field("description") ?? SkeletonValues.description(with: hooks)), ("author", author),
            ("license", field("license") ?? "Apache-2.0"),
        ] {
            guard let spelling = ManifestSpelling.spell(text, for: key) else {
                throw Problem(
                    .unrepresentableValue,
                    "the \(key) '\(text.prefix(200).description.printable)' cannot be written so that the host reads it",
                    help: "change it there, then try again")
            }
            lines.append("\(key): \(spelling)")
        }
        lines.append("hooks:")
        lines += hooks.map { "  - \($0.name)" }
        let permissions =
            catalogue?.texts("permissions") ?? catalogue?.texts("plugin.permissions") ?? embedded?.permissions
            ?? module?.permissions ?? []
        if !permissions.isEmpty { lines += ["permissions:"] + permissions.map { "  - " + Self.scalar($0) } }
        if let build {
            lines += ["build:"] + (build.toolchain.map { ["  toolchain: \($0)"] } ?? [])
            lines += ["  command: " + Self.scalar(build.command), "  wasm: " + Self.scalar(build.output)]
            if !build.sources.isEmpty { lines.append("  sources:") }
            lines += build.sources.map { "    - " + Self.scalar($0) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A text as a scalar of YAML: plain where it reads as itself, else in quotes.
    private static func scalar(_ text: String) -> String {
        ManifestSpelling.spell(text, for: "description") ?? JSONValue.string(text).compactText
    }

    private static func cases(_ hooks: [Hook]) -> String {
        "# What each hook should answer; run with pdk test; pdk docs cases explains them.\ncases:\n"
            + hooks.map { "  - name: \($0.name) answers\n    hook: \($0.name)\n" }.joined()
    }

    /// What the host never reads of a `plugin.toml`.
    private static func dropped(_ catalogue: TOMLFields?) -> [String] {
        guard let catalogue else { return [] }
        var dropped: [String] = ["plugin.toml: the host does not read it; the file stays as it is"]
        if catalogue.values.contains(where: { $0.name.hasSuffix("priority") }) {
            dropped.append("priority: ignored by the host, which calls plugins in the order of its folder")
        }
        if catalogue.values.contains(where: { $0.name.hasPrefix("config.") || $0.name.hasPrefix("plugin.config.") }) {
            dropped.append("config: the host passes no configuration to plugins; use its key-value store")
        }
        for name in catalogue.texts("hooks") ?? catalogue.texts("plugin.hooks") ?? [] {
            guard let hook = HostProfile.standard.hook(named: name) else {
                dropped.append("hooks: \(name.printable): unknown to the host")
                continue
            }
            if !hook.isCalled { dropped.append("hooks: \(name.printable): the host never calls it") }
        }
        let known: Set = ["name", "version", "description", "author", "license", "hooks", "permissions"]
        for (name, _) in catalogue.values {
            let key = name.hasPrefix("plugin.") ? String(name.dropFirst("plugin.".count)) : name
            guard !known.contains(key), !key.hasSuffix("priority"), !key.hasPrefix("config.") else { continue }
            dropped.append("\(key.prefix(80).description.printable): plugin.yaml has no such field")
        }
        return dropped
    }
}
