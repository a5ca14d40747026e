"""Commitments by axis, call, beneficiary, region and project: what the page shows is what plain loops over the rows give."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data_model.records import AxisRecord, PlaceRecord, ProgrammeRecord
from data_model.store import Store
from tests.data_model.project_rows import PROGRAMME, bring
from tests.pages.screen import LANGUAGES, address, number, opened, started, text_of, unescaped
from texts import words

JUNE, AUGUST = date(2024, 6, 30), date(2024, 8, 31)
MILLION = 100_000_000
ODD = "10PUITALME19//ALBANIAN DEVELOPMENT FUND"
OTHER = "OTHER"


def project(code: str, committed: int | None, paid: int | None, **more: Any) -> dict[str, Any]:
    amounts = {"committed_cents": committed, "paid_cents": paid, "axis_code": "1", "region_code": "13"}
    return {"project_code": code, **amounts, "started_on": date(2022, 1, 1), "title": f"Opera {code}", **more}


ROWS = [
    project(ODD, 50 * MILLION + 1, None, as_of=JUNE, call_code="P1", call_name="Avviso uno", beneficiary_code="B000"),
    project(
        ODD,
        50 * MILLION + 1,
        20 * MILLION,
        call_code="P1",
        call_name="Avviso uno",
        beneficiary_code="B000",
        beneficiary_name="Ente *grande*",
        shared_with="PSCSICILIA;OTHER",
        cup="C1;C2",
        rounded=True,
    ),
    project("none", None, None, axis_code=None, region_code=None),
    project("over", 3 * MILLION, 4 * MILLION, axis_code="2", region_code="00", call_code="P2", beneficiary_code="B001"),
    project("zero", 2 * MILLION, 0, axis_code="2", region_code="MULTI", call_code="P2", beneficiary_code="B002"),
    *(
        project(f"N{n:03d}", n * MILLION, None, beneficiary_code=f"C{n:03d}", region_code="03", call_code="P3")
        for n in range(1, 121)
    ),
    {"project_code": "puc", "system": "puc", "programme_code": OTHER, "beneficiary_code": "B", "region_code": "99"}
    | {"committed_cents": 900 * MILLION, "paid_cents": 5, "reported_cents": 0, "committed_on": date(2020, 1, 1)},
]
LATEST = [row for row in ROWS if row.get("as_of", AUGUST) == AUGUST and row.get("programme_code") != OTHER]


@pytest.fixture(scope="module")
def levels_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store that holds projects and no figure."""
    url = f"sqlite:///{tmp_path_factory.mktemp('levels') / 'store.sqlite'}"
    store = Store(url)
    place = PlaceRecord(ODD, "C", "13", "066", "049", "L'Aquila", "Via [uno](x)", "oc", "places.csv, line 9")
    names = [ProgrammeRecord(PROGRAMME, "FSC Prova", "it", overwrite=True), ProgrammeRecord(OTHER, "Altro", "it")]
    axes = [AxisRecord(PROGRAMME, code, f"Tema {code}", "it") for code in ("1", "2")]
    bring(store, ROWS, *names, *axes, place)
    store.close()
    return url


@pytest.fixture(autouse=True)
def app_on_levels(levels_url: str, app_on, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AVANZAMENTO_SAMPLE", "0")
    app_on(levels_url)


def at_level(level: str = "axis", **query: Any) -> AppTest:
    at = opened("commitment_gaps", {"programme": PROGRAMME, "level": level, **query})
    assert not at.exception, at.exception[0].value
    return at


def ranking(at: AppTest) -> list[list[str]]:
    """The cells of the ranking, its first column first."""
    frame = at.table[0].value
    return [[unescaped(str(cell)) for cell in row] for row in frame.itertuples()]


def euros(cents: int | None) -> str:
    return "n.d." if cents is None else number(str(Decimal(cents) / 100), "it").replace("-", "−")


def gap(row: dict[str, Any]) -> int | None:
    c, p = row["committed_cents"], row["paid_cents"]
    return None if c is None or p is None else c - p


# --- levels -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("level", ["axis", "call", "beneficiary", "region", "project"])
@pytest.mark.parametrize("sort", ["amount", "rate"])
def test_every_level_runs_in_both_languages(level, language, sort):
    at = at_level(level, lang=language, sort=sort)
    assert not at.warning
    assert at.session_state["level"] == level
    text = text_of(at)
    assert "{" not in text
    assert "nan" not in re.findall(r"\w+", text)
    assert words(language)("project_gaps.map_credit") in text


@pytest.mark.parametrize("level", ["axis", "call", "beneficiary", "region"])
def test_a_group_shows_the_sums_of_a_plain_loop(level):
    shown = {row[0]: row for row in ranking(at_level(level))}
    members: dict[Any, list[dict[str, Any]]] = {}
    for row in LATEST:
        members.setdefault(row.get(f"{level}_code"), []).append(row)
    names = {"13": "Abruzzo", "03": "Lombardia", "00": "Ambito nazionale", "MULTI": "Più regioni"}
    for code, rows in members.items():
        if level == "axis":
            name = f"Asse {code} · Tema {code}" if code else "Progetti senza asse"
        elif level == "region":
            name = names.get(code, "Regione non comunicata")
        else:
            name = code or "n.d."
        if name not in shown:  # on another page
            continue
        cells = [cell.removesuffix(" ∑") for cell in shown[name]]
        gaps = [g for row in rows if (g := gap(row)) is not None]
        committed = [row["committed_cents"] for row in rows if row["committed_cents"] is not None]
        assert str(len(rows)) in cells
        assert (euros(sum(committed)) if committed else "n.d.") in cells
        assert (euros(sum(gaps)) if gaps else "n.d.") in cells


def test_the_finding_says_the_gap_and_beside_it_the_commitments_without_payment_data():
    text = text_of(at_level())
    without = sum(
        row["committed_cents"] for row in LATEST if row["committed_cents"] is not None and row["paid_cents"] is None
    )
    assert without == sum(range(1, 121)) * MILLION
    assert "Impegni non ancora pagati: 31,0 M€" in text  # 30 + 2 − 1
    assert "Impegni di progetti senza dato di pagamento: 7.260,0 M€ (progetti: 120)" in text
    assert "Progetti che danno entrambi gli importi: 3 su 124." in text
    assert "Senza dato sull'impegno: 1 progetti su 124" in text


def test_what_was_paid_above_the_commitment_is_shown_as_it_is():
    (row,) = [row for row in ranking(at_level("project")) if row[0] == "over"]
    assert "−1.000.000 ∑" in row


def test_the_series_of_payments_never_speaks_of_reporting_but_to_say_that_it_has_none():
    text = text_of(at_level("beneficiary"))
    said = words("it")("project_gaps.silent_unknown")
    assert said in text
    assert "rendicont" not in text.replace(said, "").lower()


# --- pages ------------------------------------------------------------------------------------------------------


def test_a_page_has_fifty_rows_and_the_pages_together_have_all_in_one_order():
    pages = [ranking(at_level("project", page=str(n))) for n in (1, 2, 3)]
    assert [len(page) for page in pages] == [50, 50, 24]
    known = [(ODD, 30 * MILLION + 1), ("zero", 2 * MILLION), ("over", -MILLION)]
    rest = [f"N{n:03d}" for n in range(120, 0, -1)] + ["none"]
    assert [row[0] for page in pages for row in page] == [*(code for code, _ in known), *rest]


def test_a_page_beyond_the_last_is_the_last_and_that_is_said():
    at = at_level("project", page="9")
    assert len(ranking(at)) == 24
    assert words("it")("project_gaps.page_beyond", asked="9") in text_of(at)


def test_another_order_starts_at_the_first_page():
    at = at_level("project", page="3")
    at.main.radio(key="sort").set_value("rate").run()
    assert not at.exception
    assert len(ranking(at)) == 50
    assert "page" not in address(at)


# --- down and back ----------------------------------------------------------------------------------------------


def test_opening_rows_goes_down_level_by_level_to_the_project():
    at = at_level()
    for code, key, level in (("1", "axis", "call"), ("P1", "call", "beneficiary"), ("B000", "beneficiary", "project")):
        at.main.selectbox(key="open_row").set_value(code).run()
        assert not at.exception
        assert (address(at)[key], address(at)["level"]) == ([code], [level])
    at.main.selectbox(key="open_row").set_value(ODD).run()
    assert not at.exception
    assert address(at)["project"] == [ODD]
    text = text_of(at)
    assert f"«Opera {ODD}»" in text


def test_projects_without_a_code_can_be_opened_too():
    at = at_level("call")
    at.main.selectbox(key="open_row").set_value("-").run()
    assert not at.exception
    assert address(at)["call"] == ["-"]
    assert "Impegni: n.d. (0 progetti su 1)" in text_of(at)


def test_a_level_is_chosen_above_the_ranking_and_stands_in_the_address():
    at = at_level(beneficiary=["B002", "B001"])
    at.main.radio(key="level").set_value("region").run()
    assert not at.exception
    assert (address(at)["level"], address(at)["beneficiary"]) == (["region"], ["B002", "B001"])
    assert [row[0] for row in ranking(at)] == ["Più regioni", "Ambito nazionale"]


def test_another_programme_starts_without_the_codes_of_the_first():
    at = at_level("project", call="P2")
    at.sidebar.selectbox(key="programme").set_value(OTHER).run()
    assert not at.exception
    assert not at.warning
    assert not {"call", "level"} & set(address(at))


@pytest.mark.parametrize("key", ["level", "region", "call", "beneficiary", "project", "page"])
def test_a_code_that_is_not_known_is_said_and_falls_back(key):
    at = started({"programme": PROGRAMME, key: "'; DROP TABLE project_position; --"})
    assert not at.exception
    (warning,) = at.warning
    assert words("it")(f"query.{key}") in unescaped(warning.value)
    assert "DROP" not in warning.value


def test_a_day_before_the_first_row_says_so_instead_of_showing_zero(app_on, levels_url):
    at = at_level("region", as_of="2024-06-30", axis="2")
    assert [unescaped(info.value) for info in at.info] == [words("it")("project_gaps.nothing", day="30/06/2024")]


# --- age, map, silence ------------------------------------------------------------------------------------------


def test_ages_are_counted_from_a_date_that_is_said():
    text = text_of(at_level())
    assert "dall'inizio del progetto (la fonte non dà la data dell'impegno) fino al 31/08/2024" in text
    assert "Da due a tre anni | 3 | 31.000.000,01 ∑ | 100,0 %" in text


def test_the_share_off_the_map_is_said_in_euro_and_percent():
    text = text_of(at_level())
    # national −1 M€, several +2 M€, unknown region: no amount; of a gap of 31 M€ and commitments of 50 + 5 + 7.260 M€
    assert "Fuori dalla mappa: divario 1,0 M€ (3,2 % del totale), impegni 5,0 M€ (0,1 %), progetti 3." in text


def test_who_was_paid_nothing_is_told_from_who_gives_no_data():
    text = text_of(at_level())
    assert "zero comunicato per tutti i progetti: 1 (impegni 2,0 M€)" in text
    assert "nessun dato: 120 (impegni 7.260,0 M€)" in text


def test_where_a_series_has_reported_amounts_it_is_known_who_reported_nothing():
    at = opened("commitment_gaps", {"programme": OTHER, "series": "puc"})
    assert not at.exception
    text = text_of(at)
    assert words("it")("project_gaps.silent_title") in text
    assert words("it")("project_gaps.silent_unknown") not in text
    assert "zero comunicato per tutti i progetti: 1 (impegni 900,0 M€)" in text
    assert "dalla data dell'impegno fino al" in text


def test_two_silences_and_their_sums_are_those_of_the_beneficiaries_in_the_list():
    at = at_level(region="MULTI")
    (table,) = [t.value for t in at.table if "Che cosa si sa" in map(unescaped, map(str, t.value.columns))]
    assert [unescaped(str(cell)) for cell in table.iloc[0]][1:] == [
        "1",
        "2.000.000 ∑",
        "0",
        "zero comunicato per tutti i progetti",
    ]


# --- one project ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_project_opens_to_its_facts_places_history_and_the_place_of_each_row(language):
    at = at_level("project", project=ODD, lang=language)
    text = text_of(at)
    for said in (
        words(language)("table.quoted", text=f"Opera {ODD}"),
        "C1; C2",
        "Ente *grande* [B000]",
        "Avviso uno [P1]",
        "L'Aquila",
        "Via [uno](x)",
    ):
        assert said in text
    for said in ("30/06/2024", "31/08/2024", "projects.csv, line 2", "places.csv, line 9", "Abruzzo"):
        assert said in text
    w = words(language)
    assert w("project_gaps.detail_shared", others="PSCSICILIA, Altro", programme="FSC Prova") in text
    about = w.firm(w.money(20 * MILLION), "about").replace("\u00a0", " ")
    assert about in text
    history = [t.value for t in at.table if len(t.value) == 2]
    assert len(history) == 2  # one row per reference date, and where each comes from


def test_a_project_is_known_only_from_its_first_row_on():
    at = at_level("project", project="zero", as_of="2024-06-30")
    assert [unescaped(info.value) for info in at.info] == [words("it")("project_gaps.detail_later", day="31/08/2024")]


def test_a_project_at_an_earlier_date_is_as_it_was_then_and_later_dates_are_said():
    text = text_of(at_level("project", project=ODD, as_of="2024-06-30"))
    assert words("it")("project_gaps.detail_after", day="30/06/2024", count="1") in text
    assert "20.000.000" not in text


def test_the_title_of_a_project_is_shown_and_never_drawn_as_markdown():
    at = at_level("project", project=ODD)
    assert not [m for m in at.markdown if "[uno](x)" in m.value]


# --- filters ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_offer_what_exists_under_the_other_filters_with_how_much_of_it(language):
    at = at_level(axis="2", lang=language)
    offered = at.sidebar.multiselect(key="call").options
    assert offered == ["P2 (2)"]
    assert sorted(at.sidebar.multiselect(key="beneficiary").options) == ["B001 (1)", "B002 (1)"]
    assert {option[:4] for option in at.sidebar.multiselect(key="region").options} == {
        words(language)(f"region.{code}")[:4] for code in ("00", "MULTI")
    }


def test_of_a_long_list_fifty_are_offered_and_the_others_are_found_by_their_names():
    at = at_level()
    assert len(at.sidebar.multiselect(key="beneficiary").options) == 50
    at.sidebar.text_input(key="search-beneficiary").set_value("c11").run()
    found = at.sidebar.multiselect(key="beneficiary").options
    assert sorted(found) == [f"C{n} (1)" for n in range(110, 120)]
    at.sidebar.multiselect(key="beneficiary").set_value(["C117"]).run()
    assert not at.exception
    assert address(at)["beneficiary"] == ["C117"]
    at.sidebar.text_input(key="search-beneficiary").set_value("grande").run()
    assert sorted(at.sidebar.multiselect(key="beneficiary").options) == ["C117 (1)", "Ente *grande* (1)"]
    assert at.sidebar.multiselect(key="beneficiary").value == ["C117"]


def test_what_is_chosen_stays_in_its_list_where_the_other_filters_leave_nothing_of_it():
    at = at_level(axis="2", call="P3")
    assert "P3 (0)" in at.sidebar.multiselect(key="call").options
    assert at.sidebar.multiselect(key="call").value == ["P3"]
