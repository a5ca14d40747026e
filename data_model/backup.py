"""Backups of the whole store, from either engine, while the app runs; and bringing one back, while it does not.

`python -m data_model.backup [-o FILE]`; without FILE one of its own name under data/backups, of which the latest are kept.
`--restore FILE` puts a backup in the place of the store, which is kept. Exit codes: 0 done, 1 refused or damaged with
nothing changed, 2 used wrongly, 3 the store cannot be opened.
"""

import argparse
import os
import re
import shutil
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from data_model.backup_file import Damaged, Manifest, described, pack
from data_model.copying import contents, copy_rows
from data_model.restoring import InUse, restore
from data_model.store import ROOT, Store, StoreUnavailable, default_url, sqlite_module

FOLDER = ROOT / "data" / "backups"
KEEP = 30
UNFINISHED = ".unfinished-"
_NAME = re.compile(r"avanzamento-\d{8}T\d{6}Z(-\d+)?\.zip")
_DAY = 86_400


def back_up(store: Store, target: Path) -> Manifest:
    """Write the state of the store at one moment into a file that is not there yet, whole or not at all. Raises Damaged,
    FileExistsError."""
    if target.exists():
        raise FileExistsError(f"{target} is there already.")
    target.parent.mkdir(parents=True, exist_ok=True)
    _sweep(target.parent)
    with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=target.parent) as folder:
        copy, packed = Path(folder) / "store.sqlite", Path(folder) / "backup.zip"
        if store.is_sqlite:
            _copy_file(store, copy)
        else:
            _copy_rows(store, copy)
        manifest = described(copy)
        pack(copy, manifest, packed)
        packed.replace(target)
    return manifest


def _copy_file(store: Store, copy: Path) -> None:
    """Copy the pages of an SQLite store in one reading transaction: others may write meanwhile."""
    module = sqlite_module()
    source = sa.make_url(store.url).database
    with closing(module.connect(source, timeout=30)) as live, closing(module.connect(copy)) as target:
        live.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")  # one file, without a journal beside it


def _copy_rows(store: Store, copy: Path) -> None:
    """Copy the rows of a PostgreSQL store, seen in one REPEATABLE READ transaction, into a new file. Raises Damaged."""
    empty = Store(f"sqlite:///{copy.as_posix()}")
    with store.reading() as session:
        source = session.connection()
        with empty.writing() as target:
            copy_rows(source, target.connection())
        with empty.reading() as copied:
            if contents(source) != contents(copied.connection()):
                raise Damaged("The copy does not say what the store says.")
    empty.close()
    with closing(sqlite_module().connect(copy)) as target:
        target.execute("PRAGMA journal_mode=DELETE")


def _sweep(folder: Path) -> None:
    """Take away what backups left that were killed on their way; a day is longer than any of them takes."""
    for left in folder.glob(f"{UNFINISHED}*"):
        if time.time() - left.stat().st_mtime > _DAY:
            shutil.rmtree(left, ignore_errors=True)


def own_name(folder: Path) -> Path:
    """A file in the folder with the moment as its name."""
    stem = f"avanzamento-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    found, number = folder / f"{stem}.zip", 2
    while found.exists():
        found, number = folder / f"{stem}-{number}.zip", number + 1
    return found


def retain(folder: Path, keep: int) -> list[Path]:
    """Delete the oldest backups with names of their own until `keep` are left; those deleted. Other files are left alone."""
    own = sorted((f for f in folder.iterdir() if _NAME.fullmatch(f.name)), key=lambda f: (f.stat().st_mtime_ns, f.name))
    gone = own[: max(len(own) - keep, 0)]
    for file in gone:
        file.unlink()
    return gone


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m data_model.backup", description=__doc__)
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="the file to write")
    parser.add_argument(
        "--keep", type=int, default=KEEP, metavar="N", help="how many backups with names of their own to keep"
    )
    parser.add_argument("--restore", metavar="FILE", help="put this backup in the place of the store")
    asked = parser.parse_args(arguments)
    if asked.keep < 1 or asked.restore == "":
        parser.print_usage(sys.stderr)
        return 2
    try:
        return _restore(Path(asked.restore)) if asked.restore else _back_up(asked.output, asked.keep)
    except StoreUnavailable as error:
        print(error, file=sys.stderr)
        return 3
    except (Damaged, InUse, OSError) as error:
        print(f"Nothing was changed. {error}", file=sys.stderr)
        return 1


def _back_up(output: Path | None, keep: int) -> int:
    target = output or own_name(FOLDER)
    store = Store(default_url())
    manifest = back_up(store, target)
    store.close()
    print(f"{target}: data version {manifest.data_version}, {sum(manifest.tables.values())} rows, sha256 {manifest.sha256}")
    for gone in retain(FOLDER, keep) if output is None else ():
        print(f"{gone}: deleted, {keep} are kept")
    return 0


def _restore(file: Path) -> int:
    manifest, kept = restore(default_url(), file)
    print(f"Restored from {file}: data version {manifest.data_version}, made {manifest.made_at}.")
    if kept is not None:
        print(f"The store that was there is kept: {kept}")
    return 0


if __name__ == "__main__":
    os.umask(0o077)  # a backup holds all of the store: it is for the user that runs the app
    sys.exit(main())
