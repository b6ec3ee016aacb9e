internal import CLibCrypto

/// Names of algorithms by their object identifiers.
enum Algorithm {
    /// The name of an object identifier in DER; `unknown` when it is malformed.
    static func name(der: [UInt8]) -> String {
        unsafe der.withUnsafeBufferPointer { bytes in
            var cursor = bytes.baseAddress
            guard let object = unsafe d2i_ASN1_OBJECT(nil, &cursor, bytes.count) else { return "unknown" }
            defer { unsafe ASN1_OBJECT_free(object) }
            return unsafe name(of: object)
        }
    }

    /// The short name people use, such as `RSA`, `EC` or `X25519`; the dotted number when OpenSSL has no name.
    static func name(of object: OpaquePointer?) -> String {
        switch unsafe OBJ_obj2nid(object) {
        case NID_rsaEncryption, NID_rsassaPss: return "RSA"
        case NID_X9_62_id_ecPublicKey: return "EC"
        case NID_dsa: return "DSA"
        case NID_dhKeyAgreement, NID_dhpublicnumber: return "DH"
        case NID_undef:
            var text = [CChar](repeating: 0, count: 80)
            let length = unsafe OBJ_obj2txt(&text, Int32(text.count), object, 1)
            guard length > 0 else { return "unknown" }
            return String(decoding: text.prefix(while: { $0 != 0 }).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        case let nid:
            guard let name = unsafe OBJ_nid2sn(nid) else { return "unknown" }
            return unsafe String(cString: name)
        }
    }
}
