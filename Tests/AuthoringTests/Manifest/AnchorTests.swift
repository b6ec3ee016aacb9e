import Authoring
import Contract
import TestSupport
import Testing

/// YAML's anchors and aliases, which the host's line reader does not know and which can unfold without end.
struct AnchorTests {
    @Test(arguments: [
        "name: &n guard\nversion: 1.0.0\n", "name: guard\nversion: &v 1.0.0\ndescription: *v\n",
        "name: guard\nhooks: &h\n  - pre_query\n", "name: guard\nhooks:\n  - &h pre_query\n",
        "name: guard\nbuild: &b\n  command: make\n", "name: guard\nbuild:\n  command: &c make\n", "&k name: guard\n",
        "&all\nname: guard\n",
    ])
    func anchorsAreRefusedWhereverTheyStand(text: String) {
        let error = #expect(throws: ManifestError.self) { try Manifest(reading: text) }
        expect(error?.message.hasPrefix("anchors and aliases ('"), is: true, "\(error?.message ?? "")")
    }

    @Test func aBombOfAliasesIsRefusedBeforeItUnfolds() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<40 {
            text += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", "))]\n"
        }
        #expect(throws: ManifestError.self) { try Manifest(reading: text + "name: guard\n") }
        #expect(throws: ManifestError.self) { try CaseFileReader.read(text + "cases: []\n", profile: .standard) }
    }
}
