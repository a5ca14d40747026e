"""What each role sees and may do on the pages: a reader is offered nothing that writes, and events that are forged or come
from a page that was open before write nothing."""

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.proto.Block_pb2 import Block
from streamlit.testing.v1 import AppTest

from data_model import slides, undoing
from data_model.roles import keyboard
from data_model.store import Store
from data_model.vocabulary import MinuteKind
from exports.sitting import FORMATS
from tests.pages.screen import LANGUAGES, MAIN, PAGES, ROOT, WITHOUT_CHARTS, go_to, links, text_of
from tests.store_content import held
from texts import words

SITTING = "cds-2019-06-20"
PEOPLE = {"reader": "lea@example.org", "editor": "edo@example.org", "administrator": "ada@example.org"}
ROLES = "lea@example.org=reader;edo@example.org=editor:2014IT05SFOP001;ada@example.org=administrator"
PON = "2014IT05SFOP001"

NOT_FOR_READERS = ("import_data", "audit")

Act = Callable[[AppTest], object]


@pytest.fixture
def own(app_on: Callable[[str], None], sample_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """An app that people sign in to, on a copy of the sample with something to undo."""
    shutil.copy(sample_url.removeprefix("sqlite:///"), tmp_path / "own.sqlite")
    url = f"sqlite:///{tmp_path / 'own.sqlite'}"
    app_on(url)
    monkeypatch.setenv("AVANZAMENTO_MODE", "oidc")
    monkeypatch.setenv("AVANZAMENTO_ROLES", ROLES)
    store = Store(url)
    slides.write_minute(
        store, actor=keyboard("x"), sitting=SITTING, kind=MinuteKind.REMARK, text="Manca un dato", slide=None
    )
    yield store
    store.close()


def sign_in(at: AppTest, who: str | None, *, ago: float = 60) -> AppTest:
    """The next runs are those of a person."""
    at.user = (
        {"is_logged_in": True, "email": PEOPLE.get(who, who), "iat": time.time() - ago} if who else {"is_logged_in": False}
    )
    return at


def opened(who: str | None, page: str = "", *, language: str = "it", **query: str) -> AppTest:
    at = sign_in(AppTest.from_file(MAIN, default_timeout=60), who)
    for key, value in {"lang": language, "programme": PON, **query}.items():
        at.query_params[key] = value
    at.run()
    if page:
        go_to(at, page)
    assert not at.exception, at.exception[0].value
    return at


def keys(at: AppTest) -> set[str]:
    """The keys of all that can be clicked, written into or unfolded."""
    kinds = ("button", "download_button", "text_input", "text_area", "checkbox", "file_uploader")
    found = {str(w.key) for kind in kinds for w in at.get(kind) if getattr(w, "key", None)}
    return found | {m[1] for block in _blocks(at.main) if (m := re.match(r"\$\$ID-[0-9a-f]+-(.+)", block.proto.id))}


def taking(at: AppTest) -> AppTest:
    """The page with the menus below its charts opened: what is in them comes then."""
    for key in keys(at):
        if key.startswith("take-"):
            at.session_state[key] = True
    return at.run()


def _blocks(block: Any) -> Iterator[Any]:
    """Menus and parts that unfold, however deep."""
    for inner in getattr(block, "children", {}).values():
        proto = getattr(inner, "proto", None)
        if isinstance(proto, Block) and (proto.HasField("popover") or proto.HasField("expandable")):
            yield inner
        yield from _blocks(inner)


WRITING = ("save-", "saved-", "add-", "sitting-new", "sitting-change", "sitting-copy", "sitting-delete", "sitting-refresh",
           "new-", "change-", "copy-", "minute", "import-", "correction", "template", "slide-")  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_a_reader_is_offered_nothing_that_writes(own: Store, page: str) -> None:
    if page in NOT_FOR_READERS:
        return  # there is none: see below
    offered = keys(taking(opened("reader", page)))
    assert any(key.startswith("picture-") for key in offered) == (page not in WITHOUT_CHARTS)
    assert [key for key in offered if key.startswith(WRITING)] == []


def test_the_same_pages_offer_it_to_who_may(own: Store) -> None:
    for who in ("editor", "administrator"):
        assert [key for key in keys(opened(who, "presentation")) if key.startswith(("slide-up", "minute"))]
        at = opened(who, "axes")
        at.session_state["save-view"] = True
        assert {"save-keep", "save-view", "add-keep-axis-1", "picture-axis-1-png"} <= keys(taking(at))


def test_an_editor_of_one_programme_is_offered_nothing_for_another(own: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AVANZAMENTO_ROLES", ROLES.replace(PON, "ANOTHER"))
    sitting = opened("editor", "presentation")
    sitting.session_state["sitting-take"] = True
    offered = {key for key in keys(sitting.run()) if key.startswith(("slide-", "minute", "sitting-"))}
    assert offered == {f"sitting-file-{name}" for name in FORMATS}
    offered = keys(taking(opened("editor", "axes")))
    assert [key for key in offered if key.startswith("add-")] == []
    assert "picture-axis-1-png" in offered


@pytest.mark.parametrize(("who", "without"), [("reader", NOT_FOR_READERS), ("editor", ("audit",)), ("administrator", ())])
def test_a_page_that_is_not_for_a_role_is_neither_in_the_menu_nor_at_its_address(
    own: Store, who: str, without: tuple[str, ...]
) -> None:
    w = words("it")
    offered = [link["label"] for link in links(opened(who, "overview").sidebar)]
    assert [name for name in NOT_FOR_READERS if w(f"{name}.title") not in offered] == list(without)
    for name in NOT_FOR_READERS:
        if name in without:
            with pytest.raises(ValueError, match="Could not find a navigation page"):
                opened(who, name)
        else:
            assert w(f"{name}.heading") in text_of(opened(who, name))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_who_is_not_on_the_list_sees_no_data_at_any_address(own: Store, page: str, language: str) -> None:
    w = words(language)
    for who, ago, said in (
        (None, 60, "door.sign_in_help"),
        ("eva@example.org", 60, "door.not_on_the_list"),
        ("ada@example.org", 13 * 3600, "door.not_on_the_list"),
    ):
        at = sign_in(AppTest.from_file(MAIN, default_timeout=60), who, ago=ago)
        at.query_params["lang"] = language
        at.query_params["present"] = "1"
        at.run()
        text = text_of(at)
        assert w(said) in text
        assert w("door.title") in text
        assert len(text) < 250
        assert not at.table
        assert not at.sidebar.children


_KIND = re.compile(r"\w+(-[a-z]+)?")
"""Of the buttons that do the same to one slide after the other, one is enough."""


def _writing_buttons(at: AppTest) -> list[str]:
    offered = [str(button.key) for button in at.button if button.key and not button.disabled]
    return [key for key in offered if key.startswith(WRITING) or "undo" in key]


def _unfolded(at: AppTest) -> None:
    at.session_state["save-view"] = at.session_state["minute-write"] = True
    taking(at)


def _forge(at: AppTest, key: str, who: str) -> None:
    sign_in(at, who)
    next(button for button in at.button if button.key == key).click()
    at.run()


@pytest.mark.soak("eva@example.org-presentation")  # the longest page, tried with a reader
@pytest.mark.parametrize("page", ["presentation", "axes", "start"])
@pytest.mark.parametrize("forger", ["reader", "eva@example.org"])
def test_a_page_that_was_open_for_an_editor_writes_nothing_for_a_reader(own: Store, page: str, forger: str) -> None:
    at = opened("administrator", page, sitting=SITTING)
    _unfolded(at)
    before = held(own)
    found = _writing_buttons(at)
    assert found or page == "start"
    assert ("minute-keep" in found) == (page == "presentation")
    assert ("add-keep-axis-1" in found) == (page == "axes")
    for key in {_KIND.match(key)[0]: key for key in found}.values():  # type: ignore[index]  # matches whatever it is
        if page == "presentation":
            at.text_area(key="minute-text").set_value("forged") if key.startswith("minute") else None
        _forge(at, key, forger)
        assert held(own) == before, key
        sign_in(at, "administrator")
        at.run()
        if page != "start":
            go_to(at, page)
        _unfolded(at)


def test_a_forged_click_of_a_reader_is_told_why_it_did_nothing(own: Store) -> None:
    at = opened("administrator", "presentation", sitting=SITTING)
    _forge(at, next(key for key in keys(at) if key.startswith("slide-hide")), "reader")
    assert words("it")("reason.not_allowed") in text_of(at)


def test_taking_an_import_back_is_not_there_for_who_read_along(own: Store) -> None:
    at = opened("administrator", "import_data")
    at.selectbox(key="import-open").set_value(1).run()
    at.button(key="import-1-undo").click().run()
    before = held(own)
    _forge(at, "import-1-undo-yes", "reader")
    assert held(own) == before
    at = opened("administrator", "import_data")
    at.selectbox(key="import-open").set_value(1).run()
    at.button(key="import-1-undo").click().run()
    at.button(key="import-1-undo-yes").click().run()
    assert held(own) != before
    with pytest.raises(undoing.NoSuchImport):
        undoing.take_back(own, actor=keyboard("x"), import_id=1)


# --- public -----------------------------------------------------------------------------------------------------

NOT_LOADED = ("importers", "data_model.importing", "data_model.writer", "data_model.correcting", "data_model.undoing",
              "data_model.saved_views", "data_model.sittings", "data_model.slides", "shell.importing", "shell.corrections",
              "shell.import_report", "shell.templates", "shell.sitting_forms", "shell.slide_list", "shell.minutes",
              "shell.add_slide", "shell.saved_views", "shell.presenting", "pages.import_data",
              "pages.presentation")  # fmt: skip

_PUBLIC = f"""
import sys
import app
from streamlit.testing.v1 import AppTest
for page in {[page for page in PAGES if page not in (*NOT_FOR_READERS, "presentation")]!r}:
    at = AppTest.from_file({str(MAIN)!r}, default_timeout=60)
    at.query_params["present"] = "1"
    at.run()
    at.switch_page(f"../pages/{{page}}.py").run()
    assert not at.exception, at.exception[0].value
    assert len(at.main.children) > 3, page
found = [name for name in sys.modules for left_out in {NOT_LOADED!r} if name == left_out or name.startswith(left_out + ".")]
print("LOADED", sorted(found))
"""


def test_a_public_app_shows_its_pages_and_does_not_even_load_what_writes(sample_url: str, tmp_path: Path) -> None:
    import os  # noqa: PLC0415  # for the environment of another process only

    shutil.copy(sample_url.removeprefix("sqlite:///"), tmp_path / "own.sqlite")
    env = os.environ | {"AVANZAMENTO_MODE": "public", "DATABASE_URL": f"sqlite:///{tmp_path / 'own.sqlite'}"}
    ended = subprocess.run(
        [sys.executable, "-c", _PUBLIC], cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=120
    )
    assert "LOADED []" in ended.stdout, ended.stdout + ended.stderr[-2000:]
