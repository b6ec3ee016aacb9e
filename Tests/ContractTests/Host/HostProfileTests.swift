import Contract
import TestSupport
import Testing

struct HostProfileTests {
    private let profile = HostProfile.standard

    @Test func theBuiltInProfileIsWhole() {
        expect(HostProfile.builtIn.map(\.id), is: ["helios-1.5"])
        expect(profile.calledHooks.map(\.name), is: ["pre_query", "post_query", "authenticate", "route"])
        expect(profile.calledHooks.filter(\.isObserver).map(\.name), is: ["post_query"])
        expect(profile.hooks.count == 12 && Set(profile.hooks.map(\.export)).count == 12)
        expect(profile.hook(named: "custom")?.export, is: "custom_hook")
        expect(profile.limits.fuel == 1_000_000 && profile.limits.milliseconds == 100)
        expect(profile.limits.memoryBytes, is: 0, "the host limits no memory")
        expect(profile.imports.map(\.name), is: ["kv_get", "kv_set", "kv_delete", "sha256_hex"])
        expect(profile.function(module: "env", name: "kv_delete")?.codes, is: ["done": 0, "bad_range": -1])
        expect(!profile.loader.watches && !profile.loader.readsPacked)
        expect(profile.features.refused.contains("externref") && profile.features.accepted.contains("multimemory"))
        expect(profile.store.keys == 1024 && profile.store.totalBytes == 64 << 20)
    }

    @Test(arguments: [
        ("pre_query", "pre_query"), ("PreQuery", "pre_query"), ("PRE_QUERY", "pre_query"), ("auth", "authenticate"),
        ("Routing", "route"), ("CacheGet", "cache_get"), ("on_connect", "on_connect"), ("connect", "on_connect"),
    ])
    func hooksAreKnownByNameAndAliasInAnyCase(text: String, name: String) {
        expect(profile.hook(named: text)?.name, is: name)
    }

    @Test(arguments: ["", "pre-query", "pre_query ", "prequ\u{212A}ery", "query"])
    func otherTextsAreNoHook(text: String) { expect(profile.hook(named: text) == nil) }

    @Test func permissionsAreKnownByNameAndAlias() {
        expect(
            profile.permissions.filter(\.isDangerous).map(\.name).sorted(),
            is: ["filesystem_read", "filesystem_write", "network", "query_execute"])
        expect(profile.permission(named: "FS_Read")?.name, is: "filesystem_read")
        expect(profile.permission(named: "mine") == nil)
    }

    @Test func changesAreMergedByKey() throws {
        let changes = try JSONDocument(
            parsing: """
                {"id": "fork", "limits": {"fuel": 5}, "records": {"context": {"tables":
                {"holds": "tables", "of": "query", "value": null}}}, "hooks": {"authorize": {"called": true, "sends": "context"}},
                "permissions": {"network": null}}
                """
        ).root.value
        let fork = try profile.merging(changes)
        expect(fork.id == "fork" && fork.limits.fuel == 5 && fork.limits.milliseconds == 100)
        expect(fork.calledHooks.map(\.name).contains("authorize"))
        expect(fork.permission(named: "network") == nil)
        let tables = fork.hook(named: "route")?.inputFields.first { $0.name == "tables" }
        expect(tables?.source, is: .tables(of: "query"))
        expect(profile.limits.fuel, is: 1_000_000)
        expect(try profile.merging(.object([])), is: profile)
    }

    @Test(arguments: [
        ("tables", JSONValue.array([])), ("attributes", .object([])), ("identity", .null),
        ("is_read_only", .bool(false)),
    ])
    func aFieldThatBecomesRealIsOfItsType(name: String, sent: JSONValue) throws {
        let changes = try JSONDocument(
            parsing: #"{"records": {"context": {"\#(name)": {"holds": "real", "value": null}}}}"#
        ).root.value
        let field = try profile.merging(changes).hook(named: "route")?.inputFields.first { $0.name == name }
        expect(field?.source, is: .real(example: sent))
    }

    @Test(arguments: [
        (#"{"limits": {"feul": 5}}"#, "limits: unknown key 'feul'; expected: fuel, "),
        (#"{"limits": {"fuel": "much"}}"#, "limits.fuel: this is not a whole number from 0"),
        (#"{"limits": {"fuel": -1}}"#, "limits.fuel: this is not a whole number from 0"),
        (#"{"limits": {"milliseconds": 0}}"#, "limits: milliseconds is not a number from 1"),
        (#"{"limits": 5}"#, "limits: this is not a mapping"),
        (#"{"limits": null}"#, "there is no key 'limits'"),
        (
            #"{"hooks": {"authorize": {"called": true}}}"#,
            "hooks.authorize: a hook that the host calls needs the key 'sends'"
        ),
        (#"{"hooks": {"route": {"sends": "nothing"}}}"#, "hooks.route.sends: there is no record 'nothing'"),
        (
            #"{"records": {"context": {"tables": {"holds": "magic"}}}}"#,
            "records.context.tables: 'holds' must be one of"
        ),
        (#"{"records": {"context": {"tables": {"type": "list"}}}}"#, "records.context.tables: 'type' must be one of"),
        (#"{"imports": {"log": {"module": "env", "does": "log"}}}"#, "imports.log: 'does' must be one of"),
        (#"{"loader": {"manifests": ["yaml", "toml"]}}"#, "loader: manifests: 'toml' is neither yaml nor json"),
        (#"{"admin": {"log": {"level": 5}}}"#, "admin.log.level: this is not a string"),
        (
            #"{"records": {"context": {"tables": {"holds": "tables", "of": "nope"}}}}"#,
            "records.context.tables: 'of' names no field in front of this one: 'nope'"
        ),
        (
            #"{"records": {"context": {"query": {"holds": "copy", "of": "normalized"}}}}"#,
            "records.context.query: 'of' names no field in front of this one"
        ),
        (
            #"{"records": {"context": {"is_read_only": {"holds": "copy", "of": "query"}}}}"#,
            "records.context.is_read_only: 'of' names a field of another type"
        ),
        (
            #"{"records": {"context": {"tables": {"holds": "prefix", "of": "query"}}}}"#,
            "records.context.tables: what it holds has another type"
        ),
        (
            #"{"records": {"context": {"tables": {"value": 5}}}}"#,
            "records.context.tables: the value it holds is not a list of strings"
        ),
        (
            #"{"records": {"outcome": {"elapsed_us": {"example": "1"}}}}"#,
            "records.outcome.elapsed_us: the value it holds is not a whole number from 0"
        ),
        (#"{"hooks": {"metrics": {"aliases": ["Pre_Query"]}}}"#, "hooks: two hooks have the name 'Pre_Query'"),
        (#"{"id": "a b"}"#, "id: this is not made of"), (#"{"colour": 1}"#, "unknown key 'colour'"),
        (#"{"hooks": {"route": {"answer": {"otherwise": "x"}}}}"#, "hooks.route.answer: there is no action 'x'"),
    ])
    func whatIsWrongIsNamedByItsKey(changes: String, message: String) throws {
        let value = try JSONDocument(parsing: changes).root.value
        let error = #expect(throws: HostProfileError.self) { try profile.merging(value) }
        expect(error?.description.hasPrefix(message), is: true, "\(error?.description ?? "")")
    }
}
