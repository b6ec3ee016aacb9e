internal import Contract
internal import Glibc

/// How reports are rendered.
struct OutputSettings: Sendable {
    var json = false
    var quiet = false
    var color = ColorChoice.auto
}

/// Where a command's report goes: data on standard output, messages on standard error.
struct Console: Sendable {
    /// A stream of the process, by its descriptor.
    enum Stream: Int32 {
        case output = 1
        case error = 2
    }

    let session: Session
    let settings: OutputSettings

    /// A command's report, rendered as the user asked for; false when it could not be written.
    func print(_ outcome: Outcome) -> Bool {
        if outcome.isWritten { return true }
        if settings.json {
            return outcome.jsonIsLine ? write(outcome.json.compactText + "\n", to: .output) : print(outcome.json)
        }
        if let document = outcome.document { return print(document) }
        if let exact = outcome.exactText, !session.outputIsTerminal { return write(exact, to: .output) }
        return settings.quiet && !outcome.isData ? true : print(outcome.text)
    }

    /// Data: the text of a report; false when it could not be written.
    @discardableResult
    func print(_ lines: [Text]) -> Bool { write(lines, to: .output) }

    /// One JSON document on standard output; false when it could not be written.
    @discardableResult
    func print(_ json: JSONValue) -> Bool { write(json.fileText, to: .output) }

    /// A message, left out with `--quiet`.
    func note(_ line: Text) {
        if !settings.quiet { write([line], to: .error) }
    }

    /// The same, for operations that tell of something on the way.
    var notice: @Sendable (String) -> Void {
        { note(Text($0)) }
    }

    /// A warning; `--quiet` does not hide it.
    func warn(_ line: Text) { write([Text("warning", .yellow) + ": " + line], to: .error) }

    /// An error: on standard output as JSON with `--json`, else on standard error in words.
    func report(_ error: any Error) {
        let shown = ShownError(error)
        if settings.json {
            print(.object(["error": shown.json]))
        } else {
            write(shown.lines, to: .error)
        }
    }

    /// Writes lines, in colour where the stream takes it.
    @discardableResult
    private func write(_ lines: [Text], to stream: Stream) -> Bool {
        let isTerminal = stream == .output ? session.outputIsTerminal : session.errorIsTerminal
        let color = session.usesColor(settings.color, isTerminal: isTerminal)
        return write(lines.map { $0.rendered(color: color) + "\n" }.joined(), to: stream)
    }

    /// Writes all of a text, false when that fails; a reader that has gone away is not an error of ours.
    @discardableResult
    func write(_ text: String, to stream: Stream) -> Bool { write(Array(text.utf8), to: stream) }

    /// Writes all of these bytes, false when that fails; a reader that has gone away is not an error of ours.
    @discardableResult
    func write(_ bytes: [UInt8], to stream: Stream) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { all in
                unsafe Glibc.write(stream.rawValue, all.baseAddress?.advanced(by: done), all.count - done)
            }
            if count < 0, errno != EINTR { return errno == EPIPE }
            done += max(0, count)
        }
        return true
    }
}
