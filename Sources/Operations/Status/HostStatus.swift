internal import Authoring
internal import Basics
package import Contract
internal import Files
internal import PluginRegistry

/// `pdk status`: what a running host really does with its plugins (host contract, section 7).
package struct HostStatus: Redacted {
    /// The host's admin address, such as `http://127.0.0.1:9090`.
    package let address: String
    /// What is known of such a host.
    package let profile: HostProfile
    package let token: String?
    /// The host's log; nil where none is given.
    package let logPath: String?
    /// The host's plugins folder; nil where none is given.
    package let pluginsFolder: String?
    /// What it works in.
    package let context: Context

    package init(
        address: String, profile: HostProfile, token: String?, logPath: String?, pluginsFolder: String?,
        in context: Context
    ) {
        self.address = address
        self.profile = profile
        self.token = token
        self.logPath = logPath
        self.pluginsFolder = pluginsFolder
        self.context = context
    }

    /// The largest answer that is read, in bytes, and how many plugins in it.
    private static let maximumBytes = 4 << 20
    private static let maximumPlugins = 1_000

    /// A plugin as the host tells of it.
    package struct LoadedPlugin: Sendable, Equatable {
        package let name: String
        package let version: String
        package let hooks: [String]
        package let state: String
        package let invocations: Int
    }

    /// Something an operator should know.
    package struct Remark: Sendable, Equatable {
        /// A stable word for scripts, such as `no-hooks`, `always-fails` or `other-version`.
        package let kind: String
        package let plugin: String?
        package let message: String
        /// Whether something does not work; otherwise it is only to be known.
        package let isProblem: Bool
    }

    /// What was found.
    package struct Report: Sendable {
        package let address: String
        package let plugins: [LoadedPlugin]
        package let remarks: [Remark]
        package let failures: [String: HostLog.Failures]
        /// The modules in the plugins folder; nil where none was given.
        package let files: [InstalledFile]?
    }

    /// Asks the host, reads the log and the folder, and compares.
    ///
    /// Errors: `host-unreachable`, `host-refused`, `host-without-plugins`, `host-answer-malformed`.
    package func run() throws -> Report {
        let plugins = try loadedPlugins()
        let log = try logPath.map { try HostLog.read($0, profile.admin.log) }
        let files = try pluginsFolder.map { try InstalledFile.all(in: $0, profile) }
        var remarks = running(plugins) + Self.comparison(plugins, files ?? [], pluginsFolder)
        if let log {
            remarks += Self.failures(plugins, log, files ?? [])
        } else {
            remarks.append(
                Remark(
                    kind: "no-log", plugin: nil,
                    message:
                        "it is not known whether calls fail, because this host does not count errors; give its log with --log",
                    isProblem: false))
        }
        return Report(
            address: address, plugins: plugins, remarks: remarks, failures: log?.failures ?? [:],
            files: files?.filter { !$0.isPacked })
    }

    private func loadedPlugins() throws -> [LoadedPlugin] {
        let url = (address.hasSuffix("/") ? String(address.dropLast()) : address) + profile.admin.plugins
        switch try context.network.ask(url, token: token, maximumBytes: Self.maximumBytes) {
        case .body(let body): return try Self.plugins(body, url)
        case .status(401), .status(403):
            throw Problem(
                .hostRefused, "\(url) refuses the request",
                help: token == nil
                    ? "give the file that contains the admin token with --token-file" : "check the token in that file")
        case .status(503):
            throw Problem(
                .hostWithoutPlugins, "the host at \(address) runs without plugins",
                help: "it needs the wasm-plugins build feature, and enabled = true under [plugins] in its configuration"
            )
        case .status(let status):
            throw Problem(
                .hostAnswerMalformed, "\(url) answered with status \(status)",
                help: "check that this is the host's admin address")
        case .none(let reason, let help):
            throw Problem(
                .hostUnreachable, reason,
                help: help
                    ?? "check the address and that the host is running; the default is http://\(profile.admin.address)")
        }
    }

    private static func plugins(_ body: [UInt8], _ url: String) throws(Problem) -> [LoadedPlugin] {
        func malformed(_ reason: String) -> Problem {
            Problem(
                .hostAnswerMalformed, "\(url) did not answer with a list of plugins: \(reason)",
                help: "check that this is the host's admin address")
        }
        let root: JSONNode
        do { root = try JSONDocument(parsing: body, limits: JSONLimits(bytes: maximumBytes)).root } catch {
            throw malformed("\(error)")
        }
        guard root.kind == .array else { throw malformed("it is not an array") }
        guard root.elements.count <= maximumPlugins else { throw malformed("it lists more than \(maximumPlugins)") }
        var plugins: [LoadedPlugin] = []
        for element in root.elements {
            guard let name = element["name"]?.string, let hooks = element["hooks"], hooks.kind == .array else {
                throw malformed("an entry has no name or no hooks")
            }
            // The host counts in 64 bits without a sign.
            var invocations: UInt64? = 0
            if let count = element["invocations"] { invocations = count.kind == .number ? UInt64(count.text) : nil }
            guard let invocations else { throw malformed("the invocations of \(name.printable) are no whole number") }
            plugins.append(
                LoadedPlugin(
                    name: name, version: element["version"]?.string ?? "", hooks: hooks.elements.compactMap(\.string),
                    // A state that failed may be an object with the reason.
                    state: element["state"].map { $0.string ?? $0.value.compactText } ?? "",
                    invocations: Int(clamping: invocations)))
        }
        return plugins
    }

    /// What the host's own list shows.
    private func running(_ plugins: [LoadedPlugin]) -> [Remark] {
        var remarks: [Remark] = []
        let observers = profile.calledHooks.filter(\.isObserver).map(\.export)
        for plugin in plugins {
            let name = plugin.name
            if plugin.hooks.isEmpty {
                remarks.append(
                    Remark(
                        kind: "no-hooks", plugin: name,
                        message:
                            "\(name.printable) does nothing: the host found no hooks for it (is there a manifest next to the module?)",
                        isProblem: true))
            } else if plugin.state != "Running", !plugin.state.isEmpty {
                remarks.append(
                    Remark(
                        kind: "not-running", plugin: name, message: "\(name.printable) is \(plugin.state.printable)",
                        isProblem: true))
            } else if plugin.invocations == 0,
                let other = plugins.first(where: { other in
                    other.name != name && other.invocations > 0
                        && other.hooks.contains { plugin.hooks.contains($0) && !observers.contains($0) }
                })
            {
                remarks.append(
                    Remark(
                        kind: "never-reached", plugin: name,
                        message:
                            "\(name.printable) was never called, but \(other.name.printable) was, for the same hook: its answers may end the chain first",
                        isProblem: true))
            }
        }
        for name in Set(plugins.map(\.name)).sorted() where plugins.count(where: { $0.name == name }) > 1 {
            remarks.append(
                Remark(
                    kind: "same-name", plugin: name,
                    message:
                        "\(name.printable) is loaded \(plugins.count { $0.name == name }) times: several files in the folder have a manifest with that name, and all are called",
                    isProblem: true))
        }
        return remarks
    }

    /// What lies in the folder against what is loaded.
    private static func comparison(
        _ plugins: [LoadedPlugin], _ files: [InstalledFile], _ folder: String?
    ) -> [Remark] {
        guard let folder else { return [] }
        return files.flatMap { remarks(on: $0, plugins, folder) } + sharedNames(plugins, files, folder)
            + plugins.filter { plugin in !files.contains { !$0.isPacked && $0.name == plugin.name } }.map { plugin in
                Remark(
                    kind: "no-file", plugin: plugin.name,
                    message:
                        "\(plugin.name.printable) is loaded, but \(folder.printable) has no such plugin: it runs until the host is restarted",
                    isProblem: true)
            }
    }

    /// What a file is to the host, and whether it is what runs.
    private static func remarks(on file: InstalledFile, _ plugins: [LoadedPlugin], _ folder: String) -> [Remark] {
        func problem(_ kind: String, _ message: String) -> Remark {
            Remark(kind: kind, plugin: file.isPacked ? nil : file.name, message: message, isProblem: true)
        }
        if file.isPacked {
            return [
                problem(
                    "ignored-file",
                    "\(file.path.printable) is ignored by the host: it loads .wasm files only; pdk install \(file.path.shellWord) --dest \(folder.shellWord) unpacks it"
                )
            ]
        }
        if let refusal = file.refusal {
            return [problem("refused", "the host refuses \(file.path.printable): \(refusal.printable)")]
        }
        guard let loaded = plugins.first(where: { $0.name == file.name }) else {
            return file.changes() + [
                problem(
                    "not-loaded",
                    "\(file.path.printable) is not loaded: the host scans its folder at start only, so restart it; its log says why it refused a file"
                )
            ]
        }
        guard let version = file.version, !version.utf8.elementsEqual(loaded.version.utf8) else {
            return file.changes()
        }
        return file.changes() + [
            problem(
                "other-version",
                "\(file.name.printable) runs as \(loaded.version.printable), but the file is \(version.printable): restart the host"
            )
        ]
    }

    /// Names that several files have.
    private static func sharedNames(
        _ plugins: [LoadedPlugin], _ files: [InstalledFile], _ folder: String
    ) -> [Remark] {
        let names = files.filter { !$0.isPacked && $0.refusal == nil }.map(\.name)
        return Set(names).sorted().compactMap { name in
            let count = names.count { $0 == name }
            // What the host itself lists several times has been said.
            guard count > 1, plugins.count(where: { $0.name == name }) < 2 else { return nil }
            return Remark(
                kind: "same-name", plugin: name,
                message:
                    "\(count) files in \(folder.printable) have a manifest with the name \(name.printable): the host loads and calls all of them when it starts",
                isProblem: true)
        }
    }

    /// What the log says of calls and of loading.
    private static func failures(_ plugins: [LoadedPlugin], _ log: HostLog, _ files: [InstalledFile]) -> [Remark] {
        var remarks: [Remark] = []
        for (name, failure) in log.failures.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            let calls = plugins.filter { $0.name == name }.map(\.invocations).reduce(0) { sum, more in
                let (total, overflows) = sum.addingReportingOverflow(more)
                return overflows ? .max : total
            }
            let isAlways = calls > 0 && failure.count >= calls
            remarks.append(
                Remark(
                    kind: isAlways ? "always-fails" : "fails", plugin: name,
                    message: (isAlways
                        ? "\(name.printable) fails on every call, so queries pass as if it were not installed"
                        : "\(name.printable) failed in \(failure.count) of \(calls) calls")
                        + ": \(failure.last.printable)",
                    isProblem: true))
        }
        if let failed = log.failedToLoad, failed > 0 {
            remarks.append(
                Remark(
                    kind: "failed-to-load", plugin: nil,
                    message:
                        "the host refused \(failed) file\(failed == 1 ? "" : "s") when it started; its log names them",
                    isProblem: true))
        }
        for file in files {
            guard let line = log.loaded.last(where: { $0.name == file.name }),
                let changed = file.modified.map({ Timestamp(seconds: $0).rfc3339 }), line.time.count >= 19,
                line.time.prefix(19) < changed.prefix(19)
            else { continue }
            remarks.append(
                Remark(
                    kind: "newer-file", plugin: file.name,
                    message:
                        "\(file.path.printable) was changed after the host loaded it (\(line.time.printable)): restart the host",
                    isProblem: true))
        }
        return remarks
    }
}
