import Files

/// Look-up, list and publish in large indexes.
struct IndexFigures {
    let pdk: String
    let folder: String
    let table: Table

    private static let module: [UInt8] = [0x00, 0x61, 0x73, 0x6D, 1, 0, 0, 0]

    /// 100,000 entries beside Python's `json`, and 1,000,000 beside ten times that.
    func measure() throws {
        let many = try registry("many", entries: 100_000)
        let python = MeasuredProcess(
            "python3", ["-c", "import json, sys; json.load(open(sys.argv[1]))", many + "/index.json"])
        table.compare(
            "100,000 entries", rounds: 5, Candidate("python3 json.load", run: python.run),
            [
                Candidate("pdk install", .processor(1.0 / 8), .memory(24), run: lookUp(many)),
                Candidate("pdk list", .processor(1.0 / 4), .memory(24), run: list(many)),
            ])
        try Folder.removeTree(many)

        let million = try registry("million", entries: 1_000_000)
        table.compare(
            "1,000,000 entries", rounds: 3,
            Candidate("cp", run: MeasuredProcess("cp", [million + "/index.json", folder + "/copy"]).run),
            [
                Candidate("pdk install", .memory(24), run: lookUp(million)),
                Candidate("pdk list", .memory(24), run: list(million)),
            ])
        try lookUpByName(million)
        try Folder.removeTree(million)
    }

    /// A look-up that has only the plugin's own index to read, beside one of a plugin that has none, and beside 1,000 entries.
    private func lookUpByName(_ million: String) throws {
        let thousand = try registry("thousand", entries: 1000)
        try ownIndex(70_000, in: million)
        try ownIndex(700, in: thousand)
        func info(_ name: String, _ registry: String) -> () -> Cost {
            MeasuredProcess(pdk, ["info", name, "--registry", registry]).run
        }
        let byName = info("plugin-70000", million)
        table.compare(
            "look-up by name in 1,000,000 entries", rounds: 9,
            Candidate("pdk info reading all of index.json", run: info("plugin-69999", million)),
            [Candidate("pdk info", .processor(1.0 / 50), run: byName)])
        table.compare(
            "look-up by name in 1,000,000 entries", rounds: 21,
            Candidate("pdk info in 1,000 entries", run: info("plugin-700", thousand)),
            [Candidate("pdk info", .processor(1.2), run: byName)])
        try Folder.removeTree(thousand)
    }

    private func lookUp(_ registry: String) -> () -> Cost {
        MeasuredProcess(pdk, ["install", "plugin-70000", "--registry", registry, "--dest", folder + "/plugins"]).run
    }

    private func list(_ registry: String) -> () -> Cost { MeasuredProcess(pdk, ["list", "--registry", registry]).run }

    /// A registry folder with an index as `pdk publish` writes it, written in pieces.
    private func registry(_ name: String, entries: Int) throws -> String {
        let path = folder + "/" + name
        try Folder.create(path)
        try WholeFiles.replace(path + "/small.wasm", with: Self.module)
        var file = try Folder(path).makeTemporary()
        var text = Self.beginning
        for number in 0..<entries {
            text += Self.entry(number, artifact: "small.wasm") + (number == entries - 1 ? "\n" : ",\n")
            if text.utf8.count > 1 << 20 {
                try unsafe file.write(Array(text.utf8).span.bytes)
                text = ""
            }
        }
        try unsafe file.write(Array((text + Self.end).utf8).span.bytes)
        try file.commit(as: "index.json")
        return path
    }

    /// The own index of a plugin of such a registry; the others have none, so that all of `index.json` is read for them.
    private func ownIndex(_ number: Int, in registry: String) throws {
        let shard = registry + "/plugins/pl/ug"
        try Folder.create(shard)
        let entry = Self.entry(number, artifact: "../../../small.wasm")
        try WholeFiles.replace("\(shard)/plugin-\(number).json", with: Self.beginning + entry + "\n" + Self.end)
    }

    private static let beginning = "{\n  \"schema_version\": \"1\",\n  \"plugins\": [\n", end = "  ]\n}\n"

    private static func entry(_ number: Int, artifact: String) -> String {
        """
            {
              "name": "plugin-\(number)",
              "version": "1.0.\(number % 7)",
              "description": "Plugin number \(number)",
              "artifact": "\(artifact)",
              "sha256": "93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476",
              "signature": "\(String(repeating: "A", count: 86))==",
              "hooks": [
                "pre_query"
              ],
              "license": "Apache-2.0",
              "size": 8,
              "published_at": "2026-01-01T00:00:00Z"
            }
        """
    }

    /// A publish into 100,000 entries beside one into an empty registry: the difference beside a copy of the index.
    func publish() throws {
        let many = try registry("published", entries: 100_000), plugin = folder + "/c"
        _ = MeasuredProcess(
            pdk, ["new", "c", "--template", "c", "--hook", "pre_query", "--dir", folder, "--author", "a"]
        ).attempt()
        guard MeasuredProcess(pdk, ["build", "--quiet"], folder: plugin).attempt() != nil,
            MeasuredProcess(pdk, ["keygen", "publisher"]).attempt() != nil,
            MeasuredProcess(pdk, ["sign", "--key", "publisher"], folder: plugin).attempt() != nil
        else {
            table.add(unmeasured: "publish into 100,000 entries", because: "the C template cannot be built here")
            return
        }
        let saved = folder + "/index.saved", empty = folder + "/empty"
        _ = MeasuredProcess("cp", [many + "/index.json", saved]).run()
        let copy = MeasuredProcess("cp", [saved, folder + "/copy"]).run
        let commands: [(String, String)] = [
            ("rm -rf '\(many)/artifacts' && cp '\(saved)' '\(many)/index.json'", many),
            ("rm -rf '\(empty)'", empty),
        ]
        var costs: [[Cost]] = [[], [], []]
        for round in 0...5 {
            for (place, (prepare, registry)) in commands.enumerated() {
                _ = MeasuredProcess("sh", ["-c", prepare]).run()
                let publish = MeasuredProcess(
                    pdk, ["publish", registry, "--create", "--key", "publisher"], folder: plugin)
                if round > 0 { costs[place].append(publish.run()) } else { _ = publish.run() }
            }
            costs[2].append(copy())
        }
        let medians = costs.map(MeasuredProcess.medians)
        print("\npublish into 100,000 entries (5 rounds): processor ms, MiB, times cp")
        for (cost, name) in zip(medians, ["into 100,000 entries", "into an empty registry", "cp of the index"]) {
            print("  \(cost.processor)  \(cost.memory)  \(cost.processor / medians[2].processor)  \(name)")
        }
        let difference = max(0, medians[0].processor - medians[1].processor)
        table.add(
            "publish into 100,000 entries", "pdk publish, less one into an empty registry", "processor, cp",
            ratio: difference / medians[2].processor, most: 5)
        table.add(
            "publish into 100,000 entries", "pdk publish", "MiB of one into an empty registry",
            ratio: medians[0].memory / medians[1].memory, most: 1.2)
    }
}
