"""Frames as data_model.queries gives them, from short rows with only what a test speaks of."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd

from data_model.queries import FIGURE_COLUMNS
from data_model.store import Store
from metrics.measures import MEASURES
from metrics.published import Known

END_2018 = date(2018, 12, 31)
_INTEGERS = ("cohort", "amount_cents", "quantity_thousandths")


def figure(measure: str, value: int | None, **said: Any) -> dict[str, Any]:
    """One figure. The value is cents for money, thousandths for all else; what is not said is that of an axis in 2018."""
    unit = MEASURES[measure].unit
    as_of = said.pop("as_of", END_2018)
    subject = {"subject_kind": "axis", "subject_code": said.get("axis_code")}
    values = {"amount_cents": value, "quantity_thousandths": None} if unit == "EUR" else {"quantity_thousandths": value}
    plain = {
        "series": "ec",
        "measure": measure,
        "as_of": as_of,
        "date_basis": "stated" if as_of else "undated",
        "unit": str(unit),
        "firmness": "not_given" if value is None else "exact",
        "wording": str(value),
        "source_id": "src",
        "place": "p. 1",
    }
    return plain | subject | values | said


def figures(*rows: dict[str, Any]) -> pd.DataFrame:
    """The frame of some figures, numbered from 1 in their order."""
    numbered = [dict.fromkeys(FIGURE_COLUMNS) | {"id": number, "import_id": 1} | row for number, row in enumerate(rows, 1)]
    frame = pd.DataFrame.from_records(numbered, columns=list(FIGURE_COLUMNS))
    for name in _INTEGERS:
        frame[name] = pd.array(frame[name].tolist(), dtype="Int64")
    frame["as_of"] = pd.to_datetime(frame["as_of"])
    return frame


def statement(
    axis: str, category: str | None, allocated: int, selected: int, declared: int, as_of: date = END_2018
) -> list[dict[str, Any]]:
    """The three amounts that the Commission's file gives of one axis and category on one date."""
    said: dict[str, Any] = {"axis_code": axis, "category_code": category, "as_of": as_of}
    return [figure(m, v, **said) for m, v in (("allocated", allocated), ("selected", selected), ("declared", declared))]


def published(measure: str, value: int | None, axis: str | None = "1", **said: Any) -> dict[str, Any]:
    """One amount of an axis as a document gives it."""
    return figure(measure, value, **({"series": "published", "axis_code": axis} | said))


def on_call(measure: str, value: int | None, code: str = "AVV", **said: Any) -> dict[str, Any]:
    """One number of a call as a document gives it."""
    return figure(measure, value, **({"series": "published", "subject_kind": "call", "subject_code": code} | said))


def subject(code: str, *, kind: str = "call", parent: str | None = None, axes: tuple[str, ...] = ()) -> dict[str, Any]:
    """One call, agreement, activity or course."""
    return {"kind": kind, "code": code, "label": f"Name of {code}", "parent_code": parent, "axis_codes": axes}


def subjects(*rows: dict[str, Any]) -> pd.DataFrame:
    """The frame of some subjects."""
    return pd.DataFrame.from_records(list(rows), columns=["kind", "code", "label", "parent_code", "axis_codes"])


def known(*rows: dict[str, Any]) -> Known:
    """Some figures as they stand at a date at which all of them are known."""
    return Known(figures(*rows))


def plain(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """The cells of some columns, a missing one as None."""
    rows: Iterable[Any] = frame[list(columns)].itertuples(index=False, name=None)
    return [tuple(None if not isinstance(cell, tuple) and pd.isna(cell) else cell for cell in row) for row in rows]


def figures_of(store: Store, programme: str, **filters: Any) -> pd.DataFrame:
    """The figures of a programme in a store."""
    from data_model import queries  # noqa: PLC0415  # the rest of this module needs no database

    with store.reading() as session:
        return queries.figures(session, programme, **filters)
