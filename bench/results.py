"""What a benchmark found: ratios between the app and something bare or a peer, measured in the same run; and the document
that keeps what was found last of each part."""

import os
import platform
import re
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from data_model.store import ROOT, sqlite_module

DOCUMENT = ROOT / "docs" / "BENCHMARKS.md"
SHOWN_VERSIONS = ("streamlit", "starlette", "uvicorn", "altair", "pandas", "SQLAlchemy")
SCALE = float(os.environ.get("AVANZAMENTO_BENCH_SCALE", "1"))
"""Share of the data sets and of the repetitions that are measured; only 1 is written down."""


@dataclass(frozen=True)
class Ratio:
    """One line of the result: `ours` and `base` in `unit`, both medians (or peaks) of `times` measurements.

    The target is about ours / base: at most `target`, or at least where `at_least`. Where `base` is None it is about `ours`
    itself; where `target` is None the line is there to be known.
    """

    what: str
    ours: float
    base: float | None
    unit: str
    times: int
    target: float | None
    at_least: bool = False
    against: str = ""

    @property
    def value(self) -> float:
        """What the target is about."""
        return self.ours if self.base is None else self.ours / self.base

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None without a target."""
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target


@dataclass(frozen=True)
class Section:
    """The lines of one benchmark with what is to be known about how they came about."""

    title: str
    how: str
    lines: Sequence[Ratio]
    versions: Mapping[str, str] | None = None
    """Versions of what the app was compared with, besides its own."""


def median(values: Iterable[float]) -> float:
    """The median. Raises StatisticsError where nothing was measured."""
    return statistics.median(values)


HEADS = ("what", "app", "against", "ratio", "target", "n", "")


def cells(line: Ratio) -> tuple[str, ...]:
    """The line as texts, in the order of HEADS."""
    sign = "≥" if line.at_least else "≤"
    factor = " ×" if line.base is not None else ""
    return (
        line.what,
        f"{_number(line.ours)} {line.unit}".strip(),
        f"{_number(line.base)} {line.unit} {line.against}".strip() if line.base is not None else line.against or "–",
        f"{line.value:.2f} ×" if line.base is not None else "–",
        f"{sign} {line.target:g}{factor}" if line.target is not None else "–",
        str(line.times) if line.times else "",
        {True: "met", False: "**not met**", None: ""}[line.met],
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def machine() -> str:
    """The machine in one line: processor, cores, memory, system, Python and SQLite."""
    cpu = Path("/proc/cpuinfo")
    named = re.search(r"model name\s*: (.+)", cpu.read_text(encoding="utf-8")) if cpu.exists() else None
    memory = Path("/proc/meminfo")
    kib = re.search(r"MemTotal:\s*(\d+)", memory.read_text(encoding="utf-8")) if memory.exists() else None
    parts = (
        named.group(1).strip() if named else platform.machine(),
        f"{os.cpu_count()} cores",
        f"{int(kib.group(1)) / (1 << 20):.0f} GiB" if kib else "",
        f"{platform.system()} {platform.machine()}",
        f"Python {platform.python_version()}",
        f"SQLite {sqlite_module().sqlite_version}",
    )
    return ", ".join(part for part in parts if part)


def load() -> str:
    """How busy the machine was in the last minutes, whoever kept it so."""
    return f"{os.getloadavg()[1]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def repeated(times: int, least: int = 1) -> int:
    """How often something is measured at the scale of this run."""
    return max(least, round(times * SCALE))


def markdown(name: str, section: Section, began: datetime, load_before: str) -> str:
    """The section for docs/BENCHMARKS.md, with when and where it was measured."""
    rows = [HEADS, ("---",) * len(HEADS), *(cells(line) for line in section.lines)]
    table = "\n".join("| " + " | ".join(cell or " " for cell in row) + " |" for row in rows)
    versions = {package: version(package) for package in SHOWN_VERSIONS}
    versions.update(section.versions or {})
    with_versions = ", ".join(f"{package} {found}" for package, found in versions.items())
    where = f"{began:%Y-%m-%d %H:%M} UTC; {machine()}; {with_versions}; load of the machine before: {load_before}."
    return f"## {name}: {section.title}\n\n{section.how}\n\n{table}\n\n{where}\n"


TOP = """# Benchmarks

Written by `make bench`; `make bench PARTS="pages import"` measures and replaces some parts. Every ratio compares two
things that were measured in the same run, on the same machine, in turn where that is possible; absolute times are those
of one machine and say little about another. "Not met" is said where it is so.
"""


def kept(found: Mapping[str, str], order: Sequence[str]) -> None:
    """Put sections (by part) into the document, in the place of the earlier ones of the same parts."""
    text = DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.exists() else ""
    before = {one.split(":", 1)[0].removeprefix("## "): one for one in re.split(r"(?m)^(?=## )", text)[1:]}
    sections = {**before, **found}
    bodies = [sections[name].strip() + "\n" for name in order if name in sections]
    DOCUMENT.write_text("\n".join([TOP, *bodies]), encoding="utf-8")


def now() -> datetime:
    """The moment, UTC."""
    return datetime.now(UTC)


def printed(section: Section) -> str:
    """The section for the terminal."""
    rows = [HEADS, *(cells(line) for line in section.lines)]
    widths = [max(len(row[k]) for row in rows) for k in range(len(HEADS))]
    table = "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return f"\n{section.title}\n{table}"
