"""Imports and undos that are killed on the way: `python -m tests.reliability.victim URL`.

Reads one JSON order a line: {"act": "import", "seed": n, "rows": n}, {"act": "undo", "id": n}, or {"act": "careless", …},
which commits on the way and is there to prove that the watcher sees a half import; {"act": "backup", "file": path} and
{"act": "careless backup", …}, which writes under the name that it ends with; {"act": "migrate", "url": url} and
{"act": "careless migrate", …}, which commits each statement. Each order is carried out by a fork
of its own, whose process id is printed first, so that it dies alone and the libraries are loaded once. What it
acknowledges is written to the file named in the order, after the commit.
"""

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa

from data_model.backup import back_up
from data_model.backup_file import pack, unpack
from data_model.importing import bring_in, store_rows
from data_model.records import (
    AcceptedRow,
    FigureRecord,
    FileIdentity,
    ParsedRow,
    PositionRecord,
    ProgrammeRecord,
    RefusedRow,
    SourceRecord,
)
from data_model.roles import keyboard
from data_model.store import Store, sqlite_module, upgrade_within
from data_model.tables import METADATA
from data_model.undoing import undo_import
from data_model.vocabulary import DateBasis, Firmness, Series, SubjectKind, Unit


def rows(seed: int, count: int) -> Iterator[ParsedRow]:
    """`count` rows, half figures and half positions, with amounts that depend on the seed."""
    random = Random(seed)
    programme = ProgrammeRecord("P1", "A programme", "en")
    yield AcceptedRow(1, (SourceRecord("src", "A document"),))
    for number in range(2, count + 2):
        cents = random.randrange(10**9)
        if number % 97 == 0:
            yield RefusedRow(number, "IMPEGNI", "x", "not_a_number")
        elif number % 2:
            yield AcceptedRow(number, (programme, _figure(number, cents)), {"committed": cents})
        else:
            yield AcceptedRow(number, (programme, _position(number, cents)), {"paid": cents})


def _figure(number: int, cents: int) -> FigureRecord:
    return FigureRecord(
        programme_code="P1",
        series=Series.PUBLISHED,
        subject_kind=SubjectKind.AXIS,
        subject_code=str(number),
        axis_code=str(number),
        measure="committed",
        unit=Unit.EUR,
        amount_cents=cents,
        quantity_thousandths=None,
        firmness=Firmness.EXACT,
        wording=str(cents),
        source_id="src",
        place=f"p. {number}",
        as_of=date(2018, 12, 31),
    )


def _position(number: int, cents: int) -> PositionRecord:
    return PositionRecord(
        system="oc",
        project_code=f"K{number}",
        as_of=date(2024, 6, 30),
        date_basis=DateBasis.STATED,
        programme_code="P1",
        title=f"Project {number}",
        source_id="src",
        place_in_source=f"f.csv:{number}",
        beneficiary_code=str(number % 50),
        beneficiary_name="A name",
        paid_cents=cents,
    )


def carry_out(url: str, order: dict[str, Any]) -> int:
    """Do what the order says; the number of the import it made or took back."""
    if order["act"] in ("migrate", "careless migrate"):
        return _migrated(order["url"], careless=order["act"] != "migrate")
    store = Store(url)
    if order["act"] == "undo":
        with store.writing() as session:
            undo_import(session, actor=keyboard("victim"), import_id=order["id"])
        return int(order["id"])
    if order["act"] in ("backup", "careless backup"):
        return _backed_up(store, Path(order["file"]), careless=order["act"] != "backup")
    file = FileIdentity(f"{order['seed']}.csv", f"{order['seed']:064d}", "figures")
    content = rows(order["seed"], order["rows"])
    if order["act"] == "careless":
        return _careless(store, file, list(content))
    result = bring_in(store, actor=keyboard("victim"), file=file, rows=content, accept_rejected=True)
    assert result.import_id is not None
    return result.import_id


def _migrated(url: str, *, careless: bool) -> int:
    """Open a store of an earlier schema, which migrates it; the mutant does so without a transaction."""
    if careless:
        more = {"module": sqlite_module()} if url.startswith("sqlite") else {}
        with sa.create_engine(url, isolation_level="AUTOCOMMIT", **more).connect() as connection:
            upgrade_within(connection)
    else:
        Store(url).close()
    return 0


def _backed_up(store: Store, target: Path, *, careless: bool) -> int:
    """Make a backup; the mutant packs it in its place, where a reader meets it half."""
    if not careless:
        return back_up(store, target).data_version
    back_up(store, target.with_suffix(".first"))
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "store.sqlite"
        manifest = unpack(target.with_suffix(".first"), copy)
        pack(copy, manifest, target)
    return manifest.data_version


def _careless(store: Store, file: FileIdentity, content: list[ParsedRow]) -> int:
    """The mutant: the import declares all of its rows first, and its positions are written with many commits."""
    positions = METADATA.tables["project_position"]
    with store.writing() as session:
        result = store_rows(session, actor=keyboard("victim"), file=file, rows=content)
        number = result.import_id
        kept = [dict(row) for row in session.execute(sa.select(positions).where(positions.c.import_id == number)).mappings()]
        session.execute(sa.delete(positions).where(positions.c.import_id == number))
    assert number is not None
    for start in range(0, len(kept), 5):
        with store.writing() as session:
            session.execute(sa.insert(positions), kept[start : start + 5])
    return number


def main() -> None:
    url = sys.argv[1]
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            number = carry_out(url, order)
            Path(order["acknowledge"]).write_text(f"{number} {datetime.now(UTC).isoformat()}", encoding="utf-8")
            os._exit(0)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("over", flush=True)


if __name__ == "__main__":
    main()
