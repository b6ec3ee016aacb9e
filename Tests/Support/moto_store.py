"""moto's server as an object store for tests, with one bucket, `plugins`: moto_store.py READY

It keeps all in memory, honours conditions, and takes any key. Writes its port into the file READY, and ends with the process
that has started it.
"""
import os, sys, time, urllib.request

from moto.server import ThreadedMotoServer

parent, ready = os.getppid(), sys.argv[1]
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
urllib.request.urlopen(urllib.request.Request(f"http://{host}:{port}/plugins", method="PUT"), timeout=20).read()
with open(ready + " new", "w") as file:
    file.write(str(port))
os.rename(ready + " new", ready)
while os.getppid() == parent:
    time.sleep(0.5)
os._exit(0)
