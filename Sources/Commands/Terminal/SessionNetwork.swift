internal import Files
internal import PluginRegistry
internal import Synchronization

/// When a line of progress is due: not in the first second, then five times a second, and at the end.
private final class ProgressPace: Sendable {
    private let start: ContinuousClock.Instant
    private let last: Mutex<ContinuousClock.Instant>

    init() {
        start = .now
        last = Mutex(start)
    }

    func isDue(isDone: Bool) -> Bool {
        let now = ContinuousClock.now
        return last.withLock { last in
            guard now - start > .seconds(1), isDone || now - last > .milliseconds(200) else { return false }
            last = now
            return true
        }
    }
}

extension Session {
    /// How to fetch from the web, with progress on a terminal.
    func network(_ console: Console, showsProgress: Bool = true) -> Network {
        var network = Network(
            certificateFile: variable("CURL_CA_BUNDLE") ?? variable("SSL_CERT_FILE"), userAgent: KitVersion.userAgent)
        network.certificateFolder = variable("SSL_CERT_DIR")
        network.objectStore = ObjectStoreAccess(environment: environment, home: variable("HOME"))
        network.containerLogins = ContainerLogins(
            environment: environment, home: variable("HOME"), currentFolder: path("."))
        if let token = variable("PDK_REGISTRY_TOKEN"), !token.isEmpty {
            // What reads a secret from a file often leaves the line break at its end.
            network.token = String(token.reversed().drop { $0.isNewline }.reversed())
            if !network.hasUsableToken {
                console.warn("PDK_REGISTRY_TOKEN is not used: it has characters that no token has")
            }
        }
        network.indexCacheFolder = cacheFolder.map { FilePaths.join($0, "index") }
        if let path = variable("NETRC").map(path) {
            if !network.readNetrc(path) {
                console.warn("\(path), which NETRC names, is not used: it is not there, or others can read it")
            }
        } else if let home = variable("HOME") {
            network.readNetrc(FilePaths.join(home, ".netrc"))
        }
        if showsProgress, let pace = pace(console) {
            network.progress = { progress in
                let isDone = progress.bytes == progress.totalBytes
                guard pace.isDue(isDone: isDone) else { return }
                let whole = progress.totalBytes.map { " of \($0 >> 10)" } ?? ""
                console.write("\r  \(progress.bytes >> 10)\(whole) KiB" + (isDone ? "\n" : ""), to: .error)
            }
        }
        if let store = keyStore { network.rememberRegistries(in: FilePaths.join(store.folder, "registries")) }
        return network
    }

    /// Counts on a terminal; nil without one.
    func counter(_ console: Console, _ what: String) -> (@Sendable (Int, Int) -> Void)? {
        guard let pace = pace(console) else { return nil }
        return { done, all in
            guard pace.isDue(isDone: done == all) else { return }
            console.write("\r  \(done) of \(all) \(what)" + (done == all ? "\n" : ""), to: .error)
        }
    }

    /// Nil where progress is not shown.
    private func pace(_ console: Console) -> ProgressPace? {
        errorIsTerminal && !console.settings.quiet && !console.settings.json ? ProgressPace() : nil
    }
}
