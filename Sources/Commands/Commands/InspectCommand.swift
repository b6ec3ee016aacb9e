internal import Arguments
internal import Contract
internal import Operations
internal import PluginRegistry
internal import WebAssembly

struct InspectCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what a module or a packed plugin contains, without running it.",
        discussion: "For a packed plugin (.tar.gz), prints its manifest.json unchanged; --json shows more.")

    @Argument(help: "The .wasm or .tar.gz file.")
    var file: String

    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        switch try InspectFile(path: session.path(file)).run() {
        case .packed(let report): try packed(report)
        case .module(let report): module(report, session)
        }
    }

    private func packed(_ report: InspectFile.PackedReport) throws -> Outcome {
        let text = report.plugin.manifestText
        return Outcome(
            text: text.split(separator: "\n").map { Text(String($0)) }, isData: true,
            exactText: text.hasSuffix("\n") ? text : text + "\n",
            json: .object([
                "kind": .string("packed"), "path": .string(report.path), "size": .int(report.plugin.size),
                "manifest": try JSONDocument(parsing: text).root.value,
                "signed": .bool(report.plugin.isSigned),
                "digests_match": .bool(
                    report.refusal.map { [.notAModule, .releaseMismatch].contains($0.kind) } ?? true),
                "problem": .string(orNull: report.refusal?.message),
                "module": ModuleRendering(report: report.module).json,
            ]),
            warnings: (report.refusal.map { ["\($0.message)"] } ?? [])
                + (report.module.malformed.map { ["hosts cannot load \(report.path): \($0)"] } ?? []))
    }

    private func module(_ report: InspectFile.ModuleReport, _ session: Session) -> Outcome {
        let rendering = ModuleRendering(report: report)
        return Outcome(
            text: rendering.text(called: file, session), isData: true, json: rendering.json,
            warnings: (report.malformed.map { ["\(file) \($0.verdict)"] } ?? [])
                + (report.manifestProblem.map { ["\(file): \($0)"] } ?? []),
            status: report.malformed == nil ? .done : .failed)
    }
}
