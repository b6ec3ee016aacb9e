"""Runs docker-registry with a login: oci_login.py FOLDER KIND, KIND is basic, token or tls-basic, tls-token.

Users: publisher ("correct horse") may do all, reader ("read only") may pull; anybody may pull from public/….
FOLDER gets ca.pem, storage/, log (a line of JSON a request of the token server), and last ready, with the port.
The token server stands beside the registry, speaks as it does, and also takes the refresh token "refresh one".
"""
import base64, ctypes, http.server, json, os, signal, socket, ssl, subprocess, sys, threading, time, urllib.parse

folder, kind = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
tls = kind.startswith("tls-")
at = lambda name: os.path.join(folder, name)
b64 = lambda data: base64.urlsafe_b64encode(data).rstrip(b"=").decode()

subprocess.run(
    ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test", "-addext",
     "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", at("key.pem"), "-out", at("ca.pem")],
    check=True, capture_output=True)
certificate = base64.b64encode(ssl.PEM_cert_to_DER_cert(open(at("ca.pem")).read())).decode()
libc = ctypes.CDLL(None)
users = {"publisher": "correct horse", "reader": "read only"}


def granted(user, scope):
    parts = scope.split(":")
    if len(parts) != 3:
        return None
    wanted = parts[2].split(",")
    may = ["pull", "push", "delete"] if user == "publisher" else []
    if user == "reader" or parts[1].startswith("public/"):
        may = may or ["pull"]
    return {"type": parts[0], "name": parts[1], "actions": [action for action in wanted if action in may]}


def token(user, scopes):
    now = int(time.time())
    head = {"typ": "JWT", "alg": "RS256", "x5c": [certificate]}
    claims = {"iss": "issuer", "sub": user, "aud": "the registry", "exp": now + 120, "nbf": now - 10, "iat": now,
              "jti": str(time.time_ns()), "access": [item for item in (granted(user, scope) for scope in scopes) if item]}
    text = b64(json.dumps(head).encode()) + "." + b64(json.dumps(claims).encode())
    signed = subprocess.run(["openssl", "dgst", "-sha256", "-sign", at("key.pem")], input=text.encode(), check=True,
                            capture_output=True).stdout
    return text + "." + b64(signed)


class TokenServer(http.server.BaseHTTPRequestHandler):
    def log_message(self, *ignored):
        pass

    def answer(self, status, value, note):
        with open(at("log"), "a") as log:
            log.write(json.dumps(dict(note, method=self.command, status=status)) + "\n")
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def give(self, query, user, refused):
        scopes = [scope for text in query.get("scope", []) for scope in text.split(" ")]
        note = {"user": user, "scopes": scopes, "account": query.get("account", [None])[0]}
        if refused or query.get("service") != ["the registry"]:
            return self.answer(401, {"errors": [{"code": "UNAUTHORIZED", "message": refused or "wrong service"}]}, note)
        self.answer(200, {"token": token(user, scopes), "expires_in": 120}, note)

    def do_GET(self):
        user, refused = "", None
        header = self.headers.get("Authorization", "")
        if header.startswith("Basic "):
            user, _, password = base64.b64decode(header[6:]).decode().partition(":")
            if users.get(user) != password:
                refused = "no such user and password: " + password
        self.give(urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query), user, refused)

    def do_POST(self):
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        right = form.get("grant_type") == ["refresh_token"] and form.get("refresh_token") == ["refresh one"]
        self.give(form, "publisher", None if right else "invalid refresh token")


scheme = "https" if tls else "http"
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), TokenServer)
if tls:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(at("ca.pem"), at("key.pem"))
    server.socket = context.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()

if kind.endswith("token"):
    auth = {"token": {"realm": f"{scheme}://127.0.0.1:{server.server_address[1]}/token", "service": "the registry",
                      "issuer": "issuer", "rootcertbundle": at("ca.pem")}}
else:
    with open(at("htpasswd"), "w") as file:
        file.write("publisher:$2b$04$pn9ieu90GvNQEwUPwyyZcef9yoSTbkYwdW4YlPT2xQBp6JFn5ZXRy\n"
                   "reader:$2b$04$x4UjptJ/EgvY2pwCjD53qe.OI3bS8gj9KE2u7sVKyhN9g52UERWba\n")
    auth = {"htpasswd": {"realm": "the registry", "path": at("htpasswd")}}

while True:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"version": 0.1, "log": {"level": "error"}, "auth": auth,
                "storage": {"filesystem": {"rootdirectory": at("storage")}, "delete": {"enabled": True}},
                "http": {"addr": f"127.0.0.1:{port}", "secret": "the tests'"}}
    if tls:
        settings["http"]["tls"] = {"certificate": at("ca.pem"), "key": at("key.pem")}
    with open(at("config.yml"), "w") as file:
        json.dump(settings, file)
    registry = subprocess.Popen(["docker-registry", "serve", at("config.yml")], stdout=open(at("output"), "w"),
                                stderr=subprocess.STDOUT,
                                preexec_fn=lambda: libc.prctl(1, signal.SIGKILL))  # PR_SET_PDEATHSIG
    while registry.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            time.sleep(0.02)
    if registry.poll() is None:
        break
with open(at("ready new"), "w") as file:
    file.write(str(port))
os.rename(at("ready new"), at("ready"))
parent = os.getppid()
while registry.poll() is None and os.getppid() == parent:
    time.sleep(0.5)
registry.kill()
