"""Both languages say the same things under the same keys, and the code asks for no others."""

import ast
import re
import string
import tomllib
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa

import texts
from data_model.store import Store
from data_model.tables import METADATA
from data_model.vocabulary import CATEGORIES, ActivityStatus, DateBasis, DeadlineKind, Firmness, Series, StatusBasis, Unit
from metrics.disagreements import FAMILIES
from metrics.measures import BASES, MEASURES
from shell.here import SERIES_WORDS
from texts import LANGUAGES, Words, words

ROOT = Path(texts.__file__).resolve().parent.parent
PACKAGES = ("importers", "metrics", "charts", "pages", "shell", "exports")
IT, EN = words("it"), words("en")
KEYS = IT.keys()

in_both = pytest.mark.parametrize("w", [IT, EN], ids=LANGUAGES)


def ordinary(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


# --- the two languages ------------------------------------------------------------------------------------------


def test_both_languages_have_the_same_keys_in_the_same_order():
    assert EN.keys() == KEYS


@pytest.mark.parametrize("key", KEYS)
def test_both_languages_take_the_same_values(key):
    assert placeholders(IT(key)) == placeholders(EN(key))


@in_both
def test_no_text_is_empty_or_ends_in_a_blank(w: Words):
    assert [key for key in KEYS if not w(key).strip() or w(key) != w(key).rstrip()] == []


def test_texts_in_words_are_translated():
    same = {key for key in KEYS if IT(key) == EN(key) and re.search(r"[a-z]{4,} [a-z]{4,}", placeholders_out(IT(key)))}
    assert same == set()


def placeholders_out(text: str) -> str:
    return re.sub(r"\{\w*\}", "", text)


def test_a_file_of_a_language_has_no_key_twice_and_no_value_but_texts():
    for language in LANGUAGES:
        tree = tomllib.loads((ROOT / "texts" / f"{language}.toml").read_text(encoding="utf-8"))
        assert all(isinstance(words(language)(key), str) for key in KEYS)
        assert tree["app"]


@in_both
def test_a_text_that_is_not_there_is_an_error(w: Words):
    with pytest.raises(KeyError):
        w("no.such.key")


@in_both
def test_titles_of_charts_leave_room_for_what_is_put_in(w: Words):
    titles = [key for key in KEYS if re.search(r"\.(\w*_title|title_\w+)$", key)]
    assert [(key, len(placeholders_out(w(key)))) for key in titles if len(placeholders_out(w(key))) > 90] == []


# --- every code of the data has its words -----------------------------------------------------------------------

CODES = {
    "firmness.{}.label": Firmness,
    "firmness.{}.means": Firmness,
    "status.{}.label": ActivityStatus,
    "status.{}.short": ActivityStatus,
    "status_basis.{}": StatusBasis,
    "deadline.{}": DeadlineKind,
    "series.{}.label": Series,
    **{f"series.{{}}.{name}": Series for name in SERIES_WORDS},
    "category.{}": CATEGORIES,
    "unit.{}": Unit,
    "measure.{}.label": MEASURES,
    "measure.{}.definition": MEASURES,
    "measure.{}.short": [basis.gap for basis in BASES.values()],
    "family.{}": {FAMILIES.get(m, m) for m in (*FAMILIES, "allocated", "participants", "cities_participating",
                                               "trainees_target", "projects_approved")},
}  # fmt: skip


@in_both
@pytest.mark.parametrize("pattern", CODES)
def test_every_code_has_its_words(w: Words, pattern):
    assert [key for code in CODES[pattern] if not w.has(key := pattern.format(code))] == []


@in_both
def test_no_two_codes_have_the_same_words(w: Words):
    for pattern in ("firmness.{}.label", "status.{}.label", "series.{}.label", "category.{}", "measure.{}.label"):
        said = [w(pattern.format(code)) for code in CODES[pattern]]
        assert sorted(said) == sorted(set(said)), pattern


def test_the_texts_define_no_measure_that_is_not_declared():
    assert {key.split(".")[1] for key in KEYS if key.startswith("measure.")} == set(MEASURES)


@in_both
def test_every_theme_and_every_indicator_of_the_sample_has_its_words(w: Words, sample_url):
    store = Store(sample_url)
    figure, axis = METADATA.tables["figure"].c, METADATA.tables["priority_axis"].c
    with store.reading() as session:
        of_indicators = sa.select(figure.subject_code).where(figure.subject_kind == "indicator").distinct()
        indicators = session.execute(of_indicators).all()
        themes = session.execute(sa.select(axis.theme_code).where(axis.theme_code.is_not(None)).distinct()).all()
    store.close()
    assert len(indicators) > 30
    assert len(themes) > 4
    assert [code for (code,) in indicators if not w.has(f"indicator.{code}")] == []
    assert [code for (code,) in themes if not w.has(f"theme.{code}")] == []


def test_selected_operations_are_not_called_commitments_and_declared_expenditure_is_not_called_certified():
    for w, commitment, certified in ((IT, "impegn", "certificat"), (EN, "commit", "certif")):
        assert commitment not in w("measure.selected.label").lower()
        assert certified not in w("measure.declared.label").lower()
        assert commitment not in w("series.ec.committed_word").lower()
        assert certified not in w("series.ec.reported_word").lower()


# --- every key that the code asks for is there ------------------------------------------------------------------

Asked = tuple[str, int, str, set[str] | None]
"""Where (file, line), which key (a pattern where it is put together) and with which values (None: not known)."""


REASON_AT = {"BadValue": 2, "RefusedRow": 3, "SkippedRow": 1, "UnreadableFile": 0, "CannotCorrect": 0}
"""Where the reason stands among the arguments of what leaves a row or a file out."""


@in_both
def test_every_reason_for_leaving_a_row_or_a_file_out_has_its_words(w: Words):
    files = [path for room in ("importers", "data_model", "shell") for path in (ROOT / room).rglob("*.py")]
    calls = [node for path in files for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    codes = {
        argument.value
        for call in calls
        if (place := REASON_AT.get(getattr(call.func, "id", ""))) is not None and len(call.args) > place
        if isinstance(argument := call.args[place], ast.Constant) and isinstance(argument.value, str)
    }
    assert len(codes) > 30
    assert [code for code in codes if not w.has(f"reason.{code}")] == []


@cache
def trees() -> dict[str, ast.Module]:
    files = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in files}


def pattern_of(node: ast.expr) -> str | None:
    """The key that an expression gives, as a regular expression."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.escape(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(re.escape(str(v.value)) if isinstance(v, ast.Constant) else r"[\w]+" for v in node.values)
    return None


def asks_for_words(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return name in ("w", "in_series")


@cache
def asked() -> list[Asked]:
    found: list[Asked] = []
    for path, tree in trees().items():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and asks_for_words(node) and node.args):
                continue
            branches = [node.args[0].body, node.args[0].orelse] if isinstance(node.args[0], ast.IfExp) else [node.args[0]]
            values = {keyword.arg for keyword in node.keywords if keyword.arg}
            known = None if any(keyword.arg is None for keyword in node.keywords) else values
            if isinstance(node.func, ast.Attribute) and node.func.attr == "in_series":
                known = values | set(SERIES_WORDS)
            found += [(path, node.lineno, pattern, known) for branch in branches if (pattern := pattern_of(branch))]
    return found


def test_every_key_that_the_code_asks_for_is_there():
    assert len(asked()) > 200
    missing = [(path, line, key) for path, line, key, _ in asked() if not any(re.fullmatch(key, k) for k in KEYS)]
    assert missing == []


def test_every_text_gets_the_values_that_it_has_room_for():
    lacking = [
        (path, line, key, placeholders(IT(key)) - values)
        for path, line, pattern, values in asked()
        if values or (values is not None and "\\w" not in pattern)
        for key in KEYS
        if re.fullmatch(pattern, key) and not placeholders(IT(key)) <= values
    ]
    assert lacking == []


def test_no_text_is_left_that_the_code_never_asks_for():
    everything = [*trees().values(), ast.parse((ROOT / "texts" / "__init__.py").read_text(encoding="utf-8"))]
    nodes = [node for tree in everything for node in ast.walk(tree)]
    constants = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    built = {pattern_of(node) or "" for node in nodes if isinstance(node, ast.JoinedStr)}
    patterns = [pattern for pattern in built if re.search(r"[a-z]{4,}", pattern.replace(r"[\w]+", ""))]
    unused = [key for key in KEYS if key not in constants and not any(re.fullmatch(pattern, key) for pattern in patterns)]
    assert unused == []


# --- numbers and dates ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("write", "value", "italian", "english"),
    [
        ("millions", 2_420_000_000, "24,2 M€", "€24.2 million"),
        ("millions", 0, "0,0 M€", "€0.0 million"),
        ("millions", 124_920_416_900, "1.249,2 M€", "€1,249.2 million"),
        ("millions", -560_000_000, "−5,6 M€", "−€5.6 million"),
        ("millions", None, "n.d.", "n.a."),
        ("euros", 2_420_000_000, "24.200.000", "24,200,000"),
        ("euros", 124_920_416_900, "1.249.204.169", "1,249,204,169"),
        ("euros", 65_822_149_361, "658.221.493,61", "658,221,493.61"),
        ("euros", 10, "0,10", "0.10"),
        ("euros", 0, "0", "0"),
        ("euros", -560_837_104, "−5.608.371,04", "−5,608,371.04"),
        ("euros", None, "n.d.", "n.a."),
        ("money", 2_420_000_000, "24.200.000 €", "€24,200,000"),
        ("money", 0, "0 €", "€0"),
        ("money", -1_722_281_849, "−17.222.818,49 €", "−€17,222,818.49"),
        ("money", None, "n.d.", "n.a."),
        ("rate", 157 / 2420, "6,5 %", "6.5%"),
        ("rate", 330_243_718.84 / 257_011_752, "128,5 %", "128.5%"),
        ("rate", 0.0, "0,0 %", "0.0%"),
        ("rate", 1.0, "100,0 %", "100.0%"),
        ("rate", None, "n.d.", "n.a."),
        ("rate", float("nan"), "n.d.", "n.a."),
        ("count", 460_094, "460.094", "460,094"),
        ("count", 0, "0", "0"),
        ("count", None, "n.d.", "n.a."),
        ("thousandths", 1_600_000, "1.600", "1,600"),
        ("thousandths", 52_690, "52,69", "52.69"),
        ("thousandths", 0, "0", "0"),
        ("thousandths", None, "n.d.", "n.a."),
        ("day", date(2019, 6, 30), "30/06/2019", "30/06/2019"),
        ("day", None, "non datato", "undated"),
        ("month", date(2019, 3, 1), "marzo 2019", "March 2019"),
    ],
)
def test_numbers_and_dates_are_written_as_officials_write_them(write, value, italian, english):
    assert [ordinary(getattr(w, write)(value)) for w in (IT, EN)] == [italian, english]


@pytest.mark.parametrize(
    ("cents", "italian", "english"),
    [
        (2_263_000_000, "22,63 M€", "€22.63 million"),
        (157_000_000, "1,57 M€", "€1.57 million"),
        (2_420_000_000, "24,2 M€", "€24.2 million"),
        (560_837_104, "5,61 M€", "€5.61 million"),
        (6_154_239, "0,06 M€", "€0.06 million"),
    ],
)
def test_two_decimals_are_written_where_they_are_asked_for_and_say_something(cents, italian, english):
    assert [ordinary(w.millions(cents, 2)) for w in (IT, EN)] == [italian, english]


@pytest.mark.parametrize(("cents", "italian"), [(1_984_000_000, "+19,8 M€"), (-560_837_104, "−5,6 M€"), (0, "+0,0 M€")])
def test_a_difference_has_its_sign(cents, italian):
    assert ordinary(IT.signed_millions(cents)) == italian


@pytest.mark.parametrize(
    ("firmness", "italian", "english"),
    [
        ("exact", "800", "800"),
        ("about", "circa 800", "about 800"),
        ("ambiguous", "800 (?)", "800 (?)"),
        ("derived", "800 ∑", "800 ∑"),
        ("not_given", "800", "800"),
    ],
)
def test_a_value_says_how_firm_it_is(firmness, italian, english):
    assert [ordinary(w.firm("800", firmness)) for w in (IT, EN)] == [italian, english]


@in_both
@pytest.mark.parametrize("firmness", Firmness)
def test_what_is_missing_says_only_that(w: Words, firmness):
    assert w.firm(w.missing, firmness) == w.missing


def test_derived_values_go_unmarked_in_prose():
    assert (IT.firm_in_prose("800", "derived"), IT.firm_in_prose("800", "about")) == ("800", "circa\u00a0800")


@pytest.mark.parametrize(
    ("parts", "italian", "english"),
    [([], "", ""), (["3"], "3", "3"), (["3", "4"], "3 e 4", "3 and 4"), (["3", "4", "5"], "3, 4 e 5", "3, 4 and 5")],
)
def test_several_things_make_one_phrase(parts, italian, english):
    assert [w.joined(parts) for w in (IT, EN)] == [italian, english]


def test_every_basis_of_a_date_that_is_not_stated_has_words():
    assert {str(basis) for basis in DateBasis} == {"stated", "assumed", "undated"}
    assert all(w.has("date.assumed") and w.has("number.undated") for w in (IT, EN))
