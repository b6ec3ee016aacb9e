package import Authoring
internal import Basics
internal import Contract
internal import Files
package import Trust

/// `pdk config set` and `unset`: changes one setting of the user's `config.yaml` and leaves the rest as it is.
package struct ChangeConfiguration {
    package let store: KeyStore
    package let setting: Setting
    package let change: Change

    /// What becomes of a setting.
    package enum Change: Sendable {
        case set([String])
        /// Into a list, what is not in it.
        case add([String])
        /// Out of a list; all of it without values.
        case remove([String])
    }

    package init(store: KeyStore, setting: Setting, change: Change) {
        self.store = store
        self.setting = setting
        self.change = change
    }

    /// What it was and is.
    package struct Report: Sendable {
        package let before: [String]
        package let after: [String]
        package let path: String
    }

    /// The file is its owner's only when it is made, keeps its access when it is changed, and is replaced whole, also
    /// where a link leads to it.
    ///
    /// Errors: `invalid-key` for the text of a key, `invalid-configuration`.
    package func run() throws -> Report {
        switch change {
        case .set(let values), .add(let values): try refuseKeyText(values)
        case .remove: break
        }
        try makeFolder()
        let path = try target(), name = FilePaths.name(of: path)
        let folder = try Folder(FilePaths.parent(of: path) ?? "."), lock = try folder.locked()
        try folder.removeAbandonedFiles()
        let text = try store.configurationText() ?? ""
        let before: [String], changed: String, after: [String]
        do {
            before = try Configuration(reading: text).values(of: setting)
            after = values(from: before)
            changed = try ConfigurationText(text).setting(setting, to: after)
        } catch {
            throw error.problem(
                .invalidConfiguration, in: path, help: "edit \(store.configurationPath) by hand")
        }
        if !changed.utf8.elementsEqual(text.utf8) {
            guard changed.utf8.count <= Configuration.maximumBytes else {
                throw Problem(
                    .invalidConfiguration, "\(path) would be longer than \(Configuration.maximumBytes) bytes",
                    help: "remove what is not needed with: pdk config unset KEY")
            }
            var file = try folder.makeTemporary()
            let bytes = Array(changed.utf8)
            try unsafe file.write(bytes.span.bytes)
            if let status = try folder.status(of: name) {
                try file.store(access: FileAccess(status))
            } else {
                try file.store(mode: nil)
            }
            try file.commit(as: name)
            try folder.synchronize()
        }
        lock.release()
        return Report(before: before, after: after, path: store.configurationPath)
    }

    private func values(from before: [String]) -> [String] {
        func holds(_ list: [String], _ text: String) -> Bool {
            list.contains { $0.utf8.elementsEqual(text.utf8) }
        }
        switch change {
        case .set(let values): return values.reduce(into: []) { if !holds($0, $1) { $0.append($1) } }
        case .add(let values): return values.reduce(into: before) { if !holds($0, $1) { $0.append($1) } }
        case .remove(let values): return values.isEmpty ? [] : before.filter { !holds(values, $0) }
        }
    }

    /// A key's text in a setting would be stored, and shown by every `pdk config`.
    private func refuseKeyText(_ values: [String]) throws(Problem) {
        guard values.contains(where: \.looksLikeKeyMaterial) else { return }
        throw Problem(
            .invalidKey, "the value for \(setting.rawValue) contains the text of a key",
            help: "keys are set by their labels or files; import one with: pdk key import FILE --label NAME")
    }

    private func makeFolder() throws {
        if let parent = FilePaths.parent(of: store.folder), try FileStatus.of(parent, followingLinks: true) == nil {
            // The XDG Base Directory Specification has ~/.config made so.
            try Folder.create(parent, mode: 0o700)
        }
        try Folder.create(store.folder, mode: 0o755)
    }

    /// The file itself, where `config.yaml` is a link to it.
    private func target() throws -> String {
        let path = store.configurationPath
        guard try FileStatus.of(path)?.kind == .link else { return path }
        guard let resolved = FilePaths.resolved(path) else {
            throw Problem(
                .invalidConfiguration, "\(path) is a link to a missing file",
                help: "create the file, or remove the link")
        }
        return resolved
    }
}
