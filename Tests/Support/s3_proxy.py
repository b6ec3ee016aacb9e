"""Stands between pdk and an object store or an OCI registry, and does wrong what it is told to: s3_proxy.py UPSTREAM READY MODE LOG

MODE is a JSON file that is read at every request:
  {"kill": N, "when": "before" or "after", "pid": FILE}  ends the process of FILE at its Nth request that writes
  {"fail": STATUS, "times": N, "only": TEXT}              answers so to the first N requests whose line holds TEXT
  {"lose": N}                                             does the Nth request that writes, and never answers
  {"hold": TEXT, "until": FILE}                           makes what holds TEXT wait for a file; FILE.held is there meanwhile
  {"cut": TEXT}, {"lie": TEXT}, {"redirect": ADDRESS}     half of, a changed byte in, another place for what holds TEXT
LOG gets a line of JSON a request.
"""
import http.client, http.server, json, os, signal, sys, threading, time

upstream, ready, mode_path, log_path = sys.argv[1:]
WRITING = ("PUT", "DELETE", "POST", "PATCH")
lock = threading.Lock()
state = {"text": None, "writes": 0, "failed": 0}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *ignored):
        pass

    def mode(self):
        try:
            with open(mode_path) as file:
                text = file.read()
        except FileNotFoundError:
            text = "{}"
        with lock:
            if state["text"] != text:
                state.update(text=text, writes=0, failed=0)
            if self.command in WRITING:
                state["writes"] += 1
            return json.loads(text or "{}"), state["writes"]

    def answer(self, status, headers, body, announced=None):
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in ("content-length", "connection", "transfer-encoding", "date", "server"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if announced is None else announced))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.close_connection = True

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        mode, writes = self.mode()
        line = f"{self.command} {self.path}"
        writing = self.command in WRITING
        if mode.get("fail") and mode.get("only", "") in line:
            with lock:
                state["failed"] += 1
                failing = state["failed"] <= mode.get("times", 1)
            if failing:
                self.note(mode["fail"], 0)
                return self.answer(mode["fail"], [], b"<Error><Code>SlowDown</Code></Error>")
        if mode.get("hold") and mode["hold"] in line:
            open(mode["until"] + ".held", "w").close()
            while not os.path.exists(mode["until"]):
                time.sleep(0.01)
        if mode.get("redirect"):
            self.note(307, 0)
            return self.answer(307, [("Location", mode["redirect"] + self.path)], b"")
        if writing and mode.get("kill") == writes and mode.get("when") == "before":
            return self.kill(mode)
        connection = http.client.HTTPConnection("127.0.0.1", int(upstream), timeout=60)
        connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in ("connection", "expect"):
                connection.putheader(name, value)
        connection.endheaders(body or None)
        reply = connection.getresponse()
        data = reply.read()
        headers = reply.getheaders()
        connection.close()
        if writing and mode.get("kill") == writes:
            return self.kill(mode)
        if writing and mode.get("lose") == writes:
            self.note(0, len(data))
            self.close_connection = True
            return self.connection.close()
        self.note(reply.status, len(data))
        if mode.get("cut") and mode["cut"] in line and self.command == "GET":
            return self.answer(reply.status, headers, data[: len(data) // 2], announced=len(data))
        if mode.get("lie") and mode["lie"] in line and self.command == "GET" and data:
            data = data[:-1] + bytes([data[-1] ^ 1])
        self.answer(reply.status, headers, data, announced=None if self.command != "HEAD" else 0)

    def kill(self, mode):
        with open(mode["pid"]) as file:
            os.kill(int(file.read()), signal.SIGKILL)
        self.close_connection = True
        self.connection.close()

    def note(self, status, size):
        with lock, open(log_path, "a") as file:
            file.write(json.dumps({
                "request": f"{self.command} {self.path}", "status": status, "bytes": size,
                "sent": int(self.headers.get("Content-Length") or 0),
                "signed": "Authorization" in self.headers, "token": self.headers.get("x-amz-security-token", ""),
            }) + "\n")

    do_GET = do_HEAD = do_PUT = do_DELETE = do_POST = do_PATCH = handle_any


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(ready + " new", "w") as file:
    file.write(str(server.server_address[1]))
os.rename(ready + " new", ready)
server.serve_forever()
