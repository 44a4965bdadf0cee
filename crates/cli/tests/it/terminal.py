"""Runs a program with standard output and error on a terminal, and prints what the terminal got."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios

controller, terminal = pty.openpty()
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
environment = {**os.environ, "TERM": "xterm", "NO_COLOR": "1"}
program = subprocess.Popen(sys.argv[1:], stdout=terminal, stderr=terminal, env=environment)
os.close(terminal)
while True:
    try:
        data = os.read(controller, 65536)
    except OSError:
        # Nobody has the terminal any more.
        break
    if not data:
        break
    os.write(1, data)
sys.exit(program.wait())
