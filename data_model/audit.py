"""The audit trail: entries that are only appended, each chained to the one before by its SHA-256.

`python -m data_model.audit --verify` goes through all of it; exit codes: 0 unbroken, 1 tampered with, 2 used wrongly, 3 the
store cannot be opened. What triggers cannot stop (somebody who owns the database) the chain shows. Who owns the database
could also write the whole chain anew: against that, a hash that was written down elsewhere is looked for by --contains; each
backup has one in its manifest.
"""

import argparse
import getpass
import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col

from data_model.reasons import CannotDo
from data_model.records import FileIdentity
from data_model.roles import Actor, NotAllowed
from data_model.store import Store, StoreUnavailable, default_url
from data_model.tables import METADATA, AuditEntry, StoreState

GENESIS = "0" * 64
"""What stands for the entry before the first."""

EXPORT = "export"
REFUSED = "_refused"
"""The end of the name of an act that was refused."""

_ENTRY, _HEAD = METADATA.tables["audit_entry"], METADATA.tables["audit_head"]
_SAID = ("import_id", "view_id", "sitting", "sitting_id", "slide", "minute_id", "code", "page")
"""What a refused attempt is told by: numbers and codes, never what a person wrote."""

_P = ParamSpec("_P")
_R = TypeVar("_R")


# --- writing ----------------------------------------------------------------------------------------------------


def record(session: Session, *, actor: Actor, action: str, details: dict[str, Any], data_version: int | None = None) -> None:
    """Append one entry, in the transaction of the session. All entries are written here.

    The head is locked first, so that of two who write at once the second sees the entry of the first.
    """
    session.flush()
    head = session.execute(sa.select(_HEAD.c.entries, _HEAD.c.last_id, _HEAD.c.hash).with_for_update()).one()
    if data_version is None:
        data_version = int(session.execute(sa.select(col(StoreState.data_version))).scalar_one())
    entry: dict[str, Any] = {
        "id": head.last_id + 1,
        "at": datetime.now(UTC),
        "actor": actor.name,
        "action": action,
        "data_version": data_version,
        "details": json.loads(json.dumps(details)),  # as it will be read: keys are texts, lists are lists
        "previous_hash": head.hash,
    }
    digest = digest_of(entry)
    session.execute(sa.insert(_ENTRY).values(**entry, hash=digest))
    session.execute(sa.update(_HEAD).values(entries=head.entries + 1, last_id=entry["id"], hash=digest))


def digest_of(entry: Any) -> str:
    """The SHA-256 of what an entry says, the hash of the one before included. The same on both engines."""
    at: datetime = entry["at"]
    moment = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)  # SQLite keeps no time zone: it is UTC
    said = [
        *(entry["id"], moment.isoformat(timespec="microseconds"), entry["actor"], entry["action"]),
        *(entry["data_version"], entry["details"], entry["previous_hash"]),
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode("ascii")).hexdigest()


def refuse(store: Store, *, actor: Actor, action: str, details: dict[str, Any]) -> None:
    """Record a refused attempt, in a transaction of its own: that of the attempt is undone. Also of who may not write."""
    with store.appending() as session:
        record(session, actor=actor, action=f"{action}{REFUSED}", details=details)


def refusals_kept(action: str) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Have the refused attempts of a function recorded that takes a store and, by name, the actor."""

    def around(act: Callable[_P, _R]) -> Callable[_P, _R]:
        @wraps(act)
        def attempt(*args: _P.args, **kwargs: _P.kwargs) -> _R:
            try:
                return act(*args, **kwargs)
            except CannotDo as refused:
                store, actor = args[0], kwargs["actor"]
                assert isinstance(store, Store)
                assert isinstance(actor, Actor)
                role = {"role": str(actor.role)} if isinstance(refused, NotAllowed) else {}
                refuse(store, actor=actor, action=action, details={"reason": refused.reason, **role, **_told(kwargs)})
                raise

        return attempt

    return around


def _told(given: dict[str, Any]) -> dict[str, Any]:
    file = given.get("file")
    of_file = {"file": file.name, "sha256": file.sha256} if isinstance(file, FileIdentity) else {}
    return of_file | {name: str(given[name])[:60] for name in _SAID if given.get(name) is not None}


def taken_away(
    store: Store, *, actor: Actor, what: str, form: str, filters: dict[str, list[str]], rows: int | None, data_version: int
) -> None:
    """Record that data were exported or downloaded: which table, in which form, with which filters, how many rows."""
    with store.appending() as session:
        details = {"table": what, "form": form, "filters": filters, "rows": rows}
        record(session, actor=actor, action=EXPORT, details=details, data_version=data_version)


@cache
def local_user() -> str:
    """Who acts by a command: the user that runs it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a user without a name
        return "local"


# --- reading ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """One entry as it is listed."""

    id: int
    at: datetime
    actor: str
    action: str
    data_version: int
    details: dict[str, Any]
    hash: str


def entries_count(session: Session) -> int:
    """How many entries there are."""
    return int(session.execute(sa.select(sa.func.count()).select_from(AuditEntry)).scalar_one())


def entries_page(session: Session, *, offset: int, limit: int) -> list[Entry]:
    """Some entries, the newest first."""
    columns = [_ENTRY.c[name] for name in Entry.__dataclass_fields__]
    query = sa.select(*columns).order_by(_ENTRY.c.id.desc()).offset(offset).limit(limit)
    return [Entry(*row) for row in session.execute(query)]


@dataclass(frozen=True)
class Verdict:
    """What going through the trail came to. `problems`: a code that has words in texts, and the entry where it shows."""

    entries: int
    last_hash: str
    problems: tuple[tuple[str, int], ...]
    contains: bool = True
    """Whether the hash that was asked for is there."""

    @property
    def unbroken(self) -> bool:
        """Whether nothing was found."""
        return not self.problems and self.contains


def verify(session: Session, *, contains: str | None = None) -> Verdict:
    """Go through all entries: what they say, what each is chained to, and whether the last is the one that the head names.

    `link`: an entry before was changed in place, removed or inserted, or the order is another; `content`: it does not say
    what it said; `head`, `end`, `beyond`, `count`: the head is gone, entries are missing at the end, there are more than it
    knows, or not as many.
    """
    problems: list[tuple[str, int]] = []
    expected, last_id, number, found = GENESIS, 0, 0, contains is None
    for row in _all(session):
        number += 1
        if row["previous_hash"] != expected:
            problems.append(("link", row["id"]))
        if digest_of(row) != row["hash"]:
            problems.append(("content", row["id"]))
        expected, last_id = row["hash"], row["id"]
        found = found or contains == expected
    head = session.execute(sa.select(_HEAD.c.entries, _HEAD.c.last_id, _HEAD.c.hash)).one_or_none()
    if head is None:
        problems.append(("head", last_id))
    else:
        if head.hash != expected:
            problems.append(("end" if head.last_id > last_id else "beyond", last_id))
        if head.entries != number:
            problems.append(("count", last_id))
    return Verdict(number, expected, tuple(problems), found)


def _all(session: Session) -> Iterator[sa.RowMapping]:
    query = sa.select(_ENTRY).order_by(_ENTRY.c.id).execution_options(yield_per=1_000)
    yield from session.execute(query).mappings()


# --- command ----------------------------------------------------------------------------------------------------

_IN_WORDS = {
    "link": "entry {0} is not chained to the one before it: one was changed, removed, inserted or moved",
    "content": "entry {0} does not say what it said when it was written",
    "head": "the record of the last entry is gone",
    "end": "entries after {0} are missing",
    "beyond": "entries up to {0} are there that the record of the last entry does not know",
    "count": "there are not as many entries as were written",
}


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m data_model.audit", description=__doc__)
    parser.add_argument("--verify", action="store_true", help="go through the trail; exit 1 if it was tampered with")
    parser.add_argument("--contains", metavar="HASH", help="a hash that was written down: exit 1 if no entry has it")
    asked = parser.parse_args(arguments)
    if not asked.verify:
        parser.print_usage(sys.stderr)
        return 2
    try:
        store = Store(default_url())
    except StoreUnavailable as error:
        print(error, file=sys.stderr)
        return 3
    with store.reading() as session:
        verdict = verify(session, contains=asked.contains)
    store.close()
    for code, number in verdict.problems:
        print(_IN_WORDS[code].format(number), file=sys.stderr)
    if not verdict.contains:
        print(f"no entry has the hash {asked.contains}: the trail is another one", file=sys.stderr)
    state = "unbroken" if verdict.unbroken else "TAMPERED WITH"
    print(f"{verdict.entries} entries, {state}. Last hash: {verdict.last_hash}")
    return 0 if verdict.unbroken else 1


if __name__ == "__main__":
    sys.exit(main())
