#!/usr/bin/env python3
"""Asks Flowgauge, DuckDB and ClickHouse the same questions of the same files and prints ratios.

How it measures is told in docs/benchmarks.md. The whole table takes about a quarter of an hour on two quiet cores.
"""

import argparse
import os
import statistics
import sys
from pathlib import Path

import data
import engines
from measure import Failed, Run, run
from questions import QUESTIONS, Question
from results import difference, flowgauge_rows, sql_rows

OURS = "flowgauge"
DEFAULT_SHAPES = ("plain", "gzip")
# How many times as long the faster of the others is to take, at least.
AIMS = {"plain": 3.0, "gzip": 1.0, "gzip-parts": 1.0}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flowgauge", default="target/release/flowgauge", help="the binary")
    parser.add_argument("--data", type=Path, default=Path("/tmp/flowgauge-bench"), help="folder for the data")
    parser.add_argument("--records", type=int, default=10_000_000, help="size of data to make")
    parser.add_argument("--runs", type=int, default=3, help="measured runs of each engine")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="threads of DuckDB and ClickHouse")
    parser.add_argument("--shape", choices=data.SHAPES, action="append", help="files to ask; plain and gzip by default")
    parser.add_argument("--question", action="append", help="questions to ask; all by default")
    parser.add_argument("--out", type=Path, help="a Markdown file for the table, which is printed as well")
    return parser.parse_args()


def check(question: Question, answers: dict[str, str]) -> None:
    """Ends the program when an engine's rows are not ours."""
    ours = flowgauge_rows(answers[OURS])
    for engine, output in answers.items():
        if engine == OURS:
            continue
        found = difference(question, ours, sql_rows(output))
        if found:
            sys.exit(f"{question.name}: {OURS} and {engine} disagree: {found}")


def compare(question: Question, files: str, options: argparse.Namespace) -> dict[str, list[Run]]:
    """Checks the results, then measures, engine after engine in turn."""
    asks = {
        OURS: engines.flowgauge(options.flowgauge, question, files, options.threads),
        "duckdb": engines.duckdb(question, files, options.threads),
        "clickhouse": engines.clickhouse(question, files, options.threads),
    }
    chosen, answers = {}, {}
    for engine, variants in asks.items():
        # The first run warms the page cache and picks the fastest way of asking.
        tried = []
        for ask in variants:
            try:
                tried.append((run(ask.command, ask.text), ask))
            except Failed as failure:
                sys.exit(f"{question.name}: {engine} {ask.variant}: {failure}")
        for result, _ in tried:
            answers[engine] = result.output
            check(question, answers)
        chosen[engine] = min(tried, key=lambda pair: pair[0].wall)[1]
    measured = {engine: [] for engine in chosen}
    for _ in range(options.runs):
        for engine, ask in chosen.items():
            measured[engine].append(run(ask.command, ask.text))
    return measured


def row(shape: str, question: Question, measured: dict[str, list[Run]]) -> tuple[str, float]:
    """A line of the table: our costs, then how many times as much the others took. And how many times
    as long the faster of the others took."""

    def median(engine: str, part: str) -> float:
        return statistics.median(getattr(one, part) for one in measured[engine])

    cells = [f"{median(OURS, 'wall'):.2f}", f"{median(OURS, 'cpu'):.2f}", f"{median(OURS, 'memory') / 1e6:.0f}"]
    ratios = []
    for engine in measured:
        if engine == OURS:
            continue
        # Ratios of runs that stood next to each other, so that the load of the machine cancels out.
        pairs = list(zip(measured[OURS], measured[engine]))
        wall, cpu = (
            statistics.median(getattr(b, part) / getattr(a, part) for a, b in pairs) for part in ("wall", "cpu")
        )
        ratios.append(wall)
        cells += [f"{wall:.1f}", f"{cpu:.1f}", f"{median(engine, 'memory') / 1e6:.0f}"]
    least = min(ratios)
    return "| " + " | ".join([shape, question.name, f"{least:.1f}", *cells]) + " |", least


class Report:
    """Lines for the terminal and, as they come, for a file."""

    def __init__(self, path: Path | None) -> None:
        self.file = path.open("w") if path else None

    def line(self, text: str) -> None:
        print(text, flush=True)
        if self.file:
            print(text, file=self.file, flush=True)


def main() -> None:
    options = arguments()
    data.prepare(options.flowgauge, options.data, options.records)
    chosen = [q for q in QUESTIONS if not options.question or q.name in options.question]
    if not chosen:
        sys.exit("no question has that name; there are " + ", ".join(q.name for q in QUESTIONS))
    report = Report(options.out)
    before = os.getloadavg()
    report.line("| files | question | least × | s | CPU s | MB | DuckDB × | CPU × | MB | ClickHouse × | CPU × | MB |")
    report.line("|---" * 12 + "|")
    least = {}
    for shape in options.shape or DEFAULT_SHAPES:
        files = str(options.data / data.SHAPES[shape])
        for question in chosen:
            text, ratio = row(shape, question, compare(question, files, options))
            least.setdefault(shape, []).append(ratio)
            report.line(text)
    report.line("")
    for shape, ratios in least.items():
        fast = sum(ratio >= AIMS[shape] for ratio in ratios)
        report.line(f"{shape}: {fast} of {len(ratios)} questions at {AIMS[shape]:g} times the faster of the others or more.")
    loads = ", ".join(f"{load:.1f}" for load in (*before, *os.getloadavg()))
    report.line(f"Load averages before and after: {loads}; {options.runs} runs of each.")


if __name__ == "__main__":
    main()
