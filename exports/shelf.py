"""What the tables of one programme are made from, read from the store once: figures, subjects, statements, names."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

import pandas as pd

from data_model import project_totals, queries
from data_model.position_rows import Reading
from data_model.vocabulary import Series, SubjectKind
from exports.table import BETWEEN_CODES, Chunk, Row
from metrics import frames, progress, published
from metrics import project_totals as totals
from metrics.measures import BASES

FINANCE = (SubjectKind.PROGRAMME, SubjectKind.AXIS, SubjectKind.CATEGORY)
BETWEEN_PLACES = " | "
_RATE = Decimal("0.000001")
_CHUNK = 2_000


class Shelf:
    """The data of one programme, each part read when it is first needed."""

    def __init__(self, session: Reading, programme: str) -> None:
        self.session = session
        self.programme = programme
        self._finance: dict[Series, pd.DataFrame] = {}

    @cached_property
    def figures(self) -> pd.DataFrame:
        """One row per figure of the programme that holds, whatever it speaks of."""
        return queries.figures(self.session, self.programme)

    @cached_property
    def subjects(self) -> pd.DataFrame:
        """One row per subject of the programme, by kind and code: the order of code points, whatever the engine's."""
        return queries.subjects(self.session, self.programme).sort_values(["kind", "code"], ignore_index=True)

    @cached_property
    def statements(self) -> pd.DataFrame:
        """One row per statement about an activity, in the order of its source."""
        found = queries.activities(self.session, self.programme)
        return found.sort_values(["source_id", "position"], ignore_index=True)

    @cached_property
    def axis_names(self) -> dict[str, str | None]:
        """The name of each axis, in the order of the programme."""
        return {row.code: text(row.name) for row in frames.rows(queries.axes(self.session, self.programme))}

    @cached_property
    def series(self) -> tuple[Series, ...]:
        """The series that have amounts of the programme; the Commission's first, those of projects last."""
        systems = project_totals.systems(self.session, self.programme)
        given = {system for system, _ in systems}
        admitted = {system for system, known in systems if known}

        def has(series: Series) -> bool:
            system = BASES[series].system
            if system is None:
                return not self.finance(series).empty
            return system in (admitted if series is Series.OC_EU else given)

        return tuple(series for series in Series if has(series))

    def finance(self, series: Series) -> pd.DataFrame:
        """One row per financial figure of a series, at the level it was published at; of a series of projects the sums."""
        if series not in self._finance:
            self._finance[series] = self._read_finance(series)
        return self._finance[series]

    def _read_finance(self, series: Series) -> pd.DataFrame:
        basis = BASES[series]
        if basis.system is None:
            chosen = self.figures["series"].eq(series) & self.figures["subject_kind"].isin(list(FINANCE))
            return self.figures[chosen & self.figures["measure"].isin(basis.stages)]
        columns, pairs = totals.columns_of(basis), totals.pairs_of(basis)
        steps = project_totals.steps(self.session, self.programme, str(basis.system), columns, pairs)
        return totals.as_figures(totals.statements(steps, basis), basis, queries.FIGURE_COLUMNS)

    def default_date(self, series: Series | None) -> date | None:
        """The latest date of a series; without one, or where it has none, of all figures and statements."""
        own = progress.dates(self.finance(series)) if series else []
        return max(own or [*progress.dates(self.figures), *progress.dates(self.statements)], default=None)

    def known(self, as_of: date) -> published.Known:
        """The published figures as they were known at a date."""
        return published.known_at(self.figures[self.figures["series"] == Series.PUBLISHED], as_of)

    def places(self, ids: Iterable[int]) -> str | None:
        """Where some figures stand in their sources, each place once."""
        wanted = set(ids)
        found = self.figures.loc[self.figures["id"].isin(wanted), "place"]
        return joined(found, BETWEEN_PLACES)

    def files(self, system: str) -> str | None:
        """The files that the project rows of a system came with: the place of what is summed over them."""
        return joined((lot.file_name for lot in project_totals.lots(self.session, self.programme, system)), BETWEEN_PLACES)


def text(value: object) -> str | None:
    """A text of a frame; None where it is missing."""
    return str(value) if isinstance(value, str) else None


def whole(value: Any) -> int | None:
    """An integer of a frame; None where it is missing."""
    return None if value is None or pd.isna(value) else int(value)


def rate(value: Any) -> Decimal | None:
    """A share with six decimals: enough for any use, and the same in every file."""
    return None if value is None or pd.isna(value) else Decimal(repr(float(value))).quantize(_RATE, ROUND_HALF_UP)


def day(value: Any) -> date | None:
    """A day of a frame; None where it is missing."""
    if value is None or pd.isna(value):
        return None
    found: date = value.date() if isinstance(value, pd.Timestamp) else value
    return found


def thousandths(value: Any) -> int | Decimal | None:
    """A quantity kept in thousandths as a number: whole where it is whole."""
    kept = whole(value)
    if kept is None or kept % 1000 == 0:
        return None if kept is None else kept // 1000
    return Decimal(kept).scaleb(-3).normalize()


def joined(values: Iterable[object], between: str = BETWEEN_CODES) -> str | None:
    """Texts in one cell, each once; None where there is none."""
    return between.join(dict.fromkeys(str(value) for value in values if value)) or None


def on_axes(subjects: pd.DataFrame, axes: tuple[str, ...]) -> pd.DataFrame:
    """The subjects that belong to any of the axes; all of them when none is asked for."""
    if not axes or subjects.empty:
        return subjects
    return frames.where(subjects, (bool(set(codes) & set(axes)) for codes in subjects["axis_codes"]))


def chunked(rows: Iterable[Row]) -> Iterator[Chunk]:
    """Rows that are few, as chunks."""
    collected = list(rows)
    for start in range(0, len(collected), _CHUNK):
        yield tuple(zip(*collected[start : start + _CHUNK], strict=True))
