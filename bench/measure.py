"""Runs a process to its end and says what it cost."""

import os
import subprocess
import tempfile
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """One finished process."""

    wall: float
    """Seconds from start to end."""
    cpu: float
    """Seconds of all its threads, user and system."""
    memory: int
    """Most bytes resident at a time."""
    output: str


class Failed(Exception):
    """A process that ended with an error."""


def run(command: list[str], text: str = "") -> Run:
    """Runs a command with `text` as its standard input."""
    with tempfile.TemporaryFile("w+") as given, tempfile.TemporaryFile("w+") as printed:
        given.write(text)
        given.seek(0)
        with tempfile.TemporaryFile("w+") as complaints:
            start = time.monotonic()
            process = subprocess.Popen(command, stdin=given, stdout=printed, stderr=complaints)
            # `wait4` gives the costs of this child alone.
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.monotonic() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode != 0:
                complaints.seek(0)
                raise Failed(f"{command[:2]} ended with {process.returncode}: {complaints.read()[-2000:]}")
        printed.seek(0)
        # Linux counts in KiB.
        return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, printed.read())
