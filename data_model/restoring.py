"""Puts a backup in the place of a store. The store that was there is kept beside it, and nothing in between is ever seen.

On SQLite the new file takes the name of the old one in one step. On PostgreSQL, in one transaction, the old tables go to a
schema of their own and new ones are made and filled. Whoever is connected has to leave first: the app would go on with
what it remembers of the old store.
"""

import os
import shutil
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from data_model.backup_file import Damaged, Manifest, unpack
from data_model.copying import contents, copy_rows
from data_model.store import Store, StoreUnavailable, postgres_url, sqlite_module, upgrade_within
from data_model.tables import METADATA

_IN_USE = "The store is in use: stop Avanzamento and whoever else is connected to it, then try again."
_FUNCTION = "audit_only_appended()"


class InUse(Exception):
    """Somebody is connected to the store."""


def restore(url: str, file: Path) -> tuple[Manifest, str | None]:
    """Put a backup in the place of the store; what the backup says of itself, and where the old store is kept, if there was
    one. Raises Damaged, InUse, StoreUnavailable, with nothing changed."""
    address = postgres_url(url)
    if not address.startswith("sqlite"):
        with tempfile.TemporaryDirectory(prefix="avanzamento-") as folder:
            manifest, new = _ready(file, Path(folder))
            return manifest, _into_postgres(address, new)
    path = Path(sa.make_url(address).database or "")
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=path.parent) as folder:
        manifest, new = _ready(file, Path(folder))
        return manifest, _take_place(path, new)


def _ready(file: Path, folder: Path) -> tuple[Manifest, Path]:
    """The store of a backup, checked and brought to this version of the app, as one file."""
    new = folder / "store.sqlite"
    manifest = unpack(file, new)
    Store(f"sqlite:///{new.as_posix()}").close()
    with closing(sqlite_module().connect(new)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    return manifest, new


def _stamp() -> str:
    return f"before-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"


# --- SQLite -----------------------------------------------------------------------------------------------------


def _take_place(path: Path, new: Path) -> str | None:
    """Give the new file the name of the store. At each moment a whole store has that name: the old one or the new one."""
    if not path.exists():
        new.replace(path)
        return None
    kept = path.with_name(f"{path.name}.{_stamp()}")
    _settle(path, kept)
    shutil.copymode(path, new)
    if os.name == "posix" and os.geteuid() == 0:  # restored by root for the user that runs the app
        os.chown(new, path.stat().st_uid, path.stat().st_gid)
    try:
        os.link(path, kept)  # the old store has two names until the new one takes the first
    except OSError:  # not every file system has links
        shutil.copy2(path, kept)
    new.replace(path)
    return str(kept)


def _settle(path: Path, kept: Path) -> None:
    """Bring the old store's journal into its file, which succeeds only while nobody else has it open. The journal of a store
    that is damaged is kept beside it: left where it is it would be read into the new one. Raises InUse."""
    journals = {path.with_name(f"{path.name}{ending}"): f"{kept}{ending}" for ending in ("-wal", "-shm", "-journal")}
    copied = [shutil.copy2(journal, copy) for journal, copy in journals.items() if journal.exists()]
    module, damaged = sqlite_module(), False
    try:
        with closing(module.connect(path, timeout=0)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except module.DatabaseError as error:
        if "locked" not in str(error):
            damaged = True
        else:
            raise InUse(_IN_USE) from error
    finally:
        for copy in () if damaged else copied:
            Path(copy).unlink()
    for journal in journals if damaged else ():
        journal.unlink(missing_ok=True)


# --- PostgreSQL -------------------------------------------------------------------------------------------------


def _into_postgres(address: str, new: Path) -> str | None:
    copied = Store(f"sqlite:///{new.as_posix()}")
    engine = sa.create_engine(address, hide_parameters=True)
    try:
        with copied.reading() as session, engine.begin() as target:
            kept = _move_away(target)
            upgrade_within(target)
            copy_rows(session.connection(), target)
            if contents(session.connection()) != contents(target):
                raise Damaged("What was written is not what the backup says.")
            return kept
    except sa.exc.OperationalError as error:
        raise StoreUnavailable("The database cannot be reached, or it broke off: nothing was changed.") from error
    finally:
        engine.dispose()
        copied.close()


def _move_away(target: sa.Connection) -> str | None:
    """Move the tables of the old store, with what belongs to them, to a schema of their own; its name. Raises InUse."""
    others = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND coalesce(backend_type, 'client backend') = 'client backend'"
    )
    if target.execute(others).scalar_one():
        raise InUse(_IN_USE)
    ours = {*METADATA.tables, "alembic_version"}
    there = [name for name in sa.inspect(target).get_table_names() if name in ours]
    if not there:
        return None
    quote = target.dialect.identifier_preparer.quote
    schema = _stamp().lower()
    target.execute(sa.text(f"CREATE SCHEMA {quote(schema)}"))
    for name in there:
        target.execute(sa.text(f"ALTER TABLE {quote(name)} SET SCHEMA {quote(schema)}"))
    if target.execute(sa.text(f"SELECT to_regprocedure('{_FUNCTION}')")).scalar_one() is not None:
        target.execute(sa.text(f"ALTER FUNCTION {_FUNCTION} SET SCHEMA {quote(schema)}"))
    return f"schema {schema}"
