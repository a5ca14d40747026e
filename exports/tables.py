"""The tables that can be taken away, one line each, and what may be asked of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from data_model import project_queries, queries, selection
from data_model.position_rows import Reading
from data_model.vocabulary import CATEGORIES, OFF_THE_MAP, REGIONS, UNKNOWN_CODE, Series
from exports import documents, finance, people, projects
from exports.asked import FILTERS, Asked, Misused, NothingSuch, Query, Sort, check_keys, day
from exports.shelf import Shelf
from exports.table import ExportTable
from metrics.measures import BASES

Build = Callable[[Shelf, Asked], ExportTable]
LEVELS = tuple(selection.LEVELS)
SORTS: tuple[Sort, ...] = ("amount", "rate")


@dataclass(frozen=True)
class Offer:
    """One table: what makes it, the query keys it takes besides those that all take, and which series it needs."""

    name: str
    build: Build
    takes: tuple[str, ...]
    series: str = ""
    """`any` of the programme's, `projects` only those with projects; empty: it has its own."""


_OFFERS = (
    Offer(
        "commitment_gaps",
        finance.gaps,
        ("series", "axis", "category", "region", "call", "beneficiary", "level", "sort"),
        "any",
    ),
    Offer("axes", finance.axes, ("series", "compared_with", "axis", "category"), "any"),
    Offer("calls", documents.calls, ("axis", "call")),
    Offer("training", people.trainings, ("axis",)),
    Offer("participants", people.indicators, ("axis", "category")),
    Offer("activities", people.activities, ("axis",)),
    Offer("figures", documents.figures, ("series", "axis", "category")),
    Offer("projects", projects.projects, ("series", "axis", "region", "call", "beneficiary", "project"), "projects"),
    Offer("rejected_rows", projects.refused, ()),
)
OFFERS = {offer.name: offer for offer in _OFFERS}


def table(session: Reading, name: str, asked: Asked) -> ExportTable:
    """A table with what is asked for; its rows are read while the session is open."""
    return OFFERS[name].build(Shelf(session, asked.programme), asked)


def restricted(name: str, asked: Asked) -> Asked:
    """What is asked for without what the table does not take: as a page that shows it leaves out the other filters."""
    takes = OFFERS[name].takes
    nothing = Asked(asked.programme, asked.as_of)
    given = {field: getattr(nothing, field) for key, field in FILTERS.items() if key not in takes}
    others = {key: getattr(nothing, key) for key in ("series", "compared_with", "level", "sort") if key not in takes}
    return replace(asked, **given, **others)


# --- from a query -----------------------------------------------------------------------------------------------


def asked_of(session: Reading, name: str, query: Query, language: str) -> Asked:
    """What a query asks of a table, each value known to the store. Raises Misused, NothingSuch."""
    offer = OFFERS[name]
    check_keys(query, name, offer.takes)
    programme = _programme(session, query)
    shelf = Shelf(session, programme)
    series = _series(shelf, offer, query)
    as_of = day(query, "as_of") or shelf.default_date(series or next(iter(shelf.series), None)) or date.today()  # noqa: DTZ011  # of an empty table
    compared = day(query, "compared_with")
    if compared is not None and compared >= as_of:
        raise Misused("export.compared_later", day=compared.isoformat(), as_of=as_of.isoformat())
    found = Asked(
        programme,
        as_of,
        series,
        compared,
        axes=_axes(shelf, series, query),
        categories=_known(query, "category", CATEGORIES),
        regions=_known(query, "region", (*REGIONS, *OFF_THE_MAP)),
        calls=_codes(shelf, series, query, "call"),
        beneficiaries=_codes(shelf, series, query, "beneficiary"),
        project=next(iter(_codes(shelf, series, query, "project")), None),
        level=_one(query, "level", LEVELS),
        sort=cast("Sort", _one(query, "sort", SORTS)),
        language=language,
    )
    _check_series(name, series, query)
    return found


def _programme(session: Reading, query: Query) -> str:
    known = list(queries.programmes(session)["code"])
    if not known:
        raise NothingSuch("store.empty")
    values = query.get("programme", ())
    if values and values[0] not in known:
        raise NothingSuch("export.unknown_value", name="programme", value=values[0], known=", ".join(sorted(known)))
    return values[0] if values else str(known[0])


def _series(shelf: Shelf, offer: Offer, query: Query) -> Series | None:
    """The series asked for, else the first that the table can be made of."""
    values = query.get("series", ())
    fitting = [s for s in shelf.series if offer.series != "projects" or BASES[s].system]
    if values and values[0] not in fitting:
        raise NothingSuch("export.unknown_value", name="series", value=values[0], known=", ".join(fitting) or "–")
    if values:
        return Series(values[0])
    if offer.series == "projects" and not fitting:
        raise NothingSuch("export.no_projects", programme=shelf.programme)
    return next(iter(fitting), Series.EC) if offer.series else None


def _check_series(name: str, series: Series | None, query: Query) -> None:
    """Filters of projects choose nothing in a series without projects, and categories nothing in one with them."""
    if series is None or name == "figures":
        return
    of_projects = BASES[series].system is not None
    for key in ("category",) if of_projects else ("region", "call", "beneficiary", "level"):
        if query.get(key):
            raise Misused("export.not_in_series", name=key, series=series)


def _one(query: Query, key: str, known: Sequence[str]) -> str:
    return next(iter(_known(query, key, known)), known[0])


def _known(query: Query, key: str, known: Sequence[str]) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(query.get(key, ())))
    for value in values:
        if value not in known:
            raise NothingSuch("export.unknown_value", name=key, value=value, known=", ".join(known))
    return values


def _axes(shelf: Shelf, series: Series | None, query: Query) -> tuple[str, ...]:
    """Codes of axes, in the order of the programme; also those that only projects name."""
    values = query.get("axis", ())
    if not values:
        return ()
    system = BASES[series].system if series else None
    of_projects = project_queries.known_codes(shelf.session, shelf.programme, system, "axis", values) if system else ()
    known = dict.fromkeys((*shelf.axis_names, *sorted(of_projects), *((UNKNOWN_CODE,) if system else ())))
    asked = _known(query, "axis", tuple(known))
    return tuple(code for code in known if code in asked)


def _codes(shelf: Shelf, series: Series | None, query: Query, key: str) -> tuple[str, ...]:
    """Codes of calls, beneficiaries or projects that the programme has."""
    values = tuple(dict.fromkeys(query.get(key, ())))
    if not values:
        return ()
    system = BASES[series].system if series else None
    if system:
        found = {*project_queries.known_codes(shelf.session, shelf.programme, str(system), key, values), UNKNOWN_CODE}
    else:
        found = set(shelf.subjects["code"])
    for value in values:
        if value not in found:
            raise NothingSuch("export.unknown_code", name=key, value=value)
    return values
