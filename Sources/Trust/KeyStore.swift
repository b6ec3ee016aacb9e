package import Basics
internal import Contract
internal import Files

/// Where a publisher's keys are: `keys/<label>.pem` and `keys/<label>.pub` under the configuration folder.
package struct KeyStore: Sendable {
    /// The configuration folder.
    package let folder: String

    package init(configurationFolder folder: String) { self.folder = folder }

    /// There is no place for a key store.
    package static let noHome = Problem(
        .noHome, "neither PDK_HOME nor HOME is set", help: "set PDK_HOME to a folder for keys and trust")

    /// There is no place to look for the user's own trust root.
    package static let noTrustHome = Problem(
        .noHome, "HOME is not set, so your own trust root cannot be found",
        help: "give one with --trust-root DIR or set PDK_HOME; --no-trust-root turns off signature checks")

    /// The folder of the keys.
    package var keysFolder: String { FilePaths.join(folder, "keys") }
    /// The folder of the default trust root.
    package var trustFolder: String { FilePaths.join(folder, "trust") }

    /// The private key's file.
    package func privatePath(_ label: String) -> String { FilePaths.join(keysFolder, label + ".pem") }
    /// The public key's file, in trust-root form.
    package func publicPath(_ label: String) -> String { FilePaths.join(keysFolder, label + ".pub") }

    /// The labels of the private keys, sorted; files whose names are no labels are passed over.
    package func labels() throws -> [String] {
        guard try FileStatus.of(keysFolder, followingLinks: true) != nil else { return [] }
        return try Folder(keysFolder).names().filter {
            $0.utf8.suffix(4).elementsEqual(".pem".utf8) && KeyStore.isLabel(String($0.dropLast(4)))
        }.map { String($0.dropLast(4)) }
    }

    /// Whether `label` may name a key file: 1 to 64 of `A-Z a-z 0-9 . - _`, not beginning with a dot or a dash.
    package static func isLabel(_ label: String) -> Bool {
        guard (1...64).contains(label.utf8.count), !label.hasPrefix("."), !label.hasPrefix("-") else { return false }
        return label.utf8.allSatisfy { byte in
            byte == UInt8(ascii: ".") || PluginName(String(UnicodeScalar(byte))) != nil
        }
    }
}
