internal import Contract
internal import Trust

extension IndexEntry {
    /// The digest that the index promises, where digest and signature are well-formed; `subject` is what errors call it.
    ///
    /// Errors: `indexMalformed`, `signatureInvalid`.
    func checkedDigest(
        in location: RegistryLocation, subject: String, help: String? = nil
    ) throws(RegistryError) -> SHA256Digest {
        guard let digest else {
            throw RegistryError(
                .indexMalformed, "sha256 mismatch for \(subject): its sha256 in \(location) is not 64 hex digits",
                help: help, entry: self)
        }
        guard parsedSignature != nil || !isSigned else {
            throw RegistryError(
                .signatureInvalid,
                "signature verification failed for \(subject): the signature in \(location) is not base64 of 64 bytes",
                help: help, entry: self)
        }
        return digest
    }
}
