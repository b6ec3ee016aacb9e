"""Two servers of a test's registry on ports of their own: the registry, and another host that it may point at."""
import os, ssl, threading, time


def serve(servers, addresses, ready, certificate=None):
    """Serves until the process that started this has ended; `ready` gets the first one's port, `addresses` both."""
    for server, name in zip(servers, ("here", "other")):
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *ignored: None
        addresses[name] = f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
    with open(ready + " new", "w") as file:
        file.write(str(servers[0].server_address[1]))
    os.rename(ready + " new", ready)
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(0.5)
