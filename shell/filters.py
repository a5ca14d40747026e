"""The filters in force above every page: in words, each taken away by a click or a key; those that have no effect here."""

from collections.abc import Sequence

import streamlit as st

from data_model.vocabulary import Series
from exports import readme
from exports.asked import FILTERS, Asked
from exports.reader import reader_of
from metrics.measures import BASES
from shell import acts, data, links, person, project_choice
from shell.here import Here, plain
from shell.kept import kept
from shell.view import TAKEN, View


def bar(h: Here, page: str) -> None:
    """What is filtered, in the words of the exports; the link to the view."""
    with st.container(key="view-bar", horizontal=True, vertical_alignment="center"):
        items = filter_items(h.version, asked_of(h.view))
        if items:
            st.markdown(plain(h.w("filter.active")), width="content")
            for number, (key, code, text) in enumerate(items):
                st.button(
                    plain(text),
                    key=f"chip-{number}",
                    icon=":material/close:",
                    icon_position="right",
                    on_click=_open,
                    args=(without(h.view, key, code),),
                )
            st.button(
                plain(h.w("filter.clear")), key="clear-filters", type="tertiary", on_click=_open, args=(cleared(h.view),)
            )
        links.copy_button(h, page)
        if person.actor().writes:
            from shell import saved_views  # noqa: PLC0415  # a public app does not load what writes

            saved_views.save_control(h, page)
    acts.tell()
    _say_without_effect(h, page, items)


def _open(view: View) -> None:
    project_choice.go_to(view.query())


def asked_of(view: View) -> Asked:
    """The filters of a view as exports know them."""
    return Asked(
        view.programme,
        view.as_of,
        view.series,
        axes=view.axes,
        categories=view.categories,
        regions=view.regions,
        calls=view.calls,
        beneficiaries=view.beneficiaries,
        project=view.project,
        language=view.language,
    )


@kept
def filter_items(version: int, asked: Asked) -> list[tuple[str, str, str]]:
    """(query key, code, words) of each code that is filtered by."""
    if not any(asked.filters()):
        return []
    with data.store_of(version).reading() as session:
        return readme.filter_items(asked, reader_of(session, asked.language, asked))


def toggled(view: View, key: str, code: str) -> View:
    """The view with a code filtered by, or no longer if it was."""
    codes: tuple[str, ...] = getattr(view, FILTERS[key])
    if code in codes:
        return without(view, key, code)
    return view.having(**{FILTERS[key]: (*codes, code), "page": 1})


def without(view: View, key: str, code: str) -> View:
    """The view without one of the codes that it is filtered by."""
    name = FILTERS[key]
    value = getattr(view, name)
    left = tuple(other for other in value if other != code) if isinstance(value, tuple) else None
    return view.having(**{name: left, "page": 1})


def cleared(view: View) -> View:
    """The view without any filter; programme, series, dates, order and level stay."""
    nothing = {name: None if key == "project" else () for key, name in FILTERS.items()}
    return view.having(**nothing, page=1)


def without_effect(page: str, series: Series, keys: Sequence[str]) -> list[str]:
    """Those of some filters that change nothing on a page: it does not take them, or its series has no such thing."""
    of_projects = BASES[series].system is not None
    unknown = ("category",) if of_projects else ("region", "call", "beneficiary", "project")
    return [key for key in keys if key not in TAKEN.get(page, ()) or key in unknown]


def _say_without_effect(h: Here, page: str, items: Sequence[tuple[str, str, str]]) -> None:
    keys = list(dict.fromkeys(key for key, _, _ in items))
    idle = without_effect(page, h.view.series, keys)
    if idle:
        names = h.w.joined([h.w(f"query.{key}") for key in idle])
        st.markdown(plain(h.w("filter.no_effect", names=names)))
