"""The table beneath each chart: the same numbers as texts, the unit in the head, each with its date and source."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from data_model.dictionary import models
from data_model.vocabulary import Firmness
from metrics.measures import MEASURES
from metrics.participants import Participants
from metrics.progress import STAGES
from metrics.published import Given, Share
from metrics.training import Uptake
from shell.here import Here
from shell.show import Table

Naming = Callable[[Any], str]


def _columns(rows: Iterable[Sequence[str]], heads: Sequence[str]) -> dict[str, list[str]]:
    """Rows of texts as columns under their heads."""
    collected = list(rows)
    return {head: [row[number] for row in collected] for number, head in enumerate(heads)}


def _euro_head(h: Here, name: str) -> str:
    return h.w("table.in_euros", name=name)


def positions(h: Here, frame: pd.DataFrame, key: str, name: Naming) -> Table:
    """One row per axis or category: every stage in euro, the shares, the reference date."""
    rows = [
        (name(row[key]), *(h.amount(row[f"{s}_cents"], row[f"{s}_firmness"]) for s in STAGES),
         h.w.rate(row["committed_rate"]), h.w.rate(row["reported_rate"]), h.days(row))
        for row in frame.to_dict("records")
    ]  # fmt: skip
    heads = [
        h.w("table.part"),
        *(_euro_head(h, h.stage(s)) for s in STAGES),
        h.measure(f"{h.basis.committed}_rate"),
        h.measure(f"{h.basis.reported}_rate"),
        h.w("table.day"),
    ]
    return Table(_columns(rows, heads), numbers=(2, 3, 4, 5, 6, 7))


def by_category(h: Here, frame: pd.DataFrame) -> Table:
    """One row per axis and category of region."""
    whole = positions(h, frame, "axis_code", h.axis_name)
    columns = dict(whole.columns)
    first = next(iter(columns))
    categories = [h.category_name(code) for code in frame["category_code"]]
    ordered = {first: columns.pop(first), h.w("table.category"): categories, **columns}
    return Table(ordered, numbers=(3, 4, 5, 6, 7, 8))


def stages(h: Here, position: Mapping[str, Any]) -> Table:
    """One row per stage: amount, firmness, date, source."""
    rows = [
        (h.stage(s), h.amount(position[f"{s}_cents"], position[f"{s}_firmness"]), h.w(f"firmness.{position[f'{s}_firmness']}.label"),
         h.day(position[f"{s}_as_of"], position[f"{s}_date_basis"]), ", ".join(map(h.source, position[f"{s}_source_ids"])) or h.w.missing)
        for s in STAGES
    ]  # fmt: skip
    heads = [
        h.w("table.stage"),
        _euro_head(h, h.w("table.amount")),
        h.w("table.firmness"),
        h.w("table.day"),
        h.w("table.source"),
    ]
    return Table(_columns(rows, heads), numbers=(2,))


def trend(h: Here, lines: pd.DataFrame, *, by_axis: bool = False) -> Table:
    """One row per date (and axis), one column per stage; a fall is marked in words."""
    keys = ["as_of", *(["axis_code"] if by_axis else [])]
    rows = []
    for key, group in lines.groupby(keys, sort=True):
        values = {row.stage: row for row in group.itertuples()}
        cells = [_with_fall(h, values.get(stage)) for stage in STAGES]
        rows.append((h.w.day(key[0]), *([h.axis_short(key[1])] if by_axis else []), *cells))
    heads = [h.w("table.day"), *([h.w("table.axis")] if by_axis else []), *(_euro_head(h, h.stage(s)) for s in STAGES)]
    return Table(_columns(rows, heads), numbers=tuple(range(len(heads) - 3, len(heads) + 1)), wide_names=False)


def _with_fall(h: Here, row: Any) -> str:
    if row is None:
        return h.w.missing
    text = h.amount(row.cents, row.firmness)
    return h.w("trend.with_fall", value=text) if pd.notna(row.fell_by_cents) else text


def falls(h: Here, fallen: pd.DataFrame) -> Table:
    """One row per fall of a cumulative value."""
    rows = [
        (
            h.axis_short(r.axis_code),
            h.stage(r.stage),
            h.w.day(r.as_of),
            h.w.euros(int(r.cents)),
            h.w.euros(int(r.fell_by_cents)),
        )
        for r in fallen.itertuples()
    ]
    heads = [
        h.w("table.axis"),
        h.w("table.stage"),
        h.w("table.day"),
        _euro_head(h, h.w("table.amount")),
        _euro_head(h, h.w("trend.fall")),
    ]
    return Table(_columns(rows, heads), numbers=(4, 5), wide_names=False)


def changes(h: Here, frame: pd.DataFrame) -> Table:
    """One row per axis and stage: before, now, difference."""
    rows = [
        (h.axis_short(row["axis_code"]), h.stage(row["stage"]), *(h.w.euros(None if pd.isna(row[c]) else int(row[c])) for c in ("before_cents", "cents", "difference_cents")))
        for row in frame.to_dict("records")
    ]  # fmt: skip
    heads = [
        h.w("table.axis"),
        h.w("table.stage"),
        *(_euro_head(h, h.w(f"table.{c}")) for c in ("before", "now", "difference")),
    ]
    return Table(_columns(rows, heads), numbers=(3, 4, 5), wide_names=False)


def gaps(h: Here, ranked: pd.DataFrame, key: str, name: Naming) -> Table:
    """One row per ranked gap."""
    rows = [
        (name(row[key]), h.amount(row["committed_cents"], row["committed_firmness"]), h.amount(row["reported_cents"], row["reported_firmness"]),
         h.amount(row["gap_cents"], row["gap_firmness"]), h.w.rate(row["reported_rate"]), h.days(row))
        for row in ranked.to_dict("records")
    ]  # fmt: skip
    heads = [
        h.w("table.part"),
        _euro_head(h, h.stage("committed")),
        _euro_head(h, h.stage("reported")),
        _euro_head(h, h.measure(h.basis.gap)),
        h.measure(f"{h.basis.reported}_rate"),
        h.w("table.day"),
    ]
    return Table(_columns(rows, heads), numbers=(2, 3, 4, 5))


def subject_gaps(h: Here, frame: pd.DataFrame) -> Table:
    """One row per call or agreement: what is given, the gap, or why it cannot be computed."""
    rows = [
        (h.say(row["label"]), h.axis_short(row["axis_codes"]) if row["axis_codes"] else h.w.missing,
         *(h.amount(row[f"{m}_cents"], row[f"{m}_firmness"]) for m in ("committed", "reported", "gap")),
         h.w.rate(row["reported_rate"]), gap_reason(h, row), h.day(row["as_of"], row["date_basis"]), ", ".join(map(h.source, row["source_ids"])) or h.w.missing)
        for row in frame.sort_values("gap_cents", ascending=False, kind="stable").to_dict("records")
    ]  # fmt: skip
    heads = [h.w("table.call"), h.w("table.axis"), *(_euro_head(h, h.measure(m)) for m in ("committed", "reported", "gap_reported")),
             h.measure("reported_rate"), h.w("table.gap_known"), h.w("table.day"), h.w("table.source")]  # fmt: skip
    return Table(_columns(rows, heads), numbers=(3, 4, 5, 6))


def gap_reason(h: Here, row: Mapping[str, Any]) -> str:
    """Whether the gap of a call is known, and if not, why."""
    if not row["missing"]:
        return h.w("calls.gap_known")
    if row["lost"]:
        return h.w("calls.gap_lost")
    if "committed" in row["missing"] and "reported" in row["missing"]:
        return h.w("calls.gap_both_missing")
    return h.w("calls.gap_one_missing", measure=h.measure(row["missing"][0]))


def shares(h: Here, pairs: Sequence[tuple[str, Share]], part: str, whole: str) -> Table:
    """One row per part of a whole, with the words of the source."""
    rows = [
        (h.say(label), given(h, s.part), given(h, s.whole), h.w.rate(s.rate), s.part.wording,
         h.w(f"firmness.{s.firmness}.label"), h.day(s.part.as_of, s.part.date_basis), h.source(s.part.source_id))
        for label, s in pairs
    ]  # fmt: skip
    heads = [
        h.w("table.call"),
        _head(h, part),
        _head(h, whole),
        h.w("table.share"),
        h.w("table.wording"),
        h.w("table.firmness"),
        h.w("table.day"),
        h.w("table.source"),
    ]
    return Table(_columns(rows, heads), numbers=(2, 3, 4), quoted=(5,))


def _head(h: Here, measure: str) -> str:
    return _euro_head(h, h.measure(measure)) if MEASURES[measure].unit == "EUR" else h.measure(measure)


def given(h: Here, number: Given) -> str:
    """A published number with its firmness, without its unit."""
    if number.unit == "percent":
        return h.w.firm(h.w.rate(None if number.value is None else number.value / 100_000), str(number.firmness))
    text = h.w.euros(number.value) if number.unit == "EUR" else h.w.thousandths(number.value)
    return h.w.firm(text, str(number.firmness))


def lost(h: Here, frame: pd.DataFrame, labels: Mapping[str, str]) -> Table:
    """One row per figure whose value did not survive, with the reason."""
    rows = [
        (h.say(labels[r.subject_code]), h.measure(r.measure), h.w.missing, h.say(r.note) if isinstance(r.note, str) else "", h.say(r.place), h.source(r.source_id))
        for r in frame.itertuples()
    ]  # fmt: skip
    heads = [
        h.w("table.call"),
        h.w("table.measure"),
        h.w("table.value"),
        h.w("table.reason"),
        h.w("table.place"),
        h.w("table.source"),
    ]
    return Table(_columns(rows, heads))


def deadlines(h: Here, frame: pd.DataFrame, labels: Mapping[str, str] | None = None) -> Table:
    """One row per decision on a date."""
    rows = [
        (h.say(labels[r.call_code]) if labels else r.call_code, h.w.day(r.new_deadline.date()), h.w(f"deadline.{r.kind}"),
         _decided(h, r.decided_wording), h.say(r.act), h.say(r.note) if isinstance(r.note, str) else "", h.source(r.source_id))
        for r in frame.itertuples()
    ]  # fmt: skip
    heads = [
        h.w("table.call"),
        h.w("table.deadline"),
        h.w("table.kind"),
        h.w("table.decided"),
        h.w("table.act"),
        h.w("table.note"),
        h.w("table.source"),
    ]
    return Table(_columns(rows, heads))


def _decided(h: Here, wording: object) -> str:
    """The date of a decision as far as it is known: a day, a month in words, or undated."""
    if not isinstance(wording, str):
        return h.w("number.undated")
    return h.w.month(pd.Timestamp(f"{wording}-01")) if len(wording) == 7 else h.w.day(pd.Timestamp(wording).date())


def statements(h: Here, frame: pd.DataFrame) -> Table:
    """One row per statement: who, what, stage, the quoted words, stated or inferred."""
    rows = [
        (r.code, h.say(r.beneficiary), h.say(r.activity), h.w(f"status.{r.status}.label"), h.w("table.quoted", text=r.status_wording),
         h.w(f"status_basis.{r.status_basis}"))
        for r in frame.itertuples()
    ]  # fmt: skip
    heads = [
        h.w("table.number"),
        h.w("table.beneficiary"),
        h.w("table.what"),
        h.w("table.status"),
        h.w("table.wording"),
        h.w("table.basis"),
    ]
    return Table(_columns(rows, heads), quoted=(5,), wide_names=False)


def remarks(h: Here, frame: pd.DataFrame) -> Table:
    """One row per slip in a source's wording."""
    rows = [
        (h.source(r.source_id), h.w("table.quoted", text=r.wording), h.say(r.remark), h.say(r.place) if isinstance(r.place, str) else "", h.source(r.evidence_source_id) if isinstance(r.evidence_source_id, str) else "")
        for r in frame.itertuples()
    ]  # fmt: skip
    heads = [
        h.w("table.source"),
        h.w("table.wording"),
        h.w("table.correction"),
        h.w("table.place"),
        h.w("table.evidence"),
    ]
    return Table(_columns(rows, heads), quoted=(2,))


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
        (h.w("training.remaining", cohorts=found.remaining_cohorts or h.w.missing), h.w.thousandths(found.remaining)),
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
    return Table(_columns(rows, heads), numbers=(2,), quoted=(3,))


def training_states(h: Here, found: Uptake, states: Sequence[str]) -> Table:
    """One row per state a trainee can be in: only what a source says is a number."""
    values = {"planned": found.target, "involved": found.involved[0] if found.involved else None}
    rows = [
        (
            h.w(f"training.state_{state}"),
            given(h, g) if (g := values.get(state)) else h.w.missing,
            h.w(f"training.state_{state}_means"),
        )
        for state in states
    ]
    return Table(_columns(rows, [h.w("table.state"), h.w("table.people"), h.w("table.meaning")]), numbers=(2,))


def participants_over_time(h: Here, over_time: Sequence[Participants]) -> Table:
    """One row per reference date: the parts, which of them are missing, the total."""
    codes = ("CO01", "CO03", "CO05")
    rows = [
        (h.w.day(f.as_of), *(h.w.count(dict(f.parts).get(code)) for code in codes), h.w.count(f.value))
        for f in over_time
    ]
    heads = [h.w("table.day"), *(f"{code} {h.w(f'indicator.{code}')}" for code in codes), h.measure("participants")]
    return Table(_columns(rows, heads), numbers=(2, 3, 4, 5), wide_names=False)


def participants_by_part(h: Here, frame: pd.DataFrame) -> Table:
    """One row per axis and category of region, one column per participant indicator."""
    codes = ("CO01", "CO03", "CO05")
    rows = []
    for (axis, category), group in frame.groupby(["axis_code", "category_code"], dropna=False):
        values = dict(zip(group["subject_code"], group["value"], strict=True))
        rows.append(
            (
                h.axis_short(axis),
                h.category_name(category),
                *(h.w.count(int(values[c]) if c in values else None) for c in codes),
            )
        )
    heads = [h.w("table.axis"), h.w("table.category"), *(f"{code} {h.w(f'indicator.{code}')}" for code in codes)]
    return Table(_columns(rows, heads), numbers=(3, 4, 5))


def indicators(h: Here, frame: pd.DataFrame, name: Naming) -> Table:
    """One row per indicator: value, target, share, date."""
    rows = [
        (name(r.subject_code), h.w.count(int(r.value)), h.w.count(None if pd.isna(r.target) else int(r.target)), h.w.rate(r.rate), h.w.day(r.value_as_of))
        for r in frame.itertuples()
    ]  # fmt: skip
    heads = [
        h.w("table.indicator"),
        h.measure("indicator_value"),
        h.measure("indicator_target"),
        h.measure("indicator_rate"),
        h.w("table.day"),
    ]
    return Table(_columns(rows, heads), numbers=(2, 3, 4))


def figures(h: Here, frame: pd.DataFrame, labels: Mapping[str, str]) -> Table:
    """One row per figure: what, measure, value, wording, firmness, date, source, place, note."""
    rows = [
        (_subject(h, r, labels), h.measure(r.measure), _value(h, r), r.wording, h.w(f"firmness.{r.firmness}.label"),
         h.day(r.as_of, r.date_basis), h.source(r.source_id), h.say(r.place), h.say(r.note) if isinstance(r.note, str) else "")
        for r in frame.itertuples()
    ]  # fmt: skip
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
    ]
    return Table(_columns(rows, heads), numbers=(3,), quoted=(4,))


def _subject(h: Here, row: Any, labels: Mapping[str, str]) -> str:
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


def _value(h: Here, row: Any) -> str:
    value = row.amount_cents if row.unit == "EUR" else row.quantity_thousandths
    if pd.isna(value):
        return h.w.missing
    if row.unit == "EUR":
        return h.w.firm(h.w.money(int(value)), row.firmness)
    if row.unit == "percent":
        return h.w.firm(h.w.rate(int(value) / 100_000), row.firmness)
    return h.w.firm(h.w.thousandths(int(value)), row.firmness)


def sources(h: Here, frame: pd.DataFrame, used: set[str]) -> Table:
    """One row per document: code, title (quoted), publisher, date, what was read, licence, address."""

    def text(value: object) -> str:
        return h.say(value) if isinstance(value, str) else ""

    rows = [
        (r.id, r.title, text(r.publisher), text(r.date_wording), text(r.covers), text(r.licence),
         r.url if isinstance(r.url, str) else h.w("sources.not_online"), h.w("table.yes") if r.id in used else h.w("table.no"))
        for r in frame.itertuples(index=False)
    ]  # fmt: skip
    heads = [
        h.w(f"table.{k}") for k in ("source", "title", "publisher", "published", "covers", "licence", "address", "used")
    ]
    return Table(_columns(rows, heads))


def definitions(h: Here, keys: Sequence[str]) -> Table:
    """One row per measure: name, definition, formula, unit, legal basis."""
    rows = [
        (h.measure(key), h.w(f"measure.{key}.definition"), _formula(h, key), h.w(f"unit.{MEASURES[key].unit}"),
         h.w(f"measure.{key}.basis") if h.w.has(f"measure.{key}.basis") else "")
        for key in keys
    ]  # fmt: skip
    return Table(
        _columns(rows, [h.w(f"table.{k}") for k in ("measure", "definition", "formula", "unit", "legal_basis")])
    )


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
    return Table(_columns(rows, [h.w("table.firmness"), h.w("table.shown_as"), h.w("table.meaning")]))


def dictionary(h: Here) -> Table:
    """One row per column of the store, from the descriptions in data_model.tables: English, as in the open data."""
    rows = [
        (f"{model.__tablename__}.{name}", field.description or "")
        for model in models()
        for name, field in model.model_fields.items()
    ]
    return Table(_columns(rows, [h.w("table.column"), h.w("table.description")]), quoted=(2,), language="en")


def imports(h: Here, frame: pd.DataFrame) -> Table:
    """One row per import: file, format, when, rows, fingerprint."""
    rows = [
        (str(r.id), r.file_name, r.format, h.w.day(r.imported_at.date()), *(h.w.count(int(n)) for n in (r.rows_read, r.rows_new, r.rows_skipped, r.rows_rejected)), r.sha256[:12])
        for r in frame.itertuples()
    ]  # fmt: skip
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
    return Table(_columns(rows, heads), numbers=(5, 6, 7, 8), wide_names=False)
