"""`python -m bench [PART …]` measures the app beside something bare in the same run, and prints the ratios."""

import argparse
import logging
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench import slides
from bench.results import Section, printed

PARTS: dict[str, Callable[[Path], Section]] = {
    "slides": slides.run,
}


logging.getLogger("streamlit").setLevel(logging.CRITICAL)  # it warns of caches without a runtime, which is by design


def main() -> int:
    """Run the parts that are asked for, one after the other. Exit code 1 where a target was missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all of them where none is named")
    chosen = parser.parse_args().parts or list(PARTS)
    found = []
    for name in chosen:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="avanzamento-bench-") as folder:
            found.append(PARTS[name](Path(folder)))
        print(printed(found[-1]), f"\n({time.monotonic() - began:.0f} s)", flush=True)
    return int(any(line.met is False for section in found for line in section.lines))


if __name__ == "__main__":
    sys.exit(main())
