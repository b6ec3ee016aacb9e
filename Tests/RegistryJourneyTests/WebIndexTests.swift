import Contract
import Foundation
import JourneySupport
import TestSupport
import Testing

/// Look-ups in a registry behind nginx: what is asked for again, what is kept, and what a wrong server gives.
@Suite(.scratchFolder)
struct WebIndexTests {
    private var kit: Kit { Kit().with("XDG_CACHE_HOME", Scratch.path("cache")) }
    private let own = "/plugins/gu/ar/guard.json"
    private var registry: String { Scratch.path("registry") }

    private func release(_ version: String, of plugin: Kit) async throws {
        try plugin.setVersion(version)
        try await plugin.done("sign", "--no-build-check")
        try await plugin.done("publish", "--no-test", "--no-build-check", registry)
    }

    private var cached: String {
        get throws {
            let folder = Scratch.path("cache/pdk/index")
            return folder + "/" + (try #require(Disk.names(folder).first))
        }
    }

    @Test func anUnchangedIndexIsNotSentAgain() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(Kit())
        try await release("0.1.0", of: plugin)
        try await WebServer.serving(registry) { server in
            let kit = kit.with("SSL_CERT_FILE", server.certificate)
            func info(_ expected: [String], _ newest: String, _ kit: Kit, _ comment: Comment) async throws {
                let asked = try await server.requests {
                    let found = try await kit.document("info", "guard", "--registry", server.address + "/?key=SECRET")
                    expect(found["newest"]?.string == newest, comment)
                }
                expect(
                    asked.filter { !$0.contains("CHANGELOG") } == expected.map { "\($0) \(own)?key=SECRET" }, comment)
            }
            try await info(["200"], "0.1.0", kit, "nothing is kept yet")
            let kept = try cached
            expect(try Disk.mode(kept) == 0o600)
            expect(try Disk.mode(Scratch.path("cache/pdk/index")) == 0o700)
            expect(try !Disk.text(kept).contains("SECRET"))
            expect(!kept.contains("127.0.0.1"))
            try await info(["304"], "0.1.0", kit, "unchanged")
            try await release("0.2.0", of: plugin)
            try await info(["200"], "0.2.0", kit, "changed")
            try await info(["304"], "0.2.0", kit, "unchanged again")
            // A damaged file, one that others can write, and a link are as good as none.
            let whole = try Disk.read(cached)
            try Disk.write(cached, Array(whole.dropLast()))
            try await info(["200"], "0.2.0", kit, "damaged")
            try Disk.setMode(cached, 0o666)
            try await info(["200"], "0.2.0", kit, "open to others")
            try Disk.write(Scratch.path("elsewhere"), whole)
            let path = try cached
            try Disk.remove(path)
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: Scratch.path("elsewhere"))
            try await info(["200"], "0.2.0", kit, "a link")
            expect(try Scratch.read("elsewhere") == whole)
            try await info(["304"], "0.2.0", kit, "written again")
            // Where no cache can be, there is none.
            var nowhere = kit.with("XDG_CACHE_HOME", "")
            nowhere.home = ""
            try await info(["200"], "0.2.0", nowhere, "no home")
            try await info(["200"], "0.2.0", nowhere, "no home still")
        }
    }

    @Test func onlySoMuchIsKept() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(Kit())
        try await release("0.1.0", of: plugin)
        let folder = Scratch.path("cache/pdk/index")
        try Disk.makeFolder(folder)
        try Disk.setMode(folder, 0o700)
        for number in 0..<300 { try Disk.write(folder + "/old\(number)", [0]) }
        try await WebServer.serving(registry) { server in
            let kit = kit.with("SSL_CERT_FILE", server.certificate)
            try await kit.done("info", "guard", "--registry", server.address)
            expect(try Disk.names(folder).count == 256)
            let asked = try await server.requests { try await kit.done("info", "guard", "--registry", server.address) }
            expect(asked.first == "304 \(own)")
        }
    }

    /// What is kept is used after the server's word only, and a wrong answer leaves nothing that a right one cannot replace.
    @Test func aWrongServerIsNotBelieved() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(Kit())
        try await release("0.1.0", of: plugin)
        let path = registry + own, old = try Disk.read(path)
        try await release("0.2.0", of: plugin)
        let new = try Disk.read(path)
        try await WebServer.serving(registry) { server in
            let kit = kit.with("SSL_CERT_FILE", server.certificate)
            let install = ["install", "guard", "--registry", server.address, "--dest", "plugins"]
            try await kit.done(install)
            // An old index does not take a host back.
            try Disk.write(path, old)
            let back = try await kit.refusal("install", "guard", "--registry", server.address, "--dest", "plugins")
            expect(back.code == "downgrade", "\(back)")
            // A truncated one is named.
            try Disk.write(path, Array(new.prefix(new.count / 2)))
            let cut = try await kit.refusal("info", "guard", "--registry", server.address)
            expect(cut.code == "index-malformed", "\(cut)")
            // That of another plugin has nothing of this name.
            let other = String(decoding: new, as: UTF8.self).replacing("\"guard\"", with: "\"other\"")
            try Disk.write(path, other)
            expect(try await kit.refusal("info", "guard", "--registry", server.address).code == "no-plugin")
            // A page of the server's own is no index: the whole one is read.
            try Disk.write(path, "<html>log in</html>")
            expect(try await kit.document("info", "guard", "--registry", server.address)["newest"]?.string == "0.2.0")
            try Disk.write(path, new)
            expect(try await kit.document("info", "guard", "--registry", server.address)["newest"]?.string == "0.2.0")
            // Nobody else's server is asked in its place.
            let stranger = Kit().with("XDG_CACHE_HOME", Scratch.path("cache"))
            expect(
                try await stranger.refusal("info", "guard", "--registry", server.address).code == "index-unavailable")
        }
    }
}
