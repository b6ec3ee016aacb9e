"""A registry that answers as a test says: oci_stub.py ANSWERS READY LOG [CERTIFICATE]

ANSWERS is JSON: "METHOD /path" (without the query) to a list of answers, of which the last stays: {"status", "headers",
"body", "repeat": N, "cut": true, "stall": true}. In headers and bodies %HERE% and %OTHER% stand for the addresses of this
server and of a second one, on another port, which answers the same. What is not in it is 404. READY gets the port, LOG
a line of JSON a request: server, method, path, query, authorization, body.
"""
import http.server, json, sys, threading, time, urllib.parse

sys.dont_write_bytecode = True  # The tests' folder stays as it is.
from two_servers import serve

answers, ready, log = sys.argv[1:4]
table = json.load(open(answers))
lock = threading.Lock()
addresses = {}


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *ignored):
        pass

    def reply(self):
        parts = urllib.parse.urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode(errors="replace")
        with lock:
            with open(log, "a") as file:
                file.write(json.dumps({
                    "server": "here" if self.server is servers[0] else "other", "method": self.command,
                    "path": parts.path, "query": parts.query, "authorization": self.headers.get("Authorization"),
                    "body": body}) + "\n")
            given = table.get(f"{self.command} {parts.path}", [{"status": 404}])
            answer = given.pop(0) if len(given) > 1 else given[0]

        def filled(text):
            return text.replace("%HERE%", addresses["here"]).replace("%OTHER%", addresses["other"])

        data = filled(answer.get("body", "")).encode() * answer.get("repeat", 1)
        self.send_response(answer["status"])
        for name, value in answer.get("headers", []):
            self.send_header(name, filled(value))
        self.send_header("Content-Length", str(len(data) + (1000 if answer.get("cut") else 0)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)
        if answer.get("stall"):
            time.sleep(30)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = reply


servers = [http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) for _ in range(2)]
serve(servers, addresses, ready, sys.argv[4] if len(sys.argv) > 4 else None)
