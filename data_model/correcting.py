"""Corrects one figure by hand, as an import of its own: the old value stays in history and comes back when it is undone."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from data_model import audit
from data_model.importing import store_rows
from data_model.reasons import CannotDo
from data_model.records import (
    AcceptedRow,
    FigureRecord,
    FileIdentity,
    ImportResult,
    SourceRecord,
    Sums,
    TranslationRecord,
)
from data_model.roles import Actor, require
from data_model.store import Store
from data_model.tables import Figure, Source
from data_model.vocabulary import DateBasis, Firmness, Unit

FORMAT = "correction"


class CannotCorrect(CannotDo):
    """The figure cannot be corrected so; `reason` is a code with words in texts."""


@dataclass(frozen=True)
class Correction:
    """What a person says of one figure. `value` in cents or thousandths, by its unit; None where no source gives it.

    `seen` is the value that the person had before their eyes. `source_title` only makes a source known that is not yet.
    """

    figure_id: int
    seen: int | None
    value: int | None
    firmness: Firmness
    wording: str
    source_id: str
    place: str
    reason: str
    source_title: str | None = None


Notes = Callable[[FigureRecord], dict[str, str]]
"""The note that the corrected figure carries, per language, made from the old figure; Italian is the one that is kept."""


@audit.refusals_kept(FORMAT)
def correct_figure(store: Store, *, actor: Actor, correction: Correction, notes: Notes) -> ImportResult:
    """Put the corrected figure in the place of the one that holds now, in one transaction. Raises CannotCorrect."""
    with store.writing() as session:
        require(session, actor, "correct")
        old, key = _held(session, correction.figure_id)
        require(session, actor, "correct", old.programme_code)
        _check(session, old, correction)
        said = notes(old)
        figure = _corrected(old, key, correction, said["it"])
        title = correction.source_title
        source = (SourceRecord(correction.source_id, title, overwrite=False),) if title else ()
        translated = tuple(TranslationRecord(said["it"], lang, "it", text) for lang, text in said.items() if lang != "it")
        rows = [AcceptedRow(1, (*source, *translated)), AcceptedRow(2, (figure,), _sums(figure))]
        return store_rows(session, actor=actor, file=_identity(correction), rows=rows)


def _held(session: Session, figure_id: int) -> tuple[FigureRecord, str]:
    """The figure of this number as a record, and its natural key. Raises CannotCorrect where it no longer holds."""
    row = session.execute(sa.select(Figure).where(col(Figure.id) == figure_id)).scalar_one_or_none()
    if row is None or row.valid_to is not None:
        raise CannotCorrect("figure_changed")
    values: dict[str, Any] = {f.name: getattr(row, f.name) for f in fields(FigureRecord) if f.name != "corrects"}
    values |= {"unit": Unit(row.unit), "firmness": Firmness(row.firmness), "date_basis": DateBasis(row.date_basis)}
    return FigureRecord(**values), row.natural_key


def _check(session: Session, old: FigureRecord, correction: Correction) -> None:
    held = old.amount_cents if old.unit is Unit.EUR else old.quantity_thousandths
    if held != correction.seen:
        raise CannotCorrect("figure_changed")
    if not all(text.strip() for text in (correction.wording, correction.source_id, correction.place, correction.reason)):
        raise CannotCorrect("missing")
    if (correction.value is None) != (correction.firmness is Firmness.NOT_GIVEN):
        raise CannotCorrect("firmness_without_value")
    known = session.execute(sa.select(col(Source.id)).where(col(Source.id) == correction.source_id)).first()
    if known is None and not correction.source_title:
        raise CannotCorrect("unknown_source")
    if len(correction.source_id) > 60:
        raise CannotCorrect("too_long")


def _corrected(old: FigureRecord, key: str, correction: Correction, note: str) -> FigureRecord:
    changes: dict[str, Any] = {
        "amount_cents": correction.value if old.unit is Unit.EUR else None,
        "quantity_thousandths": correction.value if old.unit is not Unit.EUR else None,
        "firmness": correction.firmness,
        "wording": correction.wording.strip(),
        "source_id": correction.source_id,
        "place": correction.place.strip(),
        "note": note,
        "corrects": key,
    }
    return FigureRecord(**({f.name: getattr(old, f.name) for f in fields(FigureRecord)} | changes))


def _sums(figure: FigureRecord) -> Sums:
    return {} if figure.amount_cents is None else {figure.measure: figure.amount_cents}


def _identity(correction: Correction) -> FileIdentity:
    """What the import remembers in the place of a file: the figure's number and a fingerprint of what was said of it."""
    said = json.dumps(asdict(correction), ensure_ascii=False, sort_keys=True, default=_as_text)
    digest = hashlib.sha256(said.encode()).hexdigest()
    return FileIdentity(f"{FORMAT}-{correction.figure_id}", digest, FORMAT, encoding="utf-8")


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
