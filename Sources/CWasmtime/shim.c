#define _GNU_SOURCE
#include "CWasmtime.h"

#include <dlfcn.h>
#include <link.h>
#include <string.h>

_Static_assert(sizeof(void *) == 8 && sizeof(size_t) == 8, "the layouts hold for 64-bit machines");
_Static_assert(sizeof(wasm_byte_vec_t) == 16 && offsetof(wasm_byte_vec_t, data) == 8, "wasm_byte_vec_t");
_Static_assert(sizeof(wasm_valtype_vec_t) == 16 && offsetof(wasm_valtype_vec_t, data) == 8, "wasm_valtype_vec_t");
_Static_assert(sizeof(wasm_frame_vec_t) == 16 && offsetof(wasm_frame_vec_t, data) == 8, "wasm_frame_vec_t");
_Static_assert(sizeof(wasmtime_func_t) == 16, "wasmtime_func_t");
_Static_assert(sizeof(wasmtime_instance_t) == 16, "wasmtime_instance_t");
_Static_assert(sizeof(wasmtime_memory_t) == 24 && offsetof(wasmtime_memory_t, private2) == 16, "wasmtime_memory_t");
_Static_assert(sizeof(wasmtime_extern_t) == 32 && offsetof(wasmtime_extern_t, of) == 8, "wasmtime_extern_t");
_Static_assert(sizeof(wasmtime_val_t) == 32 && offsetof(wasmtime_val_t, of) == 8, "wasmtime_val_t");
_Static_assert(sizeof(bool) == 1, "bool is one byte on both sides");

static const pdk_wasmtime_declaration declarations[] = {
#define PDK_REQUIRED_ROW(result, name, parameters) \
    {#name, #result, #parameters, offsetof(pdk_wasmtime_api, name), true},
#define PDK_OPTIONAL_ROW(result, name, parameters) \
    {#name, #result, #parameters, offsetof(pdk_wasmtime_api, name), false},
    PDK_WASMTIME_FUNCTIONS(PDK_REQUIRED_ROW, PDK_OPTIONAL_ROW)
#undef PDK_REQUIRED_ROW
#undef PDK_OPTIONAL_ROW
};

size_t pdk_wasmtime_declaration_count(void) {
    return sizeof(declarations) / sizeof(declarations[0]);
}

pdk_wasmtime_declaration pdk_wasmtime_declaration_at(size_t index) {
    if (index >= pdk_wasmtime_declaration_count()) {
        return (pdk_wasmtime_declaration){"", "", "", 0, false};
    }
    return declarations[index];
}

const char *pdk_wasmtime_bind(void *handle, pdk_wasmtime_api *api) {
    memset(api, 0, sizeof(*api));
    for (size_t index = 0; index < pdk_wasmtime_declaration_count(); index++) {
        void *address = dlsym(handle, declarations[index].name);
        if (address == NULL && declarations[index].required) {
            return declarations[index].name;
        }
        memcpy((char *)api + declarations[index].offset, &address, sizeof(address));
    }
    return NULL;
}

// Reads a decimal number of at most four digits. Returns NULL when there is none.
static const char *read_number(const char *text, const char *end, uint32_t *value) {
    const char *start = text;
    uint32_t number = 0;
    while (text < end && text - start < 4 && *text >= '0' && *text <= '9') {
        number = number * 10 + (uint32_t)(*text - '0');
        text++;
    }
    *value = number;
    return text == start ? NULL : text;
}

static bool read_version(const char *text, const char *end, uint32_t *major, uint32_t *minor, uint32_t *patch) {
    text = read_number(text, end, major);
    if (text == NULL || text == end || *text++ != '_') { return false; }
    text = read_number(text, end, minor);
    if (text == NULL || text == end || *text++ != '_') { return false; }
    text = read_number(text, end, patch);
    return text != NULL && text < end && *text == '\0';
}

bool pdk_wasmtime_version(void *handle, uint32_t *major, uint32_t *minor, uint32_t *patch) {
    static const char prefix[] = "set_vmctx_memory_";
    struct link_map *map = NULL;
    if (dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0 || map == NULL || map->l_ld == NULL) { return false; }
    ElfW(Addr) strings = 0;
    size_t size = 0;
    for (const ElfW(Dyn) *entry = map->l_ld; entry->d_tag != DT_NULL; entry++) {
        if (entry->d_tag == DT_STRTAB) { strings = entry->d_un.d_ptr; }
        if (entry->d_tag == DT_STRSZ) { size = entry->d_un.d_val; }
    }
    if (strings == 0 || size == 0) { return false; }
    // glibc rewrites the address in place; a loader that leaves the file's offset there is told by its smallness.
    if (strings < map->l_addr) { strings += map->l_addr; }
    const char *table = (const char *)strings;
    const char *end = table + size;
    const char *place = table;
    while ((place = memmem(place, (size_t)(end - place), prefix, sizeof(prefix) - 1)) != NULL) {
        if (read_version(place + sizeof(prefix) - 1, end, major, minor, patch) && dlsym(handle, place) != NULL) {
            return true;
        }
        place += sizeof(prefix) - 1;
    }
    return false;
}
