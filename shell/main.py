"""One script run: read the address, draw the frame, run the page."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # AppTest and a bare `streamlit run` start with this folder alone on the path
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402
from streamlit.navigation.page import StreamlitPage  # noqa: E402

from shell import data, document, frame, project_notes, show  # noqa: E402
from shell.here import Here, plain, set_here  # noqa: E402
from shell.view import Query  # noqa: E402
from texts import Words, words  # noqa: E402

SECTIONS = {
    "programme": ("overview", "axes", "commitment_gaps", "calls", "activities"),
    "people": ("training", "participants"),
    "data": ("sources",),
}


def pages(w: Words) -> dict[str, list[StreamlitPage]]:
    """The pages by section, titled in the language in use."""
    return {
        w(f"section.{section}"): [
            st.Page(ROOT / "pages" / f"{name}.py", title=w(f"{name}.title"), url_path=name) for name in names
        ]
        for section, names in SECTIONS.items()
    }


def main() -> None:
    """Draw one run."""
    query = frame.address()
    taken = frame.take_over(query)
    w = words(frame.language_first(query, taken=taken))
    sections = pages(w)
    # Streamlit serves its default page at / alone; a second entry for it keeps /overview an address of its own.
    start = st.Page(ROOT / "pages" / "overview.py", title=w("overview.title"), url_path="start", default=True)
    page = st.navigation([start, *(p for group in sections.values() for p in group)], position="hidden")
    st.set_page_config(
        page_title=w("app.page_title", page=page.title),
        layout="wide",
        page_icon=str(ROOT / "shell" / "static" / "icon.png"),
    )
    document.prepare(w.language)
    show.reset_pieces()
    _draw(query, sections, page, taken=taken)


def _draw(query: Query, sections: dict[str, list[StreamlitPage]], page: StreamlitPage, *, taken: bool) -> None:
    version = data.store().data_version()
    with st.sidebar:
        menu = st.container()
        if not data.programmes(version):
            w = words(st.session_state["lang"])
            st.info(plain(w("store.empty")), icon=":material/info:")
            return
        view, choices, problems = frame.choose(version, query, taken=taken)
    frame.write_address(version, view)
    by_name = {p.url_path: p for group in sections.values() for p in group}
    here = Here(view, choices, version, dark=st.context.theme.type == "dark", pages=by_name)
    with menu:
        frame.menu(here.w, sections, view)
    set_here(here)
    frame.fallbacks(here, problems)
    project_notes.on_series(here)
    page.run()
    frame.footer(here)


main()
