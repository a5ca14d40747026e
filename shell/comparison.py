"""Two dates side by side: what differs, and what the difference is made of, under the main chart of a page."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

import pandas as pd
import streamlit as st

from data_model import history
from data_model.vocabulary import Series
from metrics import comparison, frames, participants, progress, published
from metrics import project_totals as totals
from metrics.comparison import NumberChange
from metrics.measures import BASES
from metrics.progress import Level, Scope
from shell import data, show
from shell.here import Here, plain
from shell.kept import kept
from shell.tables import comparison as tables


@kept
def _corrected(version: int, programme: str) -> list[history.Corrected]:
    """The figures of a programme that were first given with another value."""
    with data.store_of(version).reading() as session:
        return history.corrected(session, programme)


@kept
def _first_said(version: int, programme: str, series: Series, as_of: date, level: Level, scope: Scope) -> pd.DataFrame:
    """Amounts at a date as they were first said: see metrics.progress.positions."""
    figures = comparison.as_first_said(data.finance(version, programme, series), _corrected(version, programme))
    return progress.positions(figures, BASES[series], as_of, level, scope)


@kept
def _project_changes(
    version: int, programme: str, series: Series, days: tuple[date, date], by_axis: bool
) -> list[history.ProjectChange]:
    """What projects changed between two dates, by axis or in all."""
    basis = BASES[series]
    columns = totals.columns_of(basis)
    with data.store_of(version).reading() as session:
        return history.project_changes(session, programme, str(basis.system), columns, *days, by_axis=by_axis)


def of_amounts(h: Here, level: Level, stages: Sequence[str] = progress.STAGES) -> None:
    """The amounts of the page at the two dates, for the whole in view and per part of it, and the rates that they make.
    Nothing where no date is compared."""
    before = h.view.compared_with
    if before is None:
        return
    show.heading(h.w("overview.changes_title", before=h.w.day(before), now=h.w.day(h.view.as_of)))
    whole = _amounts(h, "programme", before, stages)
    if whole["difference_cents"].isna().all():
        show.empty(h, h.w("empty.changes"))
        if whole.empty:
            return
    if h.basis.system is not None:
        _of_projects(h, before)
    else:
        parts = _amounts(h, level, before, stages)
        st.markdown(plain(_finding(h, whole)))
        show.show_table(h, "changes", lambda: tables.amounts(h, pd.concat([whole, parts]), lambda row: _part(h, row)))
        show.muted(h.w("comparison.rule"))
    _rates(h, level, before)


def _amounts(h: Here, level: Level, before: date, stages: Sequence[str]) -> pd.DataFrame:
    v = h.view
    keys = list(progress.KEYS[level])
    first = (
        h.positions(level, before)
        if h.basis.system
        else _first_said(h.version, v.programme, v.series, before, level, v.scope)
    )
    found = comparison.amounts(first, h.positions(level, before), h.positions(level), keys)
    return found[found["stage"].isin(stages)]


def _part(h: Here, row: dict[str, object]) -> str:
    """The name of a part of the programme: axis and category, or all that is in view."""
    axis, category = row.get("axis_code"), row.get("category_code")
    names = [h.axis_short(axis)] if isinstance(axis, str) else []
    names += [h.category_name(category)] if isinstance(category, str) else []
    return " · ".join(names) or h.w("comparison.whole")


def _finding(h: Here, whole: pd.DataFrame) -> str:
    """The differences of the whole in words, and what each is made of where that is not all the same."""
    items = []
    for row in frames.rows(whole[whole["difference_cents"].notna()]):
        item = h.w(
            "overview.changes_item",
            stage=tables.stage_name(h, row.stage),
            difference=h.w.signed_millions(int(row.difference_cents)),
        )
        made_of = _made_of(h, row)
        items.append(h.w("comparison.made_of", item=item, parts=h.w.joined(made_of)) if len(made_of) > 1 else item)
    return h.w("overview.changes_finding", items=h.w.joined(items)) if items else h.w("comparison.nothing_known")


def _made_of(h: Here, row: object) -> list[str]:
    """The parts of a difference that are not zero."""
    values = {part: getattr(row, part) for part in comparison.PARTS}
    return [
        h.w(
            "comparison.part",
            name=h.w(f"comparison.{part.removesuffix('_cents')}").lower(),
            difference=h.w.signed_millions(int(value)),
        )
        for part, value in values.items()
        if pd.notna(value) and int(value)
    ]


def _rates(h: Here, level: Level, before: date) -> None:
    """How the rates moved, for the whole in view and per part."""
    wholes = [
        comparison.rates(h.positions(lev, before), h.positions(lev), list(progress.KEYS[lev]))
        for lev in dict.fromkeys(("programme", level))
    ]
    found = pd.concat([frame for frame in wholes if len(frame)] or wholes[:1])
    if found.empty:
        show.muted(h.w("comparison.no_rates"))
        return
    show.heading(h.w("comparison.rates_title"), level=3)
    show.show_table(h, "changes-rates", lambda: tables.rates(h, found, lambda row: _part(h, row)))
    show.muted(h.in_series("comparison.rates_rule"))


def _of_projects(h: Here, before: date) -> None:
    """Projects that came, went and changed. Only by axis: other filters would need the projects one by one."""
    v = h.view
    if v.regions or v.calls or v.beneficiaries:
        show.muted(h.w("comparison.filtered"))
    days = (before, v.as_of)
    by_axis, whole = (_project_changes(h.version, v.programme, v.series, days, axes) for axes in (True, False))
    found = comparison.of_projects(by_axis, whole, v.axes)
    counts = comparison.project_counts(by_axis if v.axes else whole, v.axes)
    all_of_them = found[found["axis_code"].isna() & found["difference_cents"].notna()]
    items = [
        h.w("overview.changes_item", stage=h.stage(row.stage), difference=h.w.signed_millions(int(row.difference_cents)))
        for row in frames.rows(all_of_them)
    ]
    sentence = h.w("overview.changes_finding", items=h.w.joined(items)) if items else h.w("comparison.nothing_known")
    known = h.w("comparison.projects", **{kind: h.w.count(number) for kind, number in counts.items()})
    st.markdown(plain(f"{sentence} {known}"))
    show.show_table(h, "changes", lambda: tables.projects(h, found, lambda row: _part(h, row)))
    show.muted(h.w("comparison.projects_rule"))


# --- published numbers ------------------------------------------------------------------------------------------


def of_numbers(h: Here, subjects: Iterable[tuple[str, str]], measures: Sequence[str], name: Callable[[str], str]) -> None:
    """The published numbers of some subjects (kind, code) at the two dates. Nothing where no date is compared."""
    before = h.view.compared_with
    if before is None:
        return
    show.heading(h.w("overview.changes_title", before=h.w.day(before), now=h.w.day(h.view.as_of)))
    programme = h.view.programme
    said = comparison.as_first_said(data.documents(h.version, programme), _corrected(h.version, programme))
    found = comparison.numbers(
        published.known_at(said, before), data.documents_at(h.version, programme, before), h.known(), subjects, measures
    )
    if not found:
        show.empty(h, h.w("comparison.no_numbers"))
        return
    st.markdown(plain(_numbers_finding(h, found)))
    show.show_table(h, "changes", lambda: tables.numbers(h, found, name))
    show.muted(h.w("comparison.numbers_rule"))


def _numbers_finding(h: Here, found: Sequence[NumberChange]) -> str:
    both = [row for row in found if row.split.difference is not None]
    return h.w(
        "comparison.numbers",
        both=h.w.count(len(both)),
        changed=h.w.count(sum(bool(row.split.difference) for row in both)),
        alone=h.w.count(len(found) - len(both)),
    )


def of_participants(h: Here, name: Callable[[str], str]) -> None:
    """The participants at the two dates, each the last one with values. Nothing where no date is compared."""
    before = h.view.compared_with
    if before is None:
        return
    show.heading(h.w("overview.changes_title", before=h.w.day(before), now=h.w.day(h.view.as_of)))
    held = data.indicator_figures(h.version, h.view.programme, h.view.scope)
    then, now = (participants.last_date(held, day) for day in (before, h.view.as_of))
    if then is None or now is None:
        show.empty(h, h.w("comparison.no_numbers"))
        return
    first = comparison.as_first_said(held, _corrected(h.version, h.view.programme))
    sides = (
        participants.participants(first, then),
        participants.participants(held, then),
        participants.participants(held, now),
    )
    found = comparison.people(*sides)
    st.markdown(plain(_people_finding(h, found)))
    show.show_table(h, "changes", lambda: tables.people(h, found, name))
    show.muted(h.w("comparison.people_rule", before=h.w.day(then), now=h.w.day(now)))


def _people_finding(h: Here, found: Sequence[tuple[str | None, comparison.Split]]) -> str:
    whole = dict(found).get(None)
    if whole is None or whole.difference is None:
        return h.w("comparison.people_unlike")
    return h.w(
        "comparison.people", before=h.w.count(whole.before), now=h.w.count(whole.now), difference=h.w.count(whole.difference)
    )
