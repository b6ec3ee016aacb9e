internal import Basics

/// An access key of an object store, and the region that requests are signed for (`CURLOPT_AWS_SIGV4`).
package struct AWSKey: Sendable, Equatable, Redacted {
    package let id: String
    package let secret: String
    /// What makes a key of limited life whole; nil for one that lasts.
    package let sessionToken: String?
    package let region: String

    package init(id: String, secret: String, sessionToken: String?, region: String) {
        self.id = id
        self.secret = secret
        self.sessionToken = sessionToken
        self.region = region
    }

    /// The digest that stands for a body of no bytes: SHA-256 of nothing.
    package static let emptyDigest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    /// What libcurl is told: provider, region, service.
    var scope: String { "aws:amz:\(region):s3" }

    /// The headers that are signed with a request whose body has this SHA-256, in hexadecimal digits.
    func headers(bodyDigest: String) -> [(name: String, value: String)] {
        [("x-amz-content-sha256", bodyDigest)] + (sessionToken.map { [("x-amz-security-token", $0)] } ?? [])
    }
}
