import Contract
import Files
import Glibc
import PluginRegistry
import TestSupport
import Testing

/// What an install does to a folder: modes, what was there, what fails, where modules may come from.
@Suite(.scratchFolder) struct InstallPlaceTests {
    private func publish(_ versions: [String]) async throws -> TestRegistry {
        let publisher = try await Publisher("acme")
        var registry = try TestRegistry()
        for version in versions {
            try await registry.publish("mask", version, module: TestRegistry.module(version), signer: publisher)
        }
        return registry
    }

    @Test func modesOfWhatIsReplacedStay() async throws {
        _ = try await publish(["1.0.0", "2.0.0"])
        _ = try install("mask", version: "1.0.0")
        for ending in ["wasm", "sig", "json"] { expect(try Scratch.mode("plugins/mask." + ending), is: 0o644) }
        for (ending, mode) in [("wasm", 0o640), ("sig", 0o600), ("json", 0o664)] {
            try WholeFiles.setMode(Scratch.path("plugins/mask." + ending), UInt32(mode))
        }
        unsafe chown(Scratch.path("plugins/mask.wasm"), 0, 12345)
        _ = try install("mask")
        expect(try Scratch.mode("plugins/mask.wasm") == 0o640 && Scratch.mode("plugins/mask.sig") == 0o600)
        expect(try Scratch.mode("plugins/mask.json"), is: 0o664)
        if geteuid() == 0 {
            expect(try FileStatus.of(Scratch.path("plugins/mask.wasm"))?.group, is: 12345)
            // A stranger's file does not make the new one his.
            unsafe chown(Scratch.path("plugins/mask.wasm"), 54321, 54321)
            _ = try install("mask", version: "1.0.0")
            expect(try FileStatus.of(Scratch.path("plugins/mask.wasm"))?.owner, is: 0)
        }
    }

    /// The umask neither hides an install from the host's user nor opens it.
    @Test(arguments: ["077", "000", "027"]) func theUmaskDoesNotCount(umask: String) async throws {
        _ = try await publish(["1.0.0"])
        let script = "umask \(umask); mkdir -m 755 plugins; exec \"$0\" install mask --registry registry --dest plugins"
        let result = try await Program("sh", environment: ["HOME": Scratch.folder]).run([
            "-c", script, BuiltProduct.pdk,
        ])
        expect(result.status, is: 0, "\(result.transcript)")
        for ending in ["wasm", "sig", "json"] { expect(try Scratch.mode("plugins/mask." + ending), is: 0o644) }
        // A folder that the install itself makes is nobody else's to write to.
        let made = try await Program("sh", environment: ["HOME": Scratch.folder]).run([
            "-c", "umask \(umask); exec \"$0\" install mask --registry registry --dest made", BuiltProduct.pdk,
        ])
        expect(made.status == 0 && !made.errors.contains("world-writable"), "\(made.transcript)")
        expect((try Scratch.mode("made") ?? 0o777) & 0o022, is: 0)
    }

    @Test func aFolderThatAnyoneCanWriteToIsWarnedOf() async throws {
        _ = try await publish(["1.0.0"])
        try Scratch.makeFolder("plugins")
        try WholeFiles.setMode(Scratch.path("plugins"), 0o1777)
        expect(try install("mask").warnings.contains { $0.contains("world-writable") })
        try WholeFiles.setMode(Scratch.path("plugins"), 0o775)
        expect(try install("mask").warnings.isEmpty)
        // The lock says what is installed.
        let lock = Scratch.path("plugins/pdk.lock")
        try WholeFiles.setMode(lock, 0o666)
        expect(try install("mask").warnings.contains { $0.contains("pdk.lock is world-writable") })
        try WholeFiles.setMode(lock, 0o644)
        if geteuid() == 0 {
            unsafe chown(lock, 54321, 54321)
            expect(try install("mask").warnings.contains { $0.contains("belongs to another user (uid 54321)") })
            unsafe chown(lock, 0, 0)
        }
        expect(try install("mask").warnings.isEmpty)
    }

    /// What is installed already is not written again; a changed file is.
    @Test func whatIsThereStays() async throws {
        _ = try await publish(["1.0.0"])
        expect(try !install("mask", trusting: "trust").isUnchanged)
        let before = try FileStatus.of(Scratch.path("plugins/mask.wasm"))
        let again = try install("mask", trusting: "trust")
        expect(
            try again.isUnchanged && again.signature.signer?.label == "acme"
                && FileStatus.of(Scratch.path("plugins/mask.wasm")) == before)
        for ending in ["wasm", "sig", "json"] {
            try Scratch.write("plugins/mask." + ending, "changed")
            expect(try !install("mask", trusting: "trust").isUnchanged, "\(ending)")
        }
        // Also what is there is verified: an unknown key is refused, whatever lies in the folder.
        _ = try await Publisher("other", trust: "strangers")
        #expect(throws: RegistryError.self) { _ = try install("mask", trusting: "strangers") }
    }

    @Test func nothingGoesDownUnasked() async throws {
        var registry = try await publish(["1.0.0"])
        try Scratch.write("old/index.json", try Scratch.text("registry/index.json"))
        try await registry.publish("mask", "2.0.0", module: TestRegistry.module("2"))
        expect(try install("mask").previousVersion == nil)
        try Scratch.write("registry/index.json", try Scratch.text("old/index.json"))
        try await expectRefusal(.downgrade, "v2.0.0 is installed") { try install("mask") }
        let asked = try install("mask", version: "1.0.0")
        expect(asked.previousVersion == "2.0.0" && asked.warnings.contains { $0.contains("was downgraded") })
    }

    /// Neither of two modules of one name is unknown to the operator.
    @Test func aSecondFileOfTheSameNameIsWarnedOf() async throws {
        _ = try await publish(["1.0.0"])
        try Scratch.write("plugins/copy.wasm", TestRegistry.module())
        try Scratch.write("plugins/copy.json", "{\"name\": \"mask\", \"version\": \"0.9\", \"hooks\": []}")
        try Scratch.write("plugins/other.wasm", TestRegistry.module())
        try Scratch.write("plugins/other.yaml", "name: other\n")
        let warnings = try install("mask").warnings
        expect(
            warnings.count == 1 && warnings[0].contains("copy.wasm has a manifest with the same name"), "\(warnings)")
    }

    /// A module that cannot be replaced leaves the sidecars as they were.
    @Test func aFailureLeavesAllAsItWas() async throws {
        _ = try await publish(["1.0.0", "2.0.0"])
        _ = try install("mask", version: "1.0.0")
        let before = try ["wasm", "sig", "json"].map { try Scratch.read("plugins/mask." + $0) }
        let mount = """
            mount --bind plugins/mask.wasm plugins/mask.wasm || exit 7
            "$0" install mask --registry registry --dest plugins; echo "status $?"; umount plugins/mask.wasm
            """
        let result = try await Program("unshare", environment: ["HOME": Scratch.folder]).run(
            ["-m", "sh", "-c", mount, BuiltProduct.pdk])
        try #require(result.output.contains("status 1"), "\(result.transcript)")
        expect(before, is: try ["wasm", "sig", "json"].map { try Scratch.read("plugins/mask." + $0) })
        expect(Scratch.names(in: "plugins"), is: ["mask.json", "mask.sig", "mask.wasm", "pdk.lock"])
    }

    /// A stranger's leftovers and locks in a folder such as /tmp are in nobody's way.
    @Test func strangersLeftoversDoNotStopAnInstall() async throws {
        try #require(geteuid() == 0, "this test makes files of other users")
        _ = try await publish(["1.0.0"])
        let script = """
            mkdir -m 1777 plugins; chmod 755 .
            echo x > plugins/.pdk-0123.tmp; echo y > plugins/.pdk-9.journal; chown 12345:12345 plugins/.pdk-*; chmod 666 plugins/.pdk-0123.tmp
            chmod -R a+rX registry; cp "$0" ./pdk; chmod 755 ./pdk
            setpriv --reuid 54321 --regid 54321 --clear-groups ./pdk install mask --registry registry --dest plugins
            """
        let result = try await Program("sh", environment: ["HOME": "/nonexistent"]).run([
            "-c", script, BuiltProduct.pdk,
        ])
        expect(result.status, is: 0, "\(result.transcript)")
        expect(Scratch.exists("plugins/mask.wasm") && Scratch.exists("plugins/.pdk-0123.tmp"))
    }

    @Test(arguments: [" ", "\n", "\t\r\n"]) func signaturesAreWrittenInOneSpelling(blanks: String) async throws {
        let publisher = try await Publisher("acme")
        var registry = try TestRegistry()
        try await registry.publish("mask", signer: publisher)
        let signature = try #require(
            try JSONDocument(parsing: Scratch.read("registry/index.json")).root.value["plugins"]?.elements.first?[
                "signature"]?.string)
        try await registry.publish("mask", fields: ["signature": .string(blanks + signature + blanks)])
        _ = try install("mask", trusting: "trust")
        expect(try Scratch.text("plugins/mask.sig"), is: signature)
    }

    // MARK: Origins

    /// Modules of an index on the web come from its own server, unless signed ones of others are allowed.
    @Test func anIndexOnTheWebNamesItsOwnServer() async throws {
        let publisher = try await Publisher("acme")
        var registry = try TestRegistry(), elsewhere = try TestRegistry("elsewhere")
        try await elsewhere.publish("mask", signer: publisher)
        let module = TestRegistry.module()
        try await TestServer.serving("elsewhere") { other in
            try await registry.publish(
                "mask", module: module, signer: publisher, fields: ["artifact": .string(other + "/mask-1.0.0.wasm")])
            try await TestServer.serving("registry") { mine in
                try await expectRefusal(.otherOrigin, "not on the server of its index") {
                    try install("mask", from: mine)
                }
                try await expectRefusal(.otherOrigin) { try install("mask", from: mine, trusting: "trust") }
                var options = InstallOptions()
                options.allowsOtherOrigins = true
                let loaded = Registry(RegistryLocation(mine, currentFolder: "/"))
                let entry = try loaded.blockingContents(of: "mask").find("mask")
                let folder = try PluginsFolder(Scratch.path("plugins"))
                #expect(throws: RegistryError.self) {
                    _ = try loaded.blockingInstall(entry, options, into: folder, trust: .digestOnly)
                }
                let root = try TrustRoot.load(folder: Scratch.path("trust"))
                let installed = try loaded.blockingInstall(
                    entry, options, into: folder, trust: .root(root))
                expect(installed.signature.signer?.label, is: "acme")
            }
            // A folder's index is trusted, and may name what it likes.
            expect(try install("mask", into: "others").version, is: "1.0.0")
        }
    }

    @Test(arguments: ["", "localhost"]) func fileAddressesAreDecoded(host: String) async throws {
        _ = try await publish(["1.0.0"])
        let path = Scratch.path("registry").utf8.map { byte in
            (0x21...0x7E).contains(byte) ? String(UnicodeScalar(byte)) : "%" + String(byte, radix: 16)
        }.joined()
        expect(path.contains("%20"))
        expect(try install("mask", from: "file://" + host + path).version, is: "1.0.0")
    }
}

extension JSONValue {
    /// The elements of an array; none for any other value.
    fileprivate var elements: [JSONValue] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }
}
