"""What a benchmark found: ratios between the app and something bare or a peer, measured in the same run."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


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
        str(line.times),
        {True: "met", False: "**not met**", None: ""}[line.met],
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def printed(section: Section) -> str:
    """The section for the terminal."""
    rows = [HEADS, *(cells(line) for line in section.lines)]
    widths = [max(len(row[k]) for row in rows) for k in range(len(HEADS))]
    table = "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return f"\n{section.title}\n{table}"
