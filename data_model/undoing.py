"""Takes an import back. What it brought no longer holds; what other imports brought holds again."""

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from data_model import audit, totals
from data_model.kinds import VERSIONED
from data_model.reasons import CannotDo
from data_model.roles import Actor, require, require_touched
from data_model.store import Store
from data_model.tables import Import, ProjectPosition, StoreState

ACTION = "undo"
"""What the audit trail calls it."""


class NoSuchImport(CannotDo):
    """There is no import of that number, or it was taken back before."""


@audit.refusals_kept(ACTION)
def take_back(store: Store, *, actor: Actor, import_id: int) -> int:
    """Take one import back in a transaction of its own; the new data version. Raises NoSuchImport."""
    with store.writing() as session:
        return undo_import(session, actor=actor, import_id=import_id)


def undo_import(session: Session, *, actor: Actor, import_id: int) -> int:
    """Take one import back, in the caller's transaction; the new data version.

    Each figure, activity and deadline it brought gives way to what the latest import that still stands says of it, if any
    does. Rows of later imports stay. Names, sources and translations stay too: other rows may speak of them. Raises
    NoSuchImport, and NotAllowed.
    """
    require(session, actor, "undo")
    undone = session.get(Import, import_id) if 0 < import_id < 2**31 else None  # PostgreSQL fails on larger ones
    if undone is None or undone.undone_at_version is not None:
        raise NoSuchImport("no_such_import")
    require_touched(session, actor, "undo", import_id)
    version = int(session.execute(sa.select(col(StoreState.data_version))).scalar_one()) + 1
    undone.undone_at_version = version
    session.flush()
    rows = {table.__tablename__: _give_way(session, table, import_id, version) for table in VERSIONED.values()}
    totals.keep(session, _programmes(session, import_id, version))
    session.execute(sa.update(StoreState).values(data_version=version))
    details = {"import": import_id, "file": undone.file_name, "sha256": undone.sha256, "rows": rows}
    audit.record(session, actor=actor, action=ACTION, data_version=version, details=details)
    return version


def _give_way(session: Session, table: type[SQLModel], import_id: int, version: int) -> int:
    """Close the rows of an import that hold now and let the latest ones that still stand hold again; the number closed.

    Statements over whole tables: an import may have brought millions of positions.
    """
    rows: sa.Table = table.__table__  # type: ignore[attr-defined]  # set by SQLModel on tables
    held = sa.and_(rows.c.import_id == import_id, rows.c.valid_to.is_(None))
    closed = session.connection().execute(sa.update(rows).where(held).values(valid_to=version)).rowcount
    if closed:
        _restore(session, rows, import_id, version)
    return closed


def _programmes(session: Session, import_id: int, version: int) -> set[str]:
    """The programmes of the positions that an undo just closed, and of those that hold again in their place."""
    rows: sa.Table = ProjectPosition.__table__  # type: ignore[attr-defined]  # as above
    closed, again = rows.alias("closed"), rows.alias("again")
    same = sa.and_(again.c.natural_key == closed.c.natural_key, again.c.valid_to.is_(None))
    found = sa.select(closed.c.programme_code, again.c.programme_code).select_from(closed.outerjoin(again, same))
    found = found.where(closed.c.import_id == import_id, closed.c.valid_to == version).distinct()
    return {code for row in session.execute(found) for code in row if code is not None}


def _restore(session: Session, rows: sa.Table, import_id: int, version: int) -> None:
    """Let the latest row of an import that still stands hold again, for each key that was just closed."""
    standing = sa.select(col(Import.id)).where(col(Import.undone_at_version).is_(None))
    closed, other = rows.alias("closed"), rows.alias("other")
    latest = (
        sa.select(other.c.id)
        .where(other.c.natural_key == closed.c.natural_key, other.c.import_id.in_(standing))
        .order_by(other.c.import_id.desc(), other.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    ids = sa.select(latest).select_from(closed).where(closed.c.import_id == import_id, closed.c.valid_to == version)
    said = [column for column in rows.c if column.name not in ("id", "valid_from", "valid_to")]
    again = sa.select(*said, sa.literal(version)).where(rows.c.id.in_(ids)).order_by(rows.c.id)
    session.execute(sa.insert(rows).from_select([*(column.name for column in said), "valid_from"], again))
