"""A stand-in for the plugin host, on the `wasmtime` package of PyPI (tested with 50.0.1).

    python3 wasmtime_host.py FOLDER READY

Writes its port on loopback into the file READY, and ends with the process that has started it. A request is a line of
JSON, `{"module": "MODULE.wasm", "calls": [...]}`; the answer is a JSON list, or `{"failure": "..."}` when the module
cannot be read or compiled. Each connection has a process of its own, which does not load the bindings again: that takes
longer than most modules run.

`calls` is a list. Its first element may be `{"store": {"key": "text"}}`, the key-value store before the first call.
Every other element is one call, `{"hook": "pre_query", "input": <JSON>}` or `{"hook": "pre_query", "raw": "<text>"}`;
in `raw`, a character U+DC80 to U+DCFF stands for the single byte 0x80 to 0xFF, so ill-formed UTF-8 can be sent too.

All calls share the store; a later `{"store": …}` is the store of the calls behind it, and its result is `{"store": …}`,
as those before left it. Each call gets a fresh instance and 1,000,000 units of fuel, and goes the host's way: alloc,
write, hook, read the output, dealloc of output and input, whose traps are ignored. There is no time limit: fuel is the
same on every machine.

The result is a list: one object a call, with `output` (the parsed JSON, null if there is none), `output_text`, `fuel`
(the whole call's, allocator included), `memory` (bytes at the end) and `error` (null, or why the host would log an
error and let the query pass); then one object with the final `store` and the module's `exports` and `imports`. A value
in the store that is not UTF-8 appears as `{"hex": "…"}`.
"""

import hashlib
import json
import os
import re
import signal
import socket
import sys

import wasmtime

FUEL = 1_000_000
# The host has no limit; this is what a test machine can spare.
MEMORY_LIMIT = 1 << 30
STORE_TEXT_LIMIT = 65_536
STORE_KEY_LIMIT = 1_024
STORE_TOTAL_LIMIT = 64 << 20
IMPORT_SHAPES = {"kv_get": 4, "kv_set": 4, "kv_delete": 2, "sha256_hex": 3}

# A hook's names in a manifest, and the export the host looks up.
EXPORT_NAMES = {"prequery": "pre_query", "postquery": "post_query", "auth": "authenticate", "routing": "route",
                "custom": "custom_hook"}
# Hooks whose output the host reads as an object with an `action`.
ACTION_HOOKS = {"pre_query", "authenticate", "route"}


class HookError(Exception):
    """Why the host would log an error instead of using a hook's answer."""


class Host:
    """What all instances of a module share: the host's functions, which serve the running one, and types of exports."""

    def __init__(self, engine, module, kv):
        self.engine, self.module, self.kv = engine, module, kv
        self.guest = None
        self.linker = wasmtime.Linker(engine)
        for name, arity in IMPORT_SHAPES.items():
            shape = wasmtime.FuncType([wasmtime.ValType.i32()] * arity, [wasmtime.ValType.i32()])
            self.linker.define_func("env", name, shape, self.serve(name))
        self.shapes = {
            export.name: ([str(p) for p in export.type.params], [str(r) for r in export.type.results])
            for export in module.exports if isinstance(export.type, wasmtime.FuncType)}

    def serve(self, name):
        return lambda *arguments: getattr(self.guest, name)(*arguments)


class Guest:
    """One instance of the module: its memory, its fuel and the functions that pass between it and the host."""

    def __init__(self, host):
        self.host, self.kv = host, host.kv
        self.store = wasmtime.Store(host.engine)
        self.store.set_fuel(FUEL)
        self.store.set_limits(memory_size=MEMORY_LIMIT)
        self.exports = None
        self.memory = None
        host.guest = self

    def instantiate(self):
        try:
            self.exports = self.host.linker.instantiate(self.store, self.host.module).exports(self.store)
        except (wasmtime.WasmtimeError, wasmtime.Trap) as error:
            raise HookError(f"module does not instantiate: {trap_text(error)}") from None
        self.memory = self.export("memory", wasmtime.Memory)

    def export(self, name, kind):
        item = self.exports.get(name)
        if not isinstance(item, kind):
            raise HookError(f"module does not export {name}")
        return item

    def function(self, name, params, results):
        function = self.export(name, wasmtime.Func)
        if self.host.shapes[name] != (params, results):
            raise HookError(f"export {name} has the wrong type")
        return lambda *arguments: function(self.store, *arguments)

    # Memory; `pointer` and `length` as the host sees them, signed.

    def read(self, pointer, length):
        if pointer < 0 or length < 0 or pointer + length > self.memory.data_len(self.store):
            return None
        return bytes(self.memory.read(self.store, pointer, pointer + length))

    def write(self, pointer, data):
        if pointer < 0 or pointer + len(data) > self.memory.data_len(self.store):
            return False
        self.memory.write(self.store, data, pointer)
        return True

    # The host's functions.

    def kv_get(self, key_pointer, key_length, out_pointer, out_max):
        key = self.read(key_pointer, key_length)
        if key is None or key not in self.kv:
            return -1
        value = self.kv[key]
        if len(value) > out_max:
            return -2
        return len(value) if self.write(out_pointer, value) else -1

    def kv_set(self, key_pointer, key_length, value_pointer, value_length):
        key, value = self.read(key_pointer, key_length), self.read(value_pointer, value_length)
        if key is None or value is None or max(len(key), len(value)) > STORE_TEXT_LIMIT:
            return -1
        if key not in self.kv and len(self.kv) >= STORE_KEY_LIMIT:
            return -1
        others = sum(len(k) + len(v) for k, v in self.kv.items() if k != key)
        if others + len(key) + len(value) > STORE_TOTAL_LIMIT:
            return -1
        self.kv[key] = value
        return 0

    def kv_delete(self, key_pointer, key_length):
        key = self.read(key_pointer, key_length)
        if key is None:
            return -1
        self.kv.pop(key, None)
        return 0

    def sha256_hex(self, in_pointer, in_length, out_pointer):
        data = self.read(in_pointer, in_length)
        if data is None:
            return -1
        return 64 if self.write(out_pointer, hashlib.sha256(data).hexdigest().encode()) else -1

    # One call.

    def call(self, name, data):
        """The output's bytes; None when the hook gave no result."""
        alloc = self.function("alloc", ["i32"], ["i32"])
        dealloc = self.function("dealloc", ["i32", "i32"], [])
        hook = self.export(name, wasmtime.Func)
        shape = self.host.shapes[name]
        if shape[0] != ["i32", "i32"] or shape[1] not in ([], ["i64"]):
            raise HookError(f"export {name} has the wrong type")
        pointer = alloc(len(data))
        if data and pointer == 0:
            raise HookError(f"alloc({len(data)}) returned 0")
        if not self.write(pointer, data):
            raise HookError(f"alloc({len(data)}) returned {pointer}, outside memory")
        packed = hook(self.store, pointer, len(data))
        output = None
        out_pointer, out_length = (signed_32(packed >> 32), signed_32(packed)) if shape[1] else (0, 0)
        # A length of 0, and one of 2 GiB and more, is no result.
        if out_length > 0:
            if out_pointer < 0:
                raise HookError(f"output pointer {out_pointer} is negative")
            output = self.read(out_pointer, out_length)
            if output is None:
                raise HookError(f"output at {out_pointer}, {out_length} bytes, is outside memory")
            self.release(dealloc, out_pointer, out_length)
        self.release(dealloc, pointer, len(data))
        return output

    def release(self, dealloc, pointer, length):
        """Calls dealloc; the host ignores a trap in it."""
        try:
            dealloc(pointer, length)
        except (wasmtime.WasmtimeError, wasmtime.Trap):
            pass


def signed_32(number):
    """The low 32 bits as a signed number."""
    return ((number & 0xFFFF_FFFF) ^ (1 << 31)) - (1 << 31)


def trap_text(error):
    """An error's message without the frames of its backtrace."""
    lines = [line.strip() for line in str(error).splitlines()]
    kept = [line for line in lines if line and not re.match(r"error while executing|\d+: +0x|Caused by|note:", line)]
    return "; ".join(re.sub(r"^\d+: ", "", line) for line in kept) or str(error)


def input_bytes(call):
    if "raw" in call:
        return call["raw"].encode("utf-8", "surrogateescape")
    return json.dumps(call["input"], ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def run(host, call):
    name = EXPORT_NAMES.get(call["hook"], call["hook"])
    result = {"output": None, "output_text": None, "fuel": 0, "memory": 0, "error": None}
    guest = Guest(host)
    try:
        guest.instantiate()
        output = guest.call(name, input_bytes(call))
        if output is not None:
            result["output_text"] = output.decode("utf-8", "replace")
            try:
                result["output"] = json.loads(output.decode("utf-8"))
            except ValueError as error:
                raise HookError(f"output is not JSON: {error}") from None
            if name in ACTION_HOOKS:
                value = result["output"]
                # An array has the fields in their order, and the action is the first.
                action = value[0] if isinstance(value, list) and value else value
                action = action.get("action") if isinstance(action, dict) else action
                if not isinstance(value, (dict, list)) or not isinstance(action, str):
                    raise HookError("output has no action")
    except HookError as error:
        result["error"] = str(error)
    except (wasmtime.WasmtimeError, wasmtime.Trap) as error:
        result["error"] = trap_text(error)
    result["fuel"] = FUEL - guest.store.get_fuel()
    if guest.memory is not None:
        result["memory"] = guest.memory.data_len(guest.store)
    return result


def type_text(kind):
    if isinstance(kind, wasmtime.FuncType):
        results = ",".join(str(r) for r in kind.results) or "()"
        return f"({','.join(str(p) for p in kind.params)}) -> {results}"
    return type(kind).__name__.removesuffix("Type").lower()


def module_info(module):
    return {"exports": [{"name": e.name, "type": type_text(e.type)} for e in module.exports],
            "imports": [{"module": i.module, "name": i.name, "type": type_text(i.type)} for i in module.imports]}


def text_or_hex(data):
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return {"hex": data.hex()}


def store_bytes(store):
    return {key.encode(): value.encode() for key, value in store.items()}


def store_text(kv):
    # A key that is not UTF-8 can only be shown in its hex form, as text.
    return {key.decode("utf-8", "backslashreplace"): text_or_hex(value) for key, value in kv.items()}


def session(path, calls):
    """The results of calls on the module in this file."""
    config = wasmtime.Config()
    config.consume_fuel = True
    # Fuel is the same at every level, and most modules run for less time than optimizing them takes.
    config.cranelift_opt_level = "none"
    config.wasm_threads = False
    engine = wasmtime.Engine(config)
    with open(path, "rb") as file:
        module = wasmtime.Module(engine, file.read())
    host = Host(engine, module, store_bytes(calls.pop(0)["store"]) if calls and "store" in calls[0] else {})
    results = []
    for call in calls:
        if "store" in call:
            results.append({"store": store_text(host.kv)})
            host.kv = store_bytes(call["store"])
        else:
            results.append(run(host, call))
    return results + [{"store": store_text(host.kv), **module_info(module)}]


def answer(connection):
    with connection, connection.makefile("rwb") as stream:
        request = json.loads(stream.readline())
        try:
            results = session(request["module"], request["calls"])
        except (OSError, wasmtime.WasmtimeError) as error:
            results = {"failure": f"{request['module']}: {error}"}
        stream.write(json.dumps(results).encode())


def serve(ready):
    starter = os.getppid()
    # Children that have ended are gone at once.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.create_server(("127.0.0.1", 0), backlog=128) as server:
        with open(ready + " new", "w") as file:
            file.write(str(server.getsockname()[1]))
        os.rename(ready + " new", ready)
        server.settimeout(0.5)
        while os.getppid() == starter:
            try:
                connection, _ = server.accept()
            except TimeoutError:
                continue
            if os.fork() == 0:
                server.close()
                answer(connection)
                os._exit(0)
            connection.close()


if __name__ == "__main__":
    serve(sys.argv[2])
