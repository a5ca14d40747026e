"""One script run: read the address, draw the frame, run the page."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # AppTest and a bare `streamlit run` start with this folder alone on the path
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402
from streamlit.navigation.page import StreamlitPage  # noqa: E402

from shell import data, document, door, filters, frame, person, project_notes, show, site_map  # noqa: E402
from shell.here import Here, plain, set_here, without_programme  # noqa: E402
from shell.view import Query  # noqa: E402
from texts import words  # noqa: E402


def presented(page: str, query: Query) -> bool:
    """Whether an address asks for a sitting on the screen rather than for the page about sittings."""
    return page == "presentation" and query.get("present") == ["1"]


def main() -> None:
    """Draw one run."""
    query = frame.address()
    taken = frame.take_over(query)
    w = words(frame.language_first(query, taken=taken))
    who = person.person()
    if who is None:
        door.draw(w, [name for names in site_map.SECTIONS.values() for name in names])
        return
    sections = site_map.pages(w, who)
    open_to = [p for group in sections.values() for p in group]
    page = st.navigation([site_map.first(w), *open_to, *door.closed(w, site_map.closed_to(who))], position="hidden")
    st.set_page_config(
        page_title=w("app.page_title", page=page.title),
        layout="wide",
        page_icon="app/static/icon.png",
    )
    document.prepare(w.language)
    show.reset_pieces()
    if page in open_to and presented(page.url_path, query):
        from shell import presenting  # noqa: PLC0415  # a public app has no sittings and does not load what writes them

        presenting.run()
        return
    _draw(query, sections, page, taken=taken)


def _draw(query: Query, sections: dict[str, list[StreamlitPage]], page: StreamlitPage, *, taken: bool) -> None:
    version, acts = data.store().state()
    if not data.programmes(version):
        _draw_empty(sections, page, version)
        return
    with st.sidebar:
        menu = st.container()
        view, choices, problems = frame.choose(version, query, page.url_path, taken=taken)
    frame.write_address(version, view, page.url_path, taken=taken)
    by_name = {p.url_path: p for group in sections.values() for p in group}
    dark = st.context.theme.type == "dark"
    here = Here(view, choices, version, dark=dark, page=page.url_path, pages=by_name, acts=acts)
    with menu:
        frame.menu(here.w, sections, view, page.url_path or site_map.START)
    set_here(here)
    filters.bar(here, page.url_path or site_map.START)
    frame.fallbacks(here, problems)
    project_notes.on_series(here)
    page.run()
    frame.footer(here)


def _draw_empty(sections: dict[str, list[StreamlitPage]], page: StreamlitPage, version: int) -> None:
    """Nothing was brought in yet: every page invites to the one that brings a file in."""
    by_name = {p.url_path: p for group in sections.values() for p in group}
    with st.sidebar:
        menu = st.container()
        frame.language_choice(words(st.session_state["lang"]))
    frame.write_language()
    here = without_programme(st.session_state["lang"], version, by_name)
    bring = by_name.get("import_data")
    if bring is not None:
        with menu:
            st.page_link(bring, query_params={"lang": here.view.language})
    set_here(here)
    if bring is not None and page.url_path == bring.url_path:
        page.run()
        return
    st.title(plain(page.title), anchor=False)
    show.empty(here, here.w("store.empty"))
    if bring is not None:
        st.page_link(bring, label=plain(here.w("store.empty_link")), query_params={"lang": here.view.language})


main()
