package import Authoring
package import Contract

/// A plugin on its way to a release: what the release rules look at.
package struct ReleaseState {
    /// What a registry holds of the plugin's version.
    package enum Published {
        /// No registry was named, or nothing stands in the way.
        case unpublished
        /// A newer version is there.
        case older(than: PluginVersion, registry: String)
        /// The version is there, with another entry: what differs, in words.
        case entry(registry: String, difference: String)
        /// The version is there, and its file is not what it should be.
        case artifact(registry: String, difference: String)
    }

    /// What is known of the signature beside the module.
    package enum Signed {
        /// It is right, or there is no module.
        case nothingWrong
        case absent
        case earlierBuild
        /// It is not of the publisher's key, or no signature at all: why, in words.
        case wrong(String)
        /// It is of none of these keys of the key store.
        case unknownSigner([String])
    }

    /// What the module says of itself.
    package enum Embedded {
        /// It agrees with `plugin.yaml`, or nothing is expected of it.
        case nothingWrong
        case absent
        case unreadable(String)
        case other(field: String, signed: String, now: String)
    }

    package var manifest: Manifest
    package var manifestPath: String
    package var modulePath: String
    package var signaturePath: String
    package var published = Published.unpublished
    package var signature = Signed.nothingWrong
    package var embedded = Embedded.nothingWrong

    package init(manifest: Manifest, manifestPath: String, modulePath: String, signaturePath: String) {
        self.manifest = manifest
        self.manifestPath = manifestPath
        self.modulePath = modulePath
        self.signaturePath = signaturePath
    }

    func finding(_ rule: Rule, _ message: String, _ line: Int?, help: String) -> Finding {
        Finding(rule, message, help: help, file: manifestPath, line: line)
    }

    /// What the release rules find.
    package func findings() -> [Finding] { RuleBook.release.flatMap { $0.findings(in: self) } }
}

/// A publish, install and verify in a scratch registry: what PDK307 looks at.
package struct ReleaseTrial {
    package let file: String
    /// Why it failed, and what to do; nil where all went well.
    package let failure: (message: String, help: String?)?

    package init(file: String, failure: (message: String, help: String?)?) {
        self.file = file
        self.failure = failure
    }

    /// What PDK307 finds.
    package func findings() -> [Finding] { RoundTrip.findings(in: self) }
}

/// The cases of a plugin as they were read: what the case rules look at.
package struct CaseReading {
    /// The folder of the cases.
    package let folder: String
    /// Why they could not be read, and what to do.
    package var failure: (message: String, help: String?)?
    /// What cases assume of the host without saying why.
    package var assumptions: [(name: String, file: String, line: Int?, words: String)] = []

    package init(folder: String) { self.folder = folder }

    /// What the case rules find.
    package func findings() -> [Finding] { RuleBook.cases.flatMap { $0.findings(in: self) } }
}
