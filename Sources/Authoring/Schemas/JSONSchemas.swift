package import Contract

/// JSON schemas (draft 2020-12) of the files that authors and operators write, for editors and validators.
package enum JSONSchemas: String, Sendable, CaseIterable {
    case plugin, cases, template, policy

    /// What the schema is of.
    package var summary: String {
        switch self {
        case .plugin: "plugin.yaml, a plugin's manifest"
        case .cases: "cases/*.yaml, hook cases"
        case .template: "template.yaml, a template's description"
        case .policy: "policy.yaml, the policy of a trust root"
        }
    }

    /// The schema.
    package var json: JSONValue {
        switch self {
        case .plugin: Self.pluginSchema
        case .cases: Self.casesSchema
        case .template: Self.templateSchema
        case .policy: Self.policySchema
        }
    }

    static func schema(_ title: String, _ members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
        let head: JSONValue = .object([
            "$schema": .string("https://json-schema.org/draft/2020-12/schema"), "title": .string(title),
        ])
        guard case .object(let first) = head, case .object(let rest) = JSONValue.object(members) else { return head }
        return .object(first + rest)
    }

    static func closed(
        _ description: String? = nil, required: [String] = [], _ properties: KeyValuePairs<String, JSONValue?>
    ) -> JSONValue {
        .object([
            "type": .string("object"), "description": description.map(JSONValue.string),
            "required": required.isEmpty ? nil : .strings(required), "properties": .object(properties),
            "additionalProperties": .bool(false),
        ])
    }

    static func text(_ description: String, pattern: String? = nil) -> JSONValue {
        .object([
            "type": .string("string"), "description": .string(description), "pattern": pattern.map(JSONValue.string),
        ])
    }

    static func list(_ items: JSONValue, _ description: String) -> JSONValue {
        .object(["type": .string("array"), "items": items, "description": .string(description)])
    }

    static func choice(_ values: [String], _ description: String) -> JSONValue {
        .object(["enum": .strings(values), "description": .string(description)])
    }

    /// Numbers that a manifest may hold where it means a text, such as `version: 1.0`.
    private static func scalar(_ description: String) -> JSONValue {
        .object(["type": .strings(["string", "number", "boolean"]), "description": .string(description)])
    }

    private static let suppression = closed(
        required: ["rule", "reason"],
        [
            "rule": text("The rule's id, such as PDK210.", pattern: "^[Pp][Dd][Kk][0-9]{3}$"),
            "reason": text("Why the finding does not matter here."),
        ])

    private static let pluginSchema: JSONValue = {
        let permissions = text("A permission; pdk host show lists them.")
        return schema(
            "The manifest of a plugin (plugin.yaml)",
            [
                "type": .string("object"), "required": .strings(["name", "version", "hooks"]),
                "properties": .object([
                    "name": text("1 to 128 letters, digits, '-' and '_'.", pattern: "^[A-Za-z0-9_-]{1,128}$"),
                    "version": text(
                        "A semantic version without a pre-release: the host accepts only digits and dots.",
                        pattern: "^[0-9.]+$"),
                    "description": scalar("What the plugin does, in one sentence."), "author": scalar("Its author."),
                    "license": scalar("The licence, as an SPDX expression."),
                    "hooks": .object([
                        "type": .string("array"), "minItems": .int(1),
                        "items": .object([
                            "type": .string("string"),
                            "examples": .strings(HostProfile.standard.calledHooks.map(\.name)),
                        ]),
                        "description": .string("The hooks that the module exports, one per line."),
                    ]),
                    "permissions": list(permissions, "The permissions that the plugin needs."),
                    "resources": closed(
                        "Memory limits, which the host checks when it loads the plugin.",
                        ["min_memory": text("Such as 1MB."), "max_memory": text("Such as 64MB, at most 256MB.")]),
                    "host": text("The host profile, such as helios-1.5."),
                    "build": closed(
                        "How pdk build builds the module.", required: ["command", "wasm"],
                        [
                            "command": text("A shell command, run in this folder."),
                            "wasm": text("The module that the command writes, relative to this file."),
                            "toolchain": choice(
                                Manifest.toolchains, "The toolchain that pdk doctor checks; leave it out for any other."
                            ),
                            "sources": list(
                                .object(["type": .string("string")]), "Files and folders that the command reads."),
                        ]),
                    "check": closed(
                        "Settings of pdk check.",
                        [
                            "suppress": list(suppression, "Findings to suppress."),
                            "silence": list(suppression, "The older name of suppress."),
                        ]),
                ]), "additionalProperties": .bool(false),
                // Another profile may have hooks of its own.
                "if": .object([
                    "not": .object([
                        "required": .strings(["host"]),
                        "properties": .object([
                            "host": .object(["not": .object(["const": .string(HostProfile.standard.name)])])
                        ]),
                    ])
                ]),
                "then": .object([
                    "properties": .object([
                        "hooks": .object([
                            "items": .object(["pattern": .string(pattern(of: HostProfile.standard.hooks))])
                        ])
                    ])
                ]),
            ])
    }()

    /// A regular expression for the names and aliases of hooks, in any case, as the host reads them.
    private static func pattern(of hooks: [Hook]) -> String {
        let names = hooks.flatMap { [$0.name] + $0.aliases }.map { name in
            name.map { letter in
                letter.isLetter ? "[\(letter.uppercased())\(letter.lowercased())]" : String(letter)
            }.joined()
        }
        return "^(\(names.joined(separator: "|")))$"
    }

    /// What a call of a hook may expect: the name of one of its actions, or a part of its answer.
    private static func expectation(of hook: Hook) -> JSONValue {
        let actions = JSONValue.object(["enum": .strings(hook.actions + ["none"])])
        return .object([
            "if": .object([
                "required": .strings(["hook"]),
                "properties": .object(["hook": .object(["pattern": .string(pattern(of: [hook]))])]),
            ]),
            "then": .object([
                "properties": .object([
                    "expect": .object(["anyOf": .array([actions, .object(["type": .string("object")])])])
                ])
            ]),
        ])
    }

    private static let casesSchema: JSONValue = {
        let call: KeyValuePairs<String, JSONValue?> = [
            "hook": .object([
                "type": .string("string"), "description": .string("The hook that is called."),
                "pattern": .string(pattern(of: HostProfile.standard.calledHooks)),
                "examples": .strings(HostProfile.standard.calledHooks.map(\.name)),
            ]),
            "input": .object([
                "description": .string("The input, or the parts of it that differ from the default.")
            ]),
            "input_file": text("A file with the whole input, relative to the cases' file."),
            "raw": text("The exact text of the input."),
            "assume": text("Why the case sets a field that the host never fills."),
            "expect": .object([
                "type": .strings(["string", "object"]),
                "description": .string("The action, or a part of the answer; none for no result."),
            ]),
            "exact": .object([
                "type": .string("boolean"), "description": .string("Whether expect is the whole answer."),
            ]),
            "writes": .object([
                "type": .string("object"),
                "description": .string("The keys that the call writes; null for a deleted key."),
                "additionalProperties": .object(["type": .strings(["string", "null", "number", "boolean"])]),
            ]),
            "limits": closed(
                "Tighter limits than the host's.",
                [
                    "fuel": .object(["type": .string("integer"), "minimum": .int(1)]),
                    "time_ms": .object(["type": .string("integer"), "minimum": .int(1)]),
                ]),
        ]
        let store = JSONValue.object([
            "type": .string("object"), "description": .string("The key-value store before the first call."),
            "additionalProperties": .object(["type": .strings(["string", "number", "boolean"])]),
        ])
        guard case .object(let callMembers) = JSONValue.object(call) else { return .null }
        let expectations = JSONValue.array(HostProfile.standard.calledHooks.map(expectation))
        let own: [JSONValue.Member] = [
            .init("name", text("What the case tests.")), .init("store", store),
            .init(
                "calls", list(.object([.init("$ref", .string("#/$defs/call"))]), "Several calls that share the store.")),
        ]
        return schema(
            "Hook cases (cases/*.yaml)",
            [
                "type": .string("object"), "required": .strings(["cases"]),
                "properties": .object([
                    "cases": list(.object([.init("$ref", .string("#/$defs/case"))]), "The cases."),
                    "assume": text("Why the cases set fields that the host never fills."),
                ]),
                "additionalProperties": .bool(false),
                "$defs": .object([
                    "call": .object([
                        "type": .string("object"), "required": .strings(["hook"]), "properties": .object(callMembers),
                        "additionalProperties": .bool(false), "allOf": expectations,
                    ]),
                    "case": .object([
                        "type": .string("object"), "required": .strings(["name"]),
                        "properties": .object(own + callMembers),
                        "oneOf": .array([
                            .object(["required": .strings(["hook"])]), .object(["required": .strings(["calls"])]),
                        ]),
                        "additionalProperties": .bool(false), "allOf": expectations,
                    ]),
                ]),
            ])
    }()

    private static let migration: JSONValue = {
        let pair = closed(required: ["from", "to"], ["from": text("The old name."), "to": text("The new name.")])
        return closed(
            required: ["number", "summary"],
            [
                "number": .object([
                    "type": .string("integer"), "minimum": .int(1), "maximum": .int(9_999),
                    "description": .string("Higher than that of the one before."),
                ]),
                "summary": text("What it does, in one sentence."),
                "move": list(pair, "Files or folders that move."),
                "replace": list(
                    closed(
                        required: ["from", "to", "in"],
                        [
                            "from": text("One or more words on one line."), "to": text("What it becomes."),
                            "in": list(text("A file or folder."), "Where."),
                        ]), "Whole words that are renamed, in the author's code too."),
                "answers": list(pair, "Variables that were renamed."),
                "note": text("What the author must do by hand."),
            ])
    }()

    private static let templateSchema: JSONValue = {
        let variable = closed(
            nil,
            [
                "type": choice(TemplateVariable.Kind.allCases.map(\.rawValue), "The type of the value."),
                "prompt": text("The question."),
                "default": .object([
                    "type": .strings(["string", "number", "boolean", "array"]),
                    "description": .string("The value where none is given."),
                ]),
                "pattern": text("A POSIX extended regular expression for the whole value."),
                "choices": list(scalar("A value."), "The values to choose from."),
            ])
        let requirement = JSONValue.object([
            "oneOf": .array([
                .object(["type": .string("string")]),
                closed(
                    required: ["tool"],
                    [
                        "tool": text("The tool."), "probe": text("A command that succeeds if the tool is installed."),
                        "install": text("How to install it."),
                    ]),
            ])
        ])
        return schema(
            "The description of a template (template.yaml)",
            [
                "type": .string("object"), "required": .strings(["id", "language", "summary"]),
                "properties": .object([
                    "id": text("Letters, digits, '-' and '_'.", pattern: "^[A-Za-z0-9_-]{1,128}$"),
                    "version": scalar("The template's version."), "language": text("The language."),
                    "summary": text("One sentence."),
                    "toolchain": text("The toolchain that pdk doctor checks."),
                    "min_pdk": scalar("The oldest pdk that renders it."),
                    "requires": list(requirement, "Tools that the author needs."),
                    "variables": .object([
                        "type": .string("object"), "additionalProperties": variable,
                        "description": .string("The template's variables."),
                    ]),
                    "derived": .object([
                        "type": .string("object"), "description": .string("Variables derived from another one."),
                        "additionalProperties": closed(
                            required: ["from", "case"],
                            [
                                "from": text("The variable."),
                                "case": choice(WordCase.allCases.map(\.rawValue), "The spelling."),
                            ]),
                    ]),
                    "files": list(
                        closed(
                            required: ["path"],
                            [
                                "path": text("A file or folder below files/."),
                                "when": text("A flag or hook; !name for its opposite."),
                                "executable": .object(["type": .string("boolean")]),
                            ]), "Settings for single files."),
                    "migrations": list(migration, "Steps from older versions that cannot be merged."),
                    "next": text("A text printed at the end."),
                ]), "additionalProperties": .bool(false),
            ])
    }()
}
