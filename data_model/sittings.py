"""Sittings: a meeting with its slides, frozen on the data of its programme.

Each act is one transaction with its audit entry and changes no data: the data version stays. What is frozen is read before
the transaction that keeps it, so that freezing holds nobody up.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from data_model import audit, snapshots
from data_model.reasons import CannotDo
from data_model.roles import Actor, require
from data_model.snapshots import Frozen
from data_model.store import Store
from data_model.tables import Sitting, SittingSnapshot, Slide

LONGEST_NAME = 200
LONGEST_CODE = 60
MOST_SITTINGS = 500
_CODE = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")


class CannotChange(CannotDo):
    """The sitting cannot be made or changed so; `reason` is a code with words in texts."""


@dataclass(frozen=True)
class Described:
    """What a person says of a meeting."""

    code: str
    name: str
    day: date
    place: str
    programme: str
    language: str


@dataclass(frozen=True)
class Listed:
    """One sitting, as a list shows it; `data_version` and `frozen_at` are those of its snapshot."""

    id: int
    code: str
    name: str
    day: date
    place: str
    programme: str
    language: str
    snapshot_id: int
    data_version: int
    frozen_at: datetime
    previous_id: int | None


def sittings(session: Session) -> list[Listed]:
    """The sittings that are not deleted, the latest meeting first."""
    query = _listed().where(col(Sitting.deleted_at).is_(None))
    return [_as_listed(row) for row in session.execute(query.order_by(col(Sitting.day).desc(), col(Sitting.id).desc()))]


def sitting(session: Session, code: str) -> Listed:
    """The sitting of a code. Raises CannotChange."""
    query = _listed().where(col(Sitting.code) == code.replace("\x00", ""), col(Sitting.deleted_at).is_(None))
    found = session.execute(query).one_or_none()
    if found is None:
        raise CannotChange("no_such_sitting")
    return _as_listed(found)


def previous(session: Session, one: Listed) -> Listed | None:
    """The sitting that one was made from, also where it is deleted by now."""
    found = session.execute(_listed().where(col(Sitting.id) == (one.previous_id or 0))).one_or_none()
    return _as_listed(found) if found else None


@audit.refusals_kept("create_sitting")
def create_sitting(store: Store, *, actor: Actor, described: Described) -> int:
    """Make a sitting on the data of now; its number. Raises CannotChange."""
    with store.reading() as session:
        frozen = snapshots.freeze(session, described.programme)
    with store.writing() as session:
        return make_sitting(session, actor=actor, described=described, frozen=frozen)


def make_sitting(
    session: Session, *, actor: Actor, described: Described, frozen: Frozen, previous_id: int | None = None
) -> int:
    """Make a sitting in the transaction of the session; its number. Raises CannotChange."""
    require(session, actor, "create_sitting", described.programme)
    count = sa.select(sa.func.count()).select_from(Sitting).where(col(Sitting.deleted_at).is_(None))
    if session.execute(count).scalar_one() >= MOST_SITTINGS:
        raise CannotChange("too_many")
    made = Sitting(
        code=_code(session, described.code),
        name=one_line(described.name, LONGEST_NAME, "name"),
        day=described.day,
        place=one_line(described.place, LONGEST_NAME, "place", needed=False),
        programme_code=described.programme,
        language=described.language,
        snapshot_id=snapshots.keep(session, frozen, actor=actor),
        previous_id=previous_id,
        created_by=actor.name,
        created_at=datetime.now(UTC),
    )
    session.add(made)
    session.flush()
    note(session, actor, "create_sitting", made, sha256=frozen.sha256, frozen_version=frozen.data_version)
    return made.id or 0


@audit.refusals_kept("change_sitting")
def change_sitting(store: Store, *, actor: Actor, code: str, described: Described) -> None:
    """Change name, day, place and language; code and programme stay. Raises CannotChange."""
    with store.writing() as session:
        held = held_sitting(session, actor, "change_sitting", code)
        held.name = one_line(described.name, LONGEST_NAME, "name")
        held.place = one_line(described.place, LONGEST_NAME, "place", needed=False)
        held.day, held.language = described.day, described.language
        note(session, actor, "change_sitting", held, day=held.day.isoformat(), place=held.place, language=held.language)


@audit.refusals_kept("refresh_sitting")
def refresh_sitting(store: Store, *, actor: Actor, code: str, frozen: Frozen) -> None:
    """Put the sitting on newer data of its programme; the snapshot of before is kept. Raises CannotChange."""
    with store.writing() as session:
        held = held_sitting(session, actor, "refresh_sitting", code)
        if frozen.programme != held.programme_code:
            raise CannotChange("other_programme")
        before = held.snapshot_id
        held.snapshot_id = snapshots.keep(session, frozen, actor=actor)
        numbers = {"before": before, "after": held.snapshot_id, "frozen_version": frozen.data_version}
        note(session, actor, "refresh_sitting", held, sha256=frozen.sha256, **numbers)


@audit.refusals_kept("duplicate_sitting")
def duplicate_sitting(store: Store, *, actor: Actor, code: str, described: Described, latest: bool = False) -> int:
    """Make the next meeting from one: the same slides, on the data of now. With `latest` its slides show the latest date of
    their series instead of the date that was chosen. Raises CannotChange."""
    with store.reading() as session:
        old = sitting(session, code)
        frozen = snapshots.freeze(session, old.programme)
    with store.writing() as session:
        number = make_sitting(session, actor=actor, described=described, frozen=frozen, previous_id=old.id)
        kept = sa.select(Slide).where(col(Slide.sitting_id) == old.id, col(Slide.deleted_at).is_(None))
        for slide in session.execute(kept.order_by(col(Slide.position))).scalars().all():
            fields = slide.model_dump(exclude={"id", "sitting_id", "query"})
            session.add(Slide(**fields, sitting_id=number, query=_latest(slide.query) if latest else dict(slide.query)))
        session.flush()
        return number


def _latest(query: dict[str, Any]) -> dict[str, Any]:
    return {key: values for key, values in query.items() if key not in ("as_of", "compared_with")}


@audit.refusals_kept("delete_sitting")
def delete_sitting(store: Store, *, actor: Actor, code: str) -> int:
    """Take a sitting off the list; its number, with which it is brought back. Raises CannotChange."""
    with store.writing() as session:
        held = held_sitting(session, actor, "delete_sitting", code)
        held.deleted_at = datetime.now(UTC)
        note(session, actor, "delete_sitting", held)
        return held.id or 0


@audit.refusals_kept("restore_sitting")
def restore_sitting(store: Store, *, actor: Actor, sitting_id: int) -> None:
    """Bring a deleted sitting back; under a code of its own where another took its code meanwhile. Raises CannotChange."""
    with store.writing() as session:
        require(session, actor, "restore_sitting")
        query = sa.select(Sitting).where(col(Sitting.id) == sitting_id, col(Sitting.deleted_at).is_not(None))
        held: Sitting | None = session.execute(query).scalar_one_or_none() if 0 < sitting_id < 2**31 else None
        if held is None:
            raise CannotChange("no_such_sitting")
        require(session, actor, "restore_sitting", held.programme_code)
        held.code = free_code(session, held.code)
        held.deleted_at = None
        note(session, actor, "restore_sitting", held)


def held_sitting(session: Session, actor: Actor, act: str, code: str) -> Sitting:
    """The row of a sitting that is not deleted, for a person who may change it. Raises CannotChange and NotAllowed."""
    require(session, actor, act)
    query = sa.select(Sitting).where(col(Sitting.code) == code.replace("\x00", ""), col(Sitting.deleted_at).is_(None))
    found: Sitting | None = session.execute(query).scalar_one_or_none()
    if found is None:
        raise CannotChange("no_such_sitting")
    require(session, actor, act, found.programme_code)
    return found


def one_line(text: str, longest: int, what: str, *, needed: bool = True) -> str:
    """A text on one line. Raises CannotChange where it is too long, or empty and needed."""
    clean = " ".join(text.replace("\x00", " ").split())
    if needed and not clean:
        raise CannotChange(f"no_{what}")
    if len(clean) > longest:
        raise CannotChange("too_long")
    return clean


def proposed_code(name: str, day: date) -> str:
    """A code made of a name and a day: `comitato-di-sorveglianza-2019-06-20`."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    stem = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[: LONGEST_CODE - 20].strip("-")
    return "-".join(part for part in (stem, day.isoformat()) if part)


def free_code(session: Session, code: str) -> str:
    """The code, with a number after it where another sitting has it."""
    taken = set(session.execute(sa.select(col(Sitting.code)).where(col(Sitting.deleted_at).is_(None))).scalars())
    number, free = 2, code
    while free in taken:
        free, number = f"{code[: LONGEST_CODE - 5]}-{number}", number + 1
    return free


def note(session: Session, actor: Actor, action: str, one: Sitting, **more: Any) -> None:
    """The audit entry of an act on a sitting."""
    audit.record(
        session, actor=actor, action=action, details={"sitting": one.id, "code": one.code, "name": one.name, **more}
    )


def _code(session: Session, code: str) -> str:
    """A code that no other sitting has. Raises CannotChange."""
    if not _CODE.fullmatch(code) or len(code) > LONGEST_CODE:
        raise CannotChange("bad_code")
    if free_code(session, code) != code:
        raise CannotChange("code_taken")
    return code


_COLUMNS = ("id", "code", "name", "day", "place", "programme_code", "language", "snapshot_id")


def _listed() -> sa.Select[Any]:
    """Sittings with what is known of their snapshot, without its content."""
    s, x = Sitting.__table__, SittingSnapshot.__table__  # type: ignore[attr-defined]  # set by SQLModel on tables
    columns = (*(s.c[name] for name in _COLUMNS), x.c.data_version, x.c.frozen_at, s.c.previous_id)
    return sa.select(*columns).select_from(s.join(x, x.c.id == s.c.snapshot_id))


def _as_listed(row: sa.Row[Any]) -> Listed:
    cells = dict(row._mapping)
    moment: datetime = cells["frozen_at"]
    cells["frozen_at"] = moment if moment.tzinfo else moment.replace(tzinfo=UTC)  # SQLite keeps no time zone: it is UTC
    cells["programme"] = cells.pop("programme_code")
    return Listed(**cells)
