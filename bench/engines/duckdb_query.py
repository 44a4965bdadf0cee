"""Runs one SQL statement in DuckDB and prints its rows as tab-separated text.

    duckdb_query.py THREADS < statement.sql
"""

import sys

import duckdb

connection = duckdb.connect()
connection.execute(f"SET threads = {int(sys.argv[1])}")
# Rows may come in any order, which is what the other engines do too.
connection.execute("SET preserve_insertion_order = false")
for row in connection.execute(sys.stdin.read()).fetchall():
    print("\t".join("" if value is None else str(value) for value in row))
