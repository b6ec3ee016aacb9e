"""Answers a program's question on a terminal: answer_prompt.py ANSWER MEANWHILE PROGRAM ARGUMENT...

Once the program asks, the shell command MEANWHILE is run to its end; then the answer is typed. What the terminal has shown
is printed; the status is the program's.
"""

import os
import pty
import subprocess
import sys

answer, meanwhile, *command = sys.argv[1:]
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)
shown, is_asked = b"", False
while True:
    try:
        piece = os.read(terminal, 4096)
    except OSError:  # Linux tells the end of the other side so.
        break
    if not piece:
        break
    shown += piece
    if not is_asked and shown.endswith(b"[y/N] "):
        is_asked = True
        subprocess.run(["sh", "-c", meanwhile], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        os.write(terminal, answer.encode() + b"\n")
print(shown.decode().replace("\r\n", "\n"))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
