"""DuckDB over the raw rows of project positions.

`raw_rows.py fill STORE FILE` copies the table of an SQLite store; `raw_rows.py ask FILE QUESTIONS TIMES` reads SQL by name
from a JSON file, asks everything in turn, and prints {name: {"ms": [...], "rows": n, "first": [...]}}.
"""

import csv
import json
import sqlite3
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb


def fill(store: str, file: str) -> None:
    """Copy the rows by way of a CSV, without keys or indexes."""
    source = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    target = duckdb.connect(file)
    for table in ("project_position", "beneficiary", "call"):
        cursor = source.execute(f'SELECT * FROM "{table}"')
        names = [column[0] for column in cursor.description]
        declared = {row[1]: row[2] for row in source.execute(f'PRAGMA table_info("{table}")')}
        kinds = {name: _kind(declared[name]) for name in names}
        with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="", encoding="utf-8") as text:
            writer = csv.writer(text)
            writer.writerow(names)
            writer.writerows(cursor)
            text.flush()
            target.execute(f'CREATE TABLE "{table}" AS FROM read_csv(?, header = true, columns = {kinds})', [text.name])
    target.close()


def _kind(declared: str) -> str:
    if declared.startswith(("VARCHAR", "TEXT")):
        return "VARCHAR"
    return {"INTEGER": "BIGINT", "BIGINT": "BIGINT", "DATE": "DATE", "BOOLEAN": "BOOLEAN"}.get(declared, "VARCHAR")


def ask(file: str, questions: dict[str, str], times: int) -> dict[str, dict[str, Any]]:
    """Milliseconds of each question after a first time that is not counted, and what it answers."""
    connection = duckdb.connect(file, read_only=True)
    found: dict[str, dict[str, Any]] = {name: {"ms": []} for name in questions}
    for number in range(times + 1):
        for name, sql in questions.items():
            before = time.perf_counter()
            rows = connection.execute(sql).fetchall()
            taken = (time.perf_counter() - before) * 1000
            if number:
                found[name]["ms"].append(taken)
            found[name] |= {"rows": len(rows), "first": [str(value) for value in rows[0]] if rows else []}
    return found


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        fill(*sys.argv[2:4])
    else:
        asked = json.loads(Path(sys.argv[3]).read_text(encoding="utf-8"))
        print(json.dumps(ask(sys.argv[2], asked, int(sys.argv[4])) | {"version": {"duckdb": duckdb.__version__}}))
