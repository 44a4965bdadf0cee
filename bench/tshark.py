#!/usr/bin/env python3
"""Reads capture files with Flowgauge and with tshark and says where they differ.

Every flow (addresses, ports and protocol as the outermost packets carry them) must have the same packets,
bytes and first and last second in both. Tshark dissects and this script adds up; it shares nothing with
Flowgauge but the definition of a flow log record. Files that one of them cannot read are told and skipped.
"""

import argparse
import collections
import ipaddress
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

FIELDS = [
    "frame.protocols",
    "frame.time_epoch",
    "ip.src",
    "ip.dst",
    "ip.proto",
    "ip.len",
    "ip.id",
    "ip.frag_offset",
    "ipv6.src",
    "ipv6.dst",
    "ipv6.plen",
    "ipv6.nxt",
    "ipv6.hopopts.nxt",
    "ipv6.routing.nxt",
    "ipv6.dstopts.nxt",
    "ipv6.fraghdr.nxt",
    "ipv6.fraghdr.ident",
    "ipv6.fraghdr.offset",
    "tcp.srcport",
    "tcp.dstport",
    "udp.srcport",
    "udp.dstport",
    "sctp.srcport",
    "sctp.dstport",
    "dccp.srcport",
    "dccp.dstport",
]
PORTS = {6: "tcp", 17: "udp", 33: "dccp", 132: "sctp", 136: "udp"}
"""Protocols with ports, as tshark calls them."""

EXTENSIONS = {0: "ipv6.hopopts.nxt", 43: "ipv6.routing.nxt", 44: "ipv6.fraghdr.nxt", 60: "ipv6.dstopts.nxt"}
"""Headers that stand between IPv6 and the transport, and where tshark has what comes after each."""

RECORD = "${pkt-srcaddr} ${pkt-dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${log-status}"
EXCLUSIONS = ["dns", "metadata", "time-sync", "dhcp", "router", "windows-licence", "endpoint-nlb"]

Flow = tuple[str, str, int, int, int]


@dataclass
class Sums:
    packets: int = 0
    bytes: int = 0
    first: int = sys.maxsize
    last: int = -sys.maxsize

    def add(self, packets: int, octets: int, first: int, last: int) -> None:
        self.packets += packets
        self.bytes += octets
        self.first = min(self.first, first)
        self.last = max(self.last, last)


Flows = dict[Flow, Sums]


class Unreadable(Exception):
    """A file that a program does not understand."""


def by_tshark(capture: Path) -> Flows:
    command = ["tshark", "-r", str(capture), "-n", "-T", "fields", "-E", "separator=|", "-E", "occurrence=f"]
    for protocol in ("ip", "ipv6"):
        # Fragments stay what they are, and are not shown as parts of what they belong to.
        command += ["-o", f"{protocol}.defragment:FALSE"]
    command += ["-o", "tcp.desegment_tcp_streams:FALSE"]
    for field in FIELDS:
        command += ["-e", field]
    done = subprocess.run(command, capture_output=True, text=True)
    # An end within a packet is told as an error, after all packets before it.
    if done.returncode != 0 and "cut short" not in done.stderr:
        raise Unreadable(f"tshark: {done.stderr.strip().splitlines()[-1]}")
    flows: Flows = collections.defaultdict(Sums)
    ports_of_fragments: dict[tuple[str, str, str, int], tuple[int, int]] = {}
    for line in done.stdout.splitlines():
        frame = dict(zip(FIELDS, line.split("|"), strict=True))
        # No record can hold a packet without a time.
        if (packet := outermost(frame)) and frame["frame.time_epoch"]:
            source, destination, protocol, octets, fragment, offset = packet
            ports = ports_of(frame, protocol)
            if fragment:
                key = (source, destination, fragment, protocol)
                if offset:
                    ports = ports_of_fragments.get(key, (0, 0))
                else:
                    ports_of_fragments[key] = ports
            second = int(frame["frame.time_epoch"].split(".")[0])
            flows[(source, destination, *ports, protocol)].add(1, octets, second, second)
    return flows


def outermost(frame: dict[str, str]) -> tuple[str, str, int, int, str, int] | None:
    """Addresses, protocol, length, identifier and offset of the first IP header of a frame."""
    version = next((name for name in frame["frame.protocols"].split(":") if name in ("ip", "ipv6")), None)
    if version == "ip" and frame["ip.dst"]:
        protocol = number(frame["ip.proto"])
        fragment = f"{protocol}/{frame['ip.id']}"
        return frame["ip.src"], frame["ip.dst"], protocol, number(frame["ip.len"]), fragment, number(frame["ip.frag_offset"])
    if version == "ipv6" and frame["ipv6.dst"]:
        protocol = number(frame["ipv6.nxt"])
        while field := EXTENSIONS.get(protocol):
            if not frame[field]:
                break
            protocol = number(frame[field])
        source, destination = (str(ipaddress.ip_address(frame[f"ipv6.{end}"])) for end in ("src", "dst"))
        length = number(frame["ipv6.plen"]) + 40
        return source, destination, protocol, length, frame["ipv6.fraghdr.ident"], number(frame["ipv6.fraghdr.offset"])
    return None


def ports_of(frame: dict[str, str], protocol: int) -> tuple[int, int]:
    name = PORTS.get(protocol)
    return (number(frame[f"{name}.srcport"]), number(frame[f"{name}.dstport"])) if name else (0, 0)


def number(text: str) -> int:
    return int(text, 0) if text else 0


def by_flowgauge(program: str, capture: Path, local: str) -> Flows:
    command = [program, "capture", "--pcap", str(capture), "--local", local, "--format", RECORD, "--to", "-"]
    for kind in EXCLUSIONS:
        command += ["--record", kind]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise Unreadable(f"flowgauge: {done.stderr.strip().splitlines()[0]}")
    flows: Flows = collections.defaultdict(Sums)
    for line in done.stdout.splitlines():
        source, destination, *numbers, status = line.split(" ")
        if status == "OK":
            *key, packets, octets, first, last = (int(text) for text in numbers)
            flows[(source, destination, *key)].add(packets, octets, first, last)
    return flows


def compare(program: str, capture: Path) -> int:
    """Prints the differences of a file; returns how many there are."""
    try:
        theirs = by_tshark(capture)
        # Any address will do: all packets are recorded, whichever interface they are said to be of.
        ours = by_flowgauge(program, capture, next((flow[0] for flow in theirs), "192.0.2.1"))
    except Unreadable as problem:
        print(f"{capture.name}: skipped: {problem}")
        return 0
    differences = [flow for flow in sorted(ours.keys() | theirs.keys()) if ours.get(flow) != theirs.get(flow)]
    packets = sum(sums.packets for sums in theirs.values())
    print(f"{capture.name}: {packets} packets of {len(theirs)} flows, {len(differences)} differ")
    for flow in differences:
        print(f"  {flow}\n    flowgauge {ours.get(flow)}\n    tshark    {theirs.get(flow)}")
    return len(differences)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flowgauge", default="target/release/flowgauge", help="the binary")
    parser.add_argument("captures", type=Path, nargs="+", help="capture files")
    given = parser.parse_args()
    if not shutil.which("tshark"):
        print("skipped: tshark is not installed: `apt-get install tshark`")
        return 0
    return min(sum(compare(given.flowgauge, capture) for capture in given.captures), 1)


if __name__ == "__main__":
    sys.exit(main())
