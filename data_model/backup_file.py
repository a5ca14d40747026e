"""The file of a backup: a zip with one SQLite file, whatever the engine of the store, and a manifest of what is in it."""

import hashlib
import json
import os
import shutil
import zipfile
import zlib
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from data_model.store import sqlite_module

STORE, MANIFEST = "store.sqlite", "manifest.json"
_BLOCK = 1 << 20
_LONGEST_MANIFEST = 1 << 20
_UNREADABLE = (zipfile.BadZipFile, zlib.error, KeyError, EOFError, OSError, NotImplementedError, ValueError)
"""What reading a damaged zip raises: names, sizes, methods and bytes may all be wrong."""


class Damaged(Exception):
    """A backup is not whole: the message says in a sentence what is wrong with it."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    made_at: str
    revision: str
    data_version: int
    audit_hash: str | None
    """Hash of the last entry of the audit trail: `python -m data_model.audit --verify --contains HASH`."""
    sha256: str
    tables: dict[str, int]
    """Rows per table."""


def described(path: Path) -> Manifest:
    """Look an SQLite file through and describe it. Raises Damaged."""
    module = sqlite_module()
    try:
        with closing(module.connect(path)) as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)")]
            loose = connection.execute("PRAGMA foreign_key_check").fetchone()
            if found != ["ok"] or loose is not None:
                raise Damaged(
                    f"The file is damaged: {'; '.join(found) if found != ['ok'] else 'rows without their parents'}."
                )
            names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
            tables = [str(row[0]) for row in connection.execute(names)]
            rows = {name: int(_one(connection, f'SELECT count(*) FROM "{name}"')) for name in tables}
            return Manifest(
                datetime.now(UTC).isoformat(timespec="seconds"),
                _one(connection, "SELECT version_num FROM alembic_version"),
                _one(connection, "SELECT data_version FROM store_state"),
                _one(connection, "SELECT hash FROM audit_head") if "audit_head" in tables else None,
                digest(path.open("rb")),
                rows,
            )
    except (module.DatabaseError, TypeError) as error:  # TypeError: a row that every store has is not there
        raise Damaged(f"The file is no store: {error}.") from error


def _one(connection: Any, statement: str) -> Any:
    return connection.execute(statement).fetchone()[0]


def digest(stream: IO[bytes]) -> str:
    """The SHA-256 of what a stream gives; closes it."""
    found = hashlib.sha256()
    with stream:
        while block := stream.read(_BLOCK):
            found.update(block)
    return found.hexdigest()


def pack(store: Path, manifest: Manifest, target: Path) -> None:
    """Write the file of a backup, to the disk, and read it again. Raises Damaged."""
    with target.open("wb") as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            archive.write(store, STORE)
            archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
        stream.flush()
        os.fsync(stream.fileno())
    check(target)


def check(file: Path) -> Manifest:
    """The manifest of a backup whose content is what was written. Raises Damaged."""
    with _archive(file) as archive:
        manifest = _manifest(archive)
        try:
            found = digest(archive.open(STORE))
        except _UNREADABLE as error:
            raise Damaged(f"{file.name} is damaged: {error}.") from error
    if found != manifest.sha256:
        raise Damaged(f"{file.name} is damaged: its content is not what was written.")
    return manifest


def unpack(file: Path, target: Path) -> Manifest:
    """Check a backup, write its SQLite file and look that through. Raises Damaged."""
    manifest = check(file)
    with _archive(file) as archive, archive.open(STORE) as packed, target.open("wb") as stream:
        shutil.copyfileobj(packed, stream, _BLOCK)
        stream.flush()
        os.fsync(stream.fileno())
    found = described(target)
    if (found.sha256, found.tables) != (manifest.sha256, manifest.tables):
        raise Damaged(f"{file.name} is damaged: its rows are not those that were written.")
    return manifest


def _archive(file: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Damaged(f"{file.name} is no backup, or a damaged one.") from error


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    name = Path(archive.filename or "").name
    try:
        if archive.getinfo(MANIFEST).file_size > _LONGEST_MANIFEST:
            raise Damaged(f"{name} is no backup.")
        return Manifest(**json.loads(archive.read(MANIFEST)))
    except (*_UNREADABLE, TypeError) as error:
        raise Damaged(f"{name} is no backup, or a damaged one.") from error
