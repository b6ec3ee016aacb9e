// zlib's types at compile time, its functions at run time, as with libarchive, which brings zlib along.
#ifndef CZLIB_SHIM_H
#define CZLIB_SHIM_H

#include <dlfcn.h>
#include <stddef.h>
#include <zlib.h>

/// The functions of zlib that the Gzip module calls.
struct czlib_library {
    int (*inflate_init)(z_streamp, int, const char *, int);
    int (*inflate)(z_streamp, int);
    int (*inflate_end)(z_streamp);
    uLong (*crc32)(uLong, const Bytef *, uInt);
};

/// Loads a library file and looks every function up; 0, or -1 with the reason in dlerror().
static inline int czlib_load(const char *file, struct czlib_library *library) {
    void *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) return -1;
#define CZLIB_LOOK_UP(field, symbol) \
    if ((*(void **)&library->field = dlsym(handle, symbol)) == NULL) return -1
    CZLIB_LOOK_UP(inflate_init, "inflateInit2_");
    CZLIB_LOOK_UP(inflate, "inflate");
    CZLIB_LOOK_UP(inflate_end, "inflateEnd");
    CZLIB_LOOK_UP(crc32, "crc32");
#undef CZLIB_LOOK_UP
    return 0;
}

/// inflateInit2 for a raw deflate stream (RFC 1951).
static inline int czlib_start(const struct czlib_library *library, z_stream *stream) {
    return library->inflate_init(stream, -MAX_WBITS, ZLIB_VERSION, (int)sizeof *stream);
}

#endif
