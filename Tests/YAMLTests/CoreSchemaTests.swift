import Basics
import TestSupport
import Testing
import YAML

/// Plain scalars by YAML 1.2's core schema (section 10.3), and explicit tags.
struct CoreSchemaTests {
    private static func value(_ text: String) throws -> YAMLScalar.Value {
        let node = try #require(try YAMLNode.read(Array(text.utf8)))
        guard case .scalar(let scalar) = node.kind else { throw Failure.notAScalar }
        return scalar.value
    }

    private enum Failure: Error { case notAScalar }

    @Test(
        arguments: [
            ("~", .null), ("null", .null), ("Null", .null), ("NULL", .null), ("nUll", .text("nUll")),
            ("true", .bool(true)), ("True", .bool(true)), ("TRUE", .bool(true)), ("false", .bool(false)),
            ("tRUE", .text("tRUE")), ("yes", .text("yes")), ("No", .text("No")), ("on", .text("on")), ("y", .text("y")),
            ("0", .integer("0")), ("12", .integer("12")), ("+12", .integer("12")), ("-19", .integer("-19")),
            ("007", .integer("7")), ("0o7", .integer("7")), ("0o17", .integer("15")), ("0x3A", .integer("58")),
            ("0x41", .integer("65")), ("0xffffffffffffffff", .integer("18446744073709551615")),
            ("0x10000000000000000", .integer("18446744073709551616")),
            ("0xC9F2C9CD04674EDEA40000000", .integer("1000000000000000000000000000000")),
            ("123456789012345678901234567890", .integer("123456789012345678901234567890")),
            ("0o8", .text("0o8")), ("0xg", .text("0xg")), ("0x", .text("0x")), ("0o", .text("0o")),
            ("-0x1", .text("-0x1")),
            ("0b1", .text("0b1")), ("1_000", .text("1_000")), ("1:30", .text("1:30")),
            ("2024-01-01", .text("2024-01-01")),
            ("0.", .decimal("0.0")), ("-0.0", .decimal("-0.0")), (".5", .decimal("0.5")), ("+.5", .decimal("0.5")),
            ("-.5", .decimal("-0.5")), ("+12e03", .decimal("12e03")), ("-2E+05", .decimal("-2e05")),
            ("1e-7", .decimal("1e-7")), ("00.50", .decimal("0.50")), ("1.e2", .decimal("1.0e2")),
            (".", .text(".")), ("+", .text("+")), ("e1", .text("e1")), ("1e", .text("1e")), ("1e+", .text("1e+")),
            (".e1", .text(".e1")), ("1.2.3", .text("1.2.3")), ("1a", .text("1a")), ("١", .text("١")),
            (".inf", .notFinite(".inf")), ("-.INF", .notFinite("-.INF")), ("+.Inf", .notFinite("+.Inf")),
            (".nan", .notFinite(".nan")), (".NaN", .notFinite(".NaN")), ("-.nan", .text("-.nan")),
            ("inf", .text("inf")),
            ("'12'", .text("12")), ("\"true\"", .text("true")), ("|\n  12\n", .text("12\n")), ("''", .text("")),
            ("!!str 12", .text("12")), ("! 12", .text("12")), ("!!str", .text("")), ("!!str ~", .text("~")),
            ("!!int \"0x41\"", .integer("65")), ("!!float 1", .decimal("1.0")), ("!!float .inf", .notFinite(".inf")),
            ("!!bool 'true'", .bool(true)), ("!!null ''", .null), ("!<tag:yaml.org,2002:str> 1", .text("1")),
            ("--- !!str 5\n", .text("5")),
        ] as [(String, YAMLScalar.Value)])
    func aScalarIs(text: String, value: YAMLScalar.Value) throws { expect(try Self.value(text), is: value) }

    @Test(arguments: [
        ("!!int x", "'x' does not match its tag !!int"), ("!!bool yes", "'yes' does not match its tag !!bool"),
        ("!!float a", "'a' does not match its tag !!float"), ("!!null x", "'x' does not match its tag !!null"),
        ("!local x", "the tag '!local' is not supported"), ("!!binary x", "the tag '!!binary' is not supported"),
        ("!!seq {}", "the tag '!!seq' is not supported"), ("!!set {a}", "the tag '!!set' is not supported"),
        ("!<tag:x> []", "the tag 'tag:x' is not supported"), ("!!map x", "the tag '!!map' is not supported"),
    ])
    func aTagIsRefused(text: String, message: String) throws {
        let error = try #require(throws: YAMLError.self) { _ = try YAMLNode.read(Array(text.utf8)) }
        expect(error.message, is: message)
        expect(error.place?.description, is: "line 1, column 1")
    }
}
