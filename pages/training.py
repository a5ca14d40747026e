"""Cohorts of trainees against the multi-year target. Involved is not completed."""

import pandas as pd
import streamlit as st

from charts import training as charts
from data_model.vocabulary import SubjectKind
from metrics import activities, frames, training
from metrics.training import Uptake
from shell import compared, comparison, data, help, kept, show
from shell.downloads import downloads
from shell.here import Here, draw, plain
from shell.provenance import of_figures
from shell.show import Figure
from shell.tables import activities as activities_tables
from shell.tables import people as people_tables
from shell.tables import sources as sources_tables

COMPARED = ("trainees_target", "trainees_involved", "cohorts_planned")
STATES = ("planned", "involved", "attending", "completed", "certified")


def render(h: Here) -> None:
    """The page from top to bottom."""
    show.title(h.w("training.heading"), h.w("training.help"))
    help.first_time(h, "training")
    courses = kept.piece(h, "courses", lambda: _courses(h))
    if courses.empty:
        show.empty(h, h.w("empty.training"))
        return
    uptakes = kept.piece(
        h, "uptakes", lambda: {row.code: training.uptake(h.known(), row.code) for row in frames.rows(courses)}
    )
    labels = dict(zip(courses["code"], courses["label"], strict=True))
    with_target = {code: found for code, found in uptakes.items() if found.target}
    counted = data.course_figures(h.version, h.view.programme, h.view.as_of)
    monitored = kept.piece(h, "monitored", lambda: _of(counted, courses))
    if not with_target and monitored.empty:
        show.empty(h, h.w("empty.training_later", day=h.w.day(h.view.as_of)))
    show.findings(h, lambda: _findings(h, labels, with_target))
    for code, found in with_target.items():
        _course(h, code, h.say(labels[code]), found)
    comparison.of_numbers(h, [(SubjectKind.TRAINING, code) for code in labels], COMPARED, lambda code: h.say(labels[code]))
    _monitored(h, monitored, labels)
    numbered = {*with_target, *monitored["subject_code"]}
    _without_numbers(h, {code: labels[code] for code in uptakes if code not in numbered})
    _targets(h)
    compared.on_subjects(h, set(courses["code"]))
    of_figures(h, "training", kept.piece(h, "figures-of-courses", lambda: _of(h.known().frame, courses)))
    downloads(h, "training")


def _courses(h: Here) -> pd.DataFrame:
    subjects = data.subjects(h.version, h.view.programme)
    courses = subjects[subjects["kind"] == SubjectKind.TRAINING]
    if not h.view.axes:
        return courses
    return frames.where(courses, (bool(set(codes) & set(h.view.axes)) for codes in courses["axis_codes"]))


def _of(figures: pd.DataFrame, courses: pd.DataFrame) -> pd.DataFrame:
    return figures[figures["subject_code"].isin(courses["code"])]


def _findings(h: Here, labels: dict[str, str], uptakes: dict[str, Uptake]) -> list[str]:
    return [
        h.w(
            "training.finding",
            course=h.say(labels[code]),
            involved=h.w.firm(h.w.thousandths(found.involved_total), str(found.firmness)),
            target=h.w.thousandths(found.target.value if found.target else None),
            rate=h.w.rate(found.involved_rate),
            remaining=h.w.firm(h.w.thousandths(found.remaining), str(found.firmness)),
            cohorts=h.w.count(found.remaining_cohorts),
        )
        for code, found in uptakes.items()
        if found.remaining is not None
    ]


def _course(h: Here, code: str, label: str, found: Uptake) -> None:
    if found.target is None or found.target.value is None:
        return
    target = found.target.value // 1000
    numbers = [found.target, *found.involved]
    show.chart(
        h,
        f"cohorts-{code}",
        lambda: Figure(
            charts.cohort_steps,
            charts.step_rows(training.cohort_steps(found), target, h.w),
            finding=_title(h, found),
            subtitle=h.w(
                "training.subtitle",
                course=label,
                target=h.w.number(target),
                cohorts=_planned(h, found),
                day=h.day(numbers[-1].as_of, numbers[-1].date_basis),
            ),
            source=h.source_line(sorted({g.source_id for g in numbers})),
            words={"unit": h.w("unit.trainees"), "value": h.w("table.people")},
            table=people_tables.uptake(h, found),
            notes=[h.w("training.involved_note")],
        ),
    )
    show.heading(h.w("training.states_title"), level=3)
    show.show_table(h, f"states-{code}", lambda: people_tables.training_states(h, found, STATES))


def _planned(h: Here, found: Uptake) -> str:
    return h.w.thousandths(found.cohorts_planned.value) if found.cohorts_planned else h.w.missing


def _title(h: Here, found: Uptake) -> str:
    if found.remaining is None:
        return h.w("training.title_unknown")
    return h.w(
        "training.chart_title",
        rate=h.w.firm(h.w.rate(found.involved_rate), str(found.firmness)),
        remaining=h.w.firm(h.w.thousandths(found.remaining), str(found.firmness)),
        cohorts=h.w.count(found.remaining_cohorts),
    )


def _monitored(h: Here, counted: pd.DataFrame, labels: dict[str, str]) -> None:
    """Participants of the courses in the monitoring files, beside the target and never added to what documents say."""
    if counted.empty:
        return
    show.heading(h.w("training.monitored"))
    show.show_table(h, "monitored-courses", lambda: people_tables.monitored(h, counted, labels))
    show.muted(h.w("training.monitored_note", source=h.source_line(sorted(set(counted["source_id"])))))


def _without_numbers(h: Here, labels: dict[str, str]) -> None:
    """Courses that sources speak of without any number: their statements, and the word n.d."""
    if not labels:
        return
    show.heading(h.w("training.without_numbers"))
    st.markdown("\n".join(f"- {plain(h.say(label))}: {h.w.missing}" for label in labels.values()))
    stated = kept.piece(h, "stated-without-numbers", lambda: activities.on_axes(h.statements(), _axes(h, labels)))
    if len(stated):
        show.show_table(h, "training-statements", lambda: activities_tables.statements(h, stated))


def _axes(h: Here, labels: dict[str, str]) -> tuple[str, ...]:
    subjects = data.subjects(h.version, h.view.programme)
    own = subjects[(subjects["kind"] == SubjectKind.TRAINING) & subjects["code"].isin(labels)]
    return tuple(sorted({axis for codes in own["axis_codes"] for axis in codes}))


def _targets(h: Here) -> None:
    """Other published targets of trained people: another perimeter, never compared with a course."""
    rows = kept.piece(h, "other-targets", lambda: _other_targets(h.known().frame))
    if rows.empty:
        return
    show.heading(h.w("training.other_targets"))
    subjects = data.subjects(h.version, h.view.programme)
    show.show_table(
        h, "targets", lambda: sources_tables.figures(h, rows, dict(zip(subjects["code"], subjects["label"], strict=True)))
    )


def _other_targets(known: pd.DataFrame) -> pd.DataFrame:
    return known[(known["subject_kind"] == SubjectKind.TARGET) & (known["measure"] == "trainees_target")]


if __name__ == "__main__":
    draw("training")
