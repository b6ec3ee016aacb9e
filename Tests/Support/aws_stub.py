"""AWS's S3 for tests, by its real names: aws_stub.py FOLDER

A proxy for https (CONNECT) that is itself the server behind it: one store in memory for every name below amazonaws.com, with
conditional writes and with signatures checked (AWS Signature Version 4, key AKIDPUB, secret "secret"). FOLDER gets ca.pem,
the certificate, log, a line of JSON a request (host, request, status), and last ready, with the port.
"""
import hashlib, hmac, http.server, json, os, re, socketserver, ssl, subprocess, sys, threading, time, urllib.parse

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
at = lambda name: os.path.join(folder, name)
names = [f"DNS:{prefix}s3.{region}.amazonaws.com" for region in ("eu-central-1", "us-east-1") for prefix in ("", "*.")]
subprocess.run(
    ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test", "-addext",
     "subjectAltName=" + ",".join(names), "-keyout", at("key.pem"), "-out", at("ca.pem")], check=True, capture_output=True)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(at("ca.pem"), at("key.pem"))
objects, lock = {}, threading.Lock()


def is_signed(request, body):
    found = re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=AKIDPUB/(\d+)/([a-z0-9-]+)/s3/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=(\w+)",
        request.headers.get("Authorization", ""))
    if not found or hashlib.sha256(body).hexdigest() != request.headers.get("x-amz-content-sha256"):
        return False
    day, region, signed, signature = found.groups()
    if "host" not in signed.split(";") or f".{region}." not in request.headers["Host"]:
        return False
    path, _, query = request.path.partition("?")
    pairs = "&".join(sorted(part if "=" in part else part + "=" for part in query.split("&") if part))
    headers = "".join(f"{name}:{request.headers[name].strip()}\n" for name in signed.split(";"))
    text = "\n".join([request.command, path, pairs, headers, signed, hashlib.sha256(body).hexdigest()])
    scope = f"{day}/{region}/s3/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", request.headers["x-amz-date"], scope, hashlib.sha256(text.encode()).hexdigest()])
    key = b"AWS4secret"
    for part in (day, region, "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest() == signature


class Store(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *ignored):
        pass

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        # A bucket's objects are the same by both kinds of address.
        host, path = self.headers["Host"], urllib.parse.unquote(self.path.partition("?")[0])
        bucket = host.partition(".s3.")[0] if ".s3." in host else path.split("/")[1]
        key = bucket + (path if ".s3." in host else path[1 + len(bucket):])
        status, headers, data = 403, [], b"<Error><Code>SignatureDoesNotMatch</Code></Error>"
        with lock:
            there = objects.get(key)
            tag = '"%s"' % hashlib.md5(there).hexdigest() if there is not None else None
            if is_signed(self, body):
                wanted = self.headers.get("If-Match")
                if self.command == "PUT":
                    if self.headers.get("If-None-Match") == "*" and there is not None or wanted and wanted != tag:
                        status, data = (404 if there is None else 412), b""
                    else:
                        objects[key] = body
                        status, headers, data = 200, [("ETag", '"%s"' % hashlib.md5(body).hexdigest())], b""
                elif self.command == "DELETE":
                    objects.pop(key, None)
                    status, data = 204, b""
                elif there is None:
                    status, data = 404, b"<Error><Code>NoSuchKey</Code></Error>"
                else:
                    status, headers, data = 200, [("ETag", tag)], there
            with open(at("log"), "a") as file:
                file.write(json.dumps({"host": host, "request": f"{self.command} {self.path}", "status": status}) + "\n")
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    do_GET = do_HEAD = do_PUT = do_DELETE = answer


class Proxy(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline().decode()
        while self.rfile.readline().strip():
            pass
        if not re.match(r"CONNECT [a-z0-9.-]+\.amazonaws\.com:443 ", line):
            return self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        self.wfile.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        self.wfile.flush()
        try:
            Store(context.wrap_socket(self.request, server_side=True), self.client_address, self.server)
        except OSError:
            pass


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


server = Server(("127.0.0.1", 0), Proxy)
threading.Thread(target=server.serve_forever, daemon=True).start()
with open(at("ready new"), "w") as file:
    file.write(str(server.server_address[1]))
os.rename(at("ready new"), at("ready"))
parent = os.getppid()
while os.getppid() == parent:
    time.sleep(0.5)
