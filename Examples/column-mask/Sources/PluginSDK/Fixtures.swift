// Events for tests. None of this is in the module.
#if !hasFeature(Embedded)
    import CPluginABI

    extension HookEvent {
        fileprivate init(written write: (inout JSONWriter) -> Void) {
            var json = JSONWriter()
            write(&json)
            self.init(json: JSON(json.text))
        }
    }

    extension Query {
        /// A query as HeliosProxy 1.5 tells of it; what it never sends can be given, for another host.
        public init(
            sql: Text, normalized: Text? = nil, hostTables: [Text] = [], hostIsReadOnly: Bool = true,
            requestID: Text = "00000000-0000-4000-8000-000000000001",
            clientID: Text? = "00000000-0000-4000-8000-000000000002", identity: Text? = nil, database: Text? = nil,
            branch: Text? = nil,
            attributes: KeyValuePairs<Text, Text> = [:]
        ) {
            self.init { json in
                json.raw(#"{"query":"#)
                json.string(sql)
                json.raw(#","normalized":"#)
                json.string(normalized ?? sql)
                json.raw(#","tables":"#)
                json.strings(hostTables)
                json.raw(#","is_read_only":\#(hostIsReadOnly ? "true" : "false" as Text)"#)
                json.raw(#","hook_context":{"request_id":"#)
                json.string(requestID)
                json.raw(#","client_id":"#)
                json.string(clientID)
                json.raw(#","identity":"#)
                json.string(identity)
                json.raw(#","database":"#)
                json.string(database)
                json.raw(#","branch":"#)
                json.string(branch)
                json.raw(#","attributes":"#)
                json.object(attributes)
                json.raw("}}")
            }
        }
    }

    extension Outcome {
        /// What became of a query.
        public init(
            isForwarded: Bool = true, targetNode: Text? = nil, elapsedMicroseconds: Int64 = 0, responseBytes: Int64 = 0,
            error: Text? = nil
        ) {
            self.init { json in
                json.raw(#"{"success":\#(isForwarded ? "true" : "false" as Text),"target_node":"#)
                json.string(targetNode)
                json.raw(#","elapsed_us":\#(elapsedMicroseconds),"response_bytes":\#(responseBytes),"error":"#)
                json.string(error)
                json.raw("}")
            }
        }
    }

    extension AuthenticateRequest {
        /// A request as HeliosProxy 1.5 tells of it; what it never sends can be given, for another host.
        public init(
            headers: KeyValuePairs<Text, Text> = [:], username: Text? = nil, password: Text? = nil,
            clientIP: Text = "127.0.0.1", database: Text? = nil
        ) {
            self.init { json in
                json.raw(#"{"headers":"#)
                json.object(headers)
                json.raw(#","username":"#)
                json.string(username)
                json.raw(#","password":"#)
                json.string(password)
                json.raw(#","client_ip":"#)
                json.string(clientIP)
                json.raw(#","database":"#)
                json.string(database)
                json.raw("}")
            }
        }
    }

    /// Puts the JSON text of an event together.
    private struct JSONWriter {
        private(set) var text: Text = ""

        mutating func raw(_ json: Text) { text = text + json }

        mutating func string(_ value: Text?) {
            guard let value else { return raw("null") }
            // What a block answers with is a string.
            let answer = QueryDecision.block(value).json
            let start = #"{"action":"block","value":"#.utf8.count
            raw(answer.part(start..<answer.count - 1))
        }

        mutating func strings(_ values: [Text]) {
            var lead: Text = "["
            for value in values {
                raw(lead)
                string(value)
                lead = ","
            }
            raw(values.isEmpty ? "[]" : "]")
        }

        mutating func object(_ members: KeyValuePairs<Text, Text>) {
            var lead: Text = "{"
            for (name, value) in members {
                raw(lead)
                string(name)
                raw(":")
                string(value)
                lead = ","
            }
            raw(members.isEmpty ? "{}" : "}")
        }
    }

    extension Store {
        /// Empties this thread's store, which stands in for the host's: the first line of a test that uses it.
        public static func removeAll() { plugin_host_clear() }
    }
#endif
