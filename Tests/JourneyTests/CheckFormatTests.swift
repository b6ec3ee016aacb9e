import Contract
import JourneySupport
import TestSupport
import Testing

/// `pdk check --format`: the same findings for people, scripts, code scanning and GitHub's jobs.
@Suite(.scratchFolder)
struct CheckFormatTests {
    let kit = Kit()

    /// A plugin with an error with a line, a suppressed warning, and a warning without a line.
    private func plugin(at name: String = "my guard") async throws -> Kit {
        let plugin = try await Workshop.shared.copyOfGuard(kit, isSigned: false, to: name)
        try Disk.edit(plugin.folder + "/plugin.yaml", "version: 0.1.0", "version: v1:2,3%")
        let text = try Disk.text(plugin.folder + "/plugin.yaml")
        try Disk.write(
            plugin.folder + "/plugin.yaml",
            text.replacing("license: Apache-2.0\n", with: "")
                + "check:\n  suppress:\n    - rule: PDK306\n      reason: signed elsewhere\n")
        return plugin
    }

    @Test func sarifHasWhatCodeScanningReads() async throws {
        let plugin = try await plugin()
        let result = try await plugin.run("check", "--format", "sarif")
        expect(result.status == 1, "\(result.transcript)")
        let log = try JSONValue.parse(result.output)
        expect(log["version"]?.string == "2.1.0" && log["$schema"]?.string?.contains("2.1.0") == true)
        let run = try #require(log["runs"]?.elements.first)
        let driver = try #require(run["tool"]?["driver"])
        expect(driver["name"]?.string == "pdk")
        let rules = driver["rules"]?.elements ?? []
        expect(rules.count > 50 && Set(rules.compactMap { $0["id"]?.string }).count == rules.count)
        for rule in rules {
            expect(rule["help"]?["text"]?.string?.isEmpty == false && rule["help"]?["markdown"] != nil, "\(rule)")
            expect(rule["shortDescription"]?["text"]?.string?.isEmpty == false, "\(rule)")
            expect(["error", "warning"].contains(rule["defaultConfiguration"]?["level"]?.string))
        }
        let results = run["results"]?.elements ?? []
        let findings = try await plugin.document("check", status: 1)["findings"]?.elements ?? []
        expect(results.map { $0["ruleId"]?.string } == findings.map { $0["rule"]?.string } && results.count > 2)
        for result in results {
            let index = try #require(result["ruleIndex"]?.int)
            expect(rules[index]["id"] == result["ruleId"])
            expect(["error", "warning"].contains(result["level"]?.string))
            expect(result["message"]?["text"]?.string?.isEmpty == false)
            let place = result["locations"]?.elements.first?["physicalLocation"]
            let uri = try #require(place?["artifactLocation"]?["uri"]?.string)
            expect(!uri.hasPrefix("/") && !uri.contains(":") && !uri.contains(" "), "\(uri)")
        }
        let error = try #require(results.first { $0["ruleId"]?.string == "PDK101" })
        let place = error["locations"]?.elements.first?["physicalLocation"]
        expect(place?["artifactLocation"]?["uri"]?.string == "plugin.yaml" && place?["region"]?["startLine"]?.int == 2)
        let suppressed = results.filter { $0["suppressions"] != nil }
        expect(suppressed.map { $0["ruleId"]?.string } == ["PDK306"])
        expect(suppressed.first?["suppressions"]?.elements.first?["justification"]?.string == "signed elsewhere")
        expect(try await SARIFSchema.faults(in: result.output) == "")
        let wrong = result.output.replacing("\"ruleId\"", with: "\"rule\"").replacing("\"driver\"", with: "\"program\"")
        expect(try await SARIFSchema.faults(in: wrong).contains("'driver' is a required property"))
    }

    @Test func gitHubShowsFindingsBesideTheLines() async throws {
        let plugin = try await plugin()
        let result = try await plugin.run("check", "--format", "github")
        expect(result.status == 1, "\(result.transcript)")
        let lines = result.output.split(separator: "\n").map(String.init)
        let error = try #require(lines.first { $0.contains("PDK101") })
        expect(error.hasPrefix("::error file=plugin.yaml,line=2,title=PDK101 version-not-accepted::"), "\(error)")
        // A line a finding: what would end it, or a value in it, is encoded.
        expect(error.contains("v1:2,3%25") && error.contains("%0Ahelp: "), "\(error)")
        expect(lines.contains { $0.hasPrefix("::warning file=plugin.yaml,title=PDK304") }, "\(lines)")
        expect(lines.contains { $0.hasPrefix("::notice file=dist/guard.wasm,title=PDK306") }, "\(lines)")
        expect(lines.dropLast().allSatisfy { $0.hasPrefix("::") } && lines.last?.hasPrefix("guard v") == true)
    }

    /// A comma or a colon in a file's name would end the value.
    @Test func namesOfFilesAreEncoded() async throws {
        let plugin = try await plugin(at: "a, b: c%/guard")
        let kit = plugin.with("GITHUB_WORKSPACE", Scratch.folder)
        let text = try await kit.run("check", "--format", "github").output
        expect(text.contains("::error file=a%2C b%3A c%25/guard/plugin.yaml,line=2,"), "\(text)")
        let log = try JSONValue.parse(try await kit.run("check", "--format", "sarif").output)
        let uri = log["runs"]?.elements.first?["results"]?.elements.first?["locations"]?.elements.first?[
            "physicalLocation"]?["artifactLocation"]?["uri"]
        expect(uri?.string == "a%2C%20b%3A%20c%25/guard/plugin.yaml")
        // From a folder inside the plugin the paths are the same.
        let inside = kit.inside(plugin.folder + "/cases")
        expect(try await inside.run("check", "--format", "github").output == text)
        // The folder of another job does not count.
        try Disk.makeFolder(Scratch.path("elsewhere"))
        let other = try await plugin.with("GITHUB_WORKSPACE", Scratch.path("elsewhere")).run(
            "check", "--format", "github")
        expect(other.output.contains("file=plugin.yaml,"), "\(other.output)")
    }

    @Test func theOtherFormatsAreWhatTheyWere() async throws {
        let plugin = try await plugin()
        let text = try await plugin.run("check"), json = try await plugin.run("check", "--json")
        expect(try await plugin.run("check", "--format", "text").output == text.output && text.status == 1)
        expect(try await plugin.run("check", "--format", "json").output == json.output)
        expect(try await plugin.run("check", "--format", "json", "--json").output == json.output)
        expect(try await plugin.run("check", "--format", "sarif", "--json").status == 2)
        expect(try await plugin.run("check", "--format", "xml").status == 2)
        // An error is JSON where JSON was asked for, and nothing is written where a report cannot be made.
        try Disk.write(plugin.folder + "/plugin.yaml", "name: [\n")
        let broken = try await plugin.run("check", "--format", "json")
        expect(try JSONValue.parse(broken.output)["error"] != nil && broken.status == 1)
        let none = try await plugin.run("check", "--format", "sarif")
        expect(none.output.isEmpty && none.status == 1 && none.errors.hasPrefix("error: "), "\(none.transcript)")
    }
}
