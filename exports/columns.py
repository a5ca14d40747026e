"""Columns that several tables have: whose row it is, and where it comes from."""

from exports.table import Column
from metrics.measures import MEASURES

PROGRAMME = Column("programme_code", "code", "filter.programme")
SERIES = Column("series", "code", "filter.series", words=lambda code: f"series.{code}.label")
AXIS = Column("axis_code", "code", "table.axis")
AXES = Column("axis_codes", "code", "table.axis")
FIRMNESS = Column("firmness", "code", "table.firmness", words=lambda code: f"firmness.{code}.label")
AS_OF = Column("as_of", "date", "table.day")
DATE_BASIS = Column("date_basis", "code", "export.column.date_basis", words=lambda code: f"export.date_basis.{code}")
SOURCE = Column("source_ids", "code", "table.source", names_source=True)
PLACE = Column("place", "text", "table.place", said=True)
ORIGIN = (AS_OF, DATE_BASIS, SOURCE, PLACE, FIRMNESS)
"""How every row ends: its reference date, source, place in the source and firmness."""


def of_measure(key: str, measure: str) -> Column:
    """A column of a measure: an amount, a share or a count, by the measure's kind."""
    kind = MEASURES[measure].kind
    return Column(key, "amount" if kind == "gap" else kind, f"measure.{measure}.label", measure=measure)


def how_firm(key: str, label: str) -> Column:
    """A column that says how firm an amount is."""
    return Column(key, "code", label, words=lambda code: f"firmness.{code}.label")
