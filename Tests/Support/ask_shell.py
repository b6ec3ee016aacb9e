"""Asks a real, interactive shell what it completes: ask_shell.py bash|zsh|fish SCRIPT TEXT...

For each TEXT the shell gets the text and completes it with all that it finds; one line is printed for it, the words of the
command line that came of it in JSON. Programs and files are those of PATH and the current folder.
"""

import json
import os
import pty
import re
import select
import shlex
import subprocess
import sys
import time


def fish(script, text):
    done = subprocess.run(
        ["fish", "--no-config", "-c", 'source $argv[1]; complete -C "$argv[2]"', script, text],
        check=True, stdout=subprocess.PIPE, text=True,
    )
    return [line.split("\t")[0] for line in done.stdout.splitlines()]


SETUP = {
    # M-* inserts all completions (readline's insert-completions).
    "bash": (["bash", "--norc", "--noprofile", "-i"], "bind 'set enable-bracketed-paste off'; PS1=; source %s", b"\x1b*"),
    # A widget that inserts all matches, on Ctrl-T.
    "zsh": (
        ["zsh", "-f", "-i"],
        "PS1=; unsetopt zle_bracketed_paste prompt_cr prompt_sp; autoload -Uz compinit; compinit -u -D; source %s;"
        " _every() { _main_complete; compstate[insert]=all; compstate[list]=; };"
        " zle -C every complete-word _every; bindkey '^T' every",
        b"\x14",
    ),
}


def ask(shell, script, texts):
    command, setup, key = SETUP[shell]
    child, terminal = pty.fork()
    if child == 0:
        os.environ["TERM"] = "dumb"
        os.execvp(command[0], command)
    seen = b""

    def wait_for(mark):
        nonlocal seen
        end = time.monotonic() + 30
        while True:
            found = re.search(mark, seen)
            if found:
                seen = seen[found.end():]
                return found
            if time.monotonic() > end:
                sys.exit(f"{shell} says nothing that looks like {mark}: {seen[-2000:]!r}")
            if select.select([terminal], [], [], 0.2)[0]:
                seen += os.read(terminal, 65536)

    os.write(terminal, (setup % shlex.quote(script) + "; printf 'rea''dy\\n'\n").encode())
    wait_for(rb"ready\r?\n")
    for text in texts:
        # The command line becomes the arguments of printf, which shows where each word ends.
        os.write(terminal, text.encode() + key)
        time.sleep(0.3)
        os.write(terminal, b"\x01printf '{%s}' sta''rt \x05 en''d; echo\n")
        found = wait_for(rb"\{start\}(.*?)\{end\}")
        words = re.findall(rb"\{(.*?)\}", found.group(1))
        print(json.dumps([word.decode() for word in words]))
    os.write(terminal, b"\x15exit\n")
    os.close(terminal)
    os.waitpid(child, 0)


def main():
    shell, script, *texts = sys.argv[1:]
    if shell == "fish":
        for text in texts:
            print(json.dumps(fish(script, text)))
    else:
        ask(shell, script, texts)


main()
