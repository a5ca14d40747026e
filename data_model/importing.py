"""Writes validated rows into the store: the only way in. The caller's `Store.writing()` block is the transaction."""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from data_model import audit, totals
from data_model.records import (
    AcceptedRow,
    FileIdentity,
    ImportResult,
    ParsedRow,
    RefusedRow,
    SkippedRow,
)
from data_model.roles import Actor, require, require_touched
from data_model.store import Store
from data_model.tables import (
    Import,
    StoreState,
)
from data_model.writer import CHANGED, NEW, UNCHANGED, Writer, add

CHUNK = 2_000
"""Rows written at a time: memory stays flat, and one lookup stays under the engines' limits of parameters."""

ACTION = "import"
"""What the audit trail calls it."""

REFUSED_SHOWN = 200
"""Refused rows that a result carries; all of them are kept in the store."""


class LostAmount(Exception):
    """The sums of a file are not those of what was stored, skipped and refused of it: an error of ours."""


class NotTaken(Exception):
    """A file was read and not stored: it has refused rows, or it was only to be looked at. `result` says what it holds."""

    def __init__(self, result: ImportResult) -> None:
        super().__init__("not taken")
        self.result = result


Progress = Callable[[ImportResult], None]
"""Told after each chunk what was read so far. What it raises ends the import, with nothing written."""


def is_empty(session: Session) -> bool:
    """Whether nothing was ever brought in."""
    return bool(session.execute(sa.select(sa.func.count()).select_from(Import)).scalar_one() == 0)


def store_rows(
    session: Session,
    *,
    actor: Actor,
    file: FileIdentity,
    rows: Iterable[ParsedRow],
    progress: Progress | None = None,
    keep_totals: bool = True,
) -> ImportResult:
    """Write the rows of one file, its import, its refused rows and the audit entry; bump the data version.

    Raises NotAllowed where the person may not write for a programme that the rows speak of.
    Without `keep_totals` the transaction must not be kept: it is only to be looked at what the file would do.
    A file that changes nothing leaves no import and no new version, unless it has refused rows that were not kept before.
    Raises what the database raises; the caller's
    transaction then undoes all of it.
    """
    require(session, actor, "import")
    version = session.execute(sa.select(col(StoreState.data_version))).scalar_one() + 1
    started = Import(
        format=file.format,
        file_name=file.name,
        sha256=file.sha256,
        actor=actor.name,
        imported_at=datetime.now(UTC),
        data_version=version,
        details={},
        **ImportResult().as_columns(),
    )
    session.add(started)
    session.flush()
    assert started.id is not None
    result = ImportResult(import_id=started.id)
    writer = Writer(session, started.id, version, actor)
    remaining = iter(rows)
    with _garbage_between_chunks():
        while chunk := list(islice(remaining, CHUNK)):
            _store_chunk(writer, chunk, result)
            del chunk
            gc.collect(1)
            if progress is not None:
                progress(result)
    _check_sums(result)
    require_touched(session, actor, "import", started.id, version)
    if result.rows_new + result.rows_changed == 0 and (result.rows_rejected == 0 or _brought_before(session, started)):
        writer.forget()
        session.delete(started)
        result.import_id = None
        return result
    if keep_totals:
        totals.keep(session, writer.programmes)
    for name, value in result.as_columns().items():
        setattr(started, name, value)
    started.details = _details(file, result)
    session.execute(sa.update(StoreState).values(data_version=version))
    details = {"import": started.id, "file": file.name, "sha256": file.sha256, **result.as_columns()}
    audit.record(session, actor=actor, action=ACTION, data_version=version, details=details)
    return result


@contextmanager
def _garbage_between_chunks() -> Iterator[None]:
    """Let garbage be looked for between chunks only, and not in what was there before: by itself the search would go
    through all of a chunk many times, and through everything else every few chunks."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _details(file: FileIdentity, result: ImportResult) -> dict[str, Any]:
    """How the file was read, and what an import says besides its columns."""
    return {
        "encoding": file.encoding,
        "delimiter": file.delimiter,
        "decimal_mark": file.decimal_mark,
        "headers": {name: list(columns) for name, columns in file.headers.items()},
        "sums_stored_cents": result.sums_stored_cents,
        "sums_skipped_cents": result.sums_skipped_cents,
        "sums_rejected_cents": result.sums_rejected_cents,
        "warnings": file.notes.counts,
        "warning_details": file.notes.details,
    }


def _check_sums(result: ImportResult) -> None:
    """Nothing is lost: what was read is what is stored, skipped and refused, to the cent. Raises LostAmount."""
    parts: dict[str, int] = {}
    for sums in (result.sums_stored_cents, result.sums_skipped_cents, result.sums_rejected_cents):
        add(parts, sums)
    if parts != result.sums_in_cents:
        raise LostAmount(f"read {result.sums_in_cents}, accounted for {parts}")


def _brought_before(session: Session, started: Import) -> bool:
    """Whether an import of the same file stands: its refused rows are kept there."""
    same = sa.and_(col(Import.sha256) == started.sha256, col(Import.undone_at_version).is_(None))
    return session.execute(sa.select(col(Import.id)).where(same, col(Import.id) != started.id)).first() is not None


@audit.refusals_kept(ACTION)
def bring_in(
    store: Store,
    *,
    actor: Actor,
    file: FileIdentity,
    rows: Iterable[ParsedRow],
    accept_rejected: bool,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportResult:
    """Bring one file in, in one transaction. Raises NotTaken, with nothing written but that it was refused, when it has
    refused rows that are not accepted, or is only to be looked at."""
    try:
        with store.writing() as session:
            result = store_rows(session, actor=actor, file=file, rows=rows, progress=progress, keep_totals=not dry_run)
            if dry_run or (result.rows_rejected and not accept_rejected):
                raise NotTaken(result)
    except NotTaken as refused:
        if not dry_run:
            details = {"file": file.name, "sha256": file.sha256, **refused.result.as_columns()}
            audit.refuse(store, actor=actor, action=ACTION, details=details)
        raise
    return result


def _store_chunk(writer: Writer, chunk: list[ParsedRow], result: ImportResult) -> None:
    """Write one chunk of parsed rows and count them."""
    chunk = writer.once(chunk)
    accepted = [row for row in chunk if isinstance(row, AcceptedRow)]
    outcomes = writer.write(accepted, result)
    writer.make_known(record for row in chunk if isinstance(row, SkippedRow) for record in row.records)
    writer.refuse([row for row in chunk if isinstance(row, RefusedRow)])
    result.rows_read += sum(row.lines for row in chunk)
    for row in chunk:
        add(result.sums_in_cents, row.sums)
        if isinstance(row, SkippedRow):
            result.rows_skipped += row.lines
            add(result.reasons, {row.reason: row.lines})
            add(result.sums_skipped_cents, row.sums)
        elif isinstance(row, RefusedRow):
            result.rows_rejected += row.lines
            result.refused += [row] if len(result.refused) < REFUSED_SHOWN else []
            add(result.reasons, {row.reason: row.lines})
            add(result.sums_rejected_cents, row.sums)
    lines = dict.fromkeys((NEW, CHANGED, UNCHANGED), 0)
    for row, outcome in zip(accepted, outcomes, strict=True):
        lines[outcome] += row.lines
    result.rows_new += lines[NEW]
    result.rows_changed += lines[CHANGED]
    result.rows_unchanged += lines[UNCHANGED]
