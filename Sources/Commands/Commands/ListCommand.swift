internal import Arguments
internal import Contract
internal import PluginRegistry

struct ListCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List what a registry offers: name, version, signed or unsigned, description.")

    @Option(name: .long, help: "The registry: a folder, an index.json, or the address of either.")
    var registry: String

    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let entries = try Registry.load(try session.registry(registry), network: session.network(console)).entries
        let names = entries.map(\.name.count).max() ?? 0, versions = entries.map(\.version.count).max() ?? 0
        func padded(_ text: String, _ width: Int) -> String {
            let text = text.isEmpty ? "-" : text
            return text + String(repeating: " ", count: max(0, min(width, 40) - text.count))
        }
        return Outcome(
            text: entries.map { entry in
                let signed: Text = entry.isSigned ? "signed  " : "unsigned"
                let yanked = entry.yanked.map { $0.isEmpty ? " (yanked)" : " (yanked: \($0))" } ?? ""
                return "\(padded(entry.name, names))  \(padded(entry.version, versions))  " + signed
                    + "  \(entry.description)\(yanked)"
            },
            isData: true,
            json: .array(
                entries.map { entry in
                    .object([
                        "name": .string(entry.name), "version": .string(entry.version), "signed": .bool(entry.isSigned),
                        "description": .string(entry.description), "sha256": .string(entry.sha256),
                        "hooks": entry.hooks.map(JSONValue.strings),
                        "permissions": entry.permissions.map(JSONValue.strings),
                        "license": entry.license.map(JSONValue.string), "size": entry.size.map(JSONValue.int),
                        "published_at": entry.publishedAt.map(JSONValue.string),
                        "yanked": entry.yanked.map(JSONValue.string),
                    ])
                }))
    }
}
