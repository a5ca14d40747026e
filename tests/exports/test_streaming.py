"""Many rows need little room: measured in a process of its own, beyond what a small export needs."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event

from data_model import position_rows
from data_model.position_rows import Wanted
from data_model.store import Store
from data_model.vocabulary import UNKNOWN_CODE
from tests.conftest import SOAK
from tests.data_model.project_rows import PROGRAMME, bring

ROOT = Path(__file__).resolve().parents[2]
ROWS = 200_000 if SOAK else 100_000
MB = ROWS / 5_000
"""Held in memory, rows take twice that (75 MB measured for 200,000); a million took 7 MB, where 150 are allowed."""


@pytest.mark.timeout(400)
def test_any_number_of_projects_streams_in_little_memory(tmp_path):
    url = f"sqlite:///{(tmp_path / 'many.sqlite').as_posix()}"
    command = [sys.executable, "-m", "tests.exports.streaming", url, str(ROWS), "excel"]
    found = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    assert found["rows"] == ROWS
    assert found["bytes"] > 300 * ROWS
    assert found["grown_mb"] < MB


@pytest.mark.parametrize(("chunk", "fetched"), [(1, 5), (2, 2), (3, 7), (7, 3), (100, 1)])
def test_chunks_of_any_size_give_the_same_rows(store, monkeypatch, chunk, fetched):
    days = (date(2022, 12, 31), date(2023, 12, 31))
    expected = sorted((code, day, number) for number, (code, day) in enumerate((c, d) for c in "FACEBD" for d in days))
    bring(store, [{"project_code": code, "as_of": day, "committed_cents": number} for code, day, number in expected])
    monkeypatch.setattr(position_rows, "CHUNK", chunk)
    monkeypatch.setattr(position_rows, "FETCHED", fetched)
    for as_of in (None, *days):
        wanted = Wanted(PROGRAMME, "oc", as_of)
        with store.reading() as session:
            chunks = position_rows.position_rows(session, wanted, ("project_code", "as_of", "committed_cents"))
            found = [tuple(row) for rows in chunks for row in rows]
        assert found == [row for row in expected if as_of in (None, row[1])]


@pytest.mark.parametrize("filters", [(), (("axis", ("1",)), ("region", ("19", UNKNOWN_CODE)))])
def test_sqlite_is_asked_for_the_order_of_its_index(tmp_path, filters):
    """It sorts in memory: a million wide rows took 320 MB there."""
    store, plans = Store(f"sqlite:///{tmp_path / 'store.sqlite'}"), []

    def explain(connection, _cursor, statement, parameters, _context, _many):
        if statement.startswith("SELECT project_position"):
            plan = connection.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.append([step for *_, step in plan.fetchall()])

    for as_of in (None, date(2023, 12, 31)):
        with store.reading() as session:
            event.listen(session.get_bind(), "before_cursor_execute", explain)
            columns = ("project_code", "title", "call_name", "beneficiary_name")
            list(position_rows.position_rows(session, Wanted(PROGRAMME, "oc", as_of, filters), columns))
            event.remove(session.get_bind(), "before_cursor_execute", explain)
    store.close()
    assert len(plans) == 2
    for plan in plans:
        assert "ix_project_position_reading" in plan[0]
        assert not [step for step in plan if "TEMP B-TREE" in step]
