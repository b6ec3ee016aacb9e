internal import Basics
package import Contract
internal import YAML

/// Reads a file of hook cases, YAML or JSON, for the hooks and inputs of a host profile.
package struct CaseFileReader {
    /// The largest file, in bytes, and the most cases in one.
    package static let maximumBytes = 4 << 20
    package static let maximumCases = 10_000

    private let profile: HostProfile

    /// The cases of a file's text: `cases:` with a list (see Docs/cases.md).
    package static func read(_ text: String, profile: HostProfile) throws(ManifestError) -> [HookCase] {
        try read(YAMLMapping(parsing: text, limit: maximumBytes, what: subject), profile)
    }

    /// What errors call the file.
    private static let subject = "the case file"

    /// The cases of a file in YAML's terms.
    static func read(_ root: YAMLNode, _ profile: HostProfile) throws(ManifestError) -> [HookCase] {
        try read(YAMLMapping(root, subject), profile)
    }

    private static func read(_ root: YAMLMapping, _ profile: HostProfile) throws(ManifestError) -> [HookCase] {
        let reader = CaseFileReader(profile: profile)
        var cases: [HookCase] = [], assume: String?
        for (key, value) in root.entries {
            if key.text == "assume" {
                assume = try reason(value, at: key.place)
                continue
            }
            guard key.text == "cases" else { throw YAMLMapping.unknown(key, ["cases", "assume"]) }
            guard case .sequence(let items) = value.kind else {
                if case .scalar(let scalar) = value.kind, scalar.value == .null { continue }
                throw ManifestError(message: "cases is not a list", at: key.place)
            }
            guard items.count <= maximumCases else {
                throw ManifestError(message: "the file has more than \(maximumCases) cases", at: key.place)
            }
            for item in items { cases.append(try reader.readCase(item)) }
        }
        // What the whole file assumes, each of its calls does that does not say otherwise.
        if let assume {
            for place in cases.indices {
                for call in cases[place].calls.indices where cases[place].calls[call].assume == nil {
                    cases[place].calls[call].assume = assume
                }
            }
        }
        return cases
    }

    /// The reason that `assume` gives.
    private static func reason(_ node: YAMLNode, at place: TextPlace) throws(ManifestError) -> String {
        let reason = try YAMLMapping.text(node, "assume")
        guard !reason.allSatisfy(\.isWhitespace) else {
            throw ManifestError(message: "assume has no reason", at: place)
        }
        return reason
    }

    private static let callKeys = [
        "hook", "input", "input_file", "raw", "assume", "expect", "exact", "writes", "limits",
    ]

    private func readCase(_ node: YAMLNode) throws(ManifestError) -> HookCase {
        let mapping = try YAMLMapping(node, "a case")
        var name: String?, store: [ByteText: ByteText] = [:], calls: [HookCase.Call]?
        var own: [(key: Manifest.Scalar, value: YAMLNode)] = []
        for (key, value) in mapping.entries {
            switch key.text {
            case "name": name = try YAMLMapping.text(value, "name")
            case "store": store = try Self.readStore(value)
            case "calls":
                guard case .sequence(let items) = value.kind, !items.isEmpty else {
                    throw ManifestError(message: "calls is not a list of calls", at: key.place)
                }
                var list: [HookCase.Call] = []
                for item in items {
                    let call = try YAMLMapping(item, "a call")
                    list.append(try readCall(call.entries, at: call.place))
                }
                calls = list
            default: own.append((key, value))
            }
        }
        guard let name, !name.isEmpty else { throw ManifestError(message: "the case has no name", at: mapping.place) }
        if var calls {
            for (key, value) in own {
                guard key.text == "assume" else {
                    throw YAMLMapping.unknown(key, ["name", "store", "assume", "calls"])
                }
                let reason = try Self.reason(value, at: key.place)
                for place in calls.indices where calls[place].assume == nil { calls[place].assume = reason }
            }
            return HookCase(name: name, store: store, calls: calls, line: mapping.line)
        }
        return HookCase(
            name: name, store: store, calls: [try readCall(own, isWhole: true, at: mapping.place)], line: mapping.line)
    }

    private func readCall(
        _ entries: [(key: Manifest.Scalar, value: YAMLNode)], isWhole: Bool = false, at place: TextPlace
    ) throws(ManifestError) -> HookCase.Call {
        var hook: Hook?, input: JSONValue?, inputFile: String?, raw: String?, assume: String?
        var expected: JSONValue?, isExact = false
        var writes: [ByteText: ByteText?]?, fuel: UInt64?, milliseconds: Int?
        for (key, value) in entries {
            switch key.text {
            case "hook": hook = try readHook(value)
            case "input": input = try JSONValue(yaml: value)
            case "input_file": inputFile = try YAMLMapping.text(value, "input_file")
            case "raw": raw = try YAMLMapping.text(value, "raw")
            case "assume": assume = try Self.reason(value, at: place)
            case "expect": expected = try JSONValue(yaml: value)
            case "exact":
                guard case .bool(let flag) = try JSONValue(yaml: value) else {
                    throw ManifestError(message: "exact must be true or false", at: key.place)
                }
                isExact = flag
            case "writes": writes = try Self.readWrites(value)
            case "limits": (fuel, milliseconds) = try Self.readLimits(value)
            default:
                throw YAMLMapping.unknown(
                    key, Self.callKeys + (isWhole ? ["name", "store", "calls"] : []))
            }
        }
        guard let hook else { throw ManifestError(message: "the call has no hook", at: place) }
        guard [raw != nil, input != nil, inputFile != nil].count(where: \.self) <= 1 else {
            throw ManifestError(message: "the call has more than one of input, input_file and raw", at: place)
        }
        if let inputFile, inputFile.isEmpty || inputFile.hasPrefix("/") {
            throw ManifestError(message: "input_file is not a path relative to the case file", at: place)
        }
        var bytes = Array((raw ?? "").utf8), assumptions: [HookInput.Assumption] = []
        if raw == nil, inputFile == nil {
            do throws(HookInput.Failure) {
                let filled = try HookInput(input ?? .object([]), for: hook)
                bytes = Array(filled.text.utf8)
                assumptions = filled.assumptions
            } catch {
                throw ManifestError(message: error.description, at: place)
            }
        }
        return HookCase.Call(
            hook: hook, input: bytes, inputFile: inputFile, assumptions: assumptions, assume: assume,
            expectation: try Self.expectation(expected, isExact: isExact, hook, place),
            writes: writes, fuel: fuel, milliseconds: milliseconds, line: place.line)
    }

    private func readHook(_ node: YAMLNode) throws(ManifestError) -> Hook {
        let text = try YAMLMapping.scalar(node, "hook")
        guard let hook = profile.hook(named: text.text), hook.isCalled else {
            throw ManifestError(
                message: "the host calls no hook '\(text.text.printable)'; it calls "
                    + profile.calledHooks.map(\.name).joined(separator: ", "), at: text.place)
        }
        return hook
    }

    private static func expectation(
        _ value: JSONValue?, isExact: Bool, _ hook: Hook, _ place: TextPlace
    ) throws(ManifestError) -> HookCase.Expectation? {
        switch value {
        case nil: return nil
        case .string("none"): return HookCase.Expectation.none
        case .string(let action):
            guard hook.actions.contains(action) else {
                throw ManifestError(
                    message: "\(hook.name) has no action '\(action.printable)'; it has "
                        + (hook.actions + ["none"]).joined(separator: ", "), at: place)
            }
            let answer = JSONValue.object(["action": .string(action)])
            return isExact ? .exact(answer) : .part(answer)
        case .some(.object(let members)):
            let answer = JSONValue.object(members)
            return isExact ? .exact(answer) : .part(answer)
        default: throw ManifestError(message: "expect is neither an action nor a mapping", at: place)
        }
    }

    private static func readStore(_ node: YAMLNode) throws(ManifestError) -> [ByteText: ByteText] {
        var store: [ByteText: ByteText] = [:]
        for (key, value) in try YAMLMapping(node, "store").entries {
            guard try JSONValue(yaml: value) != .null else {
                throw ManifestError(message: "the value of '\(key.text.printable)' in store is null", at: key.place)
            }
            store[ByteText(key.text)] = ByteText(try YAMLMapping.text(value, "a value of store"))
        }
        return store
    }

    private static func readWrites(_ node: YAMLNode) throws(ManifestError) -> [ByteText: ByteText?] {
        var writes: [ByteText: ByteText?] = [:]
        for (key, value) in try YAMLMapping(node, "writes").entries {
            let text = try YAMLMapping.text(value, "a value of writes")
            writes.updateValue(try JSONValue(yaml: value) == .null ? nil : ByteText(text), forKey: ByteText(key.text))
        }
        return writes
    }

    /// `limits:` with `fuel` in units and `time_ms`.
    private static func readLimits(_ node: YAMLNode) throws(ManifestError) -> (UInt64?, Int?) {
        var fuel: UInt64?, milliseconds: Int?
        for (key, value) in try YAMLMapping(node, "limits").entries {
            guard ["fuel", "time_ms"].contains(key.text) else { throw YAMLMapping.unknown(key, ["fuel", "time_ms"]) }
            guard case .number(let text) = try JSONValue(yaml: value), let number = Int(text), number > 0 else {
                throw ManifestError(message: "\(key.text) is not a whole number above 0", at: key.place)
            }
            switch key.text {
            case "fuel": fuel = UInt64(number)
            case "time_ms": milliseconds = number
            default: throw YAMLMapping.unknown(key, ["fuel", "time_ms"])
            }
        }
        return (fuel, milliseconds)
    }
}
