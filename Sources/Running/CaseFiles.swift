package import Authoring
internal import Basics
package import Contract
internal import Files

/// A case with the file it stands in.
package struct PlacedCase: Sendable {
    /// The file, relative to the plugin's folder.
    package let file: String
    package let hookCase: HookCase
    /// The case's name.
    package var name: String { hookCase.name }
    /// The line, from 1.
    package var line: Int { hookCase.line }

    /// What the case gives to `hook`, in the order of its calls.
    package func inputs(of hook: Hook) -> [[UInt8]] {
        hookCase.calls.filter { $0.hook.name == hook.name }.map(\.input)
    }
}

/// The hook cases of a plugin: `cases/*.yaml`, `*.yml` and `*.json`.
package enum CaseFiles {
    /// All cases, by file name and then in the order of the file; none when there is no such folder.
    package static func read(of project: PluginProject) throws -> [PlacedCase] {
        let folder = FilePaths.join(project.folder, "cases")
        guard try FileStatus.of(folder, followingLinks: true)?.kind == .folder else { return [] }
        var cases: [PlacedCase] = []
        for name in try Folder(folder).names(limit: 10_000)
        where [".yaml", ".yml", ".json"].contains(where: name.hasSuffix) && !name.hasPrefix(".") {
            let path = FilePaths.join(folder, name)
            let bytes = try WholeFiles.read(path, limit: CaseFileReader.maximumBytes)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw Problem(.invalidCase, "\(path) is not UTF-8", help: "save it as UTF-8")
            }
            do {
                let read =
                    try name.hasSuffix(".json")
                    ? CaseFileReader.read(json: text, profile: project.profile)
                    : CaseFileReader.read(text, profile: project.profile)
                cases += try read.map { hookCase in
                    PlacedCase(file: "cases/" + name, hookCase: try withInputs(hookCase, folder: folder, path: path))
                }
            } catch let error as ManifestError {
                throw error.problem(
                    .invalidCase, in: path,
                    help: "see the page about cases: pdk docs cases")
            }
        }
        return cases
    }

    /// The largest recorded input, in bytes.
    private static let maximumInputBytes = 16 << 20

    /// The same case with the bytes of its input files.
    private static func withInputs(_ hookCase: HookCase, folder: String, path: String) throws -> HookCase {
        var filled = hookCase
        for (place, call) in hookCase.calls.enumerated() {
            guard let name = call.inputFile else { continue }
            let file = FilePaths.join(folder, name)
            guard try FileStatus.of(file, followingLinks: true) != nil else {
                throw Problem(
                    .invalidCase, "\(path):\(call.line): there is no file \(file)",
                    help: "input_file is relative to the folder of the case file")
            }
            let input = try WholeFiles.read(file, limit: maximumInputBytes)
            filled.calls[place].input = input
            filled.calls[place].assumptions = HookInput.assumptions(
                in: input, for: call.hook, limit: maximumInputBytes)
        }
        return filled
    }
}
