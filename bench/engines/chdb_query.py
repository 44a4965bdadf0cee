"""Runs one SQL statement in chDB (ClickHouse as a library) and prints its rows as tab-separated text.

    chdb_query.py THREADS < statement.sql
"""

import sys

import chdb

statement = f"{sys.stdin.read()} SETTINGS max_threads = {int(sys.argv[1])}, {sys.argv[2]}"
print(chdb.query(statement, "TabSeparated"), end="")
