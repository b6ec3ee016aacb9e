internal import Basics
internal import Transfers

/// What a host's admin address answered.
package enum HostAnswer: Sendable, Equatable {
    /// A body of success.
    case body([UInt8])
    /// Another HTTP status than success.
    case status(Int)
    /// No answer: the reason, and what to do.
    case none(String, help: String?)
}

extension Network {
    /// Asks a host for a document of at most `maximumBytes`, within ten seconds and without leaving its server.
    package func ask(_ address: String, token: String?, maximumBytes: Int) throws -> HostAnswer {
        var network = self, body: [UInt8] = []
        network.token = token
        network.limits.totalSeconds = 10
        do {
            try network.fetch(address, maximumBytes: maximumBytes, stayingOnServer: true) { piece, _ in
                body.append(piece)
            }
            return .body(body)
        } catch let error as TransferError {
            switch error.kind {
            case .status(let status), .notFound(let status): return .status(status)
            default: return .none(error.description, help: error.commandHelp)
            }
        }
    }
}
