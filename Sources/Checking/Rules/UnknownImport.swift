extension RuleBook {
    /// PDK208: unknown import.
    package static let unknownImport = Rule(
        "PDK208", "unknown-import", .error,
        prevents: #"A module that imports what the host does not offer is never instantiated."#,
        fix: #"Import only what the host offers: `pdk host show` lists it."#,
        about: #"The host offers `kv_get`, `kv_set`, `kv_delete` and `sha256_hex`, all in `env`; there is no WASI."#,
        example: .init(
            found: [
                .init(
                    .c,
                    #"""
                    IMPORT(current_time) u64 current_time(void);
                    EXPORT(pre_query) u64 pre_query(const char *input, u32 size) {
                        return current_time() ? answer("{\"action\":\"continue\"}") : 0;
                    }
                    """#)
            ],
            fixed: [
                .init(
                    .c,
                    #"""
                    EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return answer("{\"action\":\"continue\"}"); }
                    """#)
            ]))
}
