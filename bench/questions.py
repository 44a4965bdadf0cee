"""The questions, in the three languages.

The Insights texts are those that `flowgauge demo` asks (crates/cli/src/showcase.rs). In SQL, `{log}`
stands for the file as a table of typed columns and `{lines}` for the file as a table of one text
column, `line`. Where a statement has several texts, all are tried and the fastest counts.

The SQL is written in favour of the other engines wherever that gives the same answer on this data: an
address is in 10.0.0.0/8 when it starts with `10.`, which is cheaper than to parse it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """A question; results of `ranked` ones are cut, so rows that tie at the cut may differ."""

    name: str
    insights: str
    duckdb: tuple[str, ...]
    clickhouse: tuple[str, ...]
    ranked: bool = False


def same(name: str, insights: str, sql: str, ranked: bool = False) -> Question:
    """A question whose SQL is the same for both."""
    return Question(name, insights, (sql,), (sql,), ranked)


# The question about the message asked of the columns, which who reads a file with SQL would do.
_BY_COLUMNS = (
    "SELECT srcaddr, dstaddr, dstport, count(*) AS n FROM {{log}}"
    " WHERE action = 'REJECT' AND {starts}(srcaddr, '10.') AND dstport < 30000 GROUP BY 1, 2, 3"
)

QUESTIONS = [
    same(
        "status",
        "stats count(*) as records by logStatus | sort records desc",
        "SELECT log_status, count(*) AS n FROM {log} GROUP BY 1",
    ),
    same(
        "talkers",
        "filter logStatus = 'OK' | stats sum(bytes) as sent by srcAddr | sort sent desc | limit 10",
        "SELECT srcaddr, sum(bytes) AS n FROM {log} WHERE log_status = 'OK'"
        " GROUP BY 1 ORDER BY n DESC LIMIT 10",
        ranked=True,
    ),
    Question(
        "traffic",
        "filter logStatus = 'OK' | stats sum(bytes) as traffic by bin(5m), action",
        (
            "SELECT strftime(make_timestamp(slot * 300000000), '%Y-%m-%d %H:%M:%S.000'), action, n FROM ("
            ' SELECT "start" // 300 AS slot, action, sum(bytes) AS n FROM {log}'
            " WHERE log_status = 'OK' GROUP BY 1, 2)",
        ),
        (
            "SELECT formatDateTime(toDateTime(slot * 300, 'UTC'), '%Y-%m-%d %H:%i:%S.000'), action, n FROM ("
            ' SELECT intDiv("start", 300) AS slot, action, sum(bytes) AS n FROM {log}'
            " WHERE log_status = 'OK' GROUP BY 1, 2)",
        ),
    ),
    same(
        "refused-admin",
        "filter action = 'REJECT' and dstPort in [22, 3389] | stats count(*) as attempts by srcAddr"
        " | sort attempts desc | limit 10",
        "SELECT srcaddr, count(*) AS n FROM {log} WHERE action = 'REJECT' AND dstport IN (22, 3389)"
        " GROUP BY 1 ORDER BY n DESC LIMIT 10",
        ranked=True,
    ),
    same(
        "refused-ports",
        "filter action = 'REJECT' | stats count(*) as refused by dstPort | sort refused desc | limit 10",
        "SELECT dstport, count(*) AS n FROM {log} WHERE action = 'REJECT'"
        " GROUP BY 1 ORDER BY n DESC LIMIT 10",
        ranked=True,
    ),
    same(
        "sweep",
        "filter action = 'REJECT' | stats countDistinct(dstAddr) as targets by srcAddr, dstPort"
        " | sort targets desc | limit 3",
        "SELECT srcaddr, dstport, count(DISTINCT dstaddr) AS n FROM {log} WHERE action = 'REJECT'"
        " GROUP BY 1, 2 ORDER BY n DESC LIMIT 3",
        ranked=True,
    ),
    same(
        "port-scan",
        "filter action = 'REJECT' | stats countDistinct(dstPort) as ports by srcAddr, dstAddr"
        " | sort ports desc | limit 3",
        "SELECT srcaddr, dstaddr, count(DISTINCT dstport) AS n FROM {log} WHERE action = 'REJECT'"
        " GROUP BY 1, 2 ORDER BY n DESC LIMIT 3",
        ranked=True,
    ),
    Question(
        "exfiltration",
        "filter isIpv4InSubnet(srcAddr, '10.0.0.0/8') and not isIpv4InSubnet(dstAddr, '10.0.0.0/8')"
        " | stats sum(bytes) as sent by srcAddr, dstAddr | sort sent desc | limit 3",
        (
            "SELECT srcaddr, dstaddr, sum(bytes) AS n FROM {log}"
            " WHERE starts_with(srcaddr, '10.') AND NOT starts_with(dstaddr, '10.')"
            " GROUP BY 1, 2 ORDER BY n DESC LIMIT 3",
        ),
        (
            "SELECT srcaddr, dstaddr, sum(bytes) AS n FROM {log}"
            " WHERE startsWith(srcaddr, '10.') AND NOT startsWith(dstaddr, '10.')"
            " GROUP BY 1, 2 ORDER BY n DESC LIMIT 3",
        ),
        ranked=True,
    ),
    Question(
        "from-message",
        "parse @message '* * * * * * * * * * * * * *' as v, account, eni, source, target, sport, port,"
        " proto, pkts, octets, first, last, verdict, status"
        " | filter verdict = 'REJECT' and isIpv4InSubnet(source, '10.0.0.0/8') and port < 30000"
        " | stats count(*) as attempts by source, target, port | sort attempts desc",
        (
            "SELECT v[4], v[5], v[7], count(*) AS n FROM ("
            " SELECT string_split(line, ' ') AS v FROM {lines})"
            " WHERE v[13] = 'REJECT' AND starts_with(v[4], '10.') AND try_cast(v[7] AS INTEGER) < 30000"
            " GROUP BY 1, 2, 3",
            _BY_COLUMNS.format(starts="starts_with"),
        ),
        (
            "SELECT v[4], v[5], v[7], count(*) AS n FROM ("
            " SELECT splitByChar(' ', line) AS v FROM {lines})"
            " WHERE v[13] = 'REJECT' AND startsWith(v[4], '10.') AND toInt32OrNull(v[7]) < 30000"
            " GROUP BY 1, 2, 3",
            _BY_COLUMNS.format(starts="startsWith"),
        ),
    ),
    same(
        "skipped",
        "filter logStatus = 'SKIPDATA' | stats count(*) as windows by interfaceId | sort windows desc",
        "SELECT interface_id, count(*) AS n FROM {log} WHERE log_status = 'SKIPDATA' GROUP BY 1",
    ),
]
