"""Nothing of a trainee is anywhere: planted in files of PUC, looked for in all that the app writes, says and gives away.

What is looked through is opened first: backups, workbooks and the data set are zips, a sitting's snapshot is compressed. The
control lets persons through at the one place that holds them back: there the same search has to find them, everywhere.
"""

import logging
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from data_model import audit, backup
from data_model.roles import keyboard
from data_model.sittings import Described, create_sitting
from data_model.store import Store
from exports import __main__ as exports
from exports.flavours import FLAVOURS
from exports.names import DATASET
from exports.tables import OFFERS
from importers import __main__ as importers
from importers import training
from importers.puc.tables import PucTable
from importers.reading import BadValue
from tests.importers import puc_files as puc
from tests.importers.test_training import BIRTH, fiscal, secret_package, secrets_of
from tests.pages.screen import opened, text_of
from tests.pages.test_import_data import pressed, uploaded

Places = dict[str, list[bytes]]
"""What is written, by where it is."""


def everything_in(content: bytes) -> Iterator[bytes]:
    """The bytes of a file and, where it is a zip, of all in it."""
    yield content
    if zipfile.is_zipfile(BytesIO(content)):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield from everything_in(archive.read(name))


def snapshots(database: Path) -> Iterator[bytes]:
    with closing(sqlite3.connect(database)) as connection:
        yield from (zlib.decompress(row[0]) for row in connection.execute("SELECT content FROM sitting_snapshot"))


class Searched:
    """One run of everything on a store of its own, and where each secret was found."""

    def __init__(self, folder: Path, monkeypatch, capfd, caplog, app_on) -> None:
        self.folder, self.capfd, self.caplog, self.app_on = folder, capfd, caplog, app_on
        self.package = secret_package()
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        self.database = folder / "store" / "s.sqlite"
        self.url = f"sqlite:///{self.database}"
        caplog.set_level(logging.DEBUG)
        monkeypatch.setenv("DATABASE_URL", self.url)
        monkeypatch.setenv("AVANZAMENTO_SAMPLE", "0")
        monkeypatch.setattr(tempfile, "tempdir", str(self.temporary))

    def run(self) -> Places:
        """Bring the files in by command and by page, export all, back up; all that came of it."""
        texts = puc.files(self.package)
        path = puc.folder(self.folder / "invio", texts)
        assert importers.main([str(path), "--as-of", "2018-12-31"]) == 1  # refused, and the attempt is recorded
        assert importers.main([str(path), "--as-of", "2018-12-31", "--accept-rejected", "--json"]) == 0
        torn = puc.folder(
            self.folder / "torn", {"SC01.txt": texts["SC01.txt"].replace("|", ";"), "nota.txt": texts["SC00.txt"]}
        )
        assert importers.main([str(torn), "--as-of", "2018-12-31"]) == 1
        store = Store(self.url)
        described = Described("comitato", "Comitato", date(2019, 6, 20), "Roma", puc.A, "it")
        create_sitting(store, actor=keyboard("prova"), described=described)
        places = {"page": [self._page(texts)], "exports": list(self._exports())}
        target = self.folder / "backup.zip"
        backup.back_up(store, target)
        places["backup"] = list(everything_in(target.read_bytes()))
        store.data_version()
        files = {file.name: file.read_bytes() for file in self.database.parent.iterdir()}
        assert files["s.sqlite-wal"], "the journal is still there to be looked at"
        with store.reading() as session:
            places["audit"] = [repr(audit.entries_page(session, offset=0, limit=1000)).encode()]
        store.close()
        out, err = self.capfd.readouterr()
        left = [file.read_bytes() for file in self.temporary.rglob("*") if file.is_file()]
        return places | {
            "store": list(files.values()),
            "snapshot": list(snapshots(self.database)),
            "said": [out.encode(), err.encode(), self.caplog.text.encode()],
            "temporary": left,
        }

    def _page(self, texts: dict[str, str]) -> bytes:
        """What the page says of the same files with one more course, and of training afterwards."""
        self.app_on(self.url)
        stream = BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for name, text in texts.items():
                archive.writestr(name, text)
        said = []
        at = uploaded(opened("import_data"), "invio.zip", stream.getvalue())
        said.append(text_of(at))
        if "import-day" in {each.key for each in at.text_input}:
            at.text_input(key="import-day").set_value("31/12/2019").run()
        at = pressed(at, "import-preview")
        said.append(text_of(at))
        at = pressed(at, "import-store")
        said.append(text_of(at))
        said += [text_of(opened(page, {"programme": puc.A})) for page in ("training", "sources", "audit")]
        return " ".join(said).encode()

    def _exports(self) -> Iterator[bytes]:
        for name in (*OFFERS, DATASET):
            for flavour in FLAVOURS if name != DATASET else ("open",):
                file = self.folder / f"{name}-{flavour}"
                code = exports.main([name, "--programme", puc.A, "--flavour", flavour, "-o", str(file)])
                if code == 0:
                    yield from everything_in(file.read_bytes())


@pytest.fixture
def searched(tmp_path, monkeypatch, capfd, caplog, app_on):
    """A search that was not started yet."""
    return Searched(tmp_path, monkeypatch, capfd, caplog, app_on)


def found(places: Places, secrets: list[bytes]) -> dict[str, set[bytes]]:
    """The secrets that each place holds, whatever their case."""
    return {
        place: hits
        for place, contents in places.items()
        if (hits := {secret for secret in secrets for content in contents if secret.lower() in content.lower()})
    }


def test_nothing_of_a_trainee_is_in_anything_that_is_written_said_or_given_away(searched):
    places = searched.run()
    secrets = secrets_of(searched.package)
    assert len(secrets) > 15
    assert BIRTH.encode() in secrets
    assert b"trainees_by_sex" in b"".join(places["store"])  # they were counted
    assert b"trainees_by_sex" in b"".join(places["exports"])
    assert b"trainees_by_sex" in b"".join(places["backup"])
    assert b"trainees_by_sex" in b"".join(places["snapshot"])
    assert found(places, secrets) == {}
    assert places["temporary"] == []


def careless_state(row: puc.Row) -> str:
    """What the importer would be if it took a person for a state, and named persons where it refuses a row."""
    if len(row["stato_partecipante"]) > 3:
        raise BadValue("stato_partecipante", row["codice_fiscale"], "unknown_code")
    return row["codice_fiscale"]


def test_the_control_that_lets_persons_through_is_found_in_every_place(searched, monkeypatch):
    """A person's code in the place of a state, no smallest count, refused rows kept as they stand, a file left behind."""
    monkeypatch.setattr(training, "_state", careless_state)
    monkeypatch.setattr(training, "FEWEST", 0)
    monkeypatch.setattr(PucTable, "personal", property(lambda _: False))
    monkeypatch.setattr(backup, "_sweep", lambda _: (searched.temporary / "left").write_text(fiscal(0)))
    places = searched.run()
    hits = found(places, secrets_of(searched.package))
    assert set(hits) == {"store", "snapshot", "exports", "backup", "page", "said", "temporary"}
    assert fiscal(0).encode() in hits["store"]
    assert BIRTH.encode() in hits["store"]
