"""The buttons that give a chart as a file: picture, drawing, or a page that works without a network. Made on the click."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from charts import region_map
from charts.theme import LIGHT
from exports import names, pictures, readme
from exports.asked import Asked
from exports.pictures import Colours, Numbers, Picture
from exports.reader import reader_of
from shell import data, filters, taken
from shell.here import Here, plain
from shell.kept import kept
from shell.session import own
from texts import words

_BOUNDARIES = Path(__file__).resolve().parent / "static" / region_map.BOUNDARIES.rpartition("/")[2]
_PAGE = "page"
"""Where the frame keeps the name of the page in view."""

_KINDS: dict[str, tuple[Callable[[Picture], bytes], str]] = {
    "png": (pictures.png, "image/png"),
    "svg": (pictures.svg, "image/svg+xml"),
    "html": (pictures.page, "text/html"),
}


@dataclass(frozen=True)
class Drawn:
    """A chart as it stands on the page, but in light colours: its words, its specification and its rows."""

    title: str
    subtitle: str
    foot: tuple[str, ...]
    spec: dict[str, Any]
    rows: pd.DataFrame
    numbers: Numbers | None


def buttons(h: Here, name: str, drawn: Drawn) -> None:
    """A button per kind of file."""
    asked = asked_here(h, str(own().get(_PAGE, "")))
    st.markdown(plain(h.w("picture.help")))
    for kind, (write, mime) in _KINDS.items():
        st.download_button(
            plain(h.w(f"picture.{kind}")),
            data=taken.logged(
                h.version, name, kind, asked.as_query(), len(drawn.rows), maker(h.version, drawn, asked, write)
            ),
            file_name=names.picture_name(drawn.title, asked, kind),
            mime=mime,
            on_click="ignore",
            key=f"picture-{name}-{kind}",
            width="stretch",
        )


def asked_here(h: Here, page: str) -> Asked:
    """What the view asks for, with the filters that have an effect on a page."""
    whole = filters.asked_of(h.view)
    idle = filters.without_effect(page, h.view.series, [key for key, _ in whole.filters()])
    view = h.view
    for key, codes in whole.filters():
        for code in codes if key in idle else ():
            view = filters.without(view, key, code)
    return filters.asked_of(view)


def maker(version: int, drawn: Drawn, asked: Asked, write: Callable[[Picture], bytes]) -> Callable[[], bytes]:
    """What makes the bytes when a button is clicked: it runs outside the script, with what was drawn then."""

    def make() -> bytes:
        return write(picture(version, drawn, asked))

    return make


def picture(version: int, drawn: Drawn, asked: Asked) -> Picture:
    """The chart with all that a reader needs who sees it alone: also programme, date and filters."""
    w = words(asked.language)
    return Picture(
        language=asked.language,
        title=drawn.title,
        subtitle=drawn.subtitle,
        foot=(*drawn.foot, *circumstances(version, asked)),
        spec=region_map.with_boundaries(drawn.spec, _boundaries()),
        rows=drawn.rows,
        colours=Colours(LIGHT.ink, LIGHT.muted, LIGHT.grid),
        numbers=drawn.numbers,
        numbers_title=w("picture.numbers"),
    )


@kept
def circumstances(version: int, asked: Asked) -> Sequence[str]:
    """Programme and date in a line; the filters, if there are any."""
    w = words(asked.language)
    with data.store_of(version).reading() as session:
        reader = reader_of(session, asked.language, asked)
        programme = reader.programmes.get(asked.programme, asked.programme)
        chosen = readme.filters_in_words(asked, reader)
    when = w("picture.when", programme=programme, day=w.day(asked.as_of))
    return [when, w("export.download.filtered", filters=chosen)] if chosen else [when]


@lru_cache(maxsize=1)
def _boundaries() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_BOUNDARIES.read_text(encoding="utf-8"))
    return found
