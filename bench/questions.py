"""What pages ask of the large data set, and an export of it, beside DuckDB over the raw rows."""

import json
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from bench import data_sets
from bench.results import SCALE, Ratio, Section, median
from bench.servers import PEERS_PYTHON
from data_model import project_queries as queries
from data_model import project_totals
from data_model.position_rows import Reading
from data_model.selection import Selection
from data_model.store import ROOT, Store
from data_model.vocabulary import Series
from exports.asked import Asked
from exports.flavours import FLAVOURS
from exports.reader import reader_of
from exports.tables import table
from metrics import project_totals as totals
from metrics.measures import BASES

TIMES = 11
MOST, MOST_EXPORT = 0.1, 5.0
OFFERED = 51
"""Values that a page asks for: those it offers, and one to know whether there are more."""

PROGRAMME, AS_OF, AXIS = data_sets.FIRST, data_sets.DATES[-1], "3"
BASIS = BASES[Series.OC]
ALL = Selection(PROGRAMME, data_sets.SYSTEM, AS_OF, "committed_cents", "paid_cents")
ONE_AXIS = Selection(PROGRAMME, data_sets.SYSTEM, AS_OF, "committed_cents", "paid_cents", axes=(AXIS,))

HELD = f"FROM project_position WHERE programme_code = '{PROGRAMME}' AND system = '{data_sets.SYSTEM}' AND valid_to IS NULL"
LATEST = (
    f"(SELECT * {HELD} AND as_of <= DATE '{AS_OF}' "
    "QUALIFY row_number() OVER (PARTITION BY project_code ORDER BY as_of DESC) = 1)"
)
SUMS = "count(*), sum(committed_cents), sum(paid_cents), sum(committed_cents - paid_cents)"


@dataclass(frozen=True)
class Question:
    """One question: how the app asks it, what it answers to be checked (rows, a number), and the same in SQL."""

    what: str
    ask: Callable[[Reading], Any]
    sql: str


def _steps(session: Reading) -> Any:
    return project_totals.steps(session, PROGRAMME, data_sets.SYSTEM, totals.columns_of(BASIS), totals.pairs_of(BASIS))


def _values(session: Reading) -> list[queries.Match]:
    return queries.matches(session, ALL, "beneficiary", text="", limit=OFFERED)


QUESTIONS = (
    Question("funnel", lambda s: queries.totals(s, ALL), f"SELECT {SUMS} FROM {LATEST}"),
    Question(
        "one axis by region",
        lambda s: queries.groups(s, ONE_AXIS, "region", by="amount"),
        f"SELECT region_code, {SUMS} FROM {LATEST} WHERE axis_code = '{AXIS}' GROUP BY 1 ORDER BY 5 DESC NULLS LAST",
    ),
    Question(
        "time series by axis",
        _steps,
        "SELECT as_of, next_on, axis_code, count(*), sum(granted_cents), sum(committed_cents), sum(paid_cents) FROM "
        f"(SELECT *, lead(as_of) OVER (PARTITION BY project_code ORDER BY as_of) AS next_on {HELD}) GROUP BY 1, 2, 3",
    ),
    Question(
        "the 50 beneficiaries with the widest gap",
        lambda s: queries.groups(s, ALL, "beneficiary", by="amount", limit=50),
        f"SELECT beneficiary_code, any_value(b.name), {SUMS} FROM {LATEST} LEFT JOIN beneficiary b ON b.code = "
        "beneficiary_code GROUP BY 1 ORDER BY 6 DESC NULLS LAST, 1 LIMIT 50",
    ),
    Question(
        "values of a filter (beneficiaries)",
        _values,
        f"SELECT beneficiary_code, any_value(b.name), count(*) FROM {LATEST} LEFT JOIN beneficiary b ON b.code = "
        f"beneficiary_code GROUP BY 1 ORDER BY 3 DESC, 1 LIMIT {OFFERED}",
    ),
)


def asked_of_duckdb(folder: Path, file: Path, questions: dict[str, str], times: int) -> dict[str, Any]:
    """What DuckDB answered, by name, and its version."""
    (asked := folder / "questions.json").write_text(json.dumps(questions), encoding="utf-8")
    found: dict[str, Any] = json.loads(_duckdb("ask", str(file), str(asked), str(times)))
    return found


def _duckdb(*arguments: str) -> str:
    command = [str(PEERS_PYTHON), str(ROOT / "bench" / "peers" / "raw_rows.py"), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def asked_of_us(store: Store, times: int) -> tuple[dict[str, list[float]], dict[str, Any]]:
    """Milliseconds of each question after a first time that is not counted, each in a session of its own as pages ask."""
    taken: dict[str, list[float]] = {one.what: [] for one in QUESTIONS}
    answers: dict[str, Any] = {}
    for number in range(times + 1):
        for one in QUESTIONS:
            before = time.perf_counter()
            with store.reading() as session:
                answers[one.what] = one.ask(session)
            if number:
                taken[one.what].append((time.perf_counter() - before) * 1000)
    return taken, answers


def agree(answers: dict[str, Any], theirs: dict[str, Any]) -> None:
    """The two give the same: the sums of the funnel, and as many rows. Raises ValueError."""
    whole = answers["funnel"]
    mine = [str(whole[name]) for name in ("projects", "committed_cents", "reported_cents", "gap_cents")]
    given = theirs["funnel"]["first"]
    if not set(mine) <= set(given):
        raise ValueError(f"the funnel: {mine} is not {given}")
    for one in QUESTIONS[1:]:
        found, rows = len(answers[one.what]), theirs[one.what]["rows"]
        if found != rows:
            raise ValueError(f"{one.what}: {found} rows are not {rows}")


def exported(store: Store, times: int) -> tuple[list[float], int, int]:
    """Milliseconds of the export of every position of the programme as open data, its rows and its bytes."""
    taken, rows, size = [], 0, 0
    for number in range(times + 1):
        before = time.perf_counter()
        with store.reading() as session:
            asked = Asked(PROGRAMME, AS_OF, Series.OC, every_date=True)
            stream = BytesIO()
            tally = FLAVOURS["open"].write(table(session, "projects", asked), reader_of(session, "it"), stream)
        if number:
            taken.append((time.perf_counter() - before) * 1000)
        rows, size = tally.rows, stream.tell()
    return taken, rows, size


COPY = (
    "COPY (SELECT p.*, c.name, b.name, p.committed_cents - p.paid_cents FROM (SELECT * {held}) p LEFT JOIN call c "
    "ON c.code = p.call_code LEFT JOIN beneficiary b ON b.code = p.beneficiary_code ORDER BY p.project_code, p.as_of) "
    "TO '{file}' (HEADER)"
)


def run(folder: Path) -> Section:
    """Questions and export on L."""
    url = data_sets.large()
    store, file = Store(url), folder / "rows.duckdb"
    _duckdb("fill", url.removeprefix("sqlite:///"), str(file))
    times = TIMES if SCALE == 1 else 3
    copy = COPY.format(held=HELD, file=folder / "copy.csv")
    mine, answers = asked_of_us(store, times)
    theirs = asked_of_duckdb(folder, file, {one.what: one.sql for one in QUESTIONS} | {"export": copy}, times)
    agree(answers, theirs)
    files, rows, _ = exported(store, times)
    store.close()
    names = [one.what for one in QUESTIONS]
    lines = [
        Ratio(name, median(mine[name]), median(theirs[name]["ms"]), "ms", times, MOST, against="DuckDB") for name in names
    ]
    lines.append(
        Ratio(
            f"export of {rows:,} rows as CSV",
            *(median(files), median(theirs["export"]["ms"]), "ms", times, MOST_EXPORT),
            against="DuckDB COPY",
        )
    )
    how = (
        f"Programme {PROGRAMME} ({data_sets.scaled(data_sets.OF_FIRST):,} projects at 20 dates) within L, by the functions "
        "that pages call, past the app's caches; DuckDB has all rows of L in its own file, and fetches the same answer. "
        "Rows on both sides (sums and numbers of rows are compared), warm, in a process of their own."
    )
    return Section("questions and export, L against DuckDB", how, lines, theirs["version"])
