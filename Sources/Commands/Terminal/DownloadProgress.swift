internal import Files
internal import PluginRegistry
internal import Synchronization

/// Tells on standard error how far a download has come: nothing in its first second, then five times a second.
final class DownloadProgress: Sendable {
    private let console: Console
    private let start = ContinuousClock.now
    private let lastShown: Mutex<ContinuousClock.Instant>

    init(_ console: Console) {
        self.console = console
        lastShown = Mutex(start)
    }

    /// Shows how many bytes have come, and of how many where the server says.
    func show(_ got: Int, of whole: Int?) {
        let now = ContinuousClock.now
        guard now - start > .seconds(1) else { return }
        let isDone = got == whole
        let isDue = lastShown.withLock { last in
            guard isDone || now - last > .milliseconds(200) else { return false }
            last = now
            return true
        }
        guard isDue else { return }
        let of = whole.map { " of \($0 >> 10)" } ?? ""
        console.write("\r  \(got >> 10)\(of) KiB" + (isDone ? "\n" : ""), to: .error)
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
        network.token = variable("PDK_REGISTRY_TOKEN")
        network.indexCacheFolder = cacheFolder.map { FilePaths.join($0, "index") }
        if let path = variable("NETRC").map(path) ?? variable("HOME").map({ FilePaths.join($0, ".netrc") }) {
            network.readNetrc(path)
        }
        if showsProgress, errorIsTerminal, !console.settings.quiet, !console.settings.json {
            let progress = DownloadProgress(console)
            network.progress = { progress.show($0.bytes, of: $0.totalBytes) }
        }
        if let store = keyStore { network.rememberRegistries(in: FilePaths.join(store.folder, "registries")) }
        return network
    }

    /// Counts on a terminal, five times a second, after the first second; nil without one.
    func counter(_ console: Console, _ what: String) -> (@Sendable (Int, Int) -> Void)? {
        guard errorIsTerminal, !console.settings.quiet, !console.settings.json else { return nil }
        let start = ContinuousClock.now, last = Mutex(start)
        return { done, all in
            let now = ContinuousClock.now
            let isDue = last.withLock { last in
                guard now - start > .seconds(1), done == all || now - last > .milliseconds(200) else { return false }
                last = now
                return true
            }
            if isDue { console.write("\r  \(done) of \(all) \(what)" + (done == all ? "\n" : ""), to: .error) }
        }
    }
}
