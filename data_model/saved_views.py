"""Views that somebody saved under a name: listed, saved, renamed, deleted and brought back.

A view is whose it is (`owner`), or everybody's where nobody signs in (`owner` None). Each act is one transaction with its
audit entry. Saving changes no data: the data version stays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from data_model import audit
from data_model.reasons import CannotDo
from data_model.roles import Actor, require_own
from data_model.store import Store
from data_model.tables import SavedView, StoreState

LONGEST_NAME = 120
LONGEST_QUERY = 20_000
"""Characters of all codes of a query together."""

MOST_VIEWS = 500
"""More views of one owner are not kept."""

Query = Mapping[str, Sequence[str]]


class CannotSave(CannotDo):
    """The view cannot be saved or changed so; `reason` is a code with words in texts."""


@dataclass(frozen=True)
class Saved:
    """One saved view, as a list shows it."""

    id: int
    name: str
    page: str
    query: dict[str, list[str]]
    saved_by: str
    saved_at: datetime
    data_version: int


def saved_views(session: Session, owner: str | None) -> list[Saved]:
    """The views of an owner that are not deleted, the latest first; those of everybody are owned by None."""
    query = sa.select(SavedView).where(_owned(owner), col(SavedView.deleted_at).is_(None))
    return [
        Saved(row.id or 0, row.name, row.page, dict(row.query), row.saved_by, row.saved_at, row.data_version)
        for row in session.execute(query.order_by(col(SavedView.id).desc())).scalars()
    ]


@audit.refusals_kept("save_view")
def save_view(store: Store, *, actor: Actor, owner: str | None, name: str, page: str, query: Query) -> int:
    """Keep a view under a name; its number. Raises CannotSave."""
    codes = {key: list(values) for key, values in query.items()}
    if sum(len(text) for values in codes.values() for text in values) > LONGEST_QUERY:
        raise CannotSave("too_long")
    with store.writing() as session:
        require_own(session, actor, "save_view", owner)
        count = sa.select(sa.func.count()).select_from(SavedView)
        if session.execute(count.where(_owned(owner), col(SavedView.deleted_at).is_(None))).scalar_one() >= MOST_VIEWS:
            raise CannotSave("too_many")
        view = SavedView(
            owner=owner,
            name=_name(session, owner, name),
            page=page,
            query=codes,
            saved_by=actor.name,
            saved_at=datetime.now(UTC),
            data_version=_version(session),
        )
        session.add(view)
        session.flush()
        _note(session, actor, "save_view", view)
        return view.id or 0


@audit.refusals_kept("rename_view")
def rename_view(store: Store, *, actor: Actor, owner: str | None, view_id: int, name: str) -> None:
    """Give a view another name. Raises CannotSave."""
    with store.writing() as session:
        require_own(session, actor, "rename_view", owner)
        view = _held(session, owner, view_id)
        before, view.name = view.name, _name(session, owner, name, but=view_id)
        _note(session, actor, "rename_view", view, before=before)


@audit.refusals_kept("delete_view")
def delete_view(store: Store, *, actor: Actor, owner: str | None, view_id: int) -> None:
    """Take a view off the list; it can be brought back. Raises CannotSave."""
    with store.writing() as session:
        require_own(session, actor, "delete_view", owner)
        view = _held(session, owner, view_id)
        view.deleted_at = datetime.now(UTC)
        _note(session, actor, "delete_view", view)


@audit.refusals_kept("restore_view")
def restore_view(store: Store, *, actor: Actor, owner: str | None, view_id: int) -> None:
    """Bring a deleted view back, under a name of its own. Raises CannotSave."""
    with store.writing() as session:
        require_own(session, actor, "restore_view", owner)
        view = _held(session, owner, view_id, deleted=True)
        view.name = _free(session, owner, view.name)
        view.deleted_at = None
        _note(session, actor, "restore_view", view)


def _owned(owner: str | None) -> sa.ColumnElement[bool]:
    return col(SavedView.owner).is_(None) if owner is None else col(SavedView.owner) == owner


def _held(session: Session, owner: str | None, view_id: int, *, deleted: bool = False) -> SavedView:
    """The view of this number if it is the owner's. Raises CannotSave."""
    gone = col(SavedView.deleted_at)
    state = gone.is_not(None) if deleted else gone.is_(None)
    query = sa.select(SavedView).where(col(SavedView.id) == view_id, _owned(owner), state)
    found: SavedView | None = session.execute(query).scalar_one_or_none() if 0 < view_id < 2**31 else None
    if found is None:
        raise CannotSave("no_such_view")
    return found


def _name(session: Session, owner: str | None, name: str, *, but: int = 0) -> str:
    """A name that no other view of the owner has, on one line. Raises CannotSave."""
    clean = " ".join(name.replace("\x00", " ").split())
    if not clean:
        raise CannotSave("no_name")
    if len(clean) > LONGEST_NAME:
        raise CannotSave("long_name")
    if clean in _names(session, owner, but):
        raise CannotSave("name_taken")
    return clean


def _free(session: Session, owner: str | None, name: str) -> str:
    """The name, with a number after it where another view took it meanwhile."""
    taken, number, free = _names(session, owner, 0), 2, name
    while free in taken:
        free, number = f"{name} ({number})", number + 1
    return free


def _names(session: Session, owner: str | None, but: int) -> set[str]:
    query = sa.select(col(SavedView.name)).where(_owned(owner), col(SavedView.deleted_at).is_(None))
    return set(session.execute(query.where(col(SavedView.id) != but)).scalars())


def _version(session: Session) -> int:
    return int(session.execute(sa.select(col(StoreState.data_version))).scalar_one())


def _note(session: Session, actor: Actor, action: str, view: SavedView, **more: Any) -> None:
    audit.record(
        session, actor=actor, action=action, details={"view": view.id, "name": view.name, "page": view.page, **more}
    )
