// The part of OpenSSL 3's libcrypto that the LibCrypto module uses; macros become functions here, and lazy.c has
// the library loaded at first use.
#ifndef CLIBCRYPTO_SHIM_H
#define CLIBCRYPTO_SHIM_H

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

/// The bytes written so far to a memory BIO; they stay owned by the BIO. BIO_get_mem_data is a macro.
static inline long clibcrypto_bio_bytes(BIO *bio, char **start) {
    return BIO_get_mem_data(bio, start);
}

/// Memory from the secure heap or, when there is none, the ordinary one. OPENSSL_secure_malloc is a macro.
static inline void *clibcrypto_secure_malloc(size_t count) {
    return OPENSSL_secure_malloc(count);
}

/// Frees ordinary memory, wiping it first. OPENSSL_clear_free is a macro.
static inline void clibcrypto_clear_free(void *memory, size_t count) {
    OPENSSL_clear_free(memory, count);
}

/// Frees memory that OpenSSL's secure heap handed out, wiping it first. OPENSSL_secure_clear_free is a macro.
static inline void clibcrypto_secure_clear_free(void *memory, size_t count) {
    OPENSSL_secure_clear_free(memory, count);
}

#endif
