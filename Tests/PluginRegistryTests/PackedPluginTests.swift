import Basics
import Contract
import PluginRegistry
import TestSupport
import Testing

/// Packed plugins made by Python's tarfile as the host contract describes them, signed by the real `openssl`.
@Suite(.scratchFolder) struct PackedPluginTests {
    /// Packs the files `plugin.wasm` and `plugin.sig` of the scratch folder as `x.tar.gz`.
    ///
    /// `change` is Python that may change the manifest `m`, the module `wasm`, the signature `sig` (None for none) and
    /// the list `entries` of pairs of names and bytes, which is made of them when it is not set.
    private func pack(_ change: String = "", format: String = "PAX") async throws {
        let script = """
            import hashlib, io, json, os, tarfile
            sha = lambda data: hashlib.sha256(data).hexdigest()
            wasm = open('plugin.wasm', 'rb').read()
            sig = open('plugin.sig', 'rb').read() if os.path.exists('plugin.sig') else None
            m = {'schema_version': '1.0', 'name': 'mask', 'version': '1.2.0', 'description': 'd', 'license': 'MIT',
                 'hooks': ['pre_query'], 'wasm_sha256': sha(wasm), 'signature_sha256': sha(sig) if sig else None,
                 'signature_algorithm': 'ed25519' if sig else None, 'packed_at': '2026-04-26T12:00:00Z'}
            entries = None
            \(change)
            text = json.dumps(m).encode()
            if entries is None:
                entries = [('manifest.json', text), ('plugin.wasm', wasm)] + ([('plugin.sig', sig)] if sig else [])
            with tarfile.open('x.tar.gz', 'w:gz', format=tarfile.\(format)_FORMAT) as t:
                for name, data in entries:
                    info = tarfile.TarInfo(name)
                    info.size = len(data)
                    t.addfile(info, io.BytesIO(data))
            """
        let made = try await Program("python3").run(["-c", script])
        try #require(made.status == 0, "\(made.transcript)")
    }

    private func signedFiles(by publisher: Publisher? = nil) async throws {
        try Scratch.write("plugin.wasm", TestRegistry.module())
        let publisher = if let publisher { publisher } else { try await Publisher("acme") }
        try Scratch.write("plugin.sig", try await publisher.sign("plugin.wasm") + "\n")
    }

    private var packed: PackedPlugin {
        get throws { try PackedPlugin.blockingRead(Scratch.path("x.tar.gz")) }
    }

    private var trust: TrustRoot {
        get throws { try TrustRoot.load(folder: Scratch.path("trust")) }
    }

    private func refusal() throws -> RegistryError? {
        #expect(throws: RegistryError.self) { try packed.check(trust: .root(trust)) }
    }

    @Test(arguments: ["PAX", "GNU", "USTAR"]) func whatPythonPacksIsReadAndVerified(format: String) async throws {
        try await signedFiles()
        try await pack(format: format)
        let plugin = try packed
        expect(plugin.name == "mask" && plugin.version == "1.2.0" && plugin.description == "d")
        expect(plugin.license == "MIT" && plugin.hooks == ["pre_query"] && plugin.isSigned)
        expect(plugin.size, is: try Scratch.read("x.tar.gz").count)
        expect(plugin.packedAt, is: "2026-04-26T12:00:00Z")
        expect(plugin.manifestText.hasPrefix(#"{"schema_version": "1.0", "name": "mask""#))
        let verified = try plugin.check(trust: .root(trust))
        expect(verified.signer == "acme" && verified.module == TestRegistry.module())
        expect(verified.sha256, is: plugin.sha256)
        expect(try plugin.check(trust: .digestOnly).signer == nil)
    }

    @Test func unsignedPluginVerifiesOnlyWithoutATrustRoot() async throws {
        _ = try await Publisher("acme")
        try Scratch.write("plugin.wasm", TestRegistry.module())
        try await pack()
        expect(try !packed.isSigned)
        expect(try packed.check(trust: .digestOnly).signer == nil)
        let error = try refusal()
        expect(error?.kind == .noSignature && error?.message.contains("no signature") == true)
    }

    @Test func anothersSignatureIsRefused() async throws {
        _ = try await Publisher("acme")
        try await signedFiles(by: Publisher("mallory", trust: "elsewhere"))
        try await pack()
        let error = try refusal()
        expect(error?.kind, is: .signatureInvalid)
        expect(error?.message.contains("signature verification failed"), is: true)
        expect(try packed.check(trust: .digestOnly).signer == nil)
    }

    /// Python that changes a good pack, the refusal it meets, and words of it.
    static let hostile: [(String, RegistryError.Kind, String)] = [
        ("wasm = wasm + b'x'", .digestMismatch, "sha256 mismatch"),
        ("wasm = wasm + b'x'; m['wasm_sha256'] = sha(wasm)", .signatureInvalid, "signature verification failed"),
        ("m['wasm_sha256'] = m['wasm_sha256'].upper()", .packMalformed, "sha256 mismatch"),
        ("m['wasm_sha256'] = sha(b'')", .digestMismatch, "sha256 mismatch"),
        ("m['signature_sha256'] = sha(b'')", .digestMismatch, "sha256 mismatch for the signature"),
        ("sig = sig + b'\\n'", .digestMismatch, "sha256 mismatch for the signature"),
        ("sig = b'AAAA'; m['signature_sha256'] = sha(sig)", .signatureInvalid, "not base64 of 64 bytes"),
        ("sig = None", .noSignature, "no signature"),
        ("m['signature_sha256'] = None", .packMalformed, "does not mention"),
        ("m['schema_version'] = '2.0'", .packMalformed, "schema_version '2.0'"),
        ("m['packed_at'] = 5", .packMalformed, "packed_at of the manifest is not a string"),
        ("m['name'] = '../../etc/cron.d/x'", .packMalformed, "invalid plugin name"),
        ("wasm = b'#!/bin/sh'; m['wasm_sha256'] = sha(wasm)", .signatureInvalid, "signature verification failed"),
        ("entries = []", .packMalformed, "the archive ends before its entry manifest.json"),
        ("entries = [('plugin.wasm', wasm)]", .packMalformed, "the entry plugin.wasm in place of manifest.json"),
        ("entries = [('manifest.json', b'{}')]", .packMalformed, "the archive ends before its entry plugin.wasm"),
        (
            "entries = [('plugin.wasm', wasm), ('manifest.json', json.dumps(m).encode()), ('plugin.sig', sig)]",
            .packMalformed, "the entry plugin.wasm in place of manifest.json"
        ),
        (
            "entries = [('manifest.json', json.dumps(m).encode()), ('plugin.sig', sig), ('plugin.wasm', wasm)]",
            .packMalformed, "the entry plugin.sig in place of plugin.wasm"
        ),
        (
            "entries = [('manifest.json', json.dumps(m).encode()), ('plugin.wasm', wasm), ('more', b'')]",
            .packMalformed, "the entry more in place of plugin.sig"
        ),
        (
            "entries = [('manifest.json', json.dumps(m).encode()), ('plugin.wasm', wasm), ('plugin.sig', sig), "
                + "('more', b'')]", .packMalformed, "more"
        ),
        (
            "entries = [('manifest.json', json.dumps(m).encode()), ('plugin.wasm', b'x'), ('plugin.wasm', wasm)]",
            .packMalformed, "two entries"
        ),
        ("entries = [('./manifest.json', b'{}')]", .packMalformed, "plain file name"),
        ("m['description'] = 'x' * (1 << 20)", .packMalformed, "larger than 1048576"),
        ("sig = b'A' * 4097; m['signature_sha256'] = sha(sig)", .packMalformed, "larger than 4096"),
    ]

    @Test(arguments: hostile) func isRefused(change: String, kind: RegistryError.Kind, words: String) async throws {
        try await signedFiles()
        try await pack(change)
        let error = try refusal()
        expect(error?.kind == kind && error?.message.contains(words) == true, "\(String(describing: error))")
    }

    @Test func signedThingThatIsNoModuleIsRefused() async throws {
        try Scratch.write("plugin.wasm", Array("#!/bin/sh\n".utf8))
        try Scratch.write("plugin.sig", try await Publisher("acme").sign("plugin.wasm"))
        try await pack()
        expect(try refusal()?.kind, is: .notAModule)
    }

    @Test func fileThatIsNotThereOrNoArchiveIsRefused() throws {
        let missing = #expect(throws: RegistryError.self) { try packed }
        expect(missing?.kind, is: .artifactUnavailable)
        try Scratch.write("x.tar.gz", TestRegistry.module())
        let module = #expect(throws: RegistryError.self) { try packed }
        expect(module?.kind == .packMalformed && module?.message.contains("not in gzip") == true)
    }

    @Test func whatWePackPythonReads() async throws {
        try await signedFiles()
        var metadata = PluginMetadata(name: "mask", version: "1.2.0")
        metadata.hooks = ["pre_query"]
        let bytes = try PackedPlugin.archive(
            metadata, module: Scratch.read("plugin.wasm"), signature: Scratch.read("plugin.sig"),
            packedAt: Timestamp(seconds: 1_777_204_800))
        try Scratch.write("x.tar.gz", bytes)
        let script = """
            import hashlib, json, tarfile
            t = tarfile.open('x.tar.gz', 'r:gz')
            assert t.getnames() == ['manifest.json', 'plugin.wasm', 'plugin.sig'], t.getnames()
            assert all(i.isreg() and i.mode == 0o644 and i.uid == i.gid == 0 for i in t.getmembers())
            assert all(i.mtime == 1777204800 for i in t.getmembers())
            m, wasm, sig = [t.extractfile(n).read() for n in t.getnames()]
            m = json.loads(m)
            assert wasm == open('plugin.wasm', 'rb').read() and sig == open('plugin.sig', 'rb').read()
            assert m == {'schema_version': '1.0', 'name': 'mask', 'version': '1.2.0', 'description': '', 'license': '',
                'hooks': ['pre_query'], 'wasm_sha256': hashlib.sha256(wasm).hexdigest(),
                'signature_sha256': hashlib.sha256(sig).hexdigest(), 'signature_algorithm': 'ed25519',
                'packed_at': '2026-04-26T12:00:00Z'}, m
            """
        let result = try await Program("python3").run(["-c", script])
        expect(result.status, is: 0, "\(result.transcript)")
        expect(try packed.check(trust: .root(trust)).signer, is: "acme")
    }
}
