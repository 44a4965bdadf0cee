"""Whether engines gave the same rows."""

from questions import Question

Rows = list[tuple[str, ...]]


def flowgauge_rows(output: str) -> Rows:
    """Rows of tab-separated text with a header."""
    return sql_rows(output)[1:]


def sql_rows(output: str) -> Rows:
    """Rows of tab-separated text."""
    return [tuple(line.split("\t")) for line in output.splitlines()]


def difference(question: Question, left: Rows, right: Rows) -> str | None:
    """What tells two results apart. The order of rows does not count; where a ranking is cut, rows
    that tie with the last one are told by their number alone."""
    left, right = _comparable(question, left), _comparable(question, right)
    for one, other in zip(left, right):
        if one != other:
            return f"{one} is not {other}"
    if len(left) != len(right):
        return f"{len(left)} rows are not {len(right)}"
    return None if left else "there are no rows, so nothing was compared"


def _comparable(question: Question, rows: Rows) -> Rows:
    if question.ranked and rows:
        cut = min(int(row[-1]) for row in rows)
        rows = [row if int(row[-1]) > cut else row[-1:] for row in rows]
    return sorted(rows)
