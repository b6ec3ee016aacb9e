// The part of wasmtime's C API that pdk uses, written by us for the library that is loaded at run time.
//
// Layouts and signatures hold for versions 43 to 50 on LP64 machines (x86_64, aarch64). A test compares them with the
// machine-made bindings that come with the library. Nothing here is linked against wasmtime.

#ifndef CWASMTIME_H
#define CWASMTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Only what pdk adds states which pointers may be NULL; the library's own declarations say nothing of it.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wnullability-completeness"

typedef struct wasm_config_t wasm_config_t;
typedef struct wasm_engine_t wasm_engine_t;
typedef struct wasm_valtype_t wasm_valtype_t;
typedef struct wasm_functype_t wasm_functype_t;
typedef struct wasm_trap_t wasm_trap_t;
typedef struct wasm_frame_t wasm_frame_t;
typedef struct wasmtime_error wasmtime_error_t;
typedef struct wasmtime_module wasmtime_module_t;
typedef struct wasmtime_linker wasmtime_linker_t;
typedef struct wasmtime_instance_pre wasmtime_instance_pre_t;
typedef struct wasmtime_store wasmtime_store_t;
typedef struct wasmtime_context wasmtime_context_t;
typedef struct wasmtime_caller wasmtime_caller_t;

// A run of bytes that the library allocates and wasm_byte_vec_delete frees.
typedef struct wasm_byte_vec_t {
    size_t size;
    uint8_t *data;
} wasm_byte_vec_t;

typedef struct wasm_valtype_vec_t {
    size_t size;
    wasm_valtype_t **data;
} wasm_valtype_vec_t;

typedef struct wasm_frame_vec_t {
    size_t size;
    wasm_frame_t **data;
} wasm_frame_vec_t;

typedef struct wasmtime_func {
    uint64_t store_id;
    void *private_pointer;
} wasmtime_func_t;

typedef struct wasmtime_instance {
    uint64_t store_id;
    size_t private_index;
} wasmtime_instance_t;

typedef struct wasmtime_memory {
    struct {
        uint64_t store_id;
        uint32_t private1;
    } place;
    uint32_t private2;
} wasmtime_memory_t;

typedef struct wasmtime_extern {
    uint8_t kind;
    union {
        wasmtime_func_t func;
        wasmtime_memory_t memory;
        uint64_t words[3];
    } of;
} wasmtime_extern_t;

typedef struct wasmtime_val {
    uint8_t kind;
    union {
        int32_t i32;
        int64_t i64;
        uint64_t words[3];
    } of;
} wasmtime_val_t;

enum {
    PDK_WASM_I32 = 0,
    PDK_WASM_I64 = 1,
};

enum {
    PDK_EXTERN_FUNC = 0,
    PDK_EXTERN_MEMORY = 3,
};

enum {
    PDK_TRAP_STACK_OVERFLOW = 0,
    PDK_TRAP_MEMORY_OUT_OF_BOUNDS = 1,
    PDK_TRAP_HEAP_MISALIGNED = 2,
    PDK_TRAP_TABLE_OUT_OF_BOUNDS = 3,
    PDK_TRAP_INDIRECT_CALL_TO_NULL = 4,
    PDK_TRAP_BAD_SIGNATURE = 5,
    PDK_TRAP_INTEGER_OVERFLOW = 6,
    PDK_TRAP_INTEGER_DIVISION_BY_ZERO = 7,
    PDK_TRAP_BAD_CONVERSION_TO_INTEGER = 8,
    PDK_TRAP_UNREACHABLE = 9,
    PDK_TRAP_INTERRUPT = 10,
    PDK_TRAP_OUT_OF_FUEL = 11,
};

typedef wasm_trap_t *(*wasmtime_func_callback_t)(void *env, wasmtime_caller_t *caller, const wasmtime_val_t *args,
                                                 size_t nargs, wasmtime_val_t *results, size_t nresults);
typedef void (*wasmtime_finalizer_t)(void *data);

// Every function looked up in the library: M(result, name, parameters) when pdk cannot run without it, O(...) when a
// library of an accepted version may lack it. The optional ones switch off features those versions do not know.
#define PDK_WASMTIME_FUNCTIONS(M, O) \
    M(wasm_config_t *, wasm_config_new, (void)) \
    M(void, wasmtime_config_consume_fuel_set, (wasm_config_t *, bool)) \
    M(void, wasmtime_config_epoch_interruption_set, (wasm_config_t *, bool)) \
    M(void, wasmtime_config_max_wasm_stack_set, (wasm_config_t *, size_t)) \
    M(void, wasmtime_config_memory_may_move_set, (wasm_config_t *, bool)) \
    M(void, wasmtime_config_memory_reservation_set, (wasm_config_t *, uint64_t)) \
    M(void, wasmtime_config_memory_reservation_for_growth_set, (wasm_config_t *, uint64_t)) \
    M(void, wasmtime_config_memory_guard_size_set, (wasm_config_t *, uint64_t)) \
    M(void, wasmtime_config_wasm_bulk_memory_set, (wasm_config_t *, bool)) \
    M(void, wasmtime_config_wasm_multi_value_set, (wasm_config_t *, bool)) \
    M(void, wasmtime_config_wasm_reference_types_set, (wasm_config_t *, bool)) \
    M(void, wasmtime_config_wasm_simd_set, (wasm_config_t *, bool)) \
    M(void, wasmtime_config_wasm_relaxed_simd_set, (wasm_config_t *, bool)) \
    M(void, wasmtime_config_wasm_tail_call_set, (wasm_config_t *, bool)) \
    M(void, wasmtime_config_wasm_multi_memory_set, (wasm_config_t *, bool)) \
    M(void, wasmtime_config_wasm_memory64_set, (wasm_config_t *, bool)) \
    M(void, wasmtime_config_wasm_threads_set, (wasm_config_t *, bool)) \
    M(void, wasmtime_config_wasm_function_references_set, (wasm_config_t *, bool)) \
    M(void, wasmtime_config_wasm_gc_set, (wasm_config_t *, bool)) \
    M(void, wasmtime_config_gc_support_set, (wasm_config_t *, bool)) \
    M(void, wasmtime_config_wasm_exceptions_set, (wasm_config_t *, bool)) \
    M(void, wasmtime_config_wasm_wide_arithmetic_set, (wasm_config_t *, bool)) \
    M(void, wasmtime_config_wasm_custom_page_sizes_set, (wasm_config_t *, bool)) \
    M(void, wasmtime_config_wasm_stack_switching_set, (wasm_config_t *, bool)) \
    O(void, wasmtime_config_shared_memory_set, (wasm_config_t *, bool)) \
    O(void, wasmtime_config_wasm_branch_hinting_set, (wasm_config_t *, bool)) \
    O(void, wasmtime_config_wasm_compact_imports_set, (wasm_config_t *, bool)) \
    M(wasm_engine_t *, wasm_engine_new_with_config, (wasm_config_t *)) \
    M(void, wasm_engine_delete, (wasm_engine_t *)) \
    M(void, wasmtime_engine_increment_epoch, (wasm_engine_t *)) \
    M(wasm_valtype_t *, wasm_valtype_new, (uint8_t)) \
    M(void, wasm_valtype_vec_new, (wasm_valtype_vec_t *, size_t, wasm_valtype_t *const *)) \
    M(wasm_functype_t *, wasm_functype_new, (wasm_valtype_vec_t *, wasm_valtype_vec_t *)) \
    M(void, wasm_functype_delete, (wasm_functype_t *)) \
    M(wasmtime_error_t *, wasmtime_module_validate, (wasm_engine_t *, const uint8_t *, size_t)) \
    M(wasmtime_error_t *, wasmtime_module_new, \
      (wasm_engine_t *, const uint8_t *, size_t, wasmtime_module_t **)) \
    M(wasmtime_error_t *, wasmtime_module_serialize, (wasmtime_module_t *, wasm_byte_vec_t *)) \
    M(wasmtime_error_t *, wasmtime_module_deserialize, \
      (wasm_engine_t *, const uint8_t *, size_t, wasmtime_module_t **)) \
    M(void, wasmtime_module_delete, (wasmtime_module_t *)) \
    M(wasmtime_linker_t *, wasmtime_linker_new, (wasm_engine_t *)) \
    M(wasmtime_error_t *, wasmtime_linker_define_func, \
      (wasmtime_linker_t *, const char *, size_t, const char *, size_t, const wasm_functype_t *, \
       wasmtime_func_callback_t, void *, wasmtime_finalizer_t)) \
    M(wasmtime_error_t *, wasmtime_linker_instantiate_pre, \
      (const wasmtime_linker_t *, const wasmtime_module_t *, wasmtime_instance_pre_t **)) \
    M(void, wasmtime_linker_delete, (wasmtime_linker_t *)) \
    M(wasmtime_error_t *, wasmtime_instance_pre_instantiate, \
      (const wasmtime_instance_pre_t *, wasmtime_context_t *, wasmtime_instance_t *, wasm_trap_t **)) \
    M(void, wasmtime_instance_pre_delete, (wasmtime_instance_pre_t *)) \
    M(wasmtime_store_t *, wasmtime_store_new, (wasm_engine_t *, void *, wasmtime_finalizer_t)) \
    M(wasmtime_context_t *, wasmtime_store_context, (wasmtime_store_t *)) \
    M(void, wasmtime_store_limiter, (wasmtime_store_t *, int64_t, int64_t, int64_t, int64_t, int64_t)) \
    M(void, wasmtime_store_delete, (wasmtime_store_t *)) \
    M(void *, wasmtime_context_get_data, (const wasmtime_context_t *)) \
    M(wasmtime_error_t *, wasmtime_context_set_fuel, (wasmtime_context_t *, uint64_t)) \
    M(wasmtime_error_t *, wasmtime_context_get_fuel, (const wasmtime_context_t *, uint64_t *)) \
    M(void, wasmtime_context_set_epoch_deadline, (wasmtime_context_t *, uint64_t)) \
    M(bool, wasmtime_instance_export_get, \
      (wasmtime_context_t *, const wasmtime_instance_t *, const char *, size_t, wasmtime_extern_t *)) \
    M(wasmtime_error_t *, wasmtime_func_call, \
      (wasmtime_context_t *, const wasmtime_func_t *, const wasmtime_val_t *, size_t, wasmtime_val_t *, size_t, \
       wasm_trap_t **)) \
    M(uint8_t *, wasmtime_memory_data, (const wasmtime_context_t *, const wasmtime_memory_t *)) \
    M(size_t, wasmtime_memory_data_size, (const wasmtime_context_t *, const wasmtime_memory_t *)) \
    M(bool, wasmtime_caller_export_get, (wasmtime_caller_t *, const char *, size_t, wasmtime_extern_t *)) \
    M(wasmtime_context_t *, wasmtime_caller_context, (wasmtime_caller_t *)) \
    M(wasm_trap_t *, wasmtime_trap_new, (const char *, size_t)) \
    M(bool, wasmtime_trap_code, (const wasm_trap_t *, uint8_t *)) \
    M(void, wasm_trap_message, (const wasm_trap_t *, wasm_byte_vec_t *)) \
    M(void, wasm_trap_trace, (const wasm_trap_t *, wasm_frame_vec_t *)) \
    M(void, wasm_trap_delete, (wasm_trap_t *)) \
    M(void, wasmtime_error_message, (const wasmtime_error_t *, wasm_byte_vec_t *)) \
    M(void, wasmtime_error_wasm_trace, (const wasmtime_error_t *, wasm_frame_vec_t *)) \
    M(void, wasmtime_error_delete, (wasmtime_error_t *)) \
    M(const wasm_byte_vec_t *, wasmtime_frame_func_name, (const wasm_frame_t *)) \
    M(uint32_t, wasm_frame_func_index, (const wasm_frame_t *)) \
    M(size_t, wasm_frame_module_offset, (const wasm_frame_t *)) \
    M(void, wasm_frame_vec_delete, (wasm_frame_vec_t *)) \
    M(void, wasm_byte_vec_delete, (wasm_byte_vec_t *))

// One pointer a function, filled by pdk_wasmtime_bind.
typedef struct pdk_wasmtime_api {
#define PDK_REQUIRED_MEMBER(result, name, parameters) result (*_Nonnull name) parameters;
#define PDK_OPTIONAL_MEMBER(result, name, parameters) result (*_Nullable name) parameters;
    PDK_WASMTIME_FUNCTIONS(PDK_REQUIRED_MEMBER, PDK_OPTIONAL_MEMBER)
#undef PDK_REQUIRED_MEMBER
#undef PDK_OPTIONAL_MEMBER
} pdk_wasmtime_api;

// One declared function, as text, for the test that compares this header with the library's own bindings.
typedef struct pdk_wasmtime_declaration {
    const char *_Nonnull name;
    const char *_Nonnull result;
    const char *_Nonnull parameters;
    size_t offset;
    bool required;
} pdk_wasmtime_declaration;

// The declarations, in the order of the list above.
size_t pdk_wasmtime_declaration_count(void);
pdk_wasmtime_declaration pdk_wasmtime_declaration_at(size_t index);

// Fills `api` from a handle of dlopen. Returns NULL, or the name of a required function the library lacks.
const char *_Nullable pdk_wasmtime_bind(void *_Nonnull handle, pdk_wasmtime_api *_Nonnull api);

// The version of a loaded library, told by its exported symbol set_vmctx_memory_<major>_<minor>_<patch>. Reads the
// object's dynamic string table where the loader mapped it, within its stated size. False when it cannot be told.
bool pdk_wasmtime_version(void *_Nonnull handle, uint32_t *_Nonnull major, uint32_t *_Nonnull minor,
                          uint32_t *_Nonnull patch);

#pragma clang diagnostic pop

#endif
