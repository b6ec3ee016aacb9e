import Authoring
import Basics
import TestSupport
import Testing

/// Templates by the rules of the Mustache specification; the cases are our own, a group for each of its chapters.
@Suite struct MustacheTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let rule: String
        let template: String
        let values: [String: MustacheValue]
        let expected: String
        var testDescription: String { rule }

        init(_ rule: String, _ template: String, _ values: [String: MustacheValue] = [:], _ expected: String) {
            self.rule = rule
            self.template = template
            self.values = values
            self.expected = expected
        }
    }

    private static let yes: [String: MustacheValue] = ["b": .flag(true)]
    private static let no: [String: MustacheValue] = ["b": .flag(false)]
    private static let numbers: [String: MustacheValue] = ["list": .list(["1", "2", "3"].map(MustacheValue.text))]

    private static let nested: [String: MustacheValue] = [
        "a": .table(["one": .text("1")]), "b": .table(["two": .text("2")]),
        "c": .table(["three": .text("3"), "d": .table(["four": .text("4"), "five": .text("5")])]),
    ]

    static let variables = [
        Case("text without tags is as it is", "Hello from {Mustache}!\n", [:], "Hello from {Mustache}!\n"),
        Case("a variable", "Hello, {{subject}}!\n", ["subject": .text("world")], "Hello, world!\n"),
        Case("values are not read again", "{{a}} {{b}}", ["a": .text("{{b}}"), "b": .text("x")], "{{b}} x"),
        Case("nothing is escaped", "{{t}}", ["t": .text("& \" < >")], "& \" < >"),
        Case("nor in three braces", "{{{t}}}", ["t": .text("& \" < >")], "& \" < >"),
        Case("nor behind an ampersand", "{{&t}}", ["t": .text("& \" < >")], "& \" < >"),
        Case("a truth value is a word", "{{b}}", yes, "true"),
        Case("an empty value is empty", "I ({{t}}) am", ["t": .text("")], "I () am"),
        Case("dotted names", "{{a.b.c}}", ["a": .table(["b": .table(["c": .text("x")])])], "x"),
        Case("dotted names in three braces", "{{{a.b}}}", ["a": .table(["b": .text("x")])], "x"),
        Case(
            "the first part is looked for from the top", "{{#a}}{{b.c}}{{/a}}",
            ["a": .table([:]), "b": .table(["c": .text("x")])], "x"),
        Case("the value itself", "Hello, {{#t}}{{.}}{{/t}}!", ["t": .text("world")], "Hello, world!"),
        Case("space around stays", "| {{t}} |", ["t": .text("-")], "| - |"),
        Case("space around three braces stays", "| {{{t}}} |", ["t": .text("-")], "| - |"),
        Case("alone on a line a variable keeps it", "  {{t}}\n", ["t": .text("-")], "  -\n"),
        Case("alone on a line three braces keep it", "  {{{t}}}\n", ["t": .text("-")], "  -\n"),
        Case("space in the tag does not count", "|{{ t }}|", ["t": .text("-")], "|-|"),
        Case("space in three braces does not count", "|{{{ t }}}|", ["t": .text("-")], "|-|"),
        Case("space behind an ampersand does not count", "|{{& t }}|", ["t": .text("-")], "|-|"),
    ]

    static let sections = [
        Case("true", "\"{{#b}}shown{{/b}}\"", yes, "\"shown\""),
        Case("false", "\"{{#b}}shown{{/b}}\"", no, "\"\""),
        Case("an empty text is false", "\"{{#b}}shown{{/b}}\"", ["b": .text("")], "\"\""),
        Case(
            "a table is true and its values are found", "{{#c}}Hi {{n}}.{{/c}}", ["c": .table(["n": .text("Joe")])],
            "Hi Joe."),
        Case(
            "values outside are found", "{{#s}}{{a}}, {{b}}{{/s}}",
            ["a": .text("out"), "b": .text("wrong"), "s": .table(["b": .text("in")])], "out, in"),
        Case("a text is true", "{{#t}}{{.}}{{/t}}", ["t": .text("x")], "x"),
        Case(
            "tables in tables",
            "{{#a}}\n{{one}}\n{{#b}}\n{{one}}{{two}}{{one}}\n{{#c.d}}\n{{one}}{{two}}{{four}}{{five}}\n{{/c.d}}\n"
                + "{{/b}}\n{{/a}}\n", nested, "1\n121\n1245\n"),
        Case("a list", "\"{{#list}}{{.}}{{/list}}\"", numbers, "\"123\""),
        Case(
            "a list of tables", "{{#l}}{{n}} {{/l}}",
            ["l": .list([.table(["n": .text("a")]), .table(["n": .text("b")])])],
            "a b "),
        Case("an empty list", "\"{{#l}}x{{/l}}\"", ["l": .list([])], "\"\""),
        Case(
            "two sections of one name", "{{#b}}\n* first\n{{/b}}\n* {{t}}\n{{#b}}\n* third\n{{/b}}\n",
            ["b": .flag(true), "t": .text("second")], "* first\n* second\n* third\n"),
        Case("nested, all true", "| A {{#b}}B {{#b}}C{{/b}} D{{/b}} E |", yes, "| A B C D E |"),
        Case("nested, all false", "| A {{#b}}B {{#b}}C{{/b}} D{{/b}} E |", no, "| A  E |"),
        Case(
            "lists in lists", "{{#l}}({{#.}}{{.}}{{/.}}){{/l}}",
            ["l": .list([.list([.text("1"), .text("2")]), .list([.text("3")])])], "(12)(3)"),
        Case("a dotted section", "\"{{#a.b}}Here{{/a.b}}\"", ["a": .table(["b": .flag(true)])], "\"Here\""),
        Case("a false dotted section", "\"{{#a.b}}Here{{/a.b}}\"", ["a": .table(["b": .flag(false)])], "\"\""),
        Case("space around stays", " | {{#b}}\t|\t{{/b}} | \n", yes, " | \t|\t | \n"),
        Case("space inside stays", " | {{#b}} {{! a comment }}\n {{/b}} | \n", yes, " |  \n  | \n"),
        Case("indented, on one line", " {{#b}}YES{{/b}}\n {{#b}}GOOD{{/b}}\n", yes, " YES\n GOOD\n"),
        Case("a standalone line goes", "| This Is\n{{#b}}\n|\n{{/b}}\n| A Line\n", yes, "| This Is\n|\n| A Line\n"),
        Case("an indented one too", "| This Is\n  {{#b}}\n|\n\t{{/b}}\n| A Line\n", yes, "| This Is\n|\n| A Line\n"),
        Case("with CR LF", "|\r\n{{#b}}\r\n{{/b}}\r\n|", yes, "|\r\n|"),
        Case("without a line before", "  {{#b}}\n#{{/b}}\n/", yes, "#\n/"),
        Case("without a newline", "#{{#b}}\n/\n  {{/b}}", yes, "#\n/\n"),
        Case("space in the tag does not count", "|{{# b }}={{/ b }}|", yes, "|=|"),
    ]

    static let inverted = [
        Case("false", "\"{{^b}}shown{{/b}}\"", no, "\"shown\""),
        Case("true", "\"{{^b}}shown{{/b}}\"", yes, "\"\""),
        Case("an empty text", "\"{{^b}}shown{{/b}}\"", ["b": .text("")], "\"shown\""),
        Case("a table", "\"{{^c}}shown{{/c}}\"", ["c": .table(["n": .text("Joe")])], "\"\""),
        Case("a list", "\"{{^list}}shown{{/list}}\"", numbers, "\"\""),
        Case("an empty list", "\"{{^l}}shown{{/l}}\"", ["l": .list([])], "\"shown\""),
        Case("nested, all false", "| A {{^b}}B {{^b}}C{{/b}} D{{/b}} E |", no, "| A B C D E |"),
        Case("nested, all true", "| A {{^b}}B {{^b}}C{{/b}} D{{/b}} E |", yes, "| A  E |"),
        Case("a dotted one", "\"{{^a.b}}none{{/a.b}}\"", ["a": .table(["b": .flag(false)])], "\"none\""),
        Case("space around stays", " | {{^b}}\t|\t{{/b}} | \n", no, " | \t|\t | \n"),
        Case("a standalone line goes", "| This Is\n{{^b}}\n|\n{{/b}}\n| A Line\n", no, "| This Is\n|\n| A Line\n"),
        Case("an indented one too", "| This Is\n  {{^b}}\n|\n  {{/b}}\n| A Line\n", no, "| This Is\n|\n| A Line\n"),
        Case("with CR LF", "|\r\n{{^b}}\r\n{{/b}}\r\n|", no, "|\r\n|"),
        Case("without a line before", "  {{^b}}\n^{{/b}}\n/", no, "^\n/"),
        Case("without a newline", "^{{^b}}\n/\n  {{/b}}", no, "^\n/\n"),
    ]

    static let comments = [
        Case("a comment goes", "12345{{! a comment }}67890", [:], "1234567890"),
        Case("of several lines", "12345{{!\n  of several\n  lines\n}}67890\n", [:], "1234567890\n"),
        Case("alone on a line", "Begin.\n{{! a comment }}\nEnd.\n", [:], "Begin.\nEnd.\n"),
        Case("indented", "Begin.\n  {{! a comment }}\nEnd.\n", [:], "Begin.\nEnd.\n"),
        Case("with CR LF", "|\r\n{{! a comment }}\r\n|", [:], "|\r\n|"),
        Case("without a line before", "  {{! I'm still alone }}\n!", [:], "!"),
        Case("without a newline", "!\n  {{! I'm still alone }}", [:], "!\n"),
        Case(
            "several lines alone", "Begin.\n  {{!\n    Something's going on here...\n  }}\nEnd.\n", [:],
            "Begin.\nEnd.\n"),
        Case("in a line", "  12 {{! 34 }}\n", [:], "  12 \n"),
        Case("space around stays", "12345 {{! a comment }} 67890", [:], "12345  67890"),
        Case("a comment is no variable", "({{! t }})({{! #t }})", ["t": .text("x")], "()()"),
    ]

    static let delimiters = [
        Case("others", "{{=<% %>=}}(<%t%>)", ["t": .text("Hey!")], "(Hey!)"),
        Case("special characters", "({{=[ ]=}}[t])", ["t": .text("It worked!")], "(It worked!)"),
        Case(
            "for sections too",
            "[\n{{#b}}\n  {{t}}\n  |t|\n{{/b}}\n\n{{= | | =}}\n|#b|\n  {{t}}\n  |t|\n|/b|\n]\n",
            ["b": .flag(true), "t": .text("I got it")], "[\n  I got it\n  |t|\n\n  {{t}}\n  I got it\n]\n"),
        Case("and inverted ones", "{{= | | =}}|^b|{{x}}|/b|", no, "{{x}}"),
        Case("three braces among others", "{{=<% %>=}}<%{t}%>", ["t": .text("<>")], "<>"),
        Case("space around stays", "| {{=@ @=}} |", [:], "|  |"),
        Case("space before stays", " | {{=@ @=}}\n", [:], " | \n"),
        Case("alone on a line", "Begin.\n{{=@ @=}}\nEnd.\n", [:], "Begin.\nEnd.\n"),
        Case("indented", "Begin.\n  {{=@ @=}}\nEnd.\n", [:], "Begin.\nEnd.\n"),
        Case("with CR LF", "|\r\n{{= @ @ =}}\r\n|", [:], "|\r\n|"),
        Case("without a line before", "  {{=@ @=}}\n=", [:], "="),
        Case("without a newline", "=\n  {{=@ @=}}", [:], "=\n"),
        Case("space between does not count", "|{{= @   @ =}}|", [:], "||"),
    ]

    @Test(arguments: [variables, sections, inverted, comments, delimiters].flatMap { $0 })
    func isRendered(item: Case) throws {
        expect(try MustacheTemplate(item.template).render(item.values), is: item.expected)
    }

    /// A misspelt name is found when the template is tried, not in the plugin that it makes.
    @Test(arguments: [
        ("a\n {{cannot}}", "line 2, column 2: there is no value 'cannot'"),
        ("{{#cannot}}{{/cannot}}", "line 1, column 1: there is no value 'cannot'"),
        ("{{^cannot}}{{/cannot}}", "line 1, column 1: there is no value 'cannot'"),
        ("{{a.missing.c}}", "line 1, column 1: there is no value 'a.missing.c'"),
        ("{{#a}}{{b.c}}{{/a}}", "line 1, column 7: there is no value 'b.c'"),
        ("{{list}}", "line 1, column 1: 'list' is not a string; open a section with it"),
        ("é{{.}}", "line 1, column 3: '.' is not a string; open a section with it"),
        ("{{#a}}", "line 1, column 1: the section 'a' is not closed"),
        ("{{/a}}", "line 1, column 1: 'a' closes a section that is not open"),
        ("{{#a}}{{/b}}", "line 1, column 7: 'b' closes the section 'a'"),
        ("x {{a", "line 1, column 3: the tag is not closed"),
        ("{{{a}}", "line 1, column 1: the tag is not closed"),
        ("{{}}", "line 1, column 1: '' is not a name"),
        ("{{a b}}", "line 1, column 1: 'a b' is not a name"),
        ("{{a..b}}", "line 1, column 1: 'a..b' is not a name"),
        ("{{\u{1b}}}", "line 1, column 1: '\\u{1b}' is not a name"),
        ("{{> part}}", "line 1, column 1: templates take no partials"),
        ("{{=a=}}", "line 1, column 1: delimiters are two words without '='"),
        ("{{= a b c =}}", "line 1, column 1: delimiters are two words without '='"),
    ])
    func isRefused(template: String, message: String) {
        let values: [String: MustacheValue] = ["a": .table(["b": .table([:])]), "b": .table([:]), "list": .list([])]
        do throws(MustacheTemplate.Failure) {
            let text = try MustacheTemplate(template).render(values)
            Issue.record("rendered as \(text)")
        } catch {
            expect(error.description, is: message)
        }
    }

    @Test func aPlaceIsALineAColumnAndAnOffset() throws {
        let failure = try #require(throws: MustacheTemplate.Failure.self) {
            _ = try MustacheTemplate("é\r\nab{{^x}}").render([:])
        }
        expect(failure.place, is: TextPlace(line: 2, column: 3, offset: 6))
    }

    /// Sections of lists in sections of lists multiply; what they make is limited, whether it is text or nothing.
    @Test(arguments: ["x", ""]) func whatMultipliesIsLimited(inside: String) throws {
        let values: [String: MustacheValue] = ["l": .list(Array(repeating: .flag(true), count: 10))]
        let template = String(repeating: "{{#l}}", count: 30) + inside + String(repeating: "{{/l}}", count: 30)
        let failure = try #require(throws: MustacheTemplate.Failure.self) {
            _ = try MustacheTemplate(template).render(values)
        }
        expect(failure.message, is: "the rendered text has more than 16777216 bytes or 1048576 parts")
        let deep = String(repeating: "{{#l}}", count: 65) + String(repeating: "{{/l}}", count: 65)
        #expect(throws: MustacheTemplate.Failure.self) { _ = try MustacheTemplate(deep) }
        #expect(throws: MustacheTemplate.Failure.self) {
            _ = try MustacheTemplate(String(repeating: "x", count: MustacheTemplate.maximumBytes + 1))
        }
    }

    @Test func aLargeTemplateIsRendered() throws {
        let line = "{{#b}}\nfn {{t}}() { /* {{{t}}} */ }\n{{/b}}\n"
        let count = MustacheTemplate.maximumBytes / line.utf8.count
        let text = try MustacheTemplate(String(repeating: line, count: count)).render([
            "b": .flag(true), "t": .text("é"),
        ])
        expect(text, is: String(repeating: "fn é() { /* é */ }\n", count: count))
    }
}
