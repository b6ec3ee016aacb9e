// libcrypto's functions at first use: each is a jump that loads the library when it is first taken.
//
// Linked in the ordinary way, libcrypto is a third of what a start of the program costs (94 of its pages are relocated),
// also where no key and no digest is asked for. A function that is missing from the list at the end is an undefined
// symbol when the program is linked: add it there.
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#define CLIBCRYPTO_FILE "libcrypto.so.3"

/// Where a function is, and what it is called; `clibcrypto_resolve` until the function has been looked up.
struct clibcrypto_entry {
    void *target;
    const char *name;
};

/// Looks a function up and notes where it is; called by `clibcrypto_resolve` (`dlopen(3)`, `dlsym(3)`).
///
/// A program without libcrypto could not have been started when it was linked; here it ends.
__attribute__((visibility("hidden"), used)) void *clibcrypto_look_up(struct clibcrypto_entry *entry) {
    void *library = dlopen(CLIBCRYPTO_FILE, RTLD_NOW | RTLD_LOCAL);
    void *target = library == NULL ? NULL : dlsym(library, entry->name);
    if (target == NULL) {
        fprintf(stderr, "error: OpenSSL 3 is needed and cannot be loaded: %s\nhelp: install the package libssl3\n", dlerror());
        exit(1);
    }
    __atomic_store_n(&entry->target, target, __ATOMIC_RELEASE);
    return target;
}

// The first call of a function: its arguments are kept while it is looked up, then it goes on there.
#if defined(__x86_64__)
__asm__(".text\n"
        ".hidden clibcrypto_resolve\n"
        ".globl clibcrypto_resolve\n"
        ".type clibcrypto_resolve, @function\n"
        "clibcrypto_resolve:\n"
        "  .cfi_startproc\n"
        "  push %rbp\n"
        "  .cfi_adjust_cfa_offset 8\n"
        "  .cfi_rel_offset rbp, 0\n"
        "  mov %rsp, %rbp\n"
        "  .cfi_def_cfa_register rbp\n"
        "  push %rdi\n  push %rsi\n  push %rdx\n  push %rcx\n  push %r8\n  push %r9\n  push %rax\n  push %r11\n"
        "  mov %r11, %rdi\n"
        "  call clibcrypto_look_up\n"
        "  mov %rax, %r11\n"
        "  add $8, %rsp\n"
        "  pop %rax\n  pop %r9\n  pop %r8\n  pop %rcx\n  pop %rdx\n  pop %rsi\n  pop %rdi\n  pop %rbp\n"
        "  .cfi_def_cfa rsp, 8\n"
        "  jmp *%r11\n"
        "  .cfi_endproc\n"
        ".size clibcrypto_resolve, .-clibcrypto_resolve\n");
#define CLIBCRYPTO_JUMP(name)                                                                                           \
    "  lea clibcrypto_entry_" #name "(%rip), %r11\n"                                                                    \
    "  jmp *(%r11)\n"
#elif defined(__aarch64__)
__asm__(".text\n"
        ".hidden clibcrypto_resolve\n"
        ".globl clibcrypto_resolve\n"
        ".type clibcrypto_resolve, %function\n"
        "clibcrypto_resolve:\n"
        "  .cfi_startproc\n"
        "  stp x29, x30, [sp, #-96]!\n"
        "  .cfi_def_cfa_offset 96\n"
        "  .cfi_offset x29, -96\n"
        "  .cfi_offset x30, -88\n"
        "  mov x29, sp\n"
        "  stp x0, x1, [sp, #16]\n  stp x2, x3, [sp, #32]\n  stp x4, x5, [sp, #48]\n  stp x6, x7, [sp, #64]\n"
        "  str x8, [sp, #80]\n"
        "  mov x0, x16\n"
        "  bl clibcrypto_look_up\n"
        "  mov x17, x0\n"
        "  ldp x0, x1, [sp, #16]\n  ldp x2, x3, [sp, #32]\n  ldp x4, x5, [sp, #48]\n  ldp x6, x7, [sp, #64]\n"
        "  ldr x8, [sp, #80]\n"
        "  ldp x29, x30, [sp], #96\n"
        "  .cfi_def_cfa_offset 0\n"
        "  br x17\n"
        "  .cfi_endproc\n"
        ".size clibcrypto_resolve, .-clibcrypto_resolve\n");
#define CLIBCRYPTO_JUMP(name)                                                                                           \
    "  adrp x16, clibcrypto_entry_" #name "\n"                                                                          \
    "  add x16, x16, :lo12:clibcrypto_entry_" #name "\n"                                                                \
    "  ldr x17, [x16]\n"                                                                                                \
    "  br x17\n"
#else
#error "the jumps to libcrypto are written for x86-64 and arm64"
#endif

extern void clibcrypto_resolve(void) __attribute__((visibility("hidden")));

// Hidden, so that no library takes the jump for libcrypto's own function.
#define CLIBCRYPTO_FUNCTION(name)                                                                                       \
    __attribute__((visibility("hidden"), used)) struct clibcrypto_entry clibcrypto_entry_##name = {                     \
        (void *)clibcrypto_resolve, #name};                                                                             \
    __asm__(".text\n"                                                                                                   \
            ".hidden " #name "\n"                                                                                       \
            ".globl " #name "\n"                                                                                        \
            ".type " #name ", @function\n" #name ":\n" CLIBCRYPTO_JUMP(name) ".size " #name ", .-" #name "\n");

CLIBCRYPTO_FUNCTION(ASN1_get_object)
CLIBCRYPTO_FUNCTION(ASN1_INTEGER_get_int64)
CLIBCRYPTO_FUNCTION(ASN1_OBJECT_free)
CLIBCRYPTO_FUNCTION(ASN1_STRING_get0_data)
CLIBCRYPTO_FUNCTION(ASN1_STRING_length)
CLIBCRYPTO_FUNCTION(BIO_ctrl)
CLIBCRYPTO_FUNCTION(BIO_free)
CLIBCRYPTO_FUNCTION(BIO_new)
CLIBCRYPTO_FUNCTION(BIO_new_mem_buf)
CLIBCRYPTO_FUNCTION(BIO_s_mem)
CLIBCRYPTO_FUNCTION(BIO_s_secmem)
CLIBCRYPTO_FUNCTION(CRYPTO_clear_free)
CLIBCRYPTO_FUNCTION(CRYPTO_secure_clear_free)
CLIBCRYPTO_FUNCTION(CRYPTO_secure_free)
CLIBCRYPTO_FUNCTION(CRYPTO_secure_malloc)
CLIBCRYPTO_FUNCTION(CRYPTO_secure_malloc_init)
CLIBCRYPTO_FUNCTION(d2i_ASN1_OBJECT)
CLIBCRYPTO_FUNCTION(d2i_PBE2PARAM)
CLIBCRYPTO_FUNCTION(d2i_PBKDF2PARAM)
CLIBCRYPTO_FUNCTION(d2i_PKCS8_PRIV_KEY_INFO)
CLIBCRYPTO_FUNCTION(d2i_SCRYPT_PARAMS)
CLIBCRYPTO_FUNCTION(d2i_X509_ALGOR)
CLIBCRYPTO_FUNCTION(d2i_X509_SIG)
CLIBCRYPTO_FUNCTION(ERR_clear_error)
CLIBCRYPTO_FUNCTION(ERR_get_error)
CLIBCRYPTO_FUNCTION(ERR_reason_error_string)
CLIBCRYPTO_FUNCTION(EVP_aes_256_cbc)
CLIBCRYPTO_FUNCTION(EVP_blake2b512)
CLIBCRYPTO_FUNCTION(EVP_CIPHER_CTX_free)
CLIBCRYPTO_FUNCTION(EVP_CIPHER_CTX_new)
CLIBCRYPTO_FUNCTION(EVP_CIPHER_CTX_set_padding)
CLIBCRYPTO_FUNCTION(EVP_CIPHER_fetch)
CLIBCRYPTO_FUNCTION(EVP_CIPHER_free)
CLIBCRYPTO_FUNCTION(EVP_CipherInit_ex2)
CLIBCRYPTO_FUNCTION(EVP_CipherUpdate)
CLIBCRYPTO_FUNCTION(EVP_DigestFinal_ex)
CLIBCRYPTO_FUNCTION(EVP_DigestInit_ex2)
CLIBCRYPTO_FUNCTION(EVP_DigestUpdate)
CLIBCRYPTO_FUNCTION(EVP_MD_CTX_free)
CLIBCRYPTO_FUNCTION(EVP_MD_CTX_new)
CLIBCRYPTO_FUNCTION(EVP_PKEY2PKCS8)
CLIBCRYPTO_FUNCTION(EVP_PKEY_free)
CLIBCRYPTO_FUNCTION(EVP_PKEY_get_raw_public_key)
CLIBCRYPTO_FUNCTION(EVP_PKEY_new_raw_private_key)
CLIBCRYPTO_FUNCTION(EVP_sha256)
CLIBCRYPTO_FUNCTION(EVP_sha512)
CLIBCRYPTO_FUNCTION(OBJ_nid2sn)
CLIBCRYPTO_FUNCTION(OBJ_obj2nid)
CLIBCRYPTO_FUNCTION(OBJ_obj2txt)
CLIBCRYPTO_FUNCTION(OPENSSL_cleanse)
CLIBCRYPTO_FUNCTION(PBE2PARAM_free)
CLIBCRYPTO_FUNCTION(PBKDF2PARAM_free)
CLIBCRYPTO_FUNCTION(PEM_read_bio_ex)
CLIBCRYPTO_FUNCTION(PEM_write_bio)
CLIBCRYPTO_FUNCTION(PEM_write_bio_PKCS8)
CLIBCRYPTO_FUNCTION(PEM_write_bio_PKCS8_PRIV_KEY_INFO)
CLIBCRYPTO_FUNCTION(PKCS12_pbe_crypt)
CLIBCRYPTO_FUNCTION(PKCS5_pbe2_set_scrypt)
CLIBCRYPTO_FUNCTION(PKCS8_decrypt)
CLIBCRYPTO_FUNCTION(PKCS8_pkey_get0)
CLIBCRYPTO_FUNCTION(PKCS8_PRIV_KEY_INFO_free)
CLIBCRYPTO_FUNCTION(PKCS8_set0_pbe)
CLIBCRYPTO_FUNCTION(SCRYPT_PARAMS_free)
CLIBCRYPTO_FUNCTION(X509_ALGOR_free)
CLIBCRYPTO_FUNCTION(X509_ALGOR_get0)
CLIBCRYPTO_FUNCTION(X509_SIG_free)
CLIBCRYPTO_FUNCTION(X509_SIG_get0)
