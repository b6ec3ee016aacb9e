package import Contract
internal import TestSupport
internal import Testing

/// A stand-in for the plugin host: wasmtime through `Tests/Support/wasmtime_host.py`.
package enum PluginHost {
    /// One call of a hook, or what comes between two.
    package enum Call {
        case input(String, JSONValue)
        /// The exact text of the input.
        case raw(String, String)
        /// The store of the calls behind it; its result is `store`, as those before left it.
        case store([String: String])

        package var json: JSONValue {
            switch self {
            case .input(let hook, let input): .object(["hook": .string(hook), "input": input])
            case .raw(let hook, let text): .object(["hook": .string(hook), "raw": .string(text)])
            case .store(let texts):
                .object(["store": .object(texts.map { JSONValue.Member($0.key, .string($0.value)) })])
            }
        }
    }

    /// What came of a module's calls.
    package struct Session {
        /// One object a call: `output`, `fuel`, `error` and more.
        package let results: [JSONValue]
        /// The store afterwards, and the module's `exports` and `imports`.
        package let end: JSONValue

        /// The exports' types by name.
        package var exports: [String: String] {
            (end["exports"]?.elements ?? []).reduce(into: [:]) { all, item in
                all[item["name"]?.string ?? ""] = item["type"]?.string
            }
        }

        /// The imports as `module.name`, sorted.
        package var imports: [String] {
            (end["imports"]?.elements ?? [])
                .map { "\($0["module"]?.string ?? "").\($0["name"]?.string ?? "")" }.sorted()
        }
    }

    /// Runs calls on a module, which share one key-value store.
    package static func run(_ module: String, _ calls: [Call], store: [String: String] = [:]) async throws -> Session {
        let request = JSONValue.object([
            "module": .string(module), "calls": .array(([.store(store)] + calls).map(\.json)),
        ])
        let port = try await SharedServer.pluginHost.port()
        let result = try await Program("bash").run(
            ["-c", #"exec 3<>"/dev/tcp/127.0.0.1/$0" && cat >&3 && cat <&3"#, "\(port)"],
            input: request.compactText + "\n")
        try #require(result.status == 0, "\(result.errors)")
        let all = try JSONValue.parse(result.output).elements
        let end = try #require(all.last, "\(result.output)")
        return Session(results: Array(all.dropLast()), end: end)
    }

    /// A query context as the host hands it over.
    package static func query(_ sql: String, tables: [String] = ["orders"], isReadOnly: Bool = false) -> JSONValue {
        .object([
            "query": .string(sql), "normalized": .string(sql), "tables": .strings(tables),
            "is_read_only": .bool(isReadOnly),
            "hook_context": .object([
                "request_id": "0b0e7a52-8f5e-4c1a-9d2e-112233445566", "client_id": .null, "identity": "alice",
                "database": "shop", "branch": .null, "attributes": .object(["tenant_id": "acme"]),
            ]),
        ])
    }

    /// An outcome as the host hands it over.
    package static func outcome(success: Bool) -> JSONValue {
        .object([
            "success": .bool(success), "target_node": .null, "elapsed_us": .int(120), "response_bytes": .int(64),
            "error": success ? .null : "division by zero",
        ])
    }

    /// An authentication request as the host hands it over.
    package static func request(_ header: String, _ value: String) -> JSONValue {
        .object([
            "headers": .object([JSONValue.Member(header, .string(value))]), "username": "alice", "password": .null,
            "client_ip": "10.0.0.7", "database": .null,
        ])
    }

    /// Plain SQL of exactly so many bytes.
    package static func sql(bytes: Int) -> String {
        String(
            String(repeating: "SELECT a, b FROM t WHERE x = 'value' AND y > 10 OR ", count: bytes / 50 + 1).prefix(
                bytes))
    }
}

extension JSONValue: ExpressibleByStringLiteral {
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
}
