// What a module must bring along when there is no C library: memory for the host and for Swift, and the few functions
// that compiled Swift calls. Whatever a plugin does not use, the linker leaves out.
#include "CPluginABI.h"

#if defined(__wasm__)

#define EXPORT(NAME) __attribute__((export_name(#NAME)))

// Memory: blocks of 2^4 to 2^30 bytes, 16-byte aligned, cut off the end of what the linker used. In the 16 bytes before
// each block is its size class, so that free needs no size; a freed block waits in its class's list to be used again.

extern unsigned char __heap_base;

typedef struct block { struct block *next; } block;

enum { HEADER = 16, LARGEST_CLASS = 30 };
static block *free_blocks[LARGEST_CLASS + 1];
static uintptr_t heap_start, heap_end, memory_end;

static unsigned *class_of(uintptr_t start) { return (unsigned *)(start - HEADER); }

// NULL when memory has run out.
static void *heap_alloc(size_t size) {
    unsigned class = size <= 16 ? 4 : 32 - (unsigned)__builtin_clz((unsigned)size - 1);
    if (class > LARGEST_CLASS) return NULL;
    block *reused = free_blocks[class];
    if (reused) {
        free_blocks[class] = reused->next;
        return reused;
    }
    if (!heap_start) {
        heap_start = heap_end = ((uintptr_t)&__heap_base + 15) & ~(uintptr_t)15;
        memory_end = (uintptr_t)__builtin_wasm_memory_size(0) << 16;
    }
    uint64_t end = (uint64_t)heap_end + HEADER + ((uint64_t)1 << class);
    if (end > memory_end) {
        size_t pages = (size_t)((end - memory_end + 65535) >> 16);
        if (__builtin_wasm_memory_grow(0, pages) == (size_t)-1) return NULL;
        memory_end += pages << 16;
    }
    uintptr_t start = heap_end + HEADER;
    heap_end = (uintptr_t)end;
    *class_of(start) = class;
    return (void *)start;
}

// Ignores what cannot be one of its blocks: a wrong pointer from outside must not cost the call.
void free(void *pointer) {
    uintptr_t start = (uintptr_t)pointer;
    if (start < heap_start + HEADER || start >= heap_end || start % 16 != 0) return;
    unsigned class = *class_of(start);
    if (class > LARGEST_CLASS) return;
    ((block *)start)->next = free_blocks[class];
    free_blocks[class] = (block *)start;
}

int posix_memalign(void **out, size_t alignment, size_t size) {
    if (alignment > 16) return 22;
    void *start = heap_alloc(size);
    if (!start) return 12;
    *out = start;
    return 0;
}

EXPORT(alloc) void *plugin_alloc(int32_t size) { return size < 0 ? NULL : heap_alloc((size_t)size); }
EXPORT(dealloc) void plugin_dealloc(void *pointer, int32_t size) { (void)size; free(pointer); }

int memcmp(const void *left, const void *right, size_t count) {
    const unsigned char *a = left, *b = right;
    for (; count >= 8; count -= 8, a += 8, b += 8) {
        uint64_t x, y;
        __builtin_memcpy(&x, a, 8);
        __builtin_memcpy(&y, b, 8);
        if (x != y) break;
    }
    for (; count; count--, a++, b++)
        if (*a != *b) return *a - *b;
    return 0;
}

// A product of 128 bits: Swift's checked `*` on 64-bit integers.
__int128 __multi3(__int128 left, __int128 right) {
    uint64_t a = (uint64_t)left, b = (uint64_t)right;
    uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
    uint64_t low = a0 * b0;
    uint64_t middle = (low >> 32) + (uint32_t)(a0 * b1) + (uint32_t)(a1 * b0);
    uint64_t high = a1 * b1 + (a0 * b1 >> 32) + (a1 * b0 >> 32) + (middle >> 32)
        + a * (uint64_t)(right >> 64) + (uint64_t)(left >> 64) * b;
    return (__int128)((unsigned __int128)high << 64 | (middle << 32 | (uint32_t)low));
}

// The seed of Dictionary's and Set's hashing. Every call is a fresh instance; a fixed seed keeps calls repeatable.
void arc4random_buf(void *out, size_t count) {
    for (unsigned char *at = out; count; count--) *at++ = 0x5a;
}

#endif
