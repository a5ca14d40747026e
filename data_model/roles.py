"""Who may write what: a person with a role, and the one question that each writing function asks in its own transaction."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from data_model.kinds import VERSIONED
from data_model.reasons import CannotDo
from data_model.tables import ProjectPlace, ProjectPosition


class Role(StrEnum):
    """What a person may do: read; also write for some programmes; write everything."""

    READER = "reader"
    EDITOR = "editor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Actor:
    """Who acts. `programmes` are those that an editor may write for; None stands for every programme."""

    name: str
    role: Role
    programmes: frozenset[str] | None = frozenset()

    @property
    def writes(self) -> bool:
        """Whether there is anything that this person may write."""
        return self.role in (Role.EDITOR, Role.ADMINISTRATOR)

    @property
    def everywhere(self) -> bool:
        """Whether this person may also write what belongs to no single programme."""
        return self.role is Role.ADMINISTRATOR or (self.role is Role.EDITOR and self.programmes is None)

    def edits(self, programme: str) -> bool:
        """Whether this person may write for a programme."""
        return self.everywhere or (self.role is Role.EDITOR and programme in (self.programmes or ()))


class NotAllowed(CannotDo):
    """The person may not do this; `reason` is a code with words in texts, `act` what was refused, `actor` to whom."""

    def __init__(self, reason: str, actor: Actor, act: str) -> None:
        super().__init__(reason)
        self.actor = actor
        self.act = act


def keyboard(name: str) -> Actor:
    """The person at the machine's own keyboard, who could write to the store's file anyway."""
    return Actor(name, Role.ADMINISTRATOR)


def require(session: Session, actor: Actor, act: str, *programmes: str) -> None:
    """Raises NotAllowed unless the person may do the act for all of the programmes; of none, unless they may write at all.

    Asked inside the transaction that writes: what is known at the write counts, not what was shown before.
    """
    if not session.in_transaction():
        raise RuntimeError(f"{act} asks who may write outside of the transaction that writes")
    if not actor.writes:
        raise NotAllowed("not_allowed", actor, act)
    if not all(map(actor.edits, programmes)):
        raise NotAllowed("not_your_programme", actor, act)


def require_everywhere(session: Session, actor: Actor, act: str) -> None:
    """Raises NotAllowed unless the person may write what all programmes share, as the title of a source."""
    require(session, actor, act)
    if not actor.everywhere:
        raise NotAllowed("not_your_programme", actor, act)


def require_own(session: Session, actor: Actor, act: str, owner: str | None) -> None:
    """Raises NotAllowed unless the person may write and the thing is everybody's or their own."""
    require(session, actor, act)
    if owner not in (None, actor.name):
        raise NotAllowed("not_yours", actor, act)


def require_touched(session: Session, actor: Actor, act: str, import_id: int, version: int | None = None) -> None:
    """Raises NotAllowed unless the person may write for every programme of what an import brought and, with the version
    that it makes, of what it put an end to: a row may carry the key of another programme's project."""
    require(session, actor, act)
    if not actor.everywhere:
        require(session, actor, act, *touched(session, import_id, version))


def touched(session: Session, import_id: int, version: int | None = None) -> set[str]:
    """The programmes of what an import brought and, with a version, of what that put an end to."""
    found: set[str] = set()
    for table in VERSIONED.values():
        c: Any = table.__table__.c  # type: ignore[attr-defined]  # set by SQLModel on tables
        its = c.import_id == import_id
        if version is not None:
            its = sa.or_(its, c.valid_to == version)
        if "programme_code" in c:
            found |= set(session.execute(sa.select(c.programme_code).where(its).distinct()).scalars())
    of_projects = sa.select(col(ProjectPlace.project_code)).where(col(ProjectPlace.import_id) == import_id)
    its_projects = col(ProjectPosition.project_code).in_(of_projects)
    return found | set(session.execute(sa.select(col(ProjectPosition.programme_code)).where(its_projects)).scalars())
