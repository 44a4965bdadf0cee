"""Makes capture files for `capture.py`: many flows at once, in random order."""

import random
import struct
from pathlib import Path

LOCAL = "10.0.0.10"
"""The address of the interface that the captures are of."""

FIRST_SECOND = 1_700_000_400
"""Begins a window of ten minutes."""

SNAPLEN = 96
BATCH = 100_000


def _frame(local: bytes, peer: bytes, port: int, sent: bool) -> bytes:
    """The first bytes of an Ethernet frame with 400 bytes of TCP."""
    source, destination = (local, peer) if sent else (peer, local)
    ports = (443, port) if sent else (port, 443)
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 440, 0, 0x4000, 64, 6, 0, source, destination)
    tcp = struct.pack("!HHIIBBHHH", *ports, 1, 1, 0x50, 0x18, 0xFFFF, 0, 0)
    return (b"\x02" + bytes(5) + b"\x02" + bytes(4) + b"\x01\x08\x00" + ip + tcp).ljust(SNAPLEN, b"\0")


def _frames(flows: int) -> list[bytes]:
    """A frame of each flow, half of them in each direction."""
    local = bytes(int(part) for part in LOCAL.split("."))
    frames = []
    for number in range(flows):
        client = number // 2
        peer = struct.pack("!I", 0xC6120000 + client % 65_536)
        frames.append(_frame(local, peer, 1024 + client // 65_536 + client % 50_000, number % 2 == 1))
    return frames


def make(path: Path, packets: int, flows: int, seconds: int) -> None:
    """Writes a capture of `packets` over `seconds`, each of one of `flows` flows at random, the same
    for the same arguments. Nothing is done if the file is there."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    dice = random.Random(packets * 31 + flows)
    frames = _frames(flows)
    header = struct.Struct("<IIII")
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, SNAPLEN, 1))
        for begin in range(0, packets, BATCH):
            pieces = []
            # Every flow occurs at least once, then at random.
            count = min(BATCH, packets - begin)
            chosen = [(begin + place) % flows for place in range(count)] if begin < flows else dice.choices(range(flows), k=count)
            for place, flow in enumerate(chosen):
                microseconds = (begin + place) * seconds * 1_000_000 // packets
                second, rest = divmod(microseconds, 1_000_000)
                pieces.append(header.pack(FIRST_SECOND + second, rest, SNAPLEN, 454))
                pieces.append(frames[flow])
            file.write(b"".join(pieces))
    partial.rename(path)
