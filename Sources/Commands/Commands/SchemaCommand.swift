internal import Arguments
internal import Authoring
internal import Contract
internal import Operations

struct SchemaCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON schema of a file format, for editors and validators.")

    @Argument(help: "plugin, cases, template or policy.")
    var file: String

    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        guard let schema = JSONSchemas(rawValue: file) else {
            throw ValidationError(
                "There is no schema '\(file)'; choose \(JSONSchemas.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return Outcome(
            text: schema.json.prettyText().split(separator: "\n").map { Text("\(String($0))") }, isData: true,
            json: schema.json)
    }
}
