import Basics
import Contract
import Files
import TestSupport
import Testing
import Trust

@testable import PluginRegistry

/// Logins as docker and podman keep them.
@Suite(.scratchFolder) struct ContainerLoginTests {
    private func logins(_ environment: [String: String] = [:]) -> ContainerLogins {
        ContainerLogins(environment: environment, home: Scratch.path("home"), currentFolder: Scratch.folder)
    }

    private func login(
        _ repository: String = "team/guard", host: String = "registry.example.org",
        _ environment: [String: String] = [:]
    ) throws -> ContainerLogin? {
        var answers: ContainerLogins.HelperAnswers = [:]
        return try logins(environment).login(host: host, repository: repository, &answers)
    }

    private func shown(_ login: ContainerLogin?) -> String {
        switch login?.proof {
        case .password(let user, let secret): "\(user) \(secret.text)"
        case .identityToken(let secret): "identity \(secret.text)"
        case .registryToken(let secret): "registry \(secret.text)"
        case nil: "none"
        }
    }

    private func write(_ path: String, _ auths: [String: String]) throws {
        let entries = auths.map { #""\#($0.key)": {"auth": "\#(Base64.encode(Array($0.value.utf8)))"}"# }
        try Scratch.write(path, #"{"auths": {\#(entries.joined(separator: ","))}}"#)
    }

    /// Another process writes the program: while this one has it open for writing it cannot be run.
    private func makeHelper(_ name: String, _ script: String) async throws {
        try Scratch.write("script", "#!/bin/sh\n" + script)
        let made = try await Program("install").run(["-D", "-m", "755", "script", "bin/docker-credential-\(name)"])
        try #require(made.status == 0, "\(made.transcript)")
    }

    @Test func filesAreLookedIntoInTheirOrder() throws {
        for folder in ["home", "home/.docker", "home/.config", "home/.config/containers", "run", "run/containers", "d"]
        {
            try Scratch.makeFolder(folder)
        }
        expect(try login() == nil)
        let host = "registry.example.org"
        try write("home/.docker/config.json", [host: "home:1"])
        expect(shown(try login()), is: "home 1")
        try write("home/.config/containers/auth.json", [host: "settings:2"])
        expect(shown(try login()), is: "settings 2")
        try write("run/containers/auth.json", [host: "run:3"])
        let run = ["XDG_RUNTIME_DIR": Scratch.path("run")]
        expect(shown(try login(run)), is: "run 3")
        try write("d/config.json", [host: "docker:4"])
        expect(shown(try login(run.merging(["DOCKER_CONFIG": "d"]) { $1 })), is: "docker 4")
        try write("named.json", ["other.example.org": "named:5"])
        let named = run.merging(["DOCKER_CONFIG": "d", "REGISTRY_AUTH_FILE": "named.json"]) { $1 }
        expect(shown(try login(host: "other.example.org", named)), is: "named 5")
        // It takes the place of the one in XDG_RUNTIME_DIR, and what it lacks is looked for further.
        expect(shown(try login(named)), is: "docker 4")
    }

    private func login(_ environment: [String: String]) throws -> ContainerLogin? {
        try login("team/guard", host: "registry.example.org", environment)
    }

    @Test func theMostSpecificKeyCounts() throws {
        try write(
            "named.json",
            [
                "h:5000/team/guard": "exact:1", "h:5000/team": "team:2", "h:5000": "host:3",
                "https://old.org/v1/": "old:4",
                "https://index.docker.io/v1/": "docker:5", "h:5000/te": "wrong:6", "padded.org": "p:pass:word\0\0",
            ])
        let named = ["REGISTRY_AUTH_FILE": "named.json"]
        for (repository, host, expected) in [
            ("team/guard", "h:5000", "exact 1"), ("team/other", "h:5000", "team 2"), ("te", "h:5000", "wrong 6"),
            ("tea", "h:5000", "host 3"), ("team/guard/sub", "h:5000", "exact 1"), ("x", "old.org", "old 4"),
            ("x", "docker.io", "docker 5"), ("x", "registry-1.docker.io", "docker 5"), ("x", "h:5001", "none"),
            ("x", "h", "none"), ("x", "padded.org", "p pass:word"),
        ] {
            expect(shown(try login(repository, host: host, named)), is: expected, "\(repository) \(host)")
        }
    }

    @Test func tokensOfBothKinds() throws {
        try Scratch.write(
            "named.json",
            #"""
            {"auths": {"a": {"auth": "dTpw", "identitytoken": "one"}, "b": {"registrytoken": "two"}, "c": {},
            "d": {"username": "u", "password": "p"}, "e": {"auth": "PHRva2VuPjp0aHJlZQ=="}}, "extra": 1}
            """#)
        let named = ["REGISTRY_AUTH_FILE": "named.json"]
        for (host, expected) in [
            ("a", "identity one"), ("b", "registry two"), ("c", "none"), ("d", "u p"), ("e", "identity three"),
        ] {
            let found = try login("x", host: host, named)
            expect(shown(found), is: expected)
            // Nothing of it is printed by mistake.
            expect(!"\(found.map { "\($0) \($0.proof)" } ?? "")".contains("three"))
        }
    }

    @Test(arguments: [
        ("{", "is not JSON"), ("[]", "it is not a JSON object"), (#"{"auths": []}"#, "auths is not an object"),
        (#"{"auths": {"h": 1}}"#, "'h' of auths is not an object"),
        (#"{"auths": {"h": {"auth": "c2VjcmV0X18"}}}"#, "'h' of auths has an auth that is not base64"),
        (#"{"auths": {"h": {"auth": "c2VjcmV0X19f"}}}"#, "is not base64 of USER:PASSWORD"),
        (#"{"credsStore": 1}"#, "credsStore is not a string"), (#"{"credHelpers": {"h": 1}}"#, "no string for 'h'"),
    ])
    func aMalformedFileIsNamedAndNotShown(text: String, words: String) throws {
        try Scratch.write("named.json", text)
        do {
            _ = try login("x", host: "h", ["REGISTRY_AUTH_FILE": "named.json"])
            Issue.record("nothing was thrown")
        } catch let error as RegistryError {
            expect(error.kind == .invalidLogin && error.message.contains(words), "\(error.message)")
            expect(error.message.contains(Scratch.path("named.json")) && !error.message.contains("c2Vjc"))
        }
    }

    @Test func helpersAreAskedOnStandardInput() async throws {
        try await makeHelper(
            "one",
            #"""
            [ "$1" = get ] || exit 3
            server=$(cat)
            echo "asked for $server by $#, PDK_KEY_PEM=$PDK_KEY_PEM" >>"$HELPER_LOG"
            printf '{"ServerURL":"%s","Username":"helped","Secret":"s for %s"}' "$server" "$server"
            """#)
        try await makeHelper("store", #"printf '{"Username":"<token>","Secret":"identity"}'"#)
        try await makeHelper("empty", "echo 'credentials not found in native keychain'; exit 1")
        try Scratch.write(
            "named.json",
            #"""
            {"credHelpers": {"h:1": "one", "docker.io": "one", "none": "empty"}, "credsStore": "store",
            "auths": {"h:1": {"auth": "dTpw"}, "none": {"auth": "dTpw"}}}
            """#)
        try Scratch.write("file.json", #"{"credsStore": "empty", "auths": {"h": {"auth": "dTpw"}}}"#)
        let environment = [
            "REGISTRY_AUTH_FILE": "named.json", "PATH": "relative:\(Scratch.path("bin")):/usr/bin:/bin",
            "HELPER_LOG": Scratch.path("asked"), "PDK_KEY_PEM": "secret",
        ]
        expect(shown(try login("x", host: "h:1", environment)), is: "helped s for h:1")
        expect(shown(try login("x", host: "docker.io", environment)), is: "helped s for https://index.docker.io/v1/")
        expect(shown(try login("x", host: "other", environment)), is: "identity identity")
        expect(shown(try login("x", host: "none", environment)), is: "none")
        let file = environment.merging(["REGISTRY_AUTH_FILE": "file.json"]) { $1 }
        expect(shown(try login("x", host: "h", file)), is: "u p")
        expect(
            try Scratch.text("asked"),
            is: """
                asked for h:1 by 1, PDK_KEY_PEM=
                asked for https://index.docker.io/v1/ by 1, PDK_KEY_PEM=

                """)
        // It is asked once for all repositories of a host.
        var answers: ContainerLogins.HelperAnswers = [:]
        for name in ["a", "b"] {
            _ = try logins(environment).login(host: "h:1", repository: name, &answers)
        }
        expect(try Scratch.text("asked").split(separator: "\n").count, is: 3)
    }

    @Test(arguments: [
        ("../evil", "may have only letters"), ("a b", "may have only letters"), ("missing", "is not in PATH"),
        ("fails", "docker-credential-fails failed: locked\\u{1b}"), ("babbles", "its output is longer than"),
        ("silent", "did not answer with a Username and a Secret"), ("slow", "has not ended within 1 seconds"),
    ])
    func aHelperThatFailsIsNamed(name: String, words: String) async throws {
        try await makeHelper("fails", "printf 'locked\\033[31m'; exit 1")
        try await makeHelper("babbles", "exec yes")
        try await makeHelper("silent", "exit 0")
        try await makeHelper("slow", "exec sleep 20")
        do {
            if name == "slow" {
                var program = AskedProgram(
                    path: Scratch.path("bin/docker-credential-slow"), arguments: ["get"], environment: ["PATH": "/bin"])
                program.seconds = 1
                do { _ = try program.run(input: [1]) } catch { throw RegistryError(.invalidLogin, "\(error) \(name)") }
            } else {
                try Scratch.write("named.json", #"{"credsStore": "\#(name)"}"#)
                _ = try login(
                    "x", host: "h",
                    ["REGISTRY_AUTH_FILE": "named.json", "PATH": "\(Scratch.path("bin")):/usr/bin:/bin"])
            }
            Issue.record("nothing was thrown")
        } catch let error as RegistryError {
            expect(error.kind == .invalidLogin && error.message.contains(words), "\(error.message)")
            expect(error.message.contains(name))
        }
    }

    @Test func challengesAreTakenApart() {
        let all = LoginChallenge.all(
            in: #"Negotiate, Bearer realm="https://a/t?x=1,2",service="a \"b\"","#
                + #"scope="repository:x:pull,push" , basic Realm=r"#)
        expect(all.map(\.scheme), is: ["negotiate", "bearer", "basic"])
        expect(
            all[1].values,
            is: [
                "realm": "https://a/t?x=1,2", "service": #"a "b""#, "scope": "repository:x:pull,push",
            ])
        expect(all[2].values, is: ["realm": "r"])
        expect(LoginChallenge.all(in: "").isEmpty && LoginChallenge.all(in: "=\"x").isEmpty)
        expect(LoginChallenge.all(in: "Bearer realm=\"https://a").map(\.values), is: [[:]])
        expect(LoginChallenge.all(in: "Basic " + String(repeating: "a", count: 9000)).isEmpty)
    }
}
