import Files

/// Installing a module of 256 MiB, with a trust root and without.
struct InstallFigures {
    let pdk: String
    let folder: String
    let table: Table

    func measure() throws {
        let registry = folder + "/registry", module = registry + "/big.wasm"
        try Folder.create(registry)
        try write(module, mebibytes: 256)
        try makeKeys()
        let digest = try Benchmarks.capture("openssl dgst -sha256 -r '\(module)'", folder).prefix(64)
        let script = """
            openssl pkeyutl -sign -rawin -inkey '\(folder)/key0.pem' -in '\(module)' -out '\(folder)/raw' &&
            base64 -w 0 '\(folder)/raw'
            """
        let signature = try Benchmarks.capture(script, folder)
        let keyID = try Benchmarks.capture("base64 -d '\(folder)/one/key0.pub' | sha256sum", folder).prefix(16)
        func entry(_ name: String, _ more: String) -> String {
            """
            {"name": "\(name)", "version": "1.0.0", "artifact": "big.wasm", "sha256": "\(digest)",
            "signature": "\(signature)", "hooks": ["pre_query"]\(more)}
            """
        }
        try WholeFiles.replace(
            registry + "/index.json",
            with: "{\"plugins\": [\(entry("big", "")), \(entry("named", ", \"key_id\": \"\(keyID)\""))]}")
        func install(_ name: String, _ trust: String?) -> () -> Cost {
            MeasuredProcess(
                pdk,
                ["install", name, "--registry", registry, "--dest", folder + "/plugins"]
                    + (trust.map { ["--trust-root", folder + "/" + $0] } ?? [])
            ).run
        }
        let copy = "cp '\(module)' '\(folder)/copy' && sync '\(folder)/copy'"
        table.compare(
            "install of 256 MiB", rounds: 5,
            Candidate(
                "openssl dgst -sha256 and cp and sync",
                run: MeasuredProcess("sh", ["-c", "openssl dgst -sha256 '\(module)' && " + copy]).run),
            [
                Candidate("pdk install", .wall(1.3), .memory(40), run: install("big", nil)),
                Candidate("pdk install --trust-root, 1 key", .wall(2.2), .memory(40), run: install("big", "one")),
                Candidate(
                    "pdk install --trust-root, 50 keys, named by key_id", .wall(2.2), .memory(40),
                    run: install("named", "fifty")),
            ])
        table.compare(
            "install of 256 MiB, 50 keys", rounds: 5, Candidate("pdk install, 1 key", run: install("big", "one")),
            [Candidate("named by key_id", .processor(1.1), run: install("named", "fifty"))])
        table.compare(
            "install of 256 MiB, 50 keys", rounds: 1, Candidate("pdk install, 1 key", run: install("big", "one")),
            [Candidate("not named: every key costs a SHA-512", run: install("big", "fifty"))])
    }

    /// A trust root of one key and one of fifty, made by `openssl`.
    private func makeKeys() throws {
        for name in ["one", "fifty"] { try Folder.create(folder + "/" + name) }
        let script = """
            cd '\(folder)' && for i in $(seq 0 49); do
                openssl genpkey -algorithm ed25519 -out key$i.pem &&
                openssl pkey -in key$i.pem -pubout -outform DER | tail -c 32 | base64 > fifty/key$i.pub || exit 1
            done && cp fifty/key0.pub one/
            """
        _ = MeasuredProcess("sh", ["-c", script]).run()
    }

    /// A file that begins as a module, filled with bytes that do not compress.
    ///
    /// Written in pieces: a child's peak of memory counts from what its parent had when it was started.
    private func write(_ path: String, mebibytes: Int) throws {
        var generator = SystemRandomNumberGenerator()
        let folder = try Folder(FilePaths.parent(of: path) ?? ".")
        var file = try folder.makeTemporary()
        var piece: [UInt8] = [0x00, 0x61, 0x73, 0x6D, 1, 0, 0, 0]
        for _ in 0..<mebibytes {
            while piece.count < 1 << 20 {
                let word: UInt64 = generator.next()
                unsafe withUnsafeBytes(of: word) { unsafe piece.append(contentsOf: $0) }
            }
            try unsafe file.write(piece.span.bytes)
            piece.removeAll(keepingCapacity: true)
        }
        try file.commit(as: FilePaths.name(of: path))
    }
}
