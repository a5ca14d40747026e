"""The page of the audit trail: the newest first, paged, with the result of its verification; what is taken away is in it."""

import json
import re
import shutil
from dataclasses import replace

import pytest
import sqlalchemy as sa

from data_model import audit
from data_model.importing import bring_in
from data_model.roles import Actor, Role, keyboard
from data_model.store import ROOT, Store
from data_model.undoing import take_back
from exports import tables
from exports.flavours import FLAVOURS
from shell import taken
from shell.downloads import maker
from tests.data_model.rows import FILE, figure, known_source
from tests.data_model.test_audit import raw
from tests.pages.screen import LANGUAGES, cells, opened, text_of
from texts import words


@pytest.fixture
def used(tmp_path, app_on) -> Store:
    """A store with one import and sixty refused undos, as the app's store."""
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    store = Store(url)
    bring_in(store, actor=keyboard("rossi"), file=FILE, rows=[known_source(), figure(2, cents=150)], accept_rejected=False)
    for number in range(60):
        audit.refuse(
            store, actor=keyboard("bianchi"), action="undo", details={"reason": "no_such_import", "import_id": number}
        )
    app_on(url)
    return store


@pytest.mark.parametrize("language", LANGUAGES)
def test_entries_are_listed_newest_first_by_pages_and_said_to_be_whole(used, language):
    w = words(language)
    at = opened("audit", {"lang": language})
    assert not at.exception
    assert w("audit.unbroken", entries="61") in text_of(at)
    (table,) = at.table
    assert [str(name).strip("\\") for name in table.value.index[:2]] == ["61", "60"]
    assert len(table.value) == 50
    assert w("audit.refused", act=w("audit.act_undo")) in cells(at)
    at.number_input(key="audit-page").set_value(2).run()
    (table,) = at.table
    assert [str(name) for name in table.value.index] == [str(number) for number in range(11, 0, -1)]
    told = " | ".join(cells(at))
    assert {"rossi", w("audit.act_import")} <= cells(at)
    assert f"{w('audit.detail_file')} {w('table.quoted', text='figures.csv')}" in told
    assert f"{w('audit.detail_rows_new')} 2" in told
    assert f"{w('audit.detail_sums_in_cents')} {w('measure.committed.label')} {w.money(150)}".replace("\u00a0", " ") in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_import_taken_back_tells_what_went_and_one_that_held_nothing_that_it_was_nothing(used, language):
    w = words(language)
    found, _ = (
        bring_in(used, actor=keyboard("rossi"), file=replace(FILE, sha256=str(n) * 64), rows=[row], accept_rejected=False)
        for n, row in ((1, figure(2, cents=160)), (2, figure(2, cents=1, axis="2")))
    )
    for number in (1, found.import_id):  # of the first nothing is in force any more
        assert number is not None
        take_back(used, actor=keyboard("verdi"), import_id=number)
    at = opened("audit", {"lang": language})
    assert not at.error
    told = [cell for cell in cells(at) if f"{w('audit.detail_rows')} " in cell]
    assert any(f"{w('audit.detail_rows')} {w('import_data.held_figure', count='1')}" in cell for cell in told)
    assert any(re.search(rf"{w('audit.detail_rows')} 0\b", cell) for cell in told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_trail_that_was_tampered_with_is_said_and_where(used, language):
    with raw(used) as connection:
        connection.execute(sa.text("DELETE FROM audit_entry WHERE id = 30"))
    at = opened("audit", {"lang": language})
    w = words(language)
    assert len(at.error) == 1
    said = text_of(at)
    assert w("audit.broken", entries="60") in said
    assert w("audit.problem_link", number=31) in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_act_that_the_store_records_has_its_words(language):
    acts = {line.split('"')[1] for name in ("sittings", "slides", "saved_views") for line in _recorded(name)}
    assert len(acts) > 15
    assert [
        act for act in (*acts, "import", "undo", "correction", audit.EXPORT) if not words(language).has(f"audit.act_{act}")
    ] == []


def _recorded(module: str) -> list[str]:
    text = (ROOT / "data_model" / f"{module}.py").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if "refusals_kept(" in line]


def test_a_download_is_recorded_with_its_filters_and_rows_before_it_is_given_out(sample_url, tmp_path, app_on, monkeypatch):
    shutil.copy(sample_url.removeprefix("sqlite:///"), tmp_path / "s.sqlite")
    app_on(f"sqlite:///{tmp_path / 's.sqlite'}")
    store = Store(f"sqlite:///{tmp_path / 's.sqlite'}")
    with store.reading() as session:
        asked = tables.asked_of(session, "axes", {"axis": ["3"], "as_of": ["2018-12-31"]}, "it")
    make = maker(store.data_version(), "axes", asked, FLAVOURS["open"], packed=False)
    content = taken.logged(store.data_version(), "axes", "open", asked.as_query(), 1, make)()
    assert content == make()
    with store.reading() as session:
        (last,) = audit.entries_page(session, offset=0, limit=1)
    assert last.action == "export"
    assert last.details == {
        "table": "axes",
        "form": "open",
        "filters": {"programme": ["2014IT05SFOP001"], "series": ["ec"], "as_of": ["2018-12-31"], "axis": ["3"]},
        "rows": 1,
    }

    def cannot_record(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(audit, "record", cannot_record)
    with pytest.raises(OSError, match="full"):
        taken.logged(store.data_version(), "axes", "open", {}, 1, make)()
    store.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_taken_away_is_told_in_words(used, language):
    w = words(language)
    chosen = {"programme": ["P1"], "series": ["ec"], "as_of": ["2018-12-31"], "axis": ["1", "3"], "new": ["x"]}
    audit.taken_away(used, actor=keyboard("rossi"), what="axes", form="open", filters=chosen, rows=2, data_version=1)
    audit.taken_away(
        used, actor=keyboard("rossi"), what="sitting", form="pptx", filters={"sitting": ["june"]}, rows=None, data_version=1
    )
    told = " | ".join(cells(opened("audit", {"lang": language})))
    assert f"{w('audit.detail_table')} {w('table.quoted', text=w('export.table.axes'))}" in told
    assert f"{w('audit.detail_form')} {w('table.quoted', text=w('export.download.open_data'))}" in told
    for name, value in (("filter.programme", "P1"), ("filter.series", w("series.ec.label")), ("filter.as_of", "2018-12-31"),
                        ("export.filter.axis", "1, 3"), ("audit.detail_sitting", "june")):  # fmt: skip
        assert f"{w(name)}: {value}" in told
    assert "new: x" in told  # what has no words yet is told by its code
    assert "axis=" not in told


def test_in_public_a_download_is_in_the_servers_log_and_nothing_is_written(used, monkeypatch, capsys):
    with used.reading() as session:
        before = audit.entries_count(session)
    monkeypatch.setenv("AVANZAMENTO_MODE", "public")
    assert taken.logged(1, "axes", "open", {"axis": ["3"]}, 1, lambda: b"content")() == b"content"
    said = json.loads(capsys.readouterr().err)
    assert said == {"taken": "axes", "form": "open", "filters": {"axis": ["3"]}, "rows": 1}
    with used.reading() as session:
        assert audit.entries_count(session) == before


def test_a_reader_takes_data_away_and_is_in_the_trail(used, monkeypatch):
    reader = Actor("lea@example.org", Role.READER)
    monkeypatch.setattr("shell.person.person", lambda: reader)
    make = taken.logged(1, "axes", "open", {}, 1, lambda: b"content")
    monkeypatch.setattr("shell.person.person", lambda: None)  # as outside of the script, where the bytes are made
    assert make() == b"content"
    with used.reading() as session:
        (last,) = audit.entries_page(session, offset=0, limit=1)
    assert (last.actor, last.action) == ("lea@example.org", audit.EXPORT)


def test_every_download_button_of_data_goes_through_the_log():
    """Templates hold no data; refused rows that are not kept are of the person's own file."""
    buttons = [
        (path.name, part.split("file_name=")[0])
        for room in ("shell", "pages")
        for path in (ROOT / room).glob("*.py")
        for part in path.read_text(encoding="utf-8").split("st.download_button(")[1:]
    ]
    assert len(buttons) == 7
    assert [name for name, given in buttons if "taken.logged(" not in given] == ["import_data.py", "import_data.py"]
