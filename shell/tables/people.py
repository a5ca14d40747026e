"""Tables of people: cohorts, states of trainees, participants, indicators."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from data_model.vocabulary import weakest
from metrics import frames
from metrics.measures import PARTICIPANT_INDICATORS
from metrics.participants import Participants
from metrics.training import Uptake
from shell.here import Here
from shell.show import Table
from shell.tables.cells import columns, given, marked

Naming = Callable[[Any], str]


def uptake(h: Here, found: Uptake) -> Table:
    """Target, involved, share and what is left, each with its source."""
    numbers = [
        (h.measure("trainees_target"), found.target),
        *((h.w("training.cohort_involved", number=g.cohort or n), g) for n, g in enumerate(found.involved, 1)),
        (h.measure("cohorts_planned"), found.cohorts_planned),
    ]
    rows = [
        (
            name,
            given(h, g),
            g.wording,
            h.w(f"firmness.{g.firmness}.label"),
            h.day(g.as_of, g.date_basis),
            h.source(g.source_id),
            h.say(g.place),
        )
        for name, g in numbers
        if g
    ]
    computed = [
        (h.measure("involved_rate"), h.w.rate(found.involved_rate)),
        (h.w("training.remaining", cohorts=h.w.count(found.remaining_cohorts)), h.w.thousandths(found.remaining)),
    ]
    rows += [
        (
            name,
            h.w.firm(text, str(found.firmness)),
            "",
            h.w(f"firmness.{found.firmness}.label"),
            "",
            h.w("table.computed_here"),
            "",
        )
        for name, text in computed
    ]
    heads = [
        h.w("table.measure"),
        h.w("table.value"),
        h.w("table.wording"),
        h.w("table.firmness"),
        h.w("table.day"),
        h.w("table.source"),
        h.w("table.place"),
    ]
    return Table(columns(rows, heads), numbers=(2,), quoted=(3,))


def training_states(h: Here, found: Uptake, states: Sequence[str]) -> Table:
    """One row per state a trainee can be in: only what a source says is a number."""
    involved = h.w.firm(h.w.thousandths(found.involved_total), str(weakest(g.firmness for g in found.involved)))
    values = {"planned": given(h, found.target) if found.target else h.w.missing, "involved": involved}
    rows = [
        (
            h.w(f"training.state_{state}"),
            values.get(state, h.w.missing),
            h.w(f"training.state_{state}_means"),
        )
        for state in states
    ]
    return Table(columns(rows, [h.w("table.state"), h.w("table.people"), h.w("table.meaning")]), numbers=(2,))


def monitored(h: Here, frame: pd.DataFrame, labels: Mapping[str, str]) -> Table:
    """One row per course and annuality of the monitoring files: people, women, men, those of each state."""
    states = sorted(frame.loc[frame["measure"] == "trainees_by_state", "breakdown_code"].unique())
    rows = []
    for _, group in frame.groupby(["subject_code", "cohort"], dropna=False, sort=True):
        code, cohort = str(group["subject_code"].iloc[0]), group["cohort"].iloc[0]
        counted = {(r.measure, r.breakdown_code): _people(h, r) for r in frames.rows(group)}
        total = next((text for (measure, _), text in counted.items() if measure == "trainees_involved"), h.w.missing)
        sexes = (counted.get(("trainees_by_sex", sex), _without(h, counted, "trainees_by_sex")) for sex in ("F", "M"))
        absent = _without(h, counted, "trainees_by_state")
        by_state = (counted.get(("trainees_by_state", state), absent) for state in states)
        day = next(h.day(r.as_of, r.date_basis) for r in frames.rows(group))
        year = h.w("training.cohort", number=cohort) if pd.notna(cohort) else h.w("training.whole_course")
        rows.append((str(h.say(labels.get(code, code))), code, year, total, *sexes, *by_state, day))
    heads = [h.w(f"training.{name}") for name in ("course", "course_code", "annuality")]
    heads += [h.w("table.people"), h.w("training.women"), h.w("training.men")]
    heads += [h.w("training.state_code", code=state) for state in states]
    return Table(columns(rows, [*heads, h.w("table.day")]), numbers=tuple(range(4, 7 + len(states))))


def _without(h: Here, counted: Mapping[tuple[str, Any], str], measure: str) -> str:
    """What stands for a cell that a breakdown has not: nobody, or, where there is no breakdown, that it is too small."""
    return "–" if any(of == measure for of, _ in counted) else h.w("training.hidden")


def _people(h: Here, row: Any) -> str:
    """A count, or that it is too small to be given."""
    return h.w("training.hidden") if pd.isna(row.quantity_thousandths) else h.w.thousandths(int(row.quantity_thousandths))


def participants_over_time(h: Here, over_time: Sequence[Participants]) -> Table:
    """One row per reference date: the parts, which of them are missing, the total."""
    codes = PARTICIPANT_INDICATORS
    rows = [(h.w.day(f.as_of), *(h.w.count(dict(f.parts).get(code)) for code in codes), _total(h, f)) for f in over_time]
    heads = [h.w("table.day"), *(f"{code} {h.w(f'indicator.{code}')}" for code in codes), h.measure("participants")]
    return Table(columns(rows, heads), numbers=(2, 3, 4, 5), wide_names=False)


def _total(h: Here, found: Participants) -> str:
    return marked(h, h.w.count(found.value), "programme", "", "participants", found.as_of)


def participants_by_part(h: Here, frame: pd.DataFrame) -> Table:
    """One row per axis and category of region, one column per participant indicator."""
    codes = PARTICIPANT_INDICATORS
    rows = []
    for (axis, category), group in frame.groupby(["axis_code", "category_code"], dropna=False):
        values = dict(zip(group["subject_code"], group["value"], strict=True))
        rows.append(
            (
                h.axis_short(str(axis)),
                h.category_name(category),
                *(h.w.count(int(values[c]) if c in values else None) for c in codes),
            )
        )
    heads = [h.w("table.axis"), h.w("table.category"), *(f"{code} {h.w(f'indicator.{code}')}" for code in codes)]
    return Table(columns(rows, heads), numbers=(3, 4, 5))


def indicators(h: Here, frame: pd.DataFrame, name: Naming) -> Table:
    """One row per indicator: value, target, share, date."""
    rows = [
        (
            name(r.subject_code),
            h.w.count(None if pd.isna(r.value) else int(r.value)),
            h.w.count(None if pd.isna(r.target) else int(r.target)),
            h.w.rate(r.rate),
            h.w.day(r.value_as_of),
        )
        for r in frames.rows(frame)
    ]
    heads = [
        h.w("table.indicator"),
        h.measure("indicator_value"),
        h.measure("indicator_target"),
        h.measure("indicator_rate"),
        h.w("table.day"),
    ]
    return Table(columns(rows, heads), numbers=(2, 3, 4))
