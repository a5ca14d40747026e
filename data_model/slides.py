"""The slides of a sitting and what is written down while they are shown.

Each act is one transaction with its audit entry.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from data_model import audit
from data_model.roles import Actor
from data_model.saved_views import LONGEST_QUERY
from data_model.sittings import LONGEST_NAME, CannotChange, held_sitting, note, one_line
from data_model.store import Store
from data_model.tables import Minute, Sitting, Slide
from data_model.vocabulary import MinuteKind

LONGEST_TITLE = 200
LONGEST_TEXT = 4_000
MOST_SLIDES = 200

Query = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class View:
    """What a slide shows: a page, the query of its address without the language, and the piece of the page."""

    page: str
    query: Query
    piece: str


@dataclass(frozen=True)
class Said:
    """What a person says with a slide. An empty title is the finding of the piece."""

    title: str = ""
    section: str = ""
    note: str = ""
    text: str = ""


@dataclass(frozen=True)
class Kept:
    """One slide, as it is kept."""

    id: int
    code: str
    view: View
    said: Said
    hidden: bool


@dataclass(frozen=True)
class Written:
    """One decision or remark."""

    id: int
    kind: MinuteKind
    text: str
    said_at: datetime
    written_by: str
    slide: str | None


def slides(session: Session, sitting_id: int, *, hidden: bool = True) -> list[Kept]:
    """The slides of a sitting that are not deleted, in their order; with `hidden` also those that are left out."""
    query = sa.select(Slide).where(col(Slide.sitting_id) == sitting_id, col(Slide.deleted_at).is_(None))
    if not hidden:
        query = query.where(col(Slide.hidden).is_(False))
    return [_kept(row) for row in session.execute(query.order_by(col(Slide.position), col(Slide.id))).scalars()]


def _kept(row: Slide) -> Kept:
    said = Said(row.title, row.section, row.note, row.text)
    return Kept(row.id or 0, row.code, View(row.page, dict(row.query), row.piece), said, row.hidden)


@audit.refusals_kept("add_slide")
def add_slide(store: Store, *, actor: Actor, sitting: str, view: View, said: Said) -> str:
    """Add a slide at the end; its code. Raises CannotChange."""
    with store.writing() as session:
        return append_slide(session, actor=actor, sitting=sitting, view=view, said=said)


def append_slide(session: Session, *, actor: Actor, sitting: str, view: View, said: Said, code: str = "") -> str:
    """Add a slide in the transaction of the session, under a code or the next number; its code. Raises CannotChange."""
    one = held_sitting(session, actor, "add_slide", sitting)
    own = sa.select(col(Slide.code), col(Slide.position)).where(col(Slide.sitting_id) == one.id)
    before = session.execute(own).all()
    if len(before) >= MOST_SLIDES:
        raise CannotChange("too_many")
    query = {key: list(values) for key, values in view.query.items() if key != "lang"}
    if sum(len(text) for values in query.values() for text in values) > LONGEST_QUERY:
        raise CannotChange("too_long")
    taken, number = {row.code for row in before}, len(before) + 1
    while not code or code in taken:
        code, number = str(number), number + 1
    added = Slide(
        sitting_id=one.id or 0,
        code=code,
        position=max((row.position for row in before), default=0) + 1,
        page=view.page,
        query=query,
        piece=view.piece,
        **_clean(said),  # type: ignore[arg-type]  # texts, by name
    )
    session.add(added)
    session.flush()
    _note(session, actor, "add_slide", one, added)
    return code


@audit.refusals_kept("change_slide")
def change_slide(store: Store, *, actor: Actor, sitting: str, slide: str, said: Said) -> None:
    """Give a slide another title, section, note and text. Raises CannotChange."""
    with store.writing() as session:
        one, held = _held(session, actor, "change_slide", sitting, slide)
        for name, value in _clean(said).items():
            setattr(held, name, value)
        _note(session, actor, "change_slide", one, held, title=held.title, section=held.section)


@audit.refusals_kept("move_slide")
def move_slide(store: Store, *, actor: Actor, sitting: str, slide: str, by: int) -> None:
    """Move a slide up (negative) or down by some places, as far as there are any. Raises CannotChange."""
    with store.writing() as session:
        one, held = _held(session, actor, "move_slide", sitting, slide)
        query = sa.select(Slide).where(col(Slide.sitting_id) == one.id, col(Slide.deleted_at).is_(None))
        ordered = list(session.execute(query.order_by(col(Slide.position), col(Slide.id))).scalars())
        place = next(number for number, row in enumerate(ordered) if row.id == held.id)
        ordered.insert(min(max(place + by, 0), len(ordered) - 1), ordered.pop(place))
        for number, row in enumerate(ordered, 1):
            row.position = number
        _note(session, actor, "move_slide", one, held, position=held.position)


@audit.refusals_kept("hide_slide")
def hide_slide(store: Store, *, actor: Actor, sitting: str, slide: str, hidden: bool) -> None:
    """Leave a slide out of what is presented, or take it in again. Raises CannotChange."""
    with store.writing() as session:
        one, held = _held(session, actor, "hide_slide", sitting, slide)
        held.hidden = hidden
        _note(session, actor, "hide_slide" if hidden else "show_slide", one, held)


@audit.refusals_kept("delete_slide")
def delete_slide(store: Store, *, actor: Actor, sitting: str, slide: str) -> None:
    """Take a slide off the list; it can be brought back. Raises CannotChange."""
    with store.writing() as session:
        one, held = _held(session, actor, "delete_slide", sitting, slide)
        held.deleted_at = datetime.now(UTC)
        _note(session, actor, "delete_slide", one, held)


@audit.refusals_kept("restore_slide")
def restore_slide(store: Store, *, actor: Actor, sitting: str, slide: str) -> None:
    """Bring a deleted slide back to its place. Raises CannotChange."""
    with store.writing() as session:
        one, held = _held(session, actor, "restore_slide", sitting, slide, deleted=True)
        held.deleted_at = None
        _note(session, actor, "restore_slide", one, held)


# --- minutes ----------------------------------------------------------------------------------------------------


def minutes(session: Session, sitting_id: int) -> list[Written]:
    """What was written down during a sitting, in the order in which it was."""
    m, s = Minute.__table__.c, Slide.__table__.c  # type: ignore[attr-defined]  # set by SQLModel on tables
    query = (
        sa.select(m.id, m.kind, m.text, m.said_at, m.written_by, s.code)
        .select_from(Minute)
        .outerjoin(Slide, s.id == m.slide_id)
        .where(m.sitting_id == sitting_id, m.deleted_at.is_(None))
        .order_by(m.id)
    )
    return [_written(*row) for row in session.execute(query)]


def _written(number: int, kind: str, text: str, said_at: datetime, by: str, slide: str | None) -> Written:
    moment = said_at if said_at.tzinfo else said_at.replace(tzinfo=UTC)  # SQLite keeps no time zone: it is UTC
    return Written(number, MinuteKind(kind), text, moment, by, slide)


@audit.refusals_kept("write_minute")
def write_minute(store: Store, *, actor: Actor, sitting: str, kind: MinuteKind, text: str, slide: str | None) -> int:
    """Write down a decision or a remark, now, with the slide that is shown; its number. Raises CannotChange."""
    clean = _several_lines(text)
    if not clean:
        raise CannotChange("no_minute")
    with store.writing() as session:
        act = "write_minute"
        one, shown = (
            (held_sitting(session, actor, act, sitting), None)
            if slide is None
            else _held(session, actor, act, sitting, slide)
        )
        now = datetime.now(UTC)
        row = Minute(
            sitting_id=one.id or 0,
            slide_id=shown.id if shown else None,
            kind=kind,
            text=clean,
            said_at=now,
            written_by=actor.name,
        )
        session.add(row)
        session.flush()
        note(session, actor, act, one, minute=row.id, kind=str(kind), slide=slide, text=clean)
        return row.id or 0


@audit.refusals_kept("delete_minute")
def delete_minute(store: Store, *, actor: Actor, sitting: str, minute_id: int, deleted: bool = True) -> None:
    """Strike out what was written down, or bring it back. Raises CannotChange."""
    act = "delete_minute" if deleted else "restore_minute"
    with store.writing() as session:
        one = held_sitting(session, actor, act, sitting)
        query = sa.select(Minute).where(col(Minute.id) == minute_id, col(Minute.sitting_id) == one.id)
        held: Minute | None = session.execute(query).scalar_one_or_none() if 0 < minute_id < 2**31 else None
        if held is None or (held.deleted_at is not None) == deleted:
            raise CannotChange("no_such_minute")
        held.deleted_at = datetime.now(UTC) if deleted else None
        note(session, actor, act, one, minute=held.id, kind=held.kind)


# --- what the acts share ----------------------------------------------------------------------------------------


def _held(
    session: Session, actor: Actor, act: str, sitting: str, slide: str, *, deleted: bool = False
) -> tuple[Sitting, Slide]:
    one = held_sitting(session, actor, act, sitting)
    gone = col(Slide.deleted_at)
    query = sa.select(Slide).where(col(Slide.sitting_id) == one.id, col(Slide.code) == slide.replace("\x00", ""))
    found: Slide | None = session.execute(query.where(gone.is_not(None) if deleted else gone.is_(None))).scalar_one_or_none()
    if found is None:
        raise CannotChange("no_such_slide")
    return one, found


def _clean(said: Said) -> dict[str, str]:
    return {
        "title": one_line(said.title, LONGEST_TITLE, "title", needed=False),
        "section": one_line(said.section, LONGEST_NAME, "section", needed=False),
        "note": _several_lines(said.note),
        "text": _several_lines(said.text),
    }


def _several_lines(text: str) -> str:
    """A text as it was written, without blanks around it. Raises CannotChange where it is too long."""
    clean = text.replace("\x00", " ").replace("\r\n", "\n").strip()
    if len(clean) > LONGEST_TEXT:
        raise CannotChange("too_long")
    return clean


def _note(session: Session, actor: Actor, action: str, one: Sitting, slide: Slide, **more: Any) -> None:
    session.flush()
    note(session, actor, action, one, slide=slide.code, page=slide.page, piece=slide.piece, **more)
