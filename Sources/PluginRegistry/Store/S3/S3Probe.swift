internal import Basics
internal import Contract
internal import Files
internal import Transfers
internal import Trust

/// Whether a store honours the conditions that changes depend on; found by trying them on an object of its own.
extension S3Store {
    /// Error: `storeUnsafe` for a store that overwrites what it was told to keep.
    func prepare() throws {
        let key = index.at(".pdk-probe-\(UInt64.random(in: 0...UInt64.max))").key
        func put(_ text: String, _ header: String, _ value: String) throws -> (isDone: Bool, tag: String?) {
            let answer = try client.send(
                "PUT", key, headers: [(header, value)], body: Array(text.utf8), accepting: [409, 412])
            return ((200...299).contains(answer.status), answer.headers["etag"])
        }
        func refusal(_ what: String) -> RegistryError {
            RegistryError(
                .storeUnsafe,
                "\(client.place) \(what): two publishers at once could overwrite each other's releases",
                help: "use a store with conditional writes (If-None-Match and If-Match)")
        }
        let first = try put("1", "If-None-Match", "*")
        defer { _ = try? client.send("DELETE", key, accepting: [404]) }
        guard first.isDone else { throw refusal("refuses to create an object that does not exist") }
        let tag = try S3Store.tag(first.tag, of: index)
        guard try !put("2", "If-None-Match", "*").isDone else {
            throw refusal("overwrites an object that was to be created only (If-None-Match)")
        }
        guard try !put("3", "If-Match", "\"00000000000000000000000000000000\"").isDone else {
            throw refusal("overwrites an object whatever state was expected (If-Match)")
        }
        guard try put("4", "If-Match", tag).isDone else {
            throw refusal("refuses to replace an object in the state that was expected (If-Match)")
        }
    }
}
