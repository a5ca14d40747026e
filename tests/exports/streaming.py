"""How much room an export of many rows takes: `python -m tests.exports.streaming URL ROWS FLAVOUR` prints a line of JSON.

The store at URL is filled with ROWS projects first if it holds none. Growth is the peak beyond what a small export needs.
"""

import json
import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from data_model.records import ProgrammeRecord, SourceRecord
from data_model.store import Store
from data_model.vocabulary import Series
from exports.asked import Asked
from exports.flavours import FLAVOURS, write_zipped
from exports.reader import reader_of
from exports.tables import table
from tests.data_model.project_rows import PROGRAMME, bring

FILL = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows)
INSERT INTO project_position (natural_key, system, project_code, as_of, date_basis, programme_code, axis_code, call_code,
    beneficiary_code, region_code, place, title, cup, status, theme, started_on, granted_cents, admitted_cents,
    committed_cents, paid_cents, rounded, source_id, place_in_source, import_id, valid_from)
SELECT 'K' || i, 'oc', 'P' || printf('%09d', i * 7919 % 1000003), '2024-08-31', 'stated', :programme,
    CAST(i % 9 AS TEXT), 'PRATT1', 'B1', '13', 'ABRUZZO:L''AQUILA:' || i,
    'Corso di formazione per operatori sociali numero ' || i || ' – "prima" edizione',
    'J' || i || '0001', 'Concluso', 'Inclusione sociale', '2020-01-01', i * 100, i * 99, i * 91 + i % 97,
    CASE WHEN i % 5 > 0 THEN i * 83 END, 0, 'oc', 'projects_2021.csv, line ' || i, 1, 1 FROM n
"""


def fill(store: Store, rows: int) -> None:
    """Positions of a monitoring system, as many as asked for; the first one by the importer's own way."""
    with store.reading() as session:
        if session.execute(sa.text("SELECT count(*) FROM project_position")).scalar_one():
            return
    names = {"call_code": "PRATT1", "call_name": "Avviso", "beneficiary_code": "B1", "beneficiary_name": "Comune"}
    bring(store, [{"project_code": "A", **names}], SourceRecord("oc", "Projects"), ProgrammeRecord(PROGRAMME, "P", "it"))
    with store.writing() as session:
        session.execute(sa.text(FILL), {"rows": rows - 1, "programme": PROGRAMME})


def export(store: Store, flavour: str, asked: Asked, target: Path) -> int:
    """Write the projects; how many."""
    name, _, packed = flavour.partition("+")
    form = FLAVOURS[name]
    with target.open("wb") as stream, store.reading() as session:
        found, reader = table(session, "projects", asked), reader_of(session, "it")
        return (write_zipped(form, found, reader, stream) if packed else form.write(found, reader, stream)).rows


def peak() -> float:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 1024 * 1024)


def main(url: str, rows: int, flavour: str) -> None:
    """Fill, warm up with one project, measure."""
    store = Store(url)
    fill(store, rows)
    asked = Asked(PROGRAMME, date(2024, 12, 31), Series.OC)
    with tempfile.TemporaryDirectory() as folder:
        export(store, flavour, Asked(PROGRAMME, date(2024, 12, 31), Series.OC, project="A"), Path(folder) / "warm")
        before, start = peak(), time.monotonic()
        written = export(store, flavour, asked, Path(folder) / "file")
        size = (Path(folder) / "file").stat().st_size
    print(json.dumps({"rows": written, "grown_mb": peak() - before, "seconds": time.monotonic() - start, "bytes": size}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
