"""How each engine is asked."""

import sys
from dataclasses import dataclass
from pathlib import Path

from questions import Question

_HERE = Path(__file__).parent

# The 14 fields of the default format. `-` stands for a missing value.
_FIELDS = {
    "version": ("UTINYINT", "UInt8"),
    "account_id": ("VARCHAR", "String"),
    "interface_id": ("VARCHAR", "String"),
    "srcaddr": ("VARCHAR", "String"),
    "dstaddr": ("VARCHAR", "String"),
    "srcport": ("INTEGER", "Nullable(Int32)"),
    "dstport": ("INTEGER", "Nullable(Int32)"),
    "protocol": ("UTINYINT", "Nullable(UInt8)"),
    "packets": ("BIGINT", "Nullable(Int64)"),
    "bytes": ("BIGINT", "Nullable(Int64)"),
    "start": ("BIGINT", "Int64"),
    "end": ("BIGINT", "Int64"),
    "action": ("VARCHAR", "String"),
    "log_status": ("VARCHAR", "String"),
}


@dataclass(frozen=True)
class Ask:
    """A process to start: its name in reports, the command, and its standard input."""

    variant: str
    command: list[str]
    text: str = ""


def flowgauge(binary: str, question: Question, files: str, threads: int) -> list[Ask]:
    """Flowgauge, which has one way of asking and takes all processors."""
    del threads
    return [Ask("", [binary, "query", "--output", "tsv", question.insights, files])]


def duckdb(question: Question, files: str, threads: int) -> list[Ask]:
    """DuckDB with explicit types, so that nothing is guessed."""

    def table(columns: dict[str, str], options: str) -> str:
        struct = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
        return (
            f"read_csv('{files}', auto_detect = false, header = true, quote = '', escape = '',"
            f" columns = {{{struct}}}, {options})"
        )

    log = table({name: kinds[0] for name, kinds in _FIELDS.items()}, "delim = ' ', nullstr = '-'")
    # No line holds the byte 0x01, so a line is one column.
    lines = table({"line": "VARCHAR"}, "delim = '\x01'")
    command = [sys.executable, str(_HERE / "duckdb_query.py"), str(threads)]
    return [
        Ask(f"statement {number}", command, sql.format(log=log, lines=lines))
        for number, sql in enumerate(question.duckdb)
    ]


def clickhouse(question: Question, files: str, threads: int) -> list[Ask]:
    """ClickHouse in two ways: lines split by a function, and typed columns. Its CSV reader refuses
    a blank as delimiter, so the columns come from the reader of custom formats. Low-cardinality
    text was tried and takes twice the time."""
    lines = f"file('{files}', 'LineAsString', 'line String')"
    split = ", ".join(
        f'v[{place}] AS "{name}"' if kinds[1] == "String" else f'toInt64OrNull(v[{place}]) AS "{name}"'
        for place, (name, kinds) in enumerate(_FIELDS.items(), start=1)
    )
    structure = ", ".join(f'"{name}" {kinds[1]}' for name, kinds in _FIELDS.items())
    logs = {
        "split lines": f"(SELECT {split} FROM (SELECT splitByChar(' ', line) AS v FROM {lines}"
        " WHERE NOT startsWith(line, 'version')))",
        "typed columns": f"file('{files}', 'CustomSeparatedWithNames', '{structure}')",
    }
    settings = (
        "format_custom_field_delimiter = ' ', format_custom_escaping_rule = 'CSV',"
        " format_csv_null_representation = '-', input_format_with_names_use_header = 0"
    )
    command = [sys.executable, str(_HERE / "chdb_query.py"), str(threads), settings]
    return [
        Ask(f"{way}, statement {number}", command, sql.format(log=log, lines=lines))
        for number, sql in enumerate(question.clickhouse)
        for way, log in logs.items()
    ]
