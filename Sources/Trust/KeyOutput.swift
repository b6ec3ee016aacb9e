internal import Basics
internal import Ed25519
internal import Files

/// What a command may write to.
package enum KeyOutput {
    /// Refuses what `WholeFiles.checkOutput` refuses, and a file that holds a private key, whoever named it.
    package static func check(_ path: String, reading inputs: [String] = []) throws {
        try WholeFiles.checkOutput(path, reading: inputs)
        guard let status = try FileStatus.of(path), status.kind == .regular,
            status.size <= PrivateKeyFile.maximumBytes
        else { return }
        // What cannot be read is no key that could be used; the rename decides whether it can be replaced.
        guard var bytes = try? WholeFiles.read(path, limit: PrivateKeyFile.maximumBytes) else { return }
        defer { SecretBytes.wipe(&bytes) }
        let isKey: Bool
        do {
            _ = try PrivateKeyFile.describe(bytes)
            isKey = true
        } catch {
            isKey = bytes.firstPlace(of: Array("PRIVATE KEY-----".utf8)) != nil
        }
        guard !isKey else {
            throw Problem(
                .alreadyExists, "cannot write \(path): it contains a private key, which pdk never overwrites",
                help: "choose another name")
        }
    }
}
