"""`python -m bench [PART …]` measures and prints ratios; what was measured whole is kept in docs/BENCHMARKS.md.

AVANZAMENTO_BENCH_SCALE=0.01 tries the parts with a hundredth of the data and of the repetitions; that is only printed.
"""

import argparse
import importlib
import sys
import tempfile
import time
from pathlib import Path

import streamlit as st
from streamlit.logger import set_log_level

from bench import results

PARTS = {
    "pages": "bench.pages",
    "usual": "bench.usual",
    "first": "bench.first",
    "slides": "bench.slides",
    "people": "bench.people",
    "size": "bench.size",
    "questions": "bench.questions",
    "dashboards": "bench.dashboards",
    "import": "bench.importing",
}
"""The module of each part; its `run(folder)` returns a Section."""


def main() -> int:
    """Run the parts that are asked for, one after the other. Exit code 1 where a target was missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all of them where none is named")
    chosen = parser.parse_args().parts or list(PARTS)
    st.get_option("logger.level")  # reads the configuration, which sets the level
    set_log_level("error")  # it warns of caches without a runtime, which is by design
    missed = False
    for name in chosen:
        began, load, clock = results.now(), results.load(), time.monotonic()
        with tempfile.TemporaryDirectory(prefix="avanzamento-bench-") as folder:
            found: results.Section = importlib.import_module(PARTS[name]).run(Path(folder))
        print(results.printed(found), f"\n({time.monotonic() - clock:.0f} s)", flush=True)
        if results.SCALE == 1:
            results.kept({name: results.markdown(name, found, began, load)}, list(PARTS))
        missed |= any(line.met is False for line in found.lines)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
