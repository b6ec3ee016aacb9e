internal import Files
internal import Transfers
internal import Trust

extension RegistryError {
    /// A transfer that failed: what to do next is said to the library's users and to those of the command line.
    init(_ kind: Kind, _ error: TransferError, _ message: String? = nil, entry: IndexEntry? = nil) {
        self.init(
            kind, message ?? error.description, help: error.help, commandHelp: error.commandHelp, entry: entry,
            underlying: error)
    }
}

extension TransferError {
    /// What to do next in the words of this library, where there is something to say.
    var help: String? {
        switch kind {
        case .status(let status) where Self.wantsLogin.contains(status):
            "set Network.token, or read a login for this server with Network.readNetrc"
        case .certificate:
            "if the server uses a private certificate authority, set Network.certificateFile to its PEM file, or Network.certificateFolder to its folder"
        default: sharedHelp
        }
    }

    /// The same in the words of the command line.
    var commandHelp: String? {
        switch kind {
        case .status(let status) where Self.wantsLogin.contains(status):
            "put a login for this server into ~/.netrc, or a token into PDK_REGISTRY_TOKEN"
        case .certificate:
            "if the server uses a private certificate authority, set CURL_CA_BUNDLE, or SSL_CERT_FILE where that is not set, to its PEM file, or SSL_CERT_DIR to its folder"
        default: sharedHelp
        }
    }

    private static let wantsLogin = [401, 403, 407]

    private var sharedHelp: String? {
        switch kind {
        case .libraryMissing: "install libcurl, on Debian and Ubuntu with: apt install libcurl4"
        case .refusedRedirect: "if you trust the target, give its address yourself"
        case .notFound: "check the address"
        case .status, .timedOut, .connection, .handshake, .interruptedBody, .tooManyRedirects:
            "check the address and the server, and try again"
        case .unsupportedScheme: "give a folder, or an address of https, http, s3 or oci"
        case .userInfo: "leave them out of the address"
        default: nil
        }
    }
}

extension RegistryError {
    /// The status that a server has answered with (RFC 9110, section 15), where that is what lies beneath.
    public var httpStatus: Int? {
        switch (underlying as? TransferError)?.kind {
        case .notFound(let status), .status(let status): status
        default: nil
        }
    }

    /// The system's number of what has failed, `errno(3)`, such as `ENOSPC`, where that is what lies beneath.
    public var systemErrorNumber: Int32? {
        (underlying as? FileError).flatMap { $0.code == 0 ? nil : $0.code }
    }
}
