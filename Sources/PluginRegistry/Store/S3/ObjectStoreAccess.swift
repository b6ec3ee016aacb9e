internal import Files

/// How the object stores of `s3://` addresses are reached, and with which access key.
///
/// Nothing of the key is ever shown, and it goes to the store's own server alone.
public struct ObjectStoreAccess: Sendable, CustomStringConvertible, CustomReflectable {
    /// The address of the store, such as `https://s3.example.org`; nil for AWS.
    public var endpoint: String?
    /// The region that requests are signed for; `us-east-1` where nobody says.
    public var region: String?
    /// The access key's id; without one, requests are not signed.
    public var accessKeyID: String?
    /// The access key's secret.
    public var secretAccessKey: String?
    /// What makes a key of limited life whole.
    public var sessionToken: String?
    /// What is wrong with the profile.
    package private(set) var fault: ProfileFault?

    /// A profile that gives no key though it should.
    package enum ProfileFault: Sendable, Equatable {
        /// A profile was named, and no file has it.
        case missing(String)
        /// It gets its key from a program, a role or a single sign-on, none of which is asked.
        case indirect(String)
    }

    /// AWS, without a key.
    public init() {}

    /// The endpoint, and nothing of the key.
    public var description: String { endpoint ?? "AWS" }
    /// A mirror without the key.
    public var customMirror: Mirror { Mirror(self, children: ["endpoint": endpoint as Any, "region": region as Any]) }

    /// Takes what the tools of AWS take, in their order: variables of the environment, then the files of the profile.
    ///
    /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`,
    /// `AWS_REGION`, `AWS_DEFAULT_REGION`, `AWS_PROFILE`, `AWS_SHARED_CREDENTIALS_FILE` and `AWS_CONFIG_FILE`.
    package init(environment: [String: String], home: String?) {
        func variable(_ names: String...) -> String? {
            names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        }
        let named = variable("AWS_PROFILE", "AWS_DEFAULT_PROFILE"), profile = named ?? "default"
        let ownKeys = Self.settings(
            variable("AWS_SHARED_CREDENTIALS_FILE") ?? home.map { FilePaths.join($0, ".aws/credentials") },
            [profile])
        let ownOthers = Self.settings(
            variable("AWS_CONFIG_FILE") ?? home.map { FilePaths.join($0, ".aws/config") },
            profile == "default" ? ["default", "profile default"] : ["profile \(profile)"])
        let keys = ownKeys ?? [:], others = ownOthers ?? [:]
        if let named, ownKeys == nil, ownOthers == nil { fault = .missing(named) }
        endpoint =
            variable("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL") ?? keys["endpoint_url"] ?? others["endpoint_url"]
        region = variable("AWS_REGION", "AWS_DEFAULT_REGION") ?? keys["region"] ?? others["region"]
        if let id = variable("AWS_ACCESS_KEY_ID") {
            accessKeyID = id
            secretAccessKey = variable("AWS_SECRET_ACCESS_KEY")
            sessionToken = variable("AWS_SESSION_TOKEN")
        } else {
            let found = [keys, others].first { $0["aws_access_key_id"] != nil } ?? [:]
            accessKeyID = found["aws_access_key_id"]
            secretAccessKey = found["aws_secret_access_key"]
            sessionToken = found["aws_session_token"]
            if accessKeyID == nil, fault == nil, Self.indirect.contains(where: { (keys[$0] ?? others[$0]) != nil }) {
                fault = .indirect(profile)
            }
        }
    }

    /// Settings of a profile whose key is somewhere else.
    private static let indirect = [
        "credential_process", "role_arn", "sso_session", "sso_start_url", "web_identity_token_file", "login_session",
    ]

    /// The longest file of profiles that is read, in bytes.
    private static let maximumFileBytes = 1 << 20

    /// The settings of the first of these sections; nil where there is none, or no such file.
    private static func settings(_ path: String?, _ sections: [String]) -> [String: String]? {
        guard let path, let file = try? FileHandle(reading: path),
            let bytes = try? file.readAll(limit: maximumFileBytes)
        else { return nil }
        var all: [String: [String: String]] = [:], section = ""
        for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
            let text = line.trimmed
            if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
                section = text[text.index(after: text.startIndex)..<end].split(whereSeparator: \.isWhitespace)
                    .joined(separator: " ")
                if all[section] == nil { all[section] = [:] }
            } else if let equals = line.firstIndex(of: "="), !text.hasPrefix("#"), !text.hasPrefix(";"),
                line.first?.isWhitespace == false
            {
                all[section, default: [:]][line[..<equals].trimmed.lowercased()] =
                    line[line.index(after: equals)...].trimmed
            }
        }
        return sections.lazy.compactMap { all[$0] }.first
    }
}

extension Substring {
    /// The text without the blanks at both ends.
    fileprivate var trimmed: String {
        let text = drop { $0.isWhitespace }
        return String(text[..<(text.lastIndex { !$0.isWhitespace }.map(text.index(after:)) ?? text.startIndex)])
    }
}
