"""Measures `pattern` on lines of known statements: processor time and memory, one core and all.

    python3 bench/patterns.py [LINES]

Makes the lines with the generator of the tests (`crates/testkit/examples/log_lines.rs`), so it needs
`cargo build --release --examples` once. Prints lines a second of processor time, which does not depend on
what else the machine does as much as time on the clock, and the most memory.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import run

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"
# The last one names the columns that need more than counts.
QUERIES = [
    "pattern @message",
    "pattern @message | display @pattern, @tokens, @visualization, @logSamples",
    "pattern @message | anomaly",
]


def main() -> None:
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "lines.log"
        with log.open("wb") as out:
            subprocess.run([TARGET / "examples" / "log_lines", str(lines)], stdout=out, check=True)
        print(f"{lines} lines, {log.stat().st_size / 1e6:.0f} MB")
        print("| query | cores | lines/s of processor time | seconds | memory, MB |")
        print("|---|---|---|---|---|")
        for query in QUERIES:
            for cores in (1, os.cpu_count() or 1):
                # As many threads as there are cores that the process may use.
                command = ["taskset", "-c", f"0-{cores - 1}", TARGET / "flowgauge", "query", "-o", "ndjson", query, log]
                cost = run([str(part) for part in command])
                print(
                    f"| `{query}` | {cores} | {lines / cost.cpu:,.0f} | {cost.wall:.2f} | {cost.memory / 1e6:.0f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
