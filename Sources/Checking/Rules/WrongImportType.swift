internal import Authoring
internal import Basics
internal import Contract
internal import WebAssembly

/// PDK209: wrong import type.
package enum WrongImportType: RuleDefinition {
    package static let rule = Rule(
        "PDK209", "wrong-import-type", .error,
        prevents: #"A host function imported with another type stops instantiation."#,
        fix: #"Declare the import with the host's type."#,
        about: #"`kv_get` and `kv_set` take four `i32`, `kv_delete` two, `sha256_hex` three; each returns an `i32`."#,
        example: .init(
            found: [
                .init(
                    .yaml,
                    #"""
                    permissions:
                      - kv_write
                    """#),
                .init(
                    .c,
                    #"""
                    IMPORT(kv_delete) void kv_delete(const char *key);
                    EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { kv_delete("seen"); return 0; }
                    """#),
            ],
            fixed: [
                .init(
                    .yaml,
                    #"""
                    permissions:
                      - kv_write
                    """#),
                .init(
                    .c,
                    #"""
                    IMPORT(kv_delete) int kv_delete(const char *key, u32 size);
                    EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { kv_delete("seen", 4); return 0; }
                    """#),
            ]))

    static func findings(in interface: ModuleInterface) -> [Finding] {
        interface.module.imports.compactMap { item in
            guard let wanted = interface.offeredType(of: item) else { return nil }
            let shown = "\(item.module).\(item.name)".printable
            guard let type = interface.module.functionType(of: item) else {
                return interface.finding(rule, "\(shown) is imported as something other than a function")
            }
            guard type != wanted else { return nil }
            return interface.finding(
                rule, "\(shown) is imported with the type \(type), but the host provides \(wanted)",
                help: "declare it as \(wanted)")
        }
    }
}
