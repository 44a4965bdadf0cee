#!/usr/bin/env python3
"""Asks Flowgauge and DuckDB for random totals of the same log and says where they differ.

Each query filters, groups by up to two keys and computes a few aggregates; every group must have the
same values in both. Keys and distinct values are compared as text, as the language does (`-` is a
value); numbers are what converts. Percentiles and distinct counts are exact up to 10,000 values
per group and are compared up to there.
"""

import argparse
import math
import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

from measure import run

EXACT = 10_000
ROWS = 10_000

NAMES = {
    "version": "version",
    "accountId": "account_id",
    "interfaceId": "interface_id",
    "srcAddr": "srcaddr",
    "dstAddr": "dstaddr",
    "srcPort": "srcport",
    "dstPort": "dstport",
    "protocol": "protocol",
    "packets": "packets",
    "bytes": "bytes",
    "start": "start",
    "end": "end",
    "action": "action",
    "logStatus": "log_status",
}
NUMBERS = ["packets", "bytes", "srcPort", "dstPort", "protocol"]
KEYS = ["action", "logStatus", "protocol", "dstPort", "interfaceId", "srcAddr", "bin(1h)", "bin(5m)", "bin(30s)"]


@dataclass(frozen=True)
class Pair:
    """The same thing in both languages."""

    insights: str
    sql: str


def text(field: str) -> str:
    return f'"{NAMES[field]}"'


def number(field: str) -> str:
    return f"try_cast({text(field)} AS BIGINT)"


def key(dice: random.Random) -> Pair:
    name = dice.choice(KEYS)
    if not name.startswith("bin("):
        return Pair(name, text(name))
    seconds = {"bin(1h)": 3600, "bin(5m)": 300, "bin(30s)": 30}[name]
    slot = f'("start"::BIGINT // {seconds} * {seconds})'
    return Pair(name, f"strftime(make_timestamp({slot} * 1000000), '%Y-%m-%d %H:%M:%S.000')")


def aggregate(dice: random.Random) -> tuple[str, Pair]:
    """A kind of aggregate and how to ask for it."""
    field = dice.choice(NUMBERS)
    percent = dice.choice([1, 25, 50, 90, 95, 99, 99.9])
    return dice.choice(
        [
            ("exact", Pair("count(*)", "count(*)")),
            ("exact", Pair(f"sum({field})", f"sum({number(field)})")),
            ("exact", Pair(f"avg({field})", f"avg({number(field)})")),
            ("exact", Pair(f"min({field})", f"min({number(field)})")),
            ("exact", Pair(f"max({field})", f"max({number(field)})")),
            ("bounded", Pair(f"countDistinct({field})", f"count(DISTINCT {text(field)})")),
            ("bounded", Pair("countDistinct(dstAddr)", "count(DISTINCT dstaddr)")),
            ("bounded", Pair(f"pct({field}, {percent})", f"quantile_disc({number(field)}, {percent / 100})")),
        ]
    )


def condition(dice: random.Random) -> Pair:
    port = dice.choice([22, 53, 80, 443, 3389, 1024, 30000])
    size = dice.choice([40, 60, 1500, 100_000, 10_000_000])
    octet = dice.choice([0, 1])
    pairs = [
        Pair("action = 'REJECT'", "action = 'REJECT'"),
        Pair("action != 'REJECT'", "action != 'REJECT'"),
        Pair(f"dstPort = {port}", f"{number('dstPort')} = {port}"),
        Pair(f"srcPort > {port}", f"{number('srcPort')} > {port}"),
        Pair(f"dstPort <= {port}", f"{number('dstPort')} <= {port}"),
        Pair(f"bytes >= {size}", f"{number('bytes')} >= {size}"),
        Pair(f"bytes / packets < {size}", f"{number('bytes')} / {number('packets')} < {size}"),
        Pair("protocol in [6, 17]", f"{number('protocol')} IN (6, 17)"),
        Pair(f"srcAddr like '10.{octet}.'", f"contains(srcaddr, '10.{octet}.')"),
        Pair("dstAddr like /^10\\.[0-9]+\\.64\\./", "regexp_matches(dstaddr, '^10\\.[0-9]+\\.64\\.')"),
        Pair(
            f"isIpv4InSubnet(dstAddr, '10.{octet}.0.0/16')",
            f"starts_with(dstaddr, '10.{octet}.')",
        ),
    ]
    first = dice.choice(pairs)
    if dice.random() < 0.4:
        second, word = dice.choice(pairs), dice.choice(["and", "or"])
        return Pair(
            f"({first.insights} {word} {second.insights})",
            f"(coalesce({first.sql}, false) {word} coalesce({second.sql}, false))",
        )
    return first


def same(ours: str, theirs: object) -> bool:
    if theirs is None:
        return ours == ""
    if isinstance(theirs, str):
        return ours == theirs
    try:
        # Results are printed with four decimals.
        return math.isclose(float(ours), float(theirs), rel_tol=1e-9, abs_tol=5.1e-5)
    except ValueError:
        return False


def disagreement(binary: str, log: Path, connection, dice: random.Random) -> tuple[str, int, str | None]:
    """One random query: its text, how many values were compared, and what differs."""
    keys = list({pair.insights: pair for pair in (key(dice) for _ in range(dice.randint(0, 2)))}.values())
    wanted = [aggregate(dice) for _ in range(dice.randint(1, 4))]
    # Where `-` is in a column, its smallest and largest value are a matter of the order of types.
    conditions = [Pair("logStatus = 'OK'", "log_status = 'OK'")]
    conditions += [condition(dice) for _ in range(dice.randint(0, 2))]
    filters = " and ".join(pair.insights for pair in conditions)
    outputs = ", ".join(f"{pair.insights} as a{at}" for at, (_, pair) in enumerate(wanted))
    by = " by " + ", ".join(pair.insights for pair in keys) if keys else ""
    query = f"filter {filters} | stats count(*) as n, {outputs}{by} | limit {ROWS}"

    columns = ", ".join([pair.sql for pair in keys] + ["count(*)"] + [pair.sql for _, pair in wanted])
    where = " AND ".join(pair.sql for pair in conditions)
    group = " GROUP BY " + ", ".join(str(at + 1) for at in range(len(keys))) if keys else ""
    theirs = connection.execute(f"SELECT {columns} FROM log WHERE {where}{group}").fetchall()
    theirs = [row for row in theirs if row[len(keys)] > 0]
    if len(theirs) > ROWS:
        return query, 0, None

    lines = run([binary, "query", "--output", "tsv", query, str(log)]).output.splitlines()[1:]
    ours = {tuple(cells[: len(keys)]): cells[len(keys) :] for cells in (line.split("\t") for line in lines)}
    if len(ours) != len(theirs):
        return query, 0, f"{len(ours)} groups instead of {len(theirs)}"
    compared = 0
    for row in theirs:
        name, count = tuple(map(str, row[: len(keys)])), row[len(keys)]
        values = ours.get(name)
        if values is None:
            return query, compared, f"the group {name} is missing"
        kinds = ["exact"] + [kind for kind, _ in wanted]
        for kind, own, other in zip(kinds, values, row[len(keys) :], strict=True):
            if kind == "bounded" and count > EXACT:
                continue
            compared += 1
            if not same(own, other):
                return query, compared, f"in {name} {own} is not {other}"
    return query, compared, None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flowgauge", default="target/release/flowgauge", help="the binary")
    parser.add_argument("--data", type=Path, default=Path("/tmp/flowgauge-differential"), help="folder for the data")
    parser.add_argument("--records", type=int, default=200_000, help="size of data to make")
    parser.add_argument("--queries", type=int, default=300, help="how many")
    parser.add_argument("--seed", type=int, default=1, help="the same seed asks the same queries")
    options = parser.parse_args()
    log = options.data / "flow.log"
    if not log.exists():
        command = [options.flowgauge, "demo", "--plain", "--records", str(options.records), "--out", str(options.data)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    connection = duckdb.connect()
    struct = ", ".join(f"'{name}': 'VARCHAR'" for name in NAMES.values())
    connection.execute(
        f"CREATE TABLE log AS FROM read_csv('{log}', auto_detect = false, header = true, quote = '',"
        f" escape = '', delim = ' ', columns = {{{struct}}})"
    )
    dice = random.Random(options.seed)
    values, empty, wrong = 0, 0, 0
    for _ in range(options.queries):
        query, compared, found = disagreement(options.flowgauge, log, connection, dice)
        values += compared
        empty += compared == 0
        if found:
            wrong += 1
            print(f"{query}\n  {found}")
    print(f"{options.queries} queries, {empty} without anything to compare, {values} values, {wrong} disagreements")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
