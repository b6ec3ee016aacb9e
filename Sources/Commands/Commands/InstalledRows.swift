internal import Arguments
internal import Basics
internal import Contract
internal import Operations
internal import PluginRegistry

/// What `pdk list --dest` shows of the plugins of a folder.
struct InstalledRows {
    let report: ListInstalled.Report

    var outcome: Outcome {
        let cells = report.plugins.map(Self.cells)
        let widths = (0..<4).map { column in cells.map { $0[column].printable.count }.max() ?? 0 }
        var text: [Text] = []
        for (plugin, cells) in zip(report.plugins, cells) {
            var row = ""
            for (place, cell) in cells.enumerated() {
                row += place < 4 ? cell.printable.padded(to: widths[place] + 2) : cell.printable
            }
            text.append("\(row)")
            text += plugin.problems.map { "  \("problem", .red): \($0)" }
        }
        if report.plugins.isEmpty { text = ["no plugins"] }
        return Outcome(
            text: text, isData: true, json: .array(report.plugins.map(Self.json)),
            warnings: report.warnings.map { Text($0) })
    }

    /// Name, version, signer, hooks, registry.
    private static func cells(_ plugin: ListInstalled.Plugin) -> [String] {
        let installed = plugin.installed
        return [
            plugin.name, plugin.version.flatMap { $0.isEmpty ? nil : $0 } ?? "-", signer(plugin),
            installed.map { $0.hooks.isEmpty ? "no hooks" : $0.hooks.joined(separator: ",") } ?? "-",
            plugin.locked.map { $0.registry ?? "(from a file)" } ?? "(not in pdk.lock)",
        ]
    }

    private static func signer(_ plugin: ListInstalled.Plugin) -> String {
        guard let installed = plugin.installed else { return "missing" }
        if let signer = installed.signature.signer { return "signed by \(signer.label)" }
        guard installed.isSigned else { return "unsigned" }
        guard plugin.isAsLocked, let id = plugin.locked?.keyID else { return "signed (not checked)" }
        return "signed (key \(id), not checked)"
    }

    private static func json(_ plugin: ListInstalled.Plugin) -> JSONValue {
        let installed = plugin.installed, signer = installed?.signature.signer
        let keyID = signer?.keyID ?? (plugin.isAsLocked ? plugin.locked?.keyID : nil)
        return .object([
            "name": .string(plugin.name), "version": .string(orNull: plugin.version),
            "installed": .bool(installed != nil), "sha256": installed.map { .string($0.sha256) },
            "size": installed.map { .int($0.size) },
            "signed": .bool(installed?.isSigned ?? false), "verified": .bool(signer != nil),
            "signer": .string(orNull: signer?.label),
            "key_id": .string(orNull: keyID),
            "hooks": .strings(installed?.hooks ?? []), "permissions": .strings(installed?.permissions ?? []),
            "registry": .string(orNull: plugin.locked?.registry),
            "request": .string(orNull: plugin.request?.description),
            "locked": .bool(plugin.locked != nil), "problems": .strings(plugin.problems),
        ])
    }
}
