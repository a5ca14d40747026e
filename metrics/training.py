"""Cohorts of trainees against the multi-year target. Involved is not completed: only what a source says is counted."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from data_model.vocabulary import Firmness, SubjectKind, weakest
from metrics.published import Given, Known, all_given, given


@dataclass(frozen=True)
class Uptake:
    """One course against its target. Numbers are thousandths of a person; None is missing."""

    code: str
    target: Given | None
    cohorts_planned: Given | None
    involved: tuple[Given, ...]
    involved_total: int | None
    involved_rate: float | None
    remaining: int | None
    remaining_cohorts: int | None
    firmness: Firmness


def uptake(known: Known, code: str) -> Uptake:
    """What is known of a course at a date; `known` as from `metrics.published.known_at`."""
    target = given(known, SubjectKind.TRAINING, code, "trainees_target")
    planned = given(known, SubjectKind.TRAINING, code, "cohorts_planned")
    involved = _by_cohort(all_given(known, SubjectKind.TRAINING, code, "trainees_involved"))
    numbers = [g.value for g in involved]
    total = sum(n for n in numbers if n is not None) if numbers and None not in numbers else None
    both = total is not None and target is not None and target.value is not None
    return Uptake(
        code,
        target,
        planned,
        involved,
        total,
        total / target.value if both and target and total is not None and target.value else None,
        target.value - total if both and target and target.value is not None and total is not None else None,
        planned.value // 1000 - len(involved) if planned and planned.value is not None else None,
        weakest(g.firmness for g in (*involved, *([target] if target else []))),
    )


def _by_cohort(numbers: Iterable[Given]) -> tuple[Given, ...]:
    """One number per cohort, the first where several sources speak of it, in the order of the cohorts. A number that
    names no cohort is taken only where none does: it may hold the others."""
    first: dict[int | None, Given] = {}
    for number in numbers:
        first.setdefault(number.cohort, number)
    numbered = [number for cohort, number in first.items() if cohort is not None]
    return tuple(sorted(numbered or first.values(), key=lambda g: g.cohort or 0))


def as_stated(counts: pd.DataFrame) -> pd.DataFrame:
    """Of each course in the monitoring files what they say at its latest date, and nothing else: they state a course whole,
    so a cell that is not there any more was not forgotten, and beside the new ones it would be wrong."""
    latest = counts.groupby("subject_code")["as_of"].transform("max")
    return counts[counts["as_of"].eq(latest) | latest.isna()]


def cohort_steps(course: Uptake) -> pd.DataFrame:
    """One row per cohort with data and one for those still to come: first, last (cohort numbers), start, end (persons,
    cumulative), planned (bool), firmness. Cohorts that the source does not split stay one block. Empty without a target.
    """
    columns = ["first", "last", "start", "end", "planned", "firmness"]
    if course.target is None or course.target.value is None:
        return pd.DataFrame(columns=columns)
    records, reached, last = [], 0, 0
    for number, cohort in enumerate(course.involved, start=1):
        if cohort.value is None:
            break
        last = cohort.cohort or number
        records.append((last, last, reached // 1000, (reached + cohort.value) // 1000, False, cohort.firmness))
        reached += cohort.value
    if course.remaining and course.remaining > 0:
        end = last + course.remaining_cohorts if course.remaining_cohorts else last + 1
        records.append((last + 1, end, reached // 1000, course.target.value // 1000, True, course.firmness))
    return pd.DataFrame.from_records(records, columns=columns)
