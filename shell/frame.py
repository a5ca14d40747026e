"""The frame around every page: the menu, the choices in the sidebar, the line about the data."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from data_model.vocabulary import Series
from shell import data, link_list, project_choice, project_filters, site
from shell.here import VERSION, Here, plain
from shell.kept import kept
from shell.link_list import Link
from shell.session import own
from shell.view import Choices, Query, Reading, View, as_query
from texts import LANGUAGES, Words, words

CHOICES = ("programme", "series", "as_of", "compared_with", "axis", "category", "lang")
_ADDRESS = "address"
_PAGE = "page"
NOTHING = ""
"""The option that compares with nothing."""


def address() -> Query:
    """The query of the address as it is now."""
    return as_query({key: st.query_params.get_all(key) for key in st.query_params})


def take_over(query: Query) -> bool:
    """Whether the address changed by something else than our own writing: first run, back, a link. Remembers it."""
    if own().get(_ADDRESS) == query:
        return False
    own()[_ADDRESS] = query
    return True


def language_first(query: Query, *, taken: bool) -> str:
    """The language of the run: the address where it changed, else the widget's."""
    if taken or "lang" not in st.session_state:
        st.session_state["lang"] = Reading(query).language()
    return str(st.session_state["lang"])


def choose(version: int, query: Query, page: str, *, taken: bool) -> tuple[View, Choices, list[str]]:
    """Draw the choices and return the view, what may be chosen, and the query keys that fell back to their default."""
    w = words(st.session_state["lang"])
    reading = Reading(query if taken else {})
    reading.language()  # already in use; read again so that an unknown one is said with the others
    _push_new_labels()
    programmes = data.programmes(version)
    programme = _programme(w, version, reading, programmes, taken)
    series = _series(w, version, reading, programme, taken)
    choices = data.choices(version, programme, series)
    if taken:
        _remember(reading.view(w.language, programme, series, choices))
    else:
        _keep_valid(choices, programme)
    return _rest(w, version, programme, series, choices, page), choices, sorted(set(reading.problems))


def _push_new_labels() -> None:
    """When the language changes, give every widget its value again: the browser holds the old label, not the code."""
    if own().get("labels") != st.session_state["lang"]:
        own()["labels"] = st.session_state["lang"]
        for key in CHOICES:
            if key in st.session_state:
                st.session_state[key] = st.session_state[key]


def _programme(w: Words, version: int, reading: Reading, programmes: dict[str, tuple[str, str]], taken: bool) -> str:
    default = next(iter(programmes))
    if taken or st.session_state.get("programme") not in programmes:
        st.session_state["programme"] = reading.programme(programmes, default)
    names, ordered = _in_order(version, w.language, default)
    return str(st.selectbox(w("filter.programme"), ordered, key="programme", format_func=partial(_label, names)))


@kept
def _in_order(version: int, language: str, default: str) -> tuple[dict[str, str], list[str]]:
    """The name of each programme, and all of them in the order in which they are offered."""
    w, kinds, programmes = words(language), data.programme_kinds(version), data.programmes(version)
    names = {code: data.translated(t, language, version, lang).text for code, (t, lang) in programmes.items()}
    names |= {code: w(f"projects.label_{kinds[code]}", name=names[code]) for code in names if kinds[code] in ("oc", "puc")}
    ranks = list(dict.fromkeys(kinds.values()))  # they come in the order of how much is known
    return names, sorted(programmes, key=lambda code: (code != default, ranks.index(kinds[code]), names[code]))


def _series(w: Words, version: int, reading: Reading, programme: str, taken: bool) -> Series:
    known = data.series_of(version, programme)
    if taken or st.session_state.get("series") not in known:
        st.session_state["series"] = reading.series(known, known[0])
    names = {series: w(f"series.{series}.label") for series in Series}
    return Series(
        st.selectbox(
            w("filter.series"), known, key="series", format_func=partial(_label, names), help=w("filter.series_help")
        )
    )


def _remember(view: View) -> None:
    """Give the widgets the values of a view that came with the address."""
    st.session_state["as_of"] = view.as_of
    st.session_state["compared_with"] = view.compared_with or NOTHING
    st.session_state["axis"] = list(view.axes)
    st.session_state["category"] = list(view.categories)
    st.session_state["sort"] = view.sort
    project_choice.remember(view)


def _keep_valid(choices: Choices, programme: str) -> None:
    """Another programme or series: what it does not have falls away."""
    state = st.session_state
    changed = own().get("programme") not in (None, programme)
    last = max((*choices.dates, choices.default_date))
    for key in ("as_of", "compared_with"):
        day = state.get(key) or None
        if changed or (day is not None and not (choices.dates and choices.dates[0] <= day <= last)):
            state[key] = None
    state["as_of"] = state.get("as_of") or choices.default_date
    for key, known in (("axis", choices.axes), ("category", choices.categories)):
        state[key] = [] if changed else [code for code in state.get(key, []) if code in known]


def _rest(w: Words, version: int, programme: str, series: Series, choices: Choices, page: str) -> View:
    """Dates, axes, categories and language; the view they make together."""
    state = st.session_state
    own()["programme"] = programme
    state["sort"] = state.get("sort", "amount")  # kept while a page without that choice is open
    days = sorted(
        {*choices.dates, choices.default_date, state["as_of"], *filter(None, [state.get("compared_with")])},
        reverse=True,
    )
    as_of = st.selectbox(w("filter.as_of"), days, key="as_of", format_func=w.day, help=w("filter.as_of_help"))
    compared = _compared_with(w, [day for day in days if day < as_of])
    before = View(w.language, programme, series, as_of, axes=tuple(state["axis"]), categories=tuple(state["category"]))
    naming = Here(project_choice.kept(before), choices, version)
    of_axes, of_categories = project_filters.counts(naming)
    axes = _several(w, "axis", choices.axes, of_axes, naming.axis_name)
    categories = _several(w, "category", choices.categories, of_categories, naming.category_name)
    chosen = View(str(state["lang"]), programme, series, as_of, compared, axes, categories, state["sort"])
    view = project_choice.kept(chosen)
    project_filters.choose(Here(view, choices, version, page=page))
    language_choice(w)
    return view


def language_choice(w: Words) -> None:
    """The choice of the language."""
    st.radio(w("filter.language"), LANGUAGES, key="lang", format_func=_LANGUAGE_NAMES.__getitem__, horizontal=True)


_LANGUAGE_NAMES = {"it": "Italiano", "en": "English"}


def _compared_with(w: Words, earlier: list[date]) -> date | None:
    """The date to compare with. No comparison is an option of its own: an empty choice would show English words."""
    options: list[date | str] = [NOTHING, *earlier]
    if st.session_state.get("compared_with") not in options:
        st.session_state["compared_with"] = NOTHING

    def label(day: date | str, nothing: str = w("filter.compared_with_none")) -> str:
        return w.day(day) if isinstance(day, date) else nothing

    chosen = st.selectbox(w("filter.compared_with"), options, key="compared_with", format_func=label)
    return chosen if isinstance(chosen, date) else None


def _several(
    w: Words, key: str, known: Sequence[str], counts: Mapping[str, int], name: Callable[[str], str]
) -> tuple[str, ...]:
    """The codes that are chosen among those that exist under the other filters; what is chosen stays, even with nothing."""
    held = st.session_state[key]
    offered = [code for code in known if counts.get(code) or code in held]
    if not offered:
        return ()
    names = {code: w("filter.counted", name=name(code), count=w.count(counts.get(code, 0))) for code in offered}
    project_filters.push_labels(key, tuple(names.values()))
    chosen = st.multiselect(
        w(f"filter.{key}"),
        offered,
        key=key,
        format_func=partial(_label, names),
        placeholder=w(f"filter.{key}_all"),
        help=w("filter.count_help"),
    )
    return tuple(code for code in known if code in chosen)


def _label(names: dict[Any, str], code: Any) -> str:
    return names.get(code, str(code))


def meaning(version: int, query: Query) -> View:
    """The view that an address means."""
    reading = Reading(query)
    programmes = data.programmes(version)
    programme = reading.programme(programmes, next(iter(programmes)))
    known = data.series_of(version, programme)
    series = reading.series(known, known[0])
    return reading.view(reading.language(), programme, series, data.choices(version, programme, series))


OWN = {"presentation": ("sitting",)}
"""Query keys that a page has besides those of the view."""


def write_address(version: int, view: View, page: str, *, taken: bool) -> None:
    """Put the view into the address, unless the address means it already: then reload and back need no extra step.

    What the page has of its own is kept. A link within a page is written too: for those Streamlit leaves the browser's
    address as it was.
    """
    now = address()
    within = taken and own().get(_PAGE) == page
    own()[_PAGE] = page
    if meaning(version, now) != view:
        now = view.query() | {key: now[key] for key in OWN.get(page, ()) if key in now}
        st.query_params.from_dict(now)
    elif within:
        st.query_params.from_dict(now)
    own()[_ADDRESS] = now


def write_language() -> None:
    """Put the language alone into the address: an empty store has no view."""
    if address().get("lang") != [st.session_state["lang"]]:
        st.query_params["lang"] = st.session_state["lang"]
    own()[_ADDRESS] = address()


def menu(w: Words, sections: dict[str, list[StreamlitPage]], view: View, shown: str) -> None:
    """The menu: each entry is a link to its page with the same view."""
    query = urlencode(view.query(), doseq=True)
    entries = {
        section: [Link(page.title, f"{page.url_path}?{query}", here=page.url_path == shown) for page in pages]
        for section, pages in sections.items()
    }
    link_list.draw(w("control.menu"), entries, key="menu")


def fallbacks(h: Here, problems: Sequence[str]) -> None:
    """Say which parts of the address were not understood."""
    if problems:
        names = h.w.joined([h.w(f"query.{key}") for key in problems])
        st.warning(plain(h.w("query.fallback", names=names)), icon=":material/warning:")


def footer(h: Here) -> None:
    """The line about the data: date, series, version; and the links of the house that runs the app, if it gave any."""
    line = h.w(
        "footer.line",
        day=h.w.day(h.view.as_of),
        series=h.w(f"series.{h.view.series}.label"),
        version=data.data_version(h.version),
        app=VERSION,
    )
    links = [f"[{plain(h.w(f'footer.{slot}'))}]({address})" for slot, address in site.links(h.w.language).items()]
    said = [plain(line), *([h.w("footer.links", links=" · ".join(links))] if links else [])]
    st.markdown("\n\n".join(["---", *said]))
