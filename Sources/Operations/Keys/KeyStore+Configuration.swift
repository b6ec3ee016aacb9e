package import Authoring
internal import Basics
internal import Contract
internal import Files
package import Trust

extension KeyStore {
    /// The label that the configuration names under `key`, nil when it names none.
    package func configuredLabel() throws -> String? { try configuration()?.key }

    /// The user's `config.yaml`; nil where there is none.
    package func configuration() throws -> Configuration? {
        let path = FilePaths.join(folder, "config.yaml")
        guard try FileStatus.of(path, followingLinks: true) != nil else { return nil }
        let text = String(decoding: try WholeFiles.read(path, limit: 64 << 10), as: UTF8.self)
        do {
            return try Configuration(reading: text)
        } catch {
            throw error.problem(.invalidConfiguration, in: path, help: "write key: LABEL into it, or remove it")
        }
    }
}
