"""Debian's docker-registry for tests: oci_registry.py FOLDER READY [no-delete]

Writes its port into the file READY as soon as it answers. This process becomes the registry, so that ending it ends that.
The registry also ends with the process that has started this. (PR_SET_PDEATHSIG would end it with the thread that has.)
"""
import os, select, signal, socket, sys, time, urllib.request

folder, ready, *options = sys.argv[1:]
registry, starter = os.pidfd_open(os.getpid()), os.pidfd_open(os.getppid())
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
os.makedirs(folder, exist_ok=True)
delete = "false" if "no-delete" in options else "true"
with open(folder + "/config.yml", "w") as file:
    file.write(
        f'version: 0.1\nlog: {{level: error, accesslog: {{disabled: true}}}}\n'
        f'storage: {{filesystem: {{rootdirectory: "{folder}/data"}}, delete: {{enabled: {delete}}}}}\n'
        f'http: {{addr: "127.0.0.1:{port}"}}\n')
if os.fork() == 0:
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/v2/", timeout=5).read()
            break
        except OSError:
            time.sleep(0.02)
            if os.getppid() == 1:
                os._exit(1)
    with open(ready + " new", "w") as file:
        file.write(str(port))
    os.rename(ready + " new", ready)
    # A pidfd is readable when its process has ended.
    ended, _, _ = select.select([registry, starter], [], [])
    if registry not in ended:
        signal.pidfd_send_signal(registry, signal.SIGKILL)
    os._exit(0)
os.environ["OTEL_TRACES_EXPORTER"] = "none"
# With more, Go looks for work with processors that the tests need.
os.environ["GOMAXPROCS"] = "1"
os.execvp("docker-registry", ["docker-registry", "serve", folder + "/config.yml"])
