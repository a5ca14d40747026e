"""How fast and in how much memory the 199-column record is imported, beside a bare loop over the same file.

`python -m tests.bench_import [--rows 500000]` makes the file, runs both in processes of their own, one after the other, and
prints their rates, the ratio and the peak memory. The bare loop is csv.reader and executemany into one table without an
index or a check, of the columns that the importer reads.
"""

import argparse
import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from operator import itemgetter
from pathlib import Path

from data_model.importing import bring_in
from data_model.roles import keyboard
from data_model.store import Store, sqlite_module
from importers.formats import read_file
from importers.opencoesione_columns import READ
from importers.reading import Context

ROWS = 500_000
LEAST_RATIO = 0.4
MOST_MEMORY = 150 << 20


def bare(file: Path, database: Path) -> int:
    """The rows that csv.reader and executemany move from the file into a table."""
    connection = sqlite_module().connect(str(database))
    connection.execute(f"CREATE TABLE bare ({', '.join(READ)})")
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, delimiter=";")
        header = [name.lower() for name in next(reader)]
        pick = itemgetter(*(header.index(name) for name in READ))
        connection.executemany(f"INSERT INTO bare VALUES ({', '.join('?' * len(READ))})", map(pick, reader))
    connection.commit()
    return int(connection.execute("SELECT count(*) FROM bare").fetchone()[0])


def imported(file: Path, database: Path) -> int:
    """The rows that the importer validates and the store keeps, counts and can take back."""
    store = Store(f"sqlite:///{database.as_posix()}")
    identity, rows = read_file(file, Context())
    result = bring_in(store, actor=keyboard("bench"), file=identity, rows=rows, accept_rejected=False)
    store.close()
    return result.rows_read


WAYS = {"bare": bare, "imported": imported}


def measured(way: str, file: Path, folder: Path) -> dict[str, float]:
    """`rows`, `seconds`, `processor` (seconds) and `peak` (bytes) of one way in a process of its own."""
    command = [sys.executable, "-m", "tests.bench_import", "--way", way, "--file", str(file), "--folder", str(folder)]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent)
    found: dict[str, float] = json.loads(run.stdout)
    return found


def compared(file: Path, folder: Path) -> dict[str, float]:
    """The rates in rows per second, their ratio, and the peak memory of the import in bytes."""
    found = {way: measured(way, file, folder) for way in WAYS}
    rates = {way: measure["rows"] / measure["seconds"] for way, measure in found.items()}
    return {
        **{f"{way}_rate": rate for way, rate in rates.items()},
        "ratio": rates["imported"] / rates["bare"],
        "processor_ratio": found["bare"]["processor"] / found["imported"]["processor"],
        "peak": found["imported"]["peak"],
    }


def _one(way: str, file: Path, folder: Path) -> dict[str, float]:
    database = folder / f"{way}.sqlite"
    started, processor = time.perf_counter(), time.process_time()
    rows = WAYS[way](file, database)
    seconds, used = time.perf_counter() - started, time.process_time() - processor
    for left in folder.glob(f"{database.name}*"):
        left.unlink()
    return {"rows": rows, "seconds": seconds, "processor": used, "peak": _peak()}


def _peak() -> int:
    """The most memory that this process has held, in bytes; getrusage would count that of the process it was forked from."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def main() -> int:
    """Print the comparison; exit code 1 where a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    if asked.way:
        print(json.dumps(_one(asked.way, asked.file, asked.folder)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        file = asked.file or Path(folder, "progetti_esteso.csv")
        if asked.file is None:
            from tests.importers.opencoesione import write_large  # noqa: PLC0415  # its libraries would count as ours

            write_large(file, asked.rows)
        found = compared(file, Path(folder))
    print(f"bare loop     {found['bare_rate']:10,.0f} rows/s")
    print(f"import        {found['imported_rate']:10,.0f} rows/s")
    print(f"ratio         {found['ratio']:10.2f} (at least {LEAST_RATIO})")
    print(f"processor     {found['processor_ratio']:10.2f} of the bare loop's rows per second of processor time")
    print(f"peak memory   {found['peak'] / (1 << 20):10.1f} MiB (less than {MOST_MEMORY >> 20})")
    return 0 if found["ratio"] >= LEAST_RATIO and found["peak"] < MOST_MEMORY else 1


if __name__ == "__main__":
    sys.exit(main())
