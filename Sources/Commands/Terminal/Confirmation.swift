internal import Glibc

extension Session {
    /// Asks a question on the terminal, to be answered with `y`; nil where nobody can answer.
    var confirmation: (@Sendable (String) -> Bool)? {
        guard inputIsTerminal, errorIsTerminal else { return nil }
        return { question in
            let prompt = Array("\(question) [y/N] ".utf8)
            _ = unsafe prompt.withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
            guard let answer = readLine() else { return false }
            return ["y", "yes"].contains(answer.lowercased())
        }
    }
}
