"""IN01: targets and values of indicators, added up over the projects of a programme and axis."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from data_model.records import AcceptedRow, FigureRecord
from data_model.vocabulary import DateBasis, Firmness, Series, SubjectKind, Unit
from importers.puc.entries import WITHIN, Entry

Key = tuple[str, str | None, str, str]
"""Programme, axis, type of the indicator, code of the indicator."""

_MEASURES = ("indicator_target", "indicator_value")


@dataclass
class _Sum:
    """One number over several projects."""

    thousandths: int | None = None
    missing: int = 0

    def add(self, text: str) -> None:
        if text:
            self.thousandths = int(text) + (self.thousandths or 0)
        else:
            self.missing += 1


class Indicators:
    """The sums of a package, a few hundred."""

    def __init__(self) -> None:
        self._sums: dict[Key, tuple[_Sum, _Sum]] = {}
        self._lines: dict[Key, list[int]] = {}

    def add(self, programme: str, axis: str | None, entry: Entry) -> None:
        """Count one line of IN01."""
        kind, _, code = entry.key.partition(WITHIN)
        key = (programme, axis, kind, code)
        for found, text in zip(self._sums.setdefault(key, (_Sum(), _Sum())), entry.values, strict=True):
            found.add(text)
        first = self._lines.setdefault(key, [entry.line, 0])
        first[0] = min(first[0], entry.line)
        first[1] += 1

    def rows(self, source: str, as_of: date, basis: DateBasis, place: str) -> Iterator[AcceptedRow]:
        """One row per programme, axis and indicator, with its target and its value."""
        for key in sorted(self._sums, key=lambda key: tuple(part or "" for part in key)):
            programme, axis, kind, code = key
            line, count = self._lines[key]
            figures = [
                FigureRecord(
                    programme_code=programme,
                    series=Series.PUC,
                    subject_kind=SubjectKind.INDICATOR,
                    subject_code=code,
                    axis_code=axis,
                    breakdown_code=kind or None,
                    measure=measure,
                    unit=Unit.COUNT,
                    amount_cents=None,
                    quantity_thousandths=found.thousandths,
                    firmness=Firmness.NOT_GIVEN if found.thousandths is None else Firmness.DERIVED,
                    wording=_wording(found.thousandths),
                    source_id=source,
                    place=place,
                    as_of=as_of,
                    date_basis=basis,
                    note=_note(count, found.missing),
                )
                for measure, found in zip(_MEASURES, self._sums[key], strict=True)
            ]
            yield AcceptedRow(line, tuple(figures), {}, "IN01", None, count)


def _wording(thousandths: int | None) -> str:
    """The number as the table writes it."""
    if thousandths is None:
        return ""
    sign, (whole, rest) = "-" if thousandths < 0 else "", divmod(abs(thousandths), 1000)
    return f"{sign}{whole}" + (f",{rest:03d}".rstrip("0") if rest else "")


def _note(count: int, missing: int) -> str:
    note = f"Somma di {count} righe della tavola IN01, una per progetto."
    return note + (f" In {missing} il valore manca." if missing else "")
