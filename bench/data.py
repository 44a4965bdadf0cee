"""The data: one plain log, the same log as one gzip file, and as several."""

import gzip
import shutil
import subprocess
from pathlib import Path

PARTS = 8

# Name in reports to the glob of its files below the data folder.
SHAPES = {"plain": "plain/flow.log", "gzip": "gzip/flow.log.gz", "gzip-parts": "parts/*.log.gz"}


def prepare(binary: str, folder: Path, records: int) -> None:
    """Makes what is missing. The records of a number are always the same."""
    plain = folder / SHAPES["plain"]
    if not plain.exists():
        command = [binary, "demo", "--records", str(records), "--plain", "--out", str(plain.parent)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    packed = folder / SHAPES["gzip"]
    if not packed.exists():
        packed.parent.mkdir(exist_ok=True)
        _pack(plain, packed)
    parts = folder / "parts"
    if not parts.exists():
        _split(plain, parts)


def _pack(plain: Path, packed: Path) -> None:
    """Compresses as `gzip -6` does; a half-written file never has the final name."""
    unfinished = packed.with_suffix(".part")
    with plain.open("rb") as source, gzip.open(unfinished, "wb", compresslevel=6) as target:
        shutil.copyfileobj(source, target, 1 << 20)
    unfinished.rename(packed)


def _split(plain: Path, parts: Path) -> None:
    """Cuts the log into gzip files of about the same number of records, each with the header."""
    unfinished = parts.with_suffix(".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    share = plain.stat().st_size // PARTS + 1
    with plain.open("rb") as source:
        header = source.readline()
        for number in range(PARTS):
            with gzip.open(unfinished / f"{number}.log.gz", "wb", compresslevel=6) as target:
                target.write(header)
                target.writelines(source.readlines(share))
    unfinished.rename(parts)
