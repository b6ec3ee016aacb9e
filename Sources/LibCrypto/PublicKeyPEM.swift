internal import CLibCrypto

/// Ed25519 public keys as SubjectPublicKeyInfo (RFC 8410, section 4), in PEM or DER, as `openssl pkey -pubout` writes.
package enum PublicKeyPEM {
    /// The 12 bytes before the raw key: SEQUENCE { SEQUENCE { OID 1.3.101.112 }, BIT STRING with no unused bits }.
    private static let prefix: [UInt8] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00]

    /// The raw 32 bytes of a PEM public key of at most 64 KiB; that they are a curve point is not checked here.
    ///
    /// Of several blocks the first Ed25519 public key counts.
    package static func decode(pem: RawSpan) throws(LibCryptoError) -> [UInt8] {
        var found: [UInt8]?, refusal: LibCryptoError?
        do {
            try PEMBlock.each(in: pem) { block in
                do throws(LibCryptoError) {
                    switch block.label {
                    case "PUBLIC KEY": found = try block.publicKey()
                    case "RSA PUBLIC KEY": throw .otherAlgorithm("RSA")
                    case let label where label.hasSuffix("PRIVATE KEY"): throw .privateKeyGiven
                    default: throw .unexpectedLabel(block.label)
                    }
                } catch { refusal = refusal ?? error }
                return found != nil
            }
        } catch let error as LibCryptoError { throw error } catch { throw .malformed }
        guard let found else { throw refusal ?? .notPEM }
        return found
    }

    /// The raw 32 bytes of a DER public key, exactly 44 bytes; that they are a curve point is not checked here.
    package static func decode(der: RawSpan) throws(LibCryptoError) -> [UInt8] {
        guard der.byteCount <= PEMBlock.maximumByteCount else { throw .tooLarge(limit: PEMBlock.maximumByteCount) }
        let bytes = unsafe der.withUnsafeBytes { unsafe [UInt8]($0) }
        guard bytes.count == prefix.count + 32, bytes.starts(with: prefix) else { throw refusal(of: bytes) }
        return Array(bytes[prefix.count...])
    }

    /// The PEM text of a raw 32-byte key, byte for byte as OpenSSL writes it (`PEM_write_bio`).
    package static func encodePEM(_ publicKey: RawSpan) throws(LibCryptoError) -> [UInt8] {
        let der = try encodeDER(publicKey)
        ErrorQueue.clear()
        guard let bio = unsafe BIO_new(BIO_s_mem()) else { throw ErrorQueue.error(of: "BIO_new") }
        defer { unsafe BIO_free(bio) }
        guard unsafe PEM_write_bio(bio, "PUBLIC KEY", "", der, der.count) > 0 else {
            throw ErrorQueue.error(of: "PEM_write_bio")
        }
        var start: UnsafeMutablePointer<CChar>?
        let count = unsafe clibcrypto_bio_bytes(bio, &start)
        guard count > 0, let start = unsafe start else { throw ErrorQueue.error(of: "BIO_get_mem_data") }
        return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: count))
    }

    /// The 44-byte DER of a raw 32-byte key.
    package static func encodeDER(_ publicKey: RawSpan) throws(LibCryptoError) -> [UInt8] {
        guard publicKey.byteCount == 32 else { throw .publicKeyLength(publicKey.byteCount) }
        let raw = unsafe publicKey.withUnsafeBytes { unsafe [UInt8]($0) }
        return prefix + raw
    }

    /// What a block that is not an Ed25519 key is: the algorithm when its identifier can be read, else malformed.
    ///
    /// Only the two outer headers are looked at: the key of another algorithm is never parsed.
    private static func refusal(of bytes: [UInt8]) -> LibCryptoError {
        ErrorQueue.clear()
        defer { ErrorQueue.clear() }
        return unsafe bytes.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            var length = 0
            var tag: Int32 = 0
            var tagClass: Int32 = 0
            let form = unsafe ASN1_get_object(&cursor, &length, &tag, &tagClass, buffer.count)
            guard form == V_ASN1_CONSTRUCTED, tag == V_ASN1_SEQUENCE, length > 0,
                let algorithm = unsafe d2i_X509_ALGOR(nil, &cursor, length)
            else { return .malformed }
            defer { unsafe X509_ALGOR_free(algorithm) }
            let object = unsafe algorithm.pointee.algorithm
            let nid = unsafe OBJ_obj2nid(object)
            return nid == NID_ED25519 ? .malformed : .otherAlgorithm(unsafe Algorithm.name(of: object))
        }
    }
}

extension PEMBlock {
    fileprivate borrowing func publicKey() throws(LibCryptoError) -> [UInt8] {
        let contents = unsafe UnsafeRawBufferPointer(start: start, count: count)
        return try PublicKeyPEM.decode(der: unsafe contents.bytes)
    }
}
