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
    """ClickHouse with explicit types. Its CSV reader refuses a blank as delimiter; the reader of
    custom formats takes it, with the values escaped as in CSV. Low-cardinality text and splitting
    lines by function were tried and take twice the time and more."""
    structure = ", ".join(f'"{name}" {kinds[1]}' for name, kinds in _FIELDS.items())
    log = f"file('{files}', 'CustomSeparatedWithNames', '{structure}')"
    lines = f"file('{files}', 'LineAsString', 'line String')"
    settings = (
        "format_custom_field_delimiter = ' ', format_custom_escaping_rule = 'CSV',"
        " format_csv_null_representation = '-', input_format_with_names_use_header = 0"
    )
    command = [sys.executable, str(_HERE / "chdb_query.py"), str(threads), settings]
    return [
        Ask(f"statement {number}", command, sql.format(log=log, lines=lines))
        for number, sql in enumerate(question.clickhouse)
    ]
