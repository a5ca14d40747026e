"""The parts of the page on commitments for series of projects: choices, ranking, ages, map, silence."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from charts import commitment_gaps, gap_ages, project_gaps, region_map
from data_model.selection import Selection
from data_model.vocabulary import UNKNOWN_CODE, Firmness
from metrics import frames
from metrics import project_gaps as metrics
from shell import project_choice, project_data, show
from shell.filters import toggled
from shell.here import Here, plain
from shell.show import Figure
from shell.tables import projects as tables
from shell.view import LEVELS, SORTS, View

DRAWN = 7
"""Groups that a chart shows; the others are in the table."""

NEXT = {"axis": "call", "call": "beneficiary", "beneficiary": "project", "region": "project"}
FIELDS = {"axis": "axes", "region": "regions", "call": "calls", "beneficiary": "beneficiaries"}
"""The filter of the view that a level sets, in the order of the path."""

PAID = "paid"
"""The measure of series that have payments and no reported expenditure."""


# --- choices ----------------------------------------------------------------------------------------------------


def choices(h: Here) -> None:
    """Level and order, and the path down to what is shown."""
    st.session_state["level"] = h.view.level
    st.radio(
        h.w("project_gaps.level"),
        LEVELS,
        key="level",
        horizontal=True,
        format_func=lambda level: h.w(f"project_gaps.level_{level}"),
        on_change=_open_level,
        args=(h.view,),
    )
    st.radio(
        h.w("commitment_gaps.sort"),
        SORTS,
        key="sort",
        horizontal=True,
        format_func=lambda sort: h.w(f"project_gaps.sort_{sort}", short=short(h)),
    )
    trail(h)
    if h.view.categories:
        show.muted(h.w("project_gaps.no_category"))


def _open_level(view: View) -> None:
    project_choice.go_to(view.having(level=st.session_state["level"], page=1).query())


def short(h: Here) -> str:
    """What a gap is, in a few words: still to be paid, still to be reported."""
    return h.w(f"measure.{h.basis.gap}.short")


def trail(h: Here) -> None:
    """The filters in force as links from the whole programme down; the last is where one is."""
    steps = _steps(h)
    if not steps:
        return
    root = h.view.having(axes=(), regions=(), calls=(), beneficiaries=(), project=None, level=LEVELS[0], page=1)
    with st.container(horizontal=True, key="trail"):
        st.markdown(plain(h.w("project_gaps.trail")), width="content")
        h.link("commitment_gaps", h.w("project_gaps.trail_root"), root)
        for name, view in steps[:-1]:
            h.link("commitment_gaps", name, view)
        st.markdown(f"**{plain(steps[-1][0])}**", width="content")


def _steps(h: Here) -> list[tuple[str, View]]:
    """(name, the view up to there) of each filter in force, and of the project that is opened."""
    found: list[tuple[str, View]] = []
    view = h.view.having(axes=(), regions=(), calls=(), beneficiaries=(), project=None, page=1)
    for level, field in FIELDS.items():
        codes: tuple[str, ...] = getattr(h.view, field)
        if codes:
            view = view.having(**{field: codes, "level": NEXT[level]})
            found.append((_of_codes(h, level, codes), view))
    if h.view.project is not None:
        found.append((h.view.project, h.view))
    return found


def _of_codes(h: Here, level: str, codes: tuple[str, ...]) -> str:
    if len(codes) > 1:
        return h.w("project_gaps.trail_several", level=h.w(f"project_gaps.level_{level}"), count=h.w.count(len(codes)))
    (code,) = codes
    named = project_data.names(h.version, level, codes) if level in ("call", "beneficiary") else {}
    return cut(_row_name(h, level, {"code": code, "name": named.get(code)}), 60)


def cut(text: str, length: int) -> str:
    """A name that leaves room for what is said of it."""
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def down(view: View, level: str, code: object) -> View:
    """The view one level below a group, or the project opened."""
    chosen = code if isinstance(code, str) else UNKNOWN_CODE
    if level == "project":
        return view.having(project=chosen)
    return view.having(**{FIELDS[level]: (chosen,), "level": NEXT[level], "page": 1})


# --- findings and ranking ---------------------------------------------------------------------------------------


def findings(h: Here, total: Mapping[str, Any]) -> list[str]:
    """The gap, the commitments beside it, and what is not known of commitments."""
    lacking, _ = metrics.without_amounts(total)
    gap = h.measure(h.basis.gap)
    known = h.w(
        "project_gaps.finding_gap",
        gap=gap,
        amount=h.millions(total["gap_cents"], Firmness.DERIVED, 2),
        rate=h.w.rate_with("to", total["unreported_rate"]),
        both=h.w.count(int(total["both_count"])),
        projects=h.w.count(int(total["projects"])),
    )
    return [
        known if total["both_count"] else h.w("project_gaps.finding_gap_none", gap=gap),
        h.w(
            "project_gaps.finding_without",
            amount=h.millions(total["without_cents"], Firmness.DERIVED, 2),
            count=h.w.count(int(total["without_count"])),
        )
        if total["without_count"]
        else "",
        h.w("project_gaps.finding_lacking", lacking=h.w.count(lacking), projects=h.w.count(int(total["projects"])))
        if lacking
        else "",
    ]


def ranking(h: Here, chosen: Selection, total: Mapping[str, Any]) -> None:
    """The first groups of the level as dumbbells, then one page of all of them as a table, with ways down."""
    level, by = h.view.level, h.view.sort
    count = project_data.group_count(h.version, chosen, level)
    first = project_data.page(h.version, chosen, level, by, 1).head(DRAWN)
    drawn = first[first["gap_cents"].notna()]
    if drawn.empty:
        show.empty(h, h.w("project_gaps.no_gaps"))
    else:
        show.chart(
            h,
            "gaps-projects",
            lambda: Figure(
                commitment_gaps.dumbbells,
                project_gaps.ranking_rows(drawn, partial(_row_name, h, level), h.w, short=short(h)),
                finding=_ranking_title(h, level, frames.first(drawn)),
                subtitle=h.w(
                    "project_gaps.subtitle",
                    committed=h.stage("committed"),
                    reported=h.stage("reported"),
                    day=h.w.day(h.view.as_of),
                ),
                source=_source(h, chosen),
                words={
                    "unit": h.w("unit.millions"),
                    "committed": h.stage("committed"),
                    "reported": h.stage("reported"),
                    "gap": h.measure(h.basis.gap),
                },
                numbers=tables.ranking(h, drawn, level),
                notes=[h.w("project_gaps.others", count=h.w.count(count - len(drawn)))] if count > len(drawn) else [],
            ),
            pick=partial(down, h.view, level),
            pick_hint="project_gaps.pick",
        )
        _links_down(h, level, drawn)
    _page(h, chosen, total, count)


def _row_name(h: Here, level: str, row: Mapping[str, Any]) -> str:
    """The name of a group; many calls share theirs, so their code goes before it."""
    name = h.group_name(level, row["code"], row["name"])
    return f"{row['code']} · {name}" if level == "call" and isinstance(row["name"], str) else name


def _ranking_title(h: Here, level: str, first: Mapping[str, Any]) -> str:
    name = cut(h.axis_short(first["code"]) if level == "axis" and isinstance(first["code"], str) else
               _row_name(h, level, first), 34)  # fmt: skip
    if h.view.sort == "rate":
        return h.w("project_gaps.title_rate", name=name, short=short(h), rate=h.w.rate(first["unreported_rate"]))
    gap = h.millions(first["gap_cents"], Firmness.DERIVED, 2)
    return h.w("project_gaps.title_amount", name=name, gap=gap, short=short(h))


def _links_down(h: Here, level: str, drawn: pd.DataFrame) -> None:
    with st.container(horizontal=True, key="down"):
        st.markdown(plain(h.w("project_gaps.down")), width="content")
        for row in frames.records(drawn):
            h.link("commitment_gaps", cut(_row_name(h, level, row), 40), down(h.view, level, row["code"]))


def _page(h: Here, chosen: Selection, total: Mapping[str, Any], count: int) -> None:
    """One page of the ranking: what it holds in words, a way to open each row, the table, the ways to other pages."""
    level, by = h.view.level, h.view.sort
    pages = max(1, -(-count // project_data.PAGE_ROWS))
    number = min(h.view.page, pages)
    found = project_data.page(h.version, chosen, level, by, number)
    first = (number - 1) * project_data.PAGE_ROWS + 1
    if h.view.page > pages:
        show.muted(h.w("project_gaps.page_beyond", asked=h.w.number(h.view.page)))
    st.markdown(
        plain(
            h.w(
                "project_gaps.page_sentence",
                level=h.w(f"project_gaps.level_{level}"),
                count=h.w.count(count),
                sort=h.w(f"project_gaps.sort_{by}", short=short(h)),
                first=h.w.count(first),
                last=h.w.count(first + len(found) - 1),
                committed=h.millions(total["committed_cents"], Firmness.DERIVED, 2),
                committed_count=h.w.count(int(total["committed_count"])),
                reported=h.stage("reported"),
                paid=h.millions(total["reported_cents"], Firmness.DERIVED, 2),
                reported_count=h.w.count(int(total["reported_count"])),
                projects=h.w.count(int(total["projects"])),
            )
        )
    )
    if pd.notna(total["alone_cents"]):
        show.muted(h.w("project_gaps.alone", amount=h.millions(total["alone_cents"], Firmness.DERIVED, 2)))
    _open_row(h, level, found)
    _turn(h, number, pages)
    show.table_in_place(h, f"ranking-{level}", tables.ranking(h, found, level))
    _turn(h, number, pages, below=True)


def _open_row(h: Here, level: str, found: pd.DataFrame) -> None:
    """A choice of the rows of this page: what is chosen is opened one level down."""
    names = {
        row["code"] if isinstance(row["code"], str) else UNKNOWN_CODE: _row_name(h, level, row)
        for row in frames.records(found)
    }
    labels = {"": h.w("project_gaps.open_none")} | {
        code: f"{name} [{code}]" if level in ("beneficiary", "project") and code not in (name, UNKNOWN_CODE) else name
        for code, name in names.items()
    }
    st.session_state["open_row"] = ""
    st.selectbox(
        h.w("project_gaps.open"),
        list(labels),
        key="open_row",
        format_func=labels.__getitem__,
        on_change=_open_chosen,
        args=(h.view, level),
    )


def _open_chosen(view: View, level: str) -> None:
    code = st.session_state["open_row"]
    if code:
        project_choice.go_to(down(view, level, code).query())


def _turn(h: Here, number: int, pages: int, *, below: bool = False) -> None:
    """Links to the pages before and after."""
    if pages == 1:
        return
    with st.container(horizontal=True, key="pages-below" if below else "pages-above"):
        if number > 1:
            h.link("commitment_gaps", h.w("project_gaps.page_previous"), h.view.having(page=number - 1))
        st.markdown(plain(h.w("project_gaps.page_of", number=h.w.count(number), pages=h.w.count(pages))), width="content")
        if number < pages:
            h.link("commitment_gaps", h.w("project_gaps.page_next"), h.view.having(page=number + 1))


def _source(h: Here, chosen: Selection) -> str:
    return h.source_line(dict.fromkeys(project_data.origins(h.version, chosen)["source_id"]))


# --- ages -------------------------------------------------------------------------------------------------------


def ages(h: Here, chosen: Selection) -> None:
    """How old the gap is, counted from a date that is said."""
    found = project_data.ages(h.version, chosen)
    if found.empty:
        return
    bands = metrics.by_age(found)
    most = frames.first(bands.sort_values("gap_cents", ascending=False, kind="stable"))
    gap = h.measure(h.basis.gap)
    show.chart(
        h,
        "gap-ages",
        lambda: Figure(
            gap_ages.bars,
            gap_ages.band_rows(bands, lambda band: h.w(f"project_gaps.band_{band}"), h.w),
            finding=h.w("project_gaps.ages_plain")
            if pd.isna(most["share"])
            else h.w("project_gaps.ages_title", band=h.w(f"project_gaps.band_{most['band']}"), rate=h.w.rate(most["share"])),
            subtitle=h.w("project_gaps.ages_subtitle", gap=gap, origin=_origin(h, found), day=h.w.day(h.view.as_of)),
            source=_source(h, chosen),
            words={
                "unit": h.w("unit.millions"),
                "gap": gap,
                "share": h.w("table.share"),
                "projects": h.w("project_gaps.head_projects"),
            },
            table=tables.ages(h, bands),
        ),
    )


def _origin(h: Here, found: pd.DataFrame) -> str:
    """Which date the years are counted from."""
    counts = metrics.counted_from(found)
    committed, started = counts.get("committed_on", 0), counts.get("started_on", 0)
    if committed and started:
        return h.w("project_gaps.ages_both", committed=h.w.count(committed), started=h.w.count(started))
    if committed:
        return h.w("project_gaps.ages_committed")
    return h.w("project_gaps.ages_started") if started else h.w("project_gaps.ages_none")


# --- map --------------------------------------------------------------------------------------------------------


def regions(h: Here, chosen: Selection) -> None:
    """The gap on the map of the regions, and the part of it that no region stands for."""
    found = project_data.regions(h.version, chosen)
    drawn, step = metrics.on_the_map(found), metrics.step_of(found)
    classes = region_map.class_texts(step, int(drawn["class_number"].max()) if step else 0, h.w)
    none, low = h.w("project_gaps.class_none"), h.w("project_gaps.class_low")
    numbers = {None if pd.isna(number) else int(number) for number in drawn["class_number"]}
    gap, day = h.measure(h.basis.gap), h.w.day(h.view.as_of)
    show.chart(
        h,
        "region-map",
        lambda: Figure(
            region_map.region_map,
            region_map.region_rows(drawn, h.region_name, h.w, none=none, low=low, classes=classes),
            finding=_map_title(h, drawn),
            subtitle=h.w("project_gaps.map_flat", gap=gap, day=day)
            if step is None
            else h.w("project_gaps.map_subtitle", gap=gap, step=h.w.money(step), day=day),
            source=_source(h, chosen),
            words={
                "none": none if None in numbers else None,
                "low": low if 0 in numbers else None,
                "classes": classes,
                "gap": gap,
                "projects": h.w("project_gaps.head_projects"),
            },
            notes=[_off_the_map(h, found), h.w("project_gaps.map_credit")],
            table=tables.ranking(h, found, "region") if h.view.level != "region" else None,
            numbers=tables.ranking(h, found, "region"),
        ),
        pick=partial(_region_picked, h.view, frozenset(found["code"].dropna())),
    )


def _region_picked(view: View, with_projects: frozenset[str], code: str) -> View:
    """The view with a region of the map filtered by, or no longer; one without projects changes nothing."""
    return toggled(view, "region", code) if code in with_projects else view


def _map_title(h: Here, drawn: pd.DataFrame) -> str:
    known = drawn[drawn["gap_cents"].notna()].sort_values("gap_cents", ascending=False, kind="stable")
    if known.empty:
        return h.w("project_gaps.map_plain")
    first = frames.first(known)
    gap = h.millions(first["gap_cents"], Firmness.DERIVED, 2)
    return h.w("project_gaps.map_title", name=h.region_name(first["code"]), gap=gap)


def _off_the_map(h: Here, found: pd.DataFrame) -> str:
    """The share that cannot be drawn, in words."""
    off = metrics.unmapped(found)
    if not off.projects:
        return h.w("project_gaps.map_all")
    parts = [
        h.w("project_gaps.map_off_part", name=h.region_name(code), gap=h.millions(gap, Firmness.DERIVED, 2))
        for code, _, gap, _ in off.parts
    ]
    return h.w(
        "project_gaps.map_off",
        gap=h.millions(off.gap_cents, Firmness.DERIVED, 2),
        rate=h.w.rate(off.gap_share),
        committed=h.millions(off.committed_cents, Firmness.DERIVED, 2),
        committed_rate=h.w.rate(off.committed_share),
        projects=h.w.count(off.projects),
        parts=h.w.joined(parts),
    )


# --- silence ----------------------------------------------------------------------------------------------------


def silence(h: Here, chosen: Selection) -> None:
    """Who has commitments and nothing reported; where the series has payments only, who has no payment."""
    if h.basis.reported == PAID:
        show.heading(h.w("project_gaps.unpaid_title"))
        st.markdown(plain(h.w("project_gaps.silent_unknown")))
    else:
        show.heading(h.w("project_gaps.silent_title"))
    totals = project_data.silent_totals(h.version, chosen)
    count = int(totals["beneficiaries"].sum())
    if not count:
        show.muted(h.w("project_gaps.silent_nobody"))
        return
    st.markdown(
        plain(
            h.w(
                "project_gaps.silent_help",
                reported=h.stage("reported"),
                count=h.w.count(count),
                committed=h.millions(totals["committed_cents"].sum(), Firmness.DERIVED, 2),
            )
        )
    )
    st.markdown("\n".join(f"- {plain(item)}" for item in tables.silences(h, totals)))
    if count <= show.TABLE_ROWS_OPEN:
        show.table_in_place(h, "silent", tables.silent(h, project_data.silent(h.version, chosen, 1)))
        return
    label = h.w("project_gaps.silent_open", count=h.w.count(count))
    with st.expander(label, key="silent-list", on_change="rerun") as opened:
        if opened.open:
            _silent_page(h, chosen, count)


def _silent_page(h: Here, chosen: Selection, count: int) -> None:
    pages = -(-count // project_data.PAGE_ROWS)
    number = 1
    if pages > 1:
        number = int(st.number_input(h.w("provenance.page", pages=pages), 1, pages, key=f"page-silent-{pages}"))
    show.table_in_place(h, "silent", tables.silent(h, project_data.silent(h.version, chosen, number)))
