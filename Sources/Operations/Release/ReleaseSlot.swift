internal import Basics
internal import Contract
internal import PluginRegistry

/// The place of a release in a registry that is to be changed.
enum ReleaseSlot {
    /// The path of a module's folder in a registry.
    static func folder(_ name: PluginName, _ version: String) -> String { "artifacts/\(name)/\(version)" }

    /// The path of a module in a registry.
    static func modulePath(_ name: PluginName, _ version: String) -> String { "\(folder(name, version))/\(name).wasm" }

    /// What a change has to know of the registry; errors: `name-differs-by-case`, `folder-in-use`.
    static func snapshot(
        of store: any RegistryStore, name: PluginName, version: String
    ) throws -> IndexSnapshot {
        let folder = folder(name, version), location = store.location
        let snapshot = try IndexSnapshot(of: store, name: name, folder: folder)
        if let other = snapshot.editor.namesOfOtherCase.first {
            throw Problem(
                .nameDiffersByCase,
                "\(location) has a plugin '\(other.printable)', and '\(name)' differs from it only by case",
                help: "choose another name: some file systems ignore case")
        }
        // What lies in the release's folder is a leftover unless an entry names it.
        let other = snapshot.editor.holdersOfFolder.first {
            !$0.name.utf8.elementsEqual(name.description.utf8) || !$0.version.utf8.elementsEqual(version.utf8)
        }
        if let entry = other {
            throw Problem(
                .folderInUse,
                "\(folder) in \(location) contains the module of \(entry.name.printable) v\(entry.version.printable)",
                help: "publish under another version, or move that module and correct its artifact in the index")
        }
        return snapshot
    }
}
