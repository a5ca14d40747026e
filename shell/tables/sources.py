"""Tables of provenance: figures, sources, definitions, firmness, data dictionary, imports."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from data_model.dictionary import models
from data_model.vocabulary import Firmness
from metrics import frames
from metrics.calculations import Calculation
from metrics.calculations import calculations as worked_out
from metrics.measures import MEASURES
from shell.here import Here
from shell.show import Table
from shell.tables.cells import columns, format_name


def figures(h: Here, frame: pd.DataFrame, labels: Mapping[str, str]) -> Table:
    """One row per figure: what, measure, value, wording, firmness, date, source, place, note."""
    rows = [
        (
            subject(h, r, labels),
            h.measure(r.measure),
            value(h, r),
            r.wording,
            h.w(f"firmness.{r.firmness}.label"),
            h.day(r.as_of, r.date_basis),
            h.source(r.source_id),
            h.say(r.place),
            h.say(r.note) if isinstance(r.note, str) else "",
            str(int(r.import_id)),
        )
        for r in frames.rows(frame)
    ]
    heads = [
        h.w("table.subject"),
        h.w("table.measure"),
        h.w("table.value"),
        h.w("table.wording"),
        h.w("table.firmness"),
        h.w("table.day"),
        h.w("table.source"),
        h.w("table.place"),
        h.w("table.note"),
        h.w("table.import"),
    ]
    return Table(columns(rows, heads), numbers=(3,), quoted=(4,), sentences=(8, 9))


def calculations(h: Here, positions: pd.DataFrame) -> Table:
    """One row per position and measure that is worked out: the part of the programme, measure, calculation, result."""
    named = [(_part(h, row), found) for row in frames.records(positions) for found in worked_out(row, h.basis)]
    return calculated(h, named)


def calculated(h: Here, named: Sequence[tuple[str, Calculation]]) -> Table:
    """One row per calculation of a named part."""
    rows = [(part, h.measure(found.measure), _worked(h, found), _result(h, found)) for part, found in named]
    heads = [h.w(f"table.{k}") for k in ("part", "measure", "calculation", "result")]
    return Table(columns(rows, heads), numbers=(4,), sentences=(3,))


def _part(h: Here, position: Mapping[str, Any]) -> str:
    axis, category = position.get("axis_code"), position.get("category_code")
    parts = [h.axis_short(axis)] if isinstance(axis, str) else []
    parts += [h.category_name(category)] if isinstance(category, str) else []
    return " · ".join(parts) or h.w("comparison.whole")


def _worked(h: Here, found: Calculation) -> str:
    left = h.w.firm(h.w.money(found.left), str(found.left_firmness)) if found.left is not None else h.w.missing
    right = h.w.firm(h.w.money(found.right), str(found.right_firmness)) if found.right is not None else h.w.missing
    return f"{left} {'−' if found.is_gap else '÷'} {right}"


def _result(h: Here, found: Calculation) -> str:
    if found.result is None:
        return h.w.missing
    return h.w.money(int(found.result)) if found.is_gap else h.w.rate(float(found.result))


def behind(h: Here, frame: pd.DataFrame) -> Table:
    """One row per import behind some figures: number, file, format, when, who."""
    rows = [
        (str(int(r.id)), r.file_name, format_name(h, r.format), h.w.day(r.imported_at.date()), r.actor)
        for r in frames.rows(frame)
    ]
    return Table(columns(rows, [h.w(f"table.{k}") for k in ("number", "file", "format", "when", "who")]), wide_names=False)


def subject(h: Here, row: Any, labels: Mapping[str, str]) -> str:
    """What a figure speaks of."""
    if row.subject_kind == "programme":
        return h.programme_name(h.view.programme)
    if row.subject_kind == "category":
        return h.category_name(row.subject_code)
    if row.subject_kind in ("axis", "indicator"):
        what = [] if row.subject_kind == "axis" else [row.subject_code]
        axis = [h.axis_short(row.axis_code)] if isinstance(row.axis_code, str) else []
        category = [h.category_name(row.category_code)] if isinstance(row.category_code, str) else []
        detail = [row.breakdown_code] if isinstance(row.breakdown_code, str) else []
        return " · ".join([*what, *axis, *category, *detail])
    return h.say(labels[row.subject_code]) if row.subject_code in labels else row.subject_code


def value(h: Here, row: Any) -> str:
    """The value of a figure with its unit and firmness."""
    number = row.amount_cents if row.unit == "EUR" else row.quantity_thousandths
    if pd.isna(number):
        return h.w.missing
    if row.unit == "EUR":
        return h.w.firm(h.w.money(int(number)), row.firmness)
    if row.unit == "percent":
        return h.w.firm(h.w.rate(int(number) / 100_000), row.firmness)
    return h.w.firm(h.w.thousandths(int(number)), row.firmness)


def sources(h: Here, frame: pd.DataFrame, used: set[str]) -> Table:
    """One row per document: code, title (quoted), publisher, date, what was read, licence, address."""

    def text(value: object) -> str:
        return h.say(value) if isinstance(value, str) else ""

    rows = [
        (
            r.id,
            r.title,
            text(r.publisher),
            text(r.date_wording),
            text(r.covers),
            text(r.licence),
            r.url if isinstance(r.url, str) else h.w("sources.not_online"),
            h.w("table.yes") if r.id in used else h.w("table.no"),
        )
        for r in frames.rows(frame)
    ]
    heads = [
        h.w(f"table.{k}") for k in ("source", "title", "publisher", "published", "covers", "licence", "address", "used")
    ]
    return Table(columns(rows, heads))


def definitions(h: Here, keys: Sequence[str]) -> Table:
    """One row per measure: name, definition, formula, unit, legal basis."""
    rows = [
        (
            h.measure(key),
            h.w(f"measure.{key}.definition"),
            _formula(h, key),
            h.w(f"unit.{MEASURES[key].unit}"),
            h.w(f"measure.{key}.basis") if h.w.has(f"measure.{key}.basis") else "",
        )
        for key in keys
    ]
    return Table(columns(rows, [h.w(f"table.{k}") for k in ("measure", "definition", "formula", "unit", "legal_basis")]))


def _formula(h: Here, key: str) -> str:
    measure = MEASURES[key]
    if measure.numerator is None or measure.denominator is None:
        return h.w("table.as_published")
    sign = "−" if measure.kind == "gap" else "/"
    return f"{h.measure(measure.numerator)} {sign} {h.measure(measure.denominator)}"


def firmness(h: Here) -> Table:
    """One row per degree of firmness: its name, how it is shown, what it means."""
    rows = [
        (
            h.w(f"firmness.{f}.label"),
            h.w.firm("800", str(f)) if f is not Firmness.NOT_GIVEN else h.w.missing,
            h.w(f"firmness.{f}.means"),
        )
        for f in Firmness
    ]
    return Table(columns(rows, [h.w("table.firmness"), h.w("table.shown_as"), h.w("table.meaning")]))


def dictionary(h: Here) -> Table:
    """One row per column of the store, from the descriptions in data_model.tables: English, as in the open data."""
    rows = [
        (f"{model.__tablename__}.{name}", field.description or "")
        for model in models()
        for name, field in model.model_fields.items()
    ]
    return Table(columns(rows, [h.w("table.column"), h.w("table.description")]), quoted=(2,), language="en")


def translations(h: Here, found: Mapping[str, str]) -> Table:
    """One row per text of the data that is shown translated: the translation, and the original in its own language."""
    pairs = sorted((translation, original) for original, translation in found.items() if translation != original)
    original_language = "en" if h.view.language == "it" else "it"
    return Table(columns(pairs, [h.w("table.translation"), h.w("table.original")]), quoted=(2,), language=original_language)


def imports(h: Here, frame: pd.DataFrame) -> Table:
    """One row per import: file, format, when, rows, fingerprint."""
    rows = [
        (
            str(r.id),
            r.file_name,
            format_name(h, r.format),
            h.w.day(r.imported_at.date()),
            *(h.w.count(int(n)) for n in (r.rows_read, r.rows_new, r.rows_skipped, r.rows_rejected)),
            r.sha256[:12],
        )
        for r in frames.rows(frame)
    ]
    heads = [
        h.w(f"table.{k}")
        for k in (
            "number",
            "file",
            "format",
            "when",
            "rows_read",
            "rows_new",
            "rows_skipped",
            "rows_rejected",
            "fingerprint",
        )
    ]
    return Table(columns(rows, heads), numbers=(5, 6, 7, 8), wide_names=False)
