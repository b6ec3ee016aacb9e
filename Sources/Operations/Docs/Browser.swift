internal import Files

/// The user's web browser.
package struct Browser: Sendable {
    /// The program, and what to call it with.
    private let program: String
    private let environment: [String: String]

    /// `$BROWSER`, or `xdg-open` where there is a display; nil without either.
    package init?(environment: [String: String]) {
        func isSet(_ name: String) -> Bool { environment[name].map { !$0.isEmpty } ?? false }
        let names: [String]
        if let browser = environment["BROWSER"], !browser.isEmpty {
            names = browser.split(separator: ":").map(String.init)
        } else if isSet("DISPLAY") || isSet("WAYLAND_DISPLAY") {
            names = ["xdg-open"]
        } else {
            return nil
        }
        let folders = (environment["PATH"] ?? Toolchain.usualPath).split(separator: ":").filter { $0.hasPrefix("/") }
        let candidates = names.flatMap { name in
            name.hasPrefix("/") ? [name] : folders.map { FilePaths.join(String($0), name) }
        }
        let found = candidates.first { path in
            // What cannot be examined cannot be started either.
            (try? FileStatus.of(path, followingLinks: true)).map { $0.kind == .regular && $0.mode & 0o111 != 0 }
                ?? false
        }
        guard let found else { return nil }
        program = found
        self.environment = environment
    }

    /// Shows a file; false where the browser says that it could not.
    package func open(_ path: String) async throws -> Bool {
        try await ChildProcess(program: program, arguments: [path], environment: environment, folder: nil)
            .run(within: .seconds(60)).isSuccess
    }
}
