"""The data sets S and L, brought in as importers bring rows in, and kept under data/bench until the schema changes.

| set | programmes | projects  | reference dates                       | beneficiaries |
|-----|------------|-----------|---------------------------------------|---------------|
| S   | 1          | 5,000     | 20                                    | 50,000        |
| L   | 200        | 2,000,000 | 20 of a tenth of the projects, else 1 | 50,000        |

The programme of S is the first one of L, row for row. All of it is made up.
"""

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from bench.results import SCALE
from data_model.importing import bring_in
from data_model.positions import MEASURES
from data_model.records import AcceptedRow, FileIdentity, PositionRecord, ProgrammeRecord, SourceRecord
from data_model.roles import keyboard
from data_model.store import ROOT, Store, head_revision
from data_model.vocabulary import REGIONS

PROGRAMMES, PROJECTS, OF_FIRST, BENEFICIARIES, CALLS = 200, 2_000_000, 5_000, 50_000, 40
DATES = tuple(date(2017 + (2 + k) // 6, (2 * (2 + k)) % 12 + 1, 28) for k in range(20))
"""Every second month, the earliest first."""

FIRST = "B000"
SYSTEM = "oc"
SOURCE = SourceRecord("bench", "Made-up projects", publisher="Nobody")
AXES = ("1", "2", "3", "4", "5", "6", "7", "8")
KEPT = ROOT / "data" / "bench"


def scaled(number: int) -> int:
    """A number of rows at the scale of this run."""
    return max(1, round(number * SCALE))


def code_of(programme: int) -> str:
    """The code of a programme by its number."""
    return f"B{programme:03d}"


def projects_of(programme: int) -> tuple[int, int]:
    """The projects of a programme, and of how many one has all the dates."""
    if programme == 0:
        return scaled(OF_FIRST), 1
    return scaled((PROJECTS - OF_FIRST) // (PROGRAMMES - 1)), 10


def positions(programme: int) -> Iterator[PositionRecord]:
    """The positions of a programme, date after date; the same ones each time."""
    draw = random.Random(programme)
    count, every = projects_of(programme)
    made = [_project(draw, programme, number) for number in range(count)]
    for step, day in enumerate(DATES):
        latest = step == len(DATES) - 1
        done = (step + 1) / len(DATES)
        for number, (fixed, committed) in enumerate(made):
            if latest or number % every == 0:
                paid = None if number % 9 == 4 else int(committed * done * fixed["pace"])
                yield _position(fixed, day, committed, paid)


def _project(draw: random.Random, programme: int, number: int) -> tuple[dict[str, Any], int]:
    """What a project keeps over the dates, and its commitments in cents."""
    region = draw.randrange(len(REGIONS) + 1)
    fixed: dict[str, Any] = {
        "code": f"P{programme:03d}-{number:06d}",
        "programme": code_of(programme),
        "axis": draw.choice(AXES),
        "call": f"C{programme:03d}-{draw.randrange(CALLS):02d}",
        "beneficiary": draw.randrange(scaled(BENEFICIARIES)),
        "region": REGIONS[region] if region < len(REGIONS) else None,
        "started": date(2014 + draw.randrange(4), draw.randrange(12) + 1, 1),
        "pace": draw.uniform(0.2, 1.0),
    }
    return fixed, int(draw.lognormvariate(16, 1.2))


def _position(fixed: dict[str, Any], day: date, committed: int, paid: int | None) -> PositionRecord:
    text = {key: str(fixed[key]) for key in ("code", "programme", "axis", "call", "beneficiary")}
    return PositionRecord(
        system=SYSTEM,
        project_code=text["code"],
        as_of=day,
        date_basis="stated",
        programme_code=text["programme"],
        title=f"Project {text['code']} of beneficiary {text['beneficiary']} under call {text['call']}",
        source_id=SOURCE.id,
        place_in_source="bench",
        axis_code=text["axis"],
        call_code=text["call"],
        call_name=f"Call {text['call']}",
        beneficiary_code=f"{text['beneficiary']:0>11}",
        beneficiary_name=f"Beneficiary {text['beneficiary']}",
        region_code=fixed["region"],
        status="In corso",
        started_on=fixed["started"],
        committed_on=fixed["started"],
        granted_cents=committed + committed // 5,
        admitted_cents=committed,
        committed_cents=committed,
        paid_cents=paid,
        reported_cents=paid,
    )


def _rows(programme: int) -> Iterator[AcceptedRow]:
    code = code_of(programme)
    yield AcceptedRow(1, (SOURCE, ProgrammeRecord(code, f"Programme {code}", "it")))
    first, last = PositionRecord._fields.index("granted_cents"), PositionRecord._fields.index("certified_cents") + 1
    for line, position in enumerate(positions(programme), 2):
        amounts = zip(MEASURES, position[first:last], strict=True)
        yield AcceptedRow(line, (position,), {name: cents for name, cents in amounts if isinstance(cents, int)})


def store_of(name: str, programmes: int) -> str:
    """The address of the store of a data set, which is made where there is none of this scale and schema."""
    KEPT.mkdir(parents=True, exist_ok=True)
    file = KEPT / f"{name}-{SCALE:g}-{head_revision()}.sqlite"
    if not file.exists():
        unfinished = file.with_suffix(".unfinished")
        for left in KEPT.glob(f"{unfinished.name}*"):
            left.unlink()
        fill(unfinished, programmes)
        unfinished.rename(file)
    return f"sqlite:///{file.as_posix()}"


def fill(file: Path, programmes: int) -> None:
    """Bring the programmes into a new store, one import each."""
    store = Store(f"sqlite:///{file.as_posix()}")
    for programme in range(programmes):
        identity = FileIdentity(f"{code_of(programme)}.csv", f"{programme:064d}", "opencoesione")
        bring_in(store, actor=keyboard("bench"), file=identity, rows=_rows(programme), accept_rejected=False)
        if programme % 20 == 0:
            print(f"  made {programme + 1} of {programmes} programmes", flush=True)
    store.close()


def small() -> str:
    """The address of S."""
    return store_of("S", 1)


def large() -> str:
    """The address of L."""
    return store_of("L", PROGRAMMES)
