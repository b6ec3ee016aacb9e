import Checking
import Foundation
import Operations
import Templates
import TestSupport
import Testing

/// What holds for the house as a whole.
struct HouseRuleTests {
    /// The executable target holds only `@main`: one file, one type, one call.
    @Test func theExecutableHoldsOnlyMain() throws {
        expect(try Repository.files(below: "Sources/pdk"), is: ["Sources/pdk/Main.swift"])
        let code = try Repository.text("Sources/pdk/Main.swift").split(separator: "\n").map(String.init)
            .filter { !$0.hasPrefix("//") && !$0.allSatisfy(\.isWhitespace) }
        expect(code.first?.hasSuffix("import Commands"), is: true)
        expect(code.count { $0.contains("@main") }, is: 1)
        expect(code.count <= 6, "\(code)")
    }

    @Test func everyRuleHasItsOwnIdAndName() {
        let rules = RuleBook.all
        expect(rules.count >= 38)
        expect(Set(rules.map(\.id)).count, is: rules.count)
        expect(Set(rules.map(\.name)).count, is: rules.count)
        expect(rules.map(\.id), is: rules.map(\.id).sorted())
        for rule in rules {
            expect(rule.id.wholeMatch(of: /PDK[1-9][0-9]{2}/) != nil, "\(rule.id)")
            expect(rule.name.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil, "\(rule.name)")
            expect(rule.prevents.hasSuffix(".") && rule.prevents.first?.isUppercase == true, "\(rule.id)")
            expect(RuleBook.rule(rule.id.lowercased()) == rule && RuleBook.rule(rule.name) == rule)
        }
        expect(RuleBook.rule("PDK999") == nil)
    }

    /// Each rule stands in a file of its own, named for it, and no file is left over.
    @Test func everyRuleHasItsFile() throws {
        let files = try Repository.files(below: "Sources/Checking/Rules", ending: ".swift")
        let names: [String] = RuleBook.all.map { rule in
            rule.name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined() + ".swift"
        }
        let found: [String] = files.map { $0.split(separator: "/").last.map(String.init) ?? "" }
        expect(found.sorted(), is: names.sorted())
    }

    /// The templates in the program are those of the folder, byte for byte.
    @Test func theProgramHoldsTheTemplatesAsTheyAre() throws {
        let builtIn = BuiltInFiles.all
        let files = try Repository.files(below: "Templates").filter {
            !$0.hasSuffix(".swp") && !$0.hasSuffix(".DS_Store")
        }
        expect(builtIn.map { "Templates/" + $0.path }, is: files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        for file in builtIn { expect(file.bytes, is: try Repository.bytes("Templates/" + file.path), "\(file.path)") }
    }

    @Test func filesAreNamedForAConcept() throws {
        let vague = ["util", "helper", "manager", "misc", "common", "stuff"]
        let files = try Repository.files(below: "Sources") + Repository.files(below: "Tests")
        let bad = files.filter { path in
            path.split(separator: "/").dropFirst().contains { part in
                vague.contains { part.lowercased().contains($0) }
            }
        }
        expect(bad, is: [])
    }

    /// A declaration's comment begins with one sentence under 150 characters; no line of it is broken without need.
    @Test func commentsAreShortAndWhole() throws {
        for file in try Repository.files(below: "Sources", ending: ".swift") {
            let lines = try Repository.text(file).split(separator: "\n", omittingEmptySubsequences: false)
            // What each line says as a comment of a declaration: nothing where it is code, nil where it is none.
            let words = lines.map { line -> Substring? in
                let text = line.drop { $0 == " " }
                guard text.hasPrefix("///") else { return nil }
                return text.hasPrefix("/// ") && !text.hasPrefix("///  ") ? text.dropFirst(4) : ""
            }
            for (number, said) in words.enumerated() {
                guard let said, !said.isEmpty else { continue }
                let rest = words[(number + 1)...].prefix { $0?.isEmpty == false }.compactMap(\.self)
                if number > 0, words[number - 1] == nil {
                    let text = ([said] + rest).joined(separator: " ")
                    let summary = text.prefix(upTo: text.firstRange(of: ". ")?.lowerBound ?? text.endIndex)
                    expect(summary.count <= 150, "\(file):\(number + 1): \(summary.count) characters")
                }
                guard let next = rest.first, !next.contains(/^(- |[0-9]+\. )/) else { continue }
                let line = lines[number], word = next.prefix { $0 != " " }
                expect(line.count + 1 + word.count > 90 || line.hasSuffix(":"), "\(file):\(number + 1): \(line)")
            }
        }
    }

    /// Nothing that is committed knows the machine it was written on.
    @Test func nothingKnowsThisMachine() async throws {
        // Put together here, so that this file does not find itself.
        let paths = ["/wo" + "rk/", "/op" + "t/swift", "/ro" + "ot/", "/tmp/la" + "bs"]
        let listed = try await Program("git", folder: Repository.folder).run(["ls-files", "-z"])
        try #require(listed.status == 0, "\(listed.transcript)")
        let files = listed.output.split(separator: "\0").map(String.init)
        expect(files.contains("Package.swift"))
        // A link to a folder has no text of its own.
        for file in files where Repository.exists(file) && !Repository.isFolder(file) {
            let bytes = try Repository.bytes(file)
            for path in paths { expect(!bytes.holds(path), "\(file) holds \(path)") }
        }
    }

    /// Every wrapper of a C library has its module map or header to itself, and only one target names it.
    ///
    /// The yardstick of `pdk bench` must not go through the wrapper it measures.
    @Test func oneTargetNamesEachCLibrary() throws {
        let manifest = try Repository.text("Package.swift").replacing(
            "name: \"CBareLoop\", dependencies: [\"CWasmtime\"]", with: "")
        for library in [
            "CSodium", "CLibCrypto", "CCurl", "CArchive", "CKernel", "CZlib", "CYAML", "CWasmtime", "CTemplates",
        ] {
            let uses = manifest.components(separatedBy: "dependencies: [\"\(library)\"").count - 1
            expect(uses, is: 1, "\(library)")
        }
    }
}
