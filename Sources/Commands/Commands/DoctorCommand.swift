internal import Arguments
internal import Contract
internal import Operations
internal import Running

struct DoctorCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check the toolchains that templates need, and how to install what is missing."
    )

    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let found = try await Doctor(in: session.context(console)).run()
        let engine = session.engine.describe()
        let lines = found.flatMap { status -> [Text] in
            let mark: Text = status.isUsable ? Text("ok     ", .green) : Text("missing", .red)
            let line: Text = mark + "  \(status.id.padded(to: 6))  \(status.detail)"
            guard let program = status.program else {
                return [line] + (status.fix.map { ["         help: \($0)"] } ?? [])
            }
            return [line + " (\(program))"]
        }
        let engineLine: Text =
            (engine.isUsable ? Text("ok     ", .green) : Text("missing", .red))
            + "  \("engine".padded(to: 6))  \(engine.text)"
        let engineHelp: [Text] = engine.help.map { ["         help: \($0)"] } ?? []
        return Outcome(
            text: lines + [engineLine] + engineHelp, isData: true,
            json: .object([
                "toolchains": .array(
                    found.map { status in
                        .object([
                            "id": .string(status.id), "usable": .bool(status.isUsable),
                            "detail": .string(status.detail),
                            "program": status.program.map(JSONValue.string), "fix": status.fix.map(JSONValue.string),
                            "passed_over": status.passedOver.map(JSONValue.string),
                        ])
                    }),
                "engine": .object([
                    "usable": .bool(engine.isUsable), "detail": .string(engine.text),
                    "fix": engine.help.map(JSONValue.string),
                ]),
            ]),
            warnings: found.compactMap { status in
                guard let first = status.passedOver, let program = status.program else { return nil }
                return
                    "\(first) comes first in PATH and cannot build plugins in \(status.id); pdk build uses \(program), and other tools may not"
            },
            status: found.allSatisfy(\.isUsable) && engine.isUsable ? .done : .failed)
    }
}
