"""An OCI registry in memory that keeps what it gets without a look at it, and lies when told to: oci_liar.py READY RULES LOG

It has uploads in one piece and in chunks, mounts, tags in pages, and (unless RULES say otherwise) the referrers API.
RULES is a JSON file that is read at every request: {"referrers": false, "deletes": false, "rules": [RULE, …]}. The first
RULE whose "match", a regular expression, is found in "METHOD /path?query" (and that was used less than "times" times)
answers in the registry's place: {"status", "headers", "body", "repeat": N, "announce": N (a false length), "drip": N (a
byte every N seconds), "stall": true}; with {"real": true} the registry answers and "headers" come on top, and {"body of":
"/v2/…"} answers with the body of something else. In texts, %HERE% and %OTHER% stand for the addresses of this server and of a second one that
answers the same, %PATH% for the path, %N% for the number of the request, and %DIGEST% for the digest in the path.
READY gets the port, LOG a line of JSON a request: server, request, authorization, status, bytes sent, bytes got.
PUT /rewind forgets all since PUT /keep.
"""
import copy, hashlib, http.server, json, re, socket, sys, threading, time, urllib.parse

sys.dont_write_bytecode = True  # The tests' folder stays as it is.
from two_servers import serve

ready, rules_path, log_path = sys.argv[1:4]
lock = threading.RLock()
store = {"blobs": {}, "manifests": {}, "tags": {}, "referrers": {}}
kept = copy.deepcopy(store)
uploads, used, addresses = {}, {}, {}
counter = [0]
rules_text = [None]


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *ignored):
        pass

    def send(self, status, headers=(), data=b"", rule={}):
        self.sent = len(data)
        self.note(status)
        self.send_response(status)
        names = {name.lower() for name, _ in headers}
        for name, value in headers:
            self.send_header(name, value)
        if "content-length" not in names:
            self.send_header("Content-Length", str(rule.get("announce", len(data))))
        self.end_headers()
        if self.command == "HEAD":
            return
        if rule.get("drip"):
            for byte in data:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(rule["drip"])
        else:
            self.wfile.write(data)
        if rule.get("stall"):
            self.wfile.flush()
            time.sleep(60)

    def note(self, status):
        with lock, open(log_path, "a") as file:
            file.write(json.dumps({
                "server": "here" if self.server is servers[0] else "other", "request": f"{self.command} {self.path}",
                "authorization": self.headers.get("Authorization"), "status": status, "sent": self.sent,
                "got": len(self.body)}) + "\n")

    def refuse(self, status, code):
        self.send(status, [("Content-Type", "application/json")], json.dumps({"errors": [{"code": code}]}).encode())

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.body, self.sent = self.rfile.read(length), 0
        with lock:
            try:
                with open(rules_path) as file:
                    text = file.read()
            except FileNotFoundError:
                text = "{}"
            if text != rules_text[0]:
                rules_text[0] = text
                used.clear()
            self.rules = json.loads(text or "{}")
            counter[0] += 1
            number = counter[0]
            chosen = None
            for index, rule in enumerate(self.rules.get("rules", [])):
                if re.search(rule["match"], f"{self.command} {self.path}") and used.get(index, 0) < rule.get("times", 1 << 30):
                    used[index] = used.get(index, 0) + 1
                    chosen = rule
                    break
        self.extra = []
        if chosen is not None:
            def filled(text):
                parts = urllib.parse.urlsplit(self.path)
                digest = re.search("sha256:[0-9a-f]{64}", self.path)
                for name, value in (("HERE", addresses["here"]), ("OTHER", addresses["other"]), ("PATH", parts.path),
                                    ("N", str(number)), ("DIGEST", digest.group(0) if digest else "")):
                    text = text.replace(f"%{name}%", value)
                return text
            headers = [(name, filled(value)) for name, value in chosen.get("headers", [])]
            if chosen.get("real"):
                self.extra = headers
            else:
                data = filled(chosen.get("body", "")).encode("utf-8", "surrogateescape") * chosen.get("repeat", 1)
                if "body of" in chosen:
                    repository, _, reference = filled(chosen["body of"])[4:].partition("/manifests/")
                    with lock:
                        data = store["manifests"][repository, self.named(repository, reference)][1]
                return self.send(chosen.get("status", 200), headers, data, chosen)
        with lock:
            self.registry()

    def named(self, repository, reference):
        return store["tags"].get(repository, {}).get(reference, reference)

    def registry(self):
        global kept, store
        parts = urllib.parse.urlsplit(self.path)
        query = {name: values[0] for name, values in urllib.parse.parse_qs(parts.query).items()}
        if parts.path in ("/keep", "/rewind"):
            if parts.path == "/keep":
                kept = copy.deepcopy(store)
            else:
                store = copy.deepcopy(kept)
            return self.send(200)
        if parts.path.rstrip("/") == "/v2":
            return self.send(200, self.extra, b"{}")
        found = re.fullmatch(r"/v2/(.+?)/(blobs/uploads|blobs|manifests|tags|referrers)/(.*)", parts.path)
        if not found:
            return self.refuse(404, "NOT_FOUND")
        repository, kind, rest = found.groups()
        getattr(self, kind.split("/")[-1])(repository, rest, query)

    def uploads(self, repository, rest, query):
        if self.command == "POST":
            mounted = query.get("mount")
            if mounted and (query.get("from"), mounted) in store["blobs"]:
                store["blobs"][repository, mounted] = store["blobs"][query["from"], mounted]
                return self.send(201, self.extra + [("Location", f"/v2/{repository}/blobs/{mounted}")])
            rest = str(len(uploads))
            uploads[rest] = b""
        elif rest not in uploads:
            return self.refuse(404, "BLOB_UPLOAD_UNKNOWN")
        elif self.command == "PATCH":
            start = (self.headers.get("Content-Range") or "0-").split("-")[0]
            if int(start) != len(uploads[rest]):
                return self.refuse(416, "BLOB_UPLOAD_INVALID")
            uploads[rest] += self.body
        else:
            data = uploads.pop(rest) + self.body
            uploads[rest] = b""
            if digest_of(data) != query.get("digest"):
                return self.refuse(400, "DIGEST_INVALID")
            store["blobs"][repository, query["digest"]] = data
            return self.send(201, self.extra + [("Location", f"/v2/{repository}/blobs/{query['digest']}")])
        place = [] if any(name.lower() == "location" for name, _ in self.extra) else [
            ("Location", f"/v2/{repository}/blobs/uploads/{rest}?state={rest}")]
        self.send(202, self.extra + place)

    def blobs(self, repository, digest, query):
        data = store["blobs"].get((repository, digest))
        if data is None:
            return self.refuse(404, "BLOB_UNKNOWN")
        if self.command == "DELETE":
            del store["blobs"][repository, digest]
            return self.send(202)
        self.send(200, self.extra, data)

    def manifests(self, repository, reference, query):
        tags = store["tags"].setdefault(repository, {})
        if self.command == "PUT":
            digest, headers = digest_of(self.body), []
            store["manifests"][repository, digest] = (self.headers.get("Content-Type"), self.body)
            if not reference.startswith("sha256:"):
                tags[reference] = digest
            try:
                content = json.loads(self.body)
            except ValueError:
                content = {}
            subject = isinstance(content, dict) and content.get("subject")
            if subject and self.rules.get("referrers", True):
                store["referrers"].setdefault((repository, subject["digest"]), []).append({
                    "mediaType": content["mediaType"], "digest": digest, "size": len(self.body),
                    "artifactType": content.get("artifactType") or content["config"]["mediaType"]})
                headers = [("OCI-Subject", subject["digest"])]
            return self.send(201, self.extra + headers + [("Docker-Content-Digest", digest)])
        digest = self.named(repository, reference)
        if (repository, digest) not in store["manifests"]:
            return self.refuse(404, "MANIFEST_UNKNOWN")
        if self.command == "DELETE":
            if not self.rules.get("deletes", True):
                return self.refuse(405, "UNSUPPORTED")
            del store["manifests"][repository, digest]
            for tag in [tag for tag, name in tags.items() if name == digest]:
                del tags[tag]
            return self.send(202)
        kind, data = store["manifests"][repository, digest]
        self.send(200, self.extra + [("Content-Type", kind), ("Docker-Content-Digest", digest)], data)

    def tags(self, repository, rest, query):
        tags = sorted(store["tags"].get(repository, {}))
        if not tags:
            return self.refuse(404, "NAME_UNKNOWN")
        page = [tag for tag in tags if tag > query.get("last", "")][:min(int(query.get("n", 1000)), 1000)]
        more = page and page[-1] != tags[-1]
        link = [("Link", f"</v2/{repository}/tags/list?n=1000&last={page[-1]}>; rel=\"next\"")] if more else []
        self.send(200, self.extra + link, json.dumps({"name": repository, "tags": page}).encode())

    def referrers(self, repository, digest, query):
        if not self.rules.get("referrers", True):
            return self.refuse(404, "NOT_FOUND")
        every = store["referrers"].get((repository, digest), [])
        wanted = [item for item in every if query.get("artifactType") in (None, item["artifactType"])]
        kind = "application/vnd.oci.image.index.v1+json"
        body = json.dumps({"schemaVersion": 2, "mediaType": kind, "manifests": wanted}).encode()
        self.send(200, self.extra + [("Content-Type", kind), ("OCI-Filters-Applied", "artifactType")], body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = answer


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


servers = [Server(("127.0.0.1", 0), Handler) for _ in range(2)]
serve(servers, addresses, ready)
