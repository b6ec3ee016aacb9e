import Contract
import PluginRegistry
import TestSupport
import Testing

@Suite(.scratchFolder) struct RouteTests {
    /// How an index may name a module.
    enum Artefact: String, CaseIterable, Sendable { case relative, below, absolute, file, http, https }

    @Test(arguments: Artefact.allCases, [true, false])
    func everyWayToNameAModuleIsInstalled(artefact: Artefact, isSigned: Bool) async throws {
        let publisher = try await Publisher("acme")
        if artefact == .https { try await TestServer.makeCertificate() }
        let module = TestRegistry.module(String(repeating: "x", count: 300_000))
        let network = Network(certificateFile: artefact == .https ? Scratch.path("certificate.pem") : nil)
        let publish = { (text: String) in
            var registry = try TestRegistry()
            try await registry.publish(
                "mask", module: module, signer: isSigned ? publisher : nil, fields: ["artifact": .string(text)])
            return try install("mask", trusting: isSigned ? "trust" : nil, network: network)
        }
        let installed: InstalledPlugin
        switch artefact {
        case .relative: installed = try await publish("mask-1.0.0.wasm")
        case .below: installed = try await publish("./../registry//mask-1.0.0.wasm")
        case .absolute: installed = try await publish(Scratch.path("registry/mask-1.0.0.wasm"))
        case .file: installed = try await publish("file://" + Scratch.path("registry/mask-1.0.0.wasm"))
        case .http: installed = try await TestServer.serving("registry") { try await publish($0 + "/mask-1.0.0.wasm") }
        case .https:
            installed = try await TestServer.serving("registry", certificate: "both.pem") {
                try await publish($0 + "/mask-1.0.0.wasm")
            }
        }
        expect(try Scratch.read("plugins/mask.wasm"), is: module)
        expect(
            Scratch.names(in: "plugins"),
            is: ["mask.json"] + (isSigned ? ["mask.sig"] : []) + ["mask.wasm", "pdk.lock"])
        let digest = try await Program("sha256sum").run(["plugins/mask.wasm"]).output.prefix(64)
        expect(installed.sha256 == digest)
        expect(installed.name == "mask" && installed.version == "1.0.0" && installed.size == module.count)
        expect(installed.signer == (isSigned ? "acme" : nil) && installed.isSigned == isSigned)
        expect(installed.modulePath, is: Scratch.path("plugins/mask.wasm"))
        expect(installed.manifestPath, is: Scratch.path("plugins/mask.json"))
        expect(installed.signaturePath, is: (isSigned ? Scratch.path("plugins/mask.sig") : nil))
        expect(!installed.isYanked)
        // A signature of openssl's over a module that carries no manifest: all else is the word of the index.
        expect(installed.otherWarnings.count, is: (isSigned ? 1 : 0))
        expect(installed.otherWarnings.allSatisfy { $0.hasPrefix("the signature of mask does not cover its version") })
        if isSigned {
            // What was installed verifies by the other tool too.
            let script = """
                base64 -d plugins/mask.sig > raw && openssl pkey -in keys/acme.pem -pubout -out acme.pem &&
                openssl pkeyutl -verify -rawin -pubin -inkey acme.pem -in plugins/mask.wasm -sigfile raw
                """
            let verified = try await Program("sh").run(["-c", script])
            expect(verified.status, is: 0, "\(verified.transcript)")
        }
    }

    @Test(arguments: ["http", "https"])
    func registriesOnTheWebAreInstalledFrom(scheme: String) async throws {
        let publisher = try await Publisher("acme")
        if scheme == "https" { try await TestServer.makeCertificate() }
        var registry = try TestRegistry("site/sub folder")
        try await registry.publish("mask", signer: publisher)
        let network = Network(certificateFile: scheme == "https" ? Scratch.path("certificate.pem") : nil)
        try await TestServer.serving("site", certificate: scheme == "https" ? "both.pem" : nil) { address in
            for ending in [
                "/sub%20folder", "/sub%20folder/", "/sub%20folder/index.json", "/sub%20folder/index.json?a=b",
            ] {
                let installed = try install("mask", from: address + ending, trusting: "trust", network: network)
                expect(installed.signer, is: "acme")
            }
            try await expectRefusal(.indexUnavailable, "not found", address) {
                try install("mask", from: address + "/nothing", network: network)
            }
        }
        expect(try Scratch.read("plugins/mask.wasm"), is: TestRegistry.module())
    }

    @Test func untrustedServersAreRefused() async throws {
        try await TestServer.makeCertificate()
        try await TestServer.serving("registry", certificate: "both.pem") { address in
            var registry = try TestRegistry()
            try await registry.publish("mask", fields: ["artifact": .string(address + "/mask-1.0.0.wasm")])
            try await expectRefusal(.artifactUnavailable, "certificate", address) { try install("mask") }
            try await expectRefusal(.indexUnavailable, "certificate", address) { try install("mask", from: address) }
        }
    }

    @Test(arguments: [
        "/etc/passwd", "file:///etc/passwd", "FILE:///etc/passwd", "//127.0.0.1/x", "", "a\u{0}b", "/\u{301}etc",
    ])
    func anIndexOnTheWebNamesNoFileHere(artefact: String) async throws {
        var registry = try TestRegistry()
        try await registry.publish("mask", fields: ["artifact": .string(artefact)])
        try await TestServer.serving("registry") { address in
            try await expectRefusal(.indexMalformed) { try install("mask", from: address) }
        }
    }

    @Test func downloadsThatBreakOffAreRefused() async throws {
        try await TestServer.serving("registry") { address in
            var registry = try TestRegistry()
            try await registry.publish("mask", fields: ["artifact": .string(address + "/cut-off")])
            try await expectRefusal(.artifactUnavailable, address, "was interrupted after 16 of 1000 bytes") {
                try install("mask")
            }
        }
    }

    @Test func downloadsThatAreTooLargeAreRefused() async throws {
        try Scratch.makeSparseFile("site/large", bytes: (1 << 30) + 1)
        try await TestServer.serving("site") { address in
            var registry = try TestRegistry()
            try await registry.publish("mask", fields: ["artifact": .string(address + "/large")])
            let error = #expect(throws: RegistryError.self) { _ = try install("mask") }
            expect(error?.message.contains("larger than the limit of 1073741824 bytes"), is: true)
            expect(Scratch.names(in: "plugins").isEmpty)
        }
    }

    @Test func aRegistryIsAFolderAnIndexOrAnAddress() async throws {
        var registry = try TestRegistry()
        try await registry.publish("mask")
        try Scratch.write("registry/other.txt", try Scratch.read("registry/index.json"))
        let file = "file://" + Scratch.path("registry")
        for text in [
            "registry", "registry/", "./registry/index.json", Scratch.path("registry"), file, file + "/index.json",
            "registry/other.txt",
        ] {
            expect(try install("mask", from: text).version, is: "1.0.0")
        }
        try Scratch.makeFolder("odd.json")
        try Scratch.write("odd.json/index.json", "{\"plugins\":[]}")
        try await expectRefusal(.noPlugin, "no plugin 'mask' in registry") { try install("mask", from: "odd.json") }
        for text in ["nowhere", "nowhere/index.json", "nowhere.json"] {
            try await expectRefusal(.indexUnavailable, "no registry index at", "nowhere") {
                try install("mask", from: text)
            }
        }
        try Scratch.makePipe("pipe.json")
        try await expectRefusal(.indexUnavailable, "pipe.json", "not a regular file") {
            try install("mask", from: "pipe.json")
        }
    }

    /// The token of an address is used, and never shown.
    @Test func secretsOfAnAddressAreNotShown() {
        for text in ["https://example.org/index.json?token=secret", "https://example.org/?token=secret#secret"] {
            let location = RegistryLocation(text, currentFolder: "/")
            expect("\(location)", is: "https://example.org/index.json")
            expect(location != RegistryLocation("https://example.org", currentFolder: "/"))
        }
    }

    @Test(arguments: [
        ("{}", "line 1, column 1: index has no plugins array (byte 0)"),
        ("{\"plugins\":[\n{}]}", "line 2, column 1: entry 1"),
        ("not json", "line 1, column 1: index is not a JSON object"), ("", "line 1, column 1"),
        ("\u{FEFF}{\"plugins\":[]}", "line 1"),
    ])
    func malformedIndexesAreRefusedWithTheirPlace(text: String, words: String) async throws {
        try Scratch.write("registry/index.json", text)
        try await expectRefusal(.indexMalformed, "registry/index.json", words) { try install("mask") }
    }
}
