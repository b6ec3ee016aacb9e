#include "CBareLoop.h"

#include "CWasmtime.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

// The settings of the kit's own engine: they decide what an instance costs.
static wasm_engine_t *make_engine(const pdk_wasmtime_api *api) {
    wasm_config_t *config = api->wasm_config_new();
    if (config == NULL) { return NULL; }
    api->wasmtime_config_consume_fuel_set(config, true);
    api->wasmtime_config_epoch_interruption_set(config, true);
    api->wasmtime_config_memory_may_move_set(config, true);
    api->wasmtime_config_memory_reservation_set(config, 16 << 20);
    api->wasmtime_config_memory_reservation_for_growth_set(config, 16 << 20);
    api->wasmtime_config_memory_guard_size_set(config, 0);
    return api->wasm_engine_new_with_config(config);
}

typedef struct {
    const pdk_wasmtime_api *api;
    wasmtime_context_t *context;
    wasmtime_instance_t instance;
} call_state;

static bool find(const call_state *call, const char *name, wasmtime_extern_t *item) {
    return call->api->wasmtime_instance_export_get(call->context, &call->instance, name, strlen(name), item);
}

static bool invoke(const call_state *call, const char *name, int32_t first, int32_t second, size_t count,
                   wasmtime_val_t *result, size_t results) {
    wasmtime_extern_t item;
    if (!find(call, name, &item)) { return false; }
    wasmtime_val_t arguments[2] = {{.kind = PDK_WASM_I32}, {.kind = PDK_WASM_I32}};
    arguments[0].of.i32 = first;
    arguments[1].of.i32 = second;
    wasm_trap_t *trap = NULL;
    return call->api->wasmtime_func_call(call->context, &item.of.func, arguments, count, result, results, &trap) == NULL
        && trap == NULL;
}

// What the host does at each call: alloc, the input, the hook, a copy of its output, dealloc of both.
static bool exchange(const call_state *call, const bare_loop *loop) {
    const pdk_wasmtime_api *api = call->api;
    wasmtime_extern_t memory;
    wasmtime_val_t result;
    if (!find(call, "memory", &memory)) { return false; }
    if (!invoke(call, "alloc", (int32_t)loop->input_size, 0, 1, &result, 1)) { return false; }
    const int32_t input = result.of.i32;
    if (input < 0 || (size_t)input + loop->input_size > api->wasmtime_memory_data_size(call->context, &memory.of.memory)) {
        return false;
    }
    memcpy(api->wasmtime_memory_data(call->context, &memory.of.memory) + input, loop->input, loop->input_size);
    if (!invoke(call, loop->hook, input, (int32_t)loop->input_size, 2, &result, 1)) { return false; }
    const int32_t output = (int32_t)(result.of.i64 >> 32);
    const uint32_t size = (uint32_t)result.of.i64;
    if (output < 0
        || (size_t)output + size > api->wasmtime_memory_data_size(call->context, &memory.of.memory)) {
        return false;
    }
    uint8_t *copy = malloc(size == 0 ? 1 : size);
    if (copy == NULL) { return false; }
    memcpy(copy, api->wasmtime_memory_data(call->context, &memory.of.memory) + output, size);
    // Read where the compiler cannot leave the copy out.
    const bool is_object = *(volatile uint8_t *)copy == '{';
    free(copy);
    return is_object && invoke(call, "dealloc", output, (int32_t)size, 2, NULL, 0)
        && invoke(call, "dealloc", input, (int32_t)loop->input_size, 2, NULL, 0);
}

static bool one_call(const pdk_wasmtime_api *api, wasm_engine_t *engine, const wasmtime_instance_pre_t *linked,
                     const bare_loop *loop) {
    wasmtime_store_t *store = api->wasmtime_store_new(engine, NULL, NULL);
    if (store == NULL) { return false; }
    call_state call = {.api = api, .context = api->wasmtime_store_context(store)};
    api->wasmtime_store_limiter(store, 64 << 20, 1000000, 1, 100, 10);
    wasm_trap_t *trap = NULL;
    uint64_t fuel = 0;
    const bool is_done = api->wasmtime_context_set_fuel(call.context, 1000000) == NULL
        && (api->wasmtime_context_set_epoch_deadline(call.context, 21), true)
        && api->wasmtime_instance_pre_instantiate(linked, call.context, &call.instance, &trap) == NULL && trap == NULL
        && exchange(&call, loop) && api->wasmtime_context_get_fuel(call.context, &fuel) == NULL;
    api->wasmtime_store_delete(store);
    return is_done;
}

size_t bare_loop_run(const bare_loop *loop, double seconds, uint64_t *nanoseconds, size_t capacity) {
    pdk_wasmtime_api api;
    void *handle = dlopen(loop->library, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (handle == NULL || pdk_wasmtime_bind(handle, &api) != NULL) { return 0; }
    wasm_engine_t *engine = make_engine(&api);
    wasmtime_linker_t *linker = engine == NULL ? NULL : api.wasmtime_linker_new(engine);
    wasmtime_module_t *module = NULL;
    wasmtime_instance_pre_t *linked = NULL;
    size_t made = 0;
    if (linker != NULL && api.wasmtime_module_new(engine, loop->module, loop->module_size, &module) == NULL
        && api.wasmtime_linker_instantiate_pre(linker, module, &linked) == NULL) {
        const uint64_t end = now() + (uint64_t)(seconds * 1e9);
        for (uint64_t begun = now(); begun < end && made < capacity; begun = now()) {
            if (!one_call(&api, engine, linked, loop)) {
                made = 0;
                break;
            }
            nanoseconds[made++] = now() - begun;
        }
    }
    if (linked != NULL) { api.wasmtime_instance_pre_delete(linked); }
    if (module != NULL) { api.wasmtime_module_delete(module); }
    if (linker != NULL) { api.wasmtime_linker_delete(linker); }
    if (engine != NULL) { api.wasm_engine_delete(engine); }
    return made;
}
