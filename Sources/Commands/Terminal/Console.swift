internal import Formats
internal import Glibc

/// How reports are rendered.
struct OutputSettings: Sendable {
    var json = false
    var quiet = false
    var color = ColorChoice.auto
}

/// Where a verb's report goes: data on standard output, messages on standard error.
struct Console: Sendable {
    let session: Session
    let settings: OutputSettings

    /// Data: the text of a report; false when it could not be written.
    @discardableResult
    func print(_ lines: [Text]) -> Bool {
        let color = session.usesColor(settings.color, isTerminal: session.outputIsTerminal)
        return write(lines.map { $0.rendered(color: color) + "\n" }.joined(), to: 1)
    }

    /// A message, left out with `--quiet`.
    func note(_ line: Text) {
        guard !settings.quiet else { return }
        let color = session.usesColor(settings.color, isTerminal: session.errorIsTerminal)
        write(line.rendered(color: color) + "\n", to: 2)
    }

    /// A warning; `--quiet` does not hide it.
    func warn(_ line: Text) {
        let color = session.usesColor(settings.color, isTerminal: session.errorIsTerminal)
        write((Text("warning", .yellow) + ": " + line).rendered(color: color) + "\n", to: 2)
    }

    /// One JSON document on standard output; false when it could not be written.
    @discardableResult
    func print(_ json: JSONValue) -> Bool { write(json.prettyText() + "\n", to: 1) }

    /// An error: on standard output as JSON with `--json`, else on standard error in words.
    func report(_ error: any Error) {
        let shown = ShownError(error)
        if settings.json {
            print(.object(["error": shown.json]))
            return
        }
        let color = session.usesColor(settings.color, isTerminal: session.errorIsTerminal)
        write(shown.lines.map { $0.rendered(color: color) + "\n" }.joined(), to: 2)
    }

    /// Writes all of a text, false when that fails; a reader that has gone away is not an error of ours.
    @discardableResult
    func write(_ text: String, to descriptor: Int32) -> Bool {
        let bytes = Array(text.utf8)
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { all in
                unsafe Glibc.write(descriptor, all.baseAddress?.advanced(by: done), all.count - done)
            }
            if count < 0, errno != EINTR { return errno == EPIPE }
            done += max(0, count)
        }
        return true
    }
}
