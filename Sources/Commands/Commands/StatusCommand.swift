internal import Arguments
internal import Basics
internal import Contract
internal import Files
internal import Operations

struct StatusCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show which plugins a running host has loaded, and which of them do nothing.",
        discussion: """
            Compares the host's list of plugins with the files in its plugins folder and the failures in its log. \
            Host 1.5 does not count errors: only its log shows failed calls. The exit status is 1 if something does \
            not work.
            """)

    @Argument(help: "The host's admin address. (default: http://\(HostProfile.standard.admin.address))")
    var address: String?

    @Option(name: .long, help: "The file that contains the admin token.")
    var tokenFile: String?

    @Option(name: .long, help: "The host's log file.")
    var log: String?

    @Option(name: .long, help: "The host's plugins folder.")
    var pluginsDir: String?

    @Option(
        name: .customLong("host"),
        help:
            "The profile of the host, or a file that overrides its settings, such as host.yaml. (default: \(HostProfile.standard.id))"
    )
    var host: String?

    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let profile = try HostOption.profile(host, session) ?? .standard
        let report = try HostStatus(
            address: try hostAddress(profile), profile: profile,
            token: try tokenFile.map { try token(session.path($0)) },
            logPath: log.map(session.path),
            pluginsFolder: pluginsDir.map(session.path), in: session.context(console, session.network(console))
        ).run()
        let width = report.plugins.map(\.name.printable.count).max() ?? 0
        var text: [Text] = report.plugins.map { plugin in
            let name = plugin.name.printable.padded(to: width)
            let failures = report.failures[plugin.name].map { ", \($0.count) failed" } ?? ""
            return
                "\(name)  \(plugin.version.printable)  \(plugin.hooks.isEmpty ? "no hooks" : plugin.hooks.joined(separator: ", ").printable)  \(plugin.invocations) calls\(failures)"
        }
        if report.plugins.isEmpty { text.append("\(report.address): no plugins are loaded") }
        text += report.remarks.map { $0.isProblem ? "\("problem", .red): \($0.message)" : "note: \($0.message)" }
        return Outcome(
            text: text, isData: true, json: Self.json(report),
            status: report.remarks.contains(where: \.isProblem) ? .failed : .done)
    }

    private func hostAddress(_ profile: HostProfile) throws -> String {
        guard let address, !address.isEmpty else { return "http://" + profile.admin.address }
        if ["http://", "https://"].contains(where: address.lowercased().hasPrefix) { return address }
        guard !address.contains("://"), !address.contains("/") else {
            throw ValidationError("'\(address.printable)' is not the address of a host; write http://HOST:PORT")
        }
        return "http://" + address
    }

    private func token(_ path: String) throws -> String {
        let text = String(decoding: try WholeFiles.read(path, limit: 64 << 10), as: UTF8.self)
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 1 else {
            throw Problem(.invalidToken, "\(path) does not hold one token", help: "write only the token into it")
        }
        return String(words[0])
    }

    private static func json(_ report: HostStatus.Report) -> JSONValue {
        .object([
            "address": .string(report.address),
            "plugins": .array(
                report.plugins.map { plugin in
                    .object([
                        "name": .string(plugin.name), "version": .string(plugin.version),
                        "hooks": .strings(plugin.hooks),
                        "state": .string(plugin.state), "invocations": .int(plugin.invocations),
                        "failures": report.failures[plugin.name].map { .int($0.count) },
                        "last_error": report.failures[plugin.name].map { .string($0.last) },
                    ])
                }),
            "files": report.files.map { files in
                .array(
                    files.map { file in
                        .object([
                            "path": .string(file.path), "name": .string(file.name),
                            "version": file.version.map(JSONValue.string) ?? .null,
                            "sha256": file.digest.map { .string($0.description) } ?? .null,
                            "signed": .bool(file.isSigned),
                        ])
                    })
            },
            "remarks": .array(
                report.remarks.map {
                    .object([
                        "kind": .string($0.kind), "plugin": $0.plugin.map(JSONValue.string),
                        "message": .string($0.message),
                        "problem": .bool($0.isProblem),
                    ])
                }),
        ])
    }
}
