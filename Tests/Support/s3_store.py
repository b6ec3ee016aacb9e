"""SeaweedFS with one bucket, `plugins`, for tests: s3_store.py WEED FOLDER READY

Writes its port into the file READY. Ends with the process that has started it, and takes SeaweedFS along.
"""
import hashlib, hmac, datetime, json, os, random, signal, socket, subprocess, sys, time, urllib.request

weed, folder, ready = sys.argv[1:]
KEY, SECRET = "AKIDPUB", "secret/with+chars="


def free_ports(count):
    while True:
        base = random.randrange(20000, 32000)
        try:
            for port in range(base, base + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
            return base
        except OSError:
            continue


def signed(method, port, path):
    """A request of no body, signed as AWS does it; written from the public description of Signature Version 4."""
    now = datetime.datetime.now(datetime.timezone.utc)
    stamp, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
    empty = hashlib.sha256(b"").hexdigest()
    headers = {"host": f"127.0.0.1:{port}", "x-amz-content-sha256": empty, "x-amz-date": stamp}
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    request = "\n".join([method, path, "", lines, names, empty])
    scope = f"{day}/us-east-1/s3/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = ("AWS4" + SECRET).encode()
    for part in [day, "us-east-1", "s3", "aws4_request"]:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={KEY}/{scope}, SignedHeaders={names}, Signature={signature}")
    del headers["host"]
    return urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method, headers=headers)


port = free_ports(9)
os.makedirs(folder + "/data", exist_ok=True)
with open(folder + "/s3.json", "w") as file:
    json.dump({"identities": [{"name": "publisher", "actions": ["Admin", "Read", "Write", "List"],
                               "credentials": [{"accessKey": KEY, "secretKey": SECRET}]},
                              {"name": "reader", "actions": ["Read", "List"],
                               "credentials": [{"accessKey": "AKIDREAD", "secretKey": "only to read"}]}]}, file)
with open(folder + "/log", "w") as log:
    server = subprocess.Popen(
        [weed, "server", f"-dir={folder}/data", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-master.port={port + 1}",
         f"-master.port.grpc={port + 2}", f"-volume.port={port + 3}", f"-volume.port.grpc={port + 4}",
         f"-filer.port={port + 5}", f"-filer.port.grpc={port + 6}", "-volume.max=100", "-s3", f"-s3.port={port}",
         f"-s3.port.grpc={port + 7}", f"-s3.config={folder}/s3.json", "-s3.port.iceberg=0",
         "-s3.port.lance=0", "-master.telemetry=false"],
        stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=folder)


def stop(*_):
    server.send_signal(signal.SIGKILL)
    server.wait()
    for name in os.listdir("/tmp"):
        if name.startswith("seaweedfs-") and name.endswith(".sock"):
            numbers = [int(part) for part in name[:-5].split("-") if part.isdigit()]
            if any(port <= number <= port + 8 for number in numbers):
                os.unlink("/tmp/" + name)
    os._exit(0)


signal.signal(signal.SIGTERM, stop)
parent = os.getppid()
while True:
    try:
        urllib.request.urlopen(signed("PUT", port, "/plugins"), timeout=20)
        break
    except OSError as error:
        if getattr(error, "code", 0) == 409:
            break
        if server.poll() is not None or os.getppid() != parent:
            stop()
        time.sleep(0.2)
with open(ready + " new", "w") as file:
    file.write(str(port))
os.rename(ready + " new", ready)
while os.getppid() == parent and server.poll() is None:
    time.sleep(0.5)
stop()
