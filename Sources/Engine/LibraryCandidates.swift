extension EngineLibrary {
    /// The file names looked for in each folder: that of wasmtime's own releases, then that of its Python package.
    package static let fileNames = ["libwasmtime.so", "_libwasmtime.so"]

    /// The places where the library may be, in the order they are tried.
    ///
    /// A non-empty `override` is the only candidate. Otherwise: beside the executable and in `../lib/pdk`, the user's
    /// data folder, `/usr/local/lib`, and last the loader's own search. Reads nothing but its arguments.
    ///
    /// - Parameters:
    ///   - override: The value of `PDK_WASMTIME`, a path to the library.
    ///   - executableFolder: The folder the running program lies in.
    ///   - dataHome: The value of `XDG_DATA_HOME`; ignored unless absolute, as its specification asks.
    ///   - home: The value of `HOME`.
    package static func candidates(
        override: String?, executableFolder: String?, dataHome: String?, home: String?
    ) -> [String] {
        if let override, !override.isEmpty { return [override] }
        var folders: [String] = []
        if let executableFolder, !executableFolder.isEmpty {
            folders.append(executableFolder)
            folders.append(executableFolder + "/../lib/pdk")
        }
        if let dataHome, dataHome.hasPrefix("/") {
            folders.append(dataHome + "/pdk")
        } else if let home, home.hasPrefix("/") {
            folders.append(home + "/.local/share/pdk")
        }
        folders.append("/usr/local/lib")
        let paths = folders.flatMap { folder in fileNames.map { folder + "/" + $0 } }
        return paths + [fileNames[0]]
    }
}
