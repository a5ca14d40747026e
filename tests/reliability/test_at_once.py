"""Eight processes that each make 25 changes by the writing functions at once: 200 of 200 are there, and no error."""

import subprocess
import sys

import pytest
import sqlalchemy as sa

from data_model import audit
from data_model.importing import bring_in
from data_model.records import FileIdentity
from data_model.roles import keyboard
from data_model.saved_views import save_view, saved_views
from data_model.store import ROOT, Store
from data_model.tables import METADATA
from tests.data_model.rows import figure, known_source

WRITERS, CHANGES = 8, 25
IMPORT, FIGURE = METADATA.tables["import"], METADATA.tables["figure"]

pytestmark = pytest.mark.timeout(300)


def write(url: str, writer: int) -> None:
    """25 changes, by turns the name of a view and a file with one new amount, which all writers give to their own axis."""
    store, actor = Store(url), keyboard(f"writer {writer}")
    for number in range(CHANGES):
        if number % 2:
            save_view(store, actor=actor, owner=None, name=f"{writer}-{number}", page="axes", query={})
        else:
            file = FileIdentity(f"{writer}-{number}.csv", f"{writer * 100 + number:064d}", "figures")
            content = [known_source(), figure(2, number + 1, axis=str(writer))]
            bring_in(store, actor=actor, file=file, rows=content, accept_rejected=False)
    store.close()


def test_of_eight_processes_with_25_changes_each_nothing_is_lost(store):
    command = [sys.executable, "-m", "tests.reliability.test_at_once", store.url]
    writers = [
        subprocess.Popen([*command, str(n)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for n in range(WRITERS)
    ]
    said = [writer.communicate()[0] for writer in writers]
    assert [
        (writer.returncode, words) for writer, words in zip(writers, said, strict=True) if writer.returncode or words
    ] == []
    views = WRITERS * (CHANGES // 2)
    files = WRITERS * (CHANGES - CHANGES // 2)
    with store.reading() as session:
        assert len(saved_views(session, None)) == views
        assert session.execute(sa.select(sa.func.count()).select_from(IMPORT)).scalar_one() == files
        assert store.data_version() == files
        holding = session.execute(sa.select(FIGURE.c.axis_code, FIGURE.c.amount_cents).where(FIGURE.c.valid_to.is_(None)))
        assert sorted(map(tuple, holding)) == [(str(writer), CHANGES) for writer in range(WRITERS)]  # each one's last
        verdict = audit.verify(session)
    assert verdict.unbroken
    assert verdict.entries == views + files == WRITERS * CHANGES


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]))
