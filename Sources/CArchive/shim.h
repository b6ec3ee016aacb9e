// libarchive's types at compile time, its functions at run time.
//
// Nothing here makes the linker want libarchive: with the compressors, libxml2 and the other libraries it brings along
// it would cost every run of the program time, and only a packed plugin needs it. The functions are looked up with
// dlopen and dlsym on first use.
#ifndef CARCHIVE_SHIM_H
#define CARCHIVE_SHIM_H

#include <archive.h>
#include <archive_entry.h>
#include <dlfcn.h>
#include <locale.h>
#include <stddef.h>
#include <stdint.h>

/// The functions of libarchive that the Archives module calls.
struct carchive_library {
    const char *(*error_string)(struct archive *);
    int (*filter_count)(struct archive *);
    int (*filter_code)(struct archive *, int);

    struct archive *(*read_new)(void);
    int (*read_free)(struct archive *);
    int (*read_support_filter_gzip)(struct archive *);
    int (*read_support_format_raw)(struct archive *);
    int (*read_support_format_tar)(struct archive *);
    int (*read_support_format_zip_seekable)(struct archive *);
    int (*read_open_memory)(struct archive *, const void *, size_t);
    int (*read_next_header)(struct archive *, struct archive_entry **);
    int (*read_data_block)(struct archive *, const void **, size_t *, int64_t *);

    struct archive *(*write_new)(void);
    int (*write_free)(struct archive *);
    int (*write_close)(struct archive *);
    int (*write_add_filter_gzip)(struct archive *);
    int (*write_set_format_ustar)(struct archive *);
    int (*write_set_filter_option)(struct archive *, const char *, const char *, const char *);
    int (*write_open_memory)(struct archive *, void *, size_t, size_t *);
    int (*write_header)(struct archive *, struct archive_entry *);
    la_ssize_t (*write_data)(struct archive *, const void *, size_t);

    struct archive_entry *(*entry_new)(void);
    void (*entry_free)(struct archive_entry *);
    const char *(*entry_pathname)(struct archive_entry *);
    const char *(*entry_hardlink)(struct archive_entry *);
    const char *(*entry_symlink)(struct archive_entry *);
    unsigned int (*entry_filetype)(struct archive_entry *);
    unsigned int (*entry_perm)(const struct archive_entry *);
    int64_t (*entry_size)(struct archive_entry *);
    int (*entry_sparse_count)(struct archive_entry *);
    void (*entry_set_pathname)(struct archive_entry *, const char *);
    void (*entry_set_filetype)(struct archive_entry *, unsigned int);
    void (*entry_set_perm)(struct archive_entry *, unsigned int);
    void (*entry_set_size)(struct archive_entry *, int64_t);
    void (*entry_set_mtime)(struct archive_entry *, int64_t, long);
    void (*entry_set_uid)(struct archive_entry *, int64_t);
    void (*entry_set_gid)(struct archive_entry *, int64_t);
};

/// Loads a library file and looks every function up; 0, or -1 with the reason in dlerror().
/// A locale whose character set is UTF-8 (newlocale), NULL where there is none.
static inline void *carchive_utf8_locale(void) { return newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0); }

/// Makes a locale the calling thread's (uselocale); returns the one before it.
static inline void *carchive_use_locale(void *locale) { return uselocale((locale_t)locale); }

static inline int carchive_load(const char *file, struct carchive_library *library) {
    void *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) return -1;
#define CARCHIVE_LOOK_UP(name) \
    if ((*(void **)&library->name = dlsym(handle, "archive_" #name)) == NULL) return -1
    CARCHIVE_LOOK_UP(error_string);
    CARCHIVE_LOOK_UP(filter_count);
    CARCHIVE_LOOK_UP(filter_code);
    CARCHIVE_LOOK_UP(read_new);
    CARCHIVE_LOOK_UP(read_free);
    CARCHIVE_LOOK_UP(read_support_filter_gzip);
    CARCHIVE_LOOK_UP(read_support_format_raw);
    CARCHIVE_LOOK_UP(read_support_format_tar);
    CARCHIVE_LOOK_UP(read_support_format_zip_seekable);
    CARCHIVE_LOOK_UP(read_open_memory);
    CARCHIVE_LOOK_UP(read_next_header);
    CARCHIVE_LOOK_UP(read_data_block);
    CARCHIVE_LOOK_UP(write_new);
    CARCHIVE_LOOK_UP(write_free);
    CARCHIVE_LOOK_UP(write_close);
    CARCHIVE_LOOK_UP(write_add_filter_gzip);
    CARCHIVE_LOOK_UP(write_set_format_ustar);
    CARCHIVE_LOOK_UP(write_set_filter_option);
    CARCHIVE_LOOK_UP(write_open_memory);
    CARCHIVE_LOOK_UP(write_header);
    CARCHIVE_LOOK_UP(write_data);
    CARCHIVE_LOOK_UP(entry_new);
    CARCHIVE_LOOK_UP(entry_free);
    CARCHIVE_LOOK_UP(entry_pathname);
    CARCHIVE_LOOK_UP(entry_hardlink);
    CARCHIVE_LOOK_UP(entry_symlink);
    CARCHIVE_LOOK_UP(entry_filetype);
    CARCHIVE_LOOK_UP(entry_perm);
    CARCHIVE_LOOK_UP(entry_size);
    CARCHIVE_LOOK_UP(entry_sparse_count);
    CARCHIVE_LOOK_UP(entry_set_pathname);
    CARCHIVE_LOOK_UP(entry_set_filetype);
    CARCHIVE_LOOK_UP(entry_set_perm);
    CARCHIVE_LOOK_UP(entry_set_size);
    CARCHIVE_LOOK_UP(entry_set_mtime);
    CARCHIVE_LOOK_UP(entry_set_uid);
    CARCHIVE_LOOK_UP(entry_set_gid);
#undef CARCHIVE_LOOK_UP
    return 0;
}

#endif
