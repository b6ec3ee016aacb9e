// System calls that Swift sees no function for.
#ifndef CKERNEL_SHIM_H
#define CKERNEL_SHIM_H

#include <errno.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/// openat2(2): opens a path below a folder, through no link and never out of the folder; -1 with errno.
static inline int ckernel_open_beneath(int folder, const char *path, int flags) {
#ifdef SYS_openat2
    struct open_how how = {
        .flags = (unsigned long long)(unsigned int)flags,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    return (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
#else
    errno = ENOSYS;
    return -1;
#endif
}

/// renameat2(2), with its flags; -1 with errno.
static inline int ckernel_rename(int folder, const char *name, int other, const char *target, unsigned int flags) {
    return (int)syscall(SYS_renameat2, folder, name, other, target, flags);
}

/// pipe2(2): both ends of a pipe, closed in programs that are started; -1 with errno.
static inline int ckernel_pipe(int ends[2], int flags) { return (int)syscall(SYS_pipe2, ends, flags); }

/// copy_file_range(2) from a place in one file to the position of another; the bytes copied, or -1 with errno.
static inline ssize_t ckernel_copy(int from, int64_t *place, int to, size_t count) {
    return syscall(SYS_copy_file_range, from, place, to, (int64_t *)0, count, 0u);
}

#endif
