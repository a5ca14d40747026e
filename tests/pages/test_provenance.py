"""From a number on a page to where it comes from: definition, calculation with its figures, source, import."""

import math
from decimal import Decimal

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests import oracles
from tests.pages.screen import LANGUAGES, cells, heads, opened, text_of, unescaped
from texts import words

END_2018 = {"as_of": "2018-12-31"}
OF_PROJECTS = {"programme": "PSCUMBRIA2021", "series": "oc"}


def unfolded(page, query, *names):
    """A page with the provenance of some charts unfolded."""
    at = opened(page, query)
    for name in names:
        at.session_state[f"provenance-{name}"] = True
    at.run()
    assert not at.exception
    return at


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("page", "chart"), [("overview", "bullets"), ("commitment_gaps", "gaps-axes")])
def test_the_gap_and_the_share_of_an_axis_are_worked_out_with_the_figures_of_the_file(page, chart, language):
    w = words(language)
    shown = cells(unfolded(page, END_2018 | {"lang": language}, chart))
    axes = 0
    for (axis, _), sums in oracles.finance_totals(oracles.PON, "axis", "year").items():
        if _ != "2018":
            continue
        axes += 1
        allocated, selected, declared = (sums[name] for name in ("allocated", "selected", "declared"))
        money = {name: unescaped(w.money(cents)) for name, cents in zip("asd", (allocated, selected, declared), strict=True)}
        worked = [cell.replace(" ∑", "").replace("∑", "") for cell in shown]
        if selected:
            assert f"{money['s']} − {money['d']}" in worked, axis
            assert unescaped(w.money(selected - declared)) in shown
            assert f"{money['s']} ÷ {money['a']}" in worked
            assert f"{money['d']} ÷ {money['s']}" in worked
            assert unescaped(w.rate(declared / selected)) in shown
    assert axes > 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_import_that_brought_the_figures_is_named_and_can_be_opened(language):
    w = words(language)
    at = unfolded("overview", END_2018 | {"lang": language}, "bullets")
    assert w("table.import") in heads(at)
    assert oracles.FINANCE.name in {cell.strip() for cell in cells(at)}
    assert unescaped(w("format.esif_finance")) in cells(at)
    assert w("provenance.open_imports") in text_of(at)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("page", "name"), [("calls", "calls"), ("training", "training")])
def test_calls_and_courses_lead_to_their_figures(page, name, language):
    at = unfolded(page, {"series": "published", "lang": language}, name)
    code = {"calls": "AVV4_2016", "training": "UNIPD_CM"}[page]
    wordings = {
        row["precision"] for row in oracles.published() if row["scope_code"] == code and row["as_of"] == "2019-06-20"
    }
    assert wordings
    assert {text.replace("\u00a0", " ") for text in wordings} <= cells(at)
    assert words(language)("table.import") in heads(at)


def projects_of(programme: str) -> list[tuple[int | None, int | None]]:
    """(committed, paid) in cents of each project that the real parquet file has of a programme and does not keep out."""
    names = ("OC_CODICE_PROGRAMMA", "OC_FLAG_VISUALIZZAZIONE", "IMPEGNI", "TOT_PAGAMENTI")
    table = pq.read_table(next(oracles.SAMPLE.rglob("*.parquet")))
    columns = {name.upper(): name for name in table.column_names}
    rows = zip(*(table[columns[name]].to_pylist() for name in names), strict=True)
    return [
        (shortest(committed), shortest(paid))
        for codes, flag, committed, paid in rows
        if str(codes).split(":::")[0] == programme and float(flag or 0) == 0
    ]


def shortest(value: float | None) -> int | None:
    """Cents of a 32-bit float by its shortest decimals."""
    return None if value is None or math.isnan(value) else int(Decimal(str(np.float32(value))).scaleb(2).to_integral_value())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_gap_of_projects_is_worked_out_over_those_that_give_both_amounts(language):
    w = words(language)
    at = unfolded("commitment_gaps", OF_PROJECTS | {"lang": language}, "projects")
    assert unescaped(w("provenance.both")) in text_of(at)
    committed = paid = 0
    for row in projects_of("PSCUMBRIA2021"):
        if row[0] is not None and row[1] is not None:
            committed, paid = committed + row[0], paid + row[1]
    assert committed > paid > 0
    money = [unescaped(w.money(cents)) for cents in (committed, paid, committed - paid)]
    shown = {cell.replace(" ∑", "") for cell in cells(at)}
    assert f"{money[0]} − {money[1]}" in shown
    assert f"{money[1]} ÷ {money[0]}" in shown
    assert {money[2], unescaped(w.rate(paid / committed))} <= shown


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("page", "query", "address"),
    [
        (
            "overview",
            END_2018,
            "sources?lang={language}&programme={pon}&series=ec&as_of=2018-12-31#sources-axis-1-expenditure",
        ),
        ("commitment_gaps", END_2018, "#sources-axis-1-expenditure"),
        ("participants", END_2018, "#sources-programme-participants"),
        ("calls", {"series": "published"}, "#sources-call-avv3-2016-allocated"),
    ],
)
def test_a_figure_on_which_sources_disagree_is_marked_and_the_mark_leads_to_the_comparison(page, query, address, language):
    at = opened(page, {**query, "lang": language})
    mark = words(language)("table.disputed")
    address = address.format(language=language, pon=oracles.PON)
    assert [cell for cell in cells(at) if f"[{mark}]({address}" in cell]
    if address.startswith("#"):
        assert [part for part in (*at.header, *at.subheader) if part.proto.anchor.startswith(address[1:])]
