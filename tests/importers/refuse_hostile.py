"""Brings each hostile file in, in a process of its own: `python -m tests.importers.refuse_hostile FOLDER STORE`.

Prints one JSON line a file: name, reasons, seconds of work and on the clock, additional memory in MiB. Forked from a warm
process, so that the memory is that of the file and not of the libraries.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path

from data_model.importing import NotTaken, bring_in
from data_model.store import open_store
from importers.formats import read_file
from importers.reading import Context, UnreadableFile


def reasons(path: Path, url: str) -> list[str]:
    """Why a file is not taken; `taken` if it was."""
    try:
        identity, rows = read_file(path, Context())
        bring_in(open_store(url), actor="test", file=identity, rows=rows, accept_rejected=False)
    except UnreadableFile as error:
        return [error.reason]
    except NotTaken as error:
        return list(error.result.reasons)
    return ["taken"]


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    folder, url = Path(sys.argv[1]), sys.argv[2]
    open_store(url).close()
    open_store.cache_clear()
    for path in sorted(folder.iterdir()):
        child = os.fork()
        if child:
            os.waitpid(child, 0)
            continue
        before, start, worked = peak(), time.monotonic(), time.process_time()
        found = reasons(path, url)
        line = {
            "name": path.name,
            "reasons": found,
            "seconds": time.process_time() - worked,
            "clock": time.monotonic() - start,
            "mib": (peak() - before) / 1024,
        }
        print(json.dumps(line), flush=True)
        os._exit(0)


if __name__ == "__main__":
    main()
