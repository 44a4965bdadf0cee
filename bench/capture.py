#!/usr/bin/env python3
"""Reads one capture file with Flowgauge and with softflowd (Debian package `softflowd`) and prints what
each took. Softflowd measures flows and writes no records, so it does less."""

import argparse
import shutil
import sys
from pathlib import Path

import capture_data
from measure import Failed, Run, run


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flowgauge", default="target/release/flowgauge", help="the binary")
    parser.add_argument("--data", type=Path, default=Path("/tmp/flowgauge-bench"), help="folder for the capture")
    parser.add_argument("--packets", type=int, default=5_000_000, help="packets of the capture")
    parser.add_argument("--flows", type=int, default=100_000, help="flows at once")
    parser.add_argument("--runs", type=int, default=5, help="measured runs of each program")
    return parser.parse_args()


def fastest(command: list[str], runs: int) -> Run:
    """The run with the least CPU time, which other programs on the machine disturb least."""
    return min((run(command) for _ in range(runs)), key=lambda done: done.cpu)


def main() -> int:
    given = arguments()
    capture = given.data / f"flows-{given.packets}-{given.flows}.pcap"
    capture_data.make(capture, given.packets, given.flows, seconds=300)
    ours = [given.flowgauge, "capture", "--pcap", str(capture), "--local", capture_data.LOCAL, "--to", "-"]
    commands = {"flowgauge": ours}
    if softflowd := shutil.which("softflowd"):
        # It may hold all flows at once; its own default would evict most of them.
        commands["softflowd"] = [softflowd, "-r", str(capture), "-d", "-m", str(2 * given.flows)]
    else:
        print("softflowd is not installed: `apt-get install softflowd`", file=sys.stderr)
    print("| program | CPU s | million packets/s of CPU | s | MB |")
    print("|---|---|---|---|---|")
    for name, command in commands.items():
        try:
            done = fastest(command, given.runs)
        except Failed as failure:
            print(failure, file=sys.stderr)
            return 1
        speed = given.packets / done.cpu / 1e6
        print(f"| {name} | {done.cpu:.2f} | {speed:.1f} | {done.wall:.2f} | {done.memory / 1e6:.0f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
