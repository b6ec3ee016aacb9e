internal import Basics
internal import Transfers
internal import Trust

/// What an object store's refusals mean, in words.
extension S3Client {
    /// The store's refusal; nil where the object is not there, or has not come, which is for the caller to judge.
    func failure(_ error: TransferError, _ action: String) -> RegistryError? {
        switch error.kind {
        case .notFound:
            return Self.code(in: error.refusal) == "NoSuchBucket"
                ? refusal(404, error.refusal, [:], action) : nil
        case .status(let status): return refusal(status, error.refusal, [:], action)
        case .refusedRedirect, .tooManyRedirects: return refusal(nil, error.refusal, [:], action)
        case .connection, .timedOut:
            // An address of a bucket does not say whose it is; a plugins folder's lock file has only the address.
            guard network.objectStore.endpoint == nil else { return nil }
            return RegistryError(
                .indexUnavailable, error.description,
                help: "if the bucket is not on AWS, set Network.objectStore.endpoint",
                commandHelp: "if the bucket is not on AWS, give its store with --endpoint or AWS_ENDPOINT_URL",
                underlying: error)
        default: return nil
        }
    }

    /// The refusal of a request; `status` is nil for a redirect of a download.
    func refusal(_ status: Int?, _ body: [UInt8], _ headers: [String: String], _ action: String) -> RegistryError {
        let code = Self.code(in: body)
        let shown = (status.map { "status \($0)" } ?? "a redirect") + (code.map { " \($0.printable)" } ?? "")
        func error(_ reason: String, _ help: String?, _ commandHelp: String? = nil) -> RegistryError {
            RegistryError(
                .storeRefused, "cannot \(action) in \(place): \(reason) (\(shown))", help: help,
                commandHelp: commandHelp)
        }
        let settings = "check accessKeyID and secretAccessKey of Network.objectStore"
        var keys = "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE and ~/.aws/credentials"
        if case .indirect(let profile) = network.objectStore.fault {
            keys =
                "pdk does not ask for the key of the profile '\(profile.printable)'; get it with: "
                + "eval \"$(aws configure export-credentials --profile \(profile.printable.shellWord) --format env)\""
        }
        let region = headers["x-amz-bucket-region"] ?? Self.element("Region", in: body)
        switch (status ?? 307, code) {
        case (_, "InvalidAccessKeyId"): return error("the store does not know the access key", settings, keys)
        case (_, "SignatureDoesNotMatch"): return error("the secret does not belong to the access key", settings, keys)
        case (_, "ExpiredToken"), (_, "InvalidToken"):
            return error(
                "the session token is not valid any more", "get a new one, and set Network.objectStore.sessionToken",
                "get a new one, and set AWS_SESSION_TOKEN")
        case (_, "RequestTimeTooSkewed"): return error("this machine's clock is wrong", "set the clock")
        case (_, "NoSuchBucket"):
            return error(
                "there is no such bucket", "check the address, or create the bucket first; pdk does not create buckets")
        case (301, _), (307, _), (_, "AuthorizationHeaderMalformed"):
            return error(
                "the bucket is in another region or at another endpoint, and redirects are not followed with a key",
                region.map { "it is in the region \($0.printable): set Network.objectStore.region" }
                    ?? "set its own endpoint and region in Network.objectStore",
                region.map { "it is in the region \($0.printable): give --region \($0.printable.shellWord)" }
                    ?? "give its own --endpoint and --region")
        case (401, _), (403, _):
            return error(
                network.objectStore.accessKeyID == nil
                    ? "the store requires an access key" : "the access key is wrong or does not have permission",
                settings, keys)
        case (501, _):
            return error("the store does not support this request", "use a store that has conditional writes")
        case (let status, _) where TransferError.mayPass(status):
            return error("the store is overloaded or has an internal error", "try again later")
        default: return error("the store refused it", nil)
        }
    }

    private static func code(in body: [UInt8]) -> String? { element("Code", in: body) }

    /// The text of the first element of this name, at most 100 letters of it.
    static func element(_ name: String, in body: [UInt8]) -> String? {
        let text = String(decoding: body.prefix(16_384), as: UTF8.self)
        guard let start = text.firstPlace(of: "<\(name)>")?.upperBound else { return nil }
        let value = text[start...].prefix { $0 != "<" }
        return value.isEmpty ? nil : String(value.prefix(100))
    }
}
