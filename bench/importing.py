"""The import of half a million rows, as a part of the benchmarks: see tests/bench_import.py."""

from pathlib import Path

from bench.results import Ratio, Section, median, repeated
from tests.bench_import import LEAST_RATIO, MOST_MEMORY, ROWS, compared
from tests.importers.opencoesione import write_large

TIMES = 9
MIB = 1 << 20


def run(folder: Path) -> Section:
    """Rates of the import and of a bare loop in turn, and the most memory that the import holds."""
    file = folder / "progetti_esteso.csv"
    rows = repeated(ROWS)
    write_large(file, rows)
    found = [compared(file, folder) for _ in range(repeated(TIMES, 2))]
    rates = [median(each[key] for each in found) for key in ("imported_rate", "bare_rate")]
    lines = [
        Ratio("validated import", rates[0], rates[1], "rows/s", len(found), LEAST_RATIO, at_least=True, against="bare loop"),
        Ratio("peak memory", max(each["peak"] for each in found) / MIB, None, "MiB", len(found), MOST_MEMORY / MIB),
    ]
    how = (
        f"{rows:,} rows of the 199-column record, validated, versioned and able to be taken back, beside csv.reader and "
        "executemany of the same columns without an index or a check; each in a process of its own, in turn."
    )
    return Section("import", how, lines)
