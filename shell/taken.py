"""What is taken away from a page is in the audit trail: no file is given out that is not written down first.

In public mode it is in the log of the server instead: who takes it has no name there, and nobody who has none may write.
"""

import json
import sys
from collections.abc import Callable

from data_model import audit
from exports.asked import Query
from shell import data, person
from shell.access import Mode, current


def logged(
    version: int, what: str, form: str, filters: Query, rows: int | None, make: Callable[[], bytes]
) -> Callable[[], bytes]:
    """What makes the bytes of a file when its button is clicked, and records it. Who takes it is known only while the page
    is drawn: the bytes are made outside the script."""
    actor, public = person.actor(), current().mode is Mode.PUBLIC
    chosen = {key: list(values) for key, values in filters.items()}

    def taken() -> bytes:
        content = make()
        if public:
            said = {"taken": what, "form": form, "filters": chosen, "rows": rows}
            print(json.dumps(said), file=sys.stderr, flush=True)
            return content
        audit.taken_away(
            data.store(),
            actor=actor,
            what=what,
            form=form,
            filters=chosen,
            rows=rows,
            data_version=data.data_version(version),
        )
        return content

    return taken
