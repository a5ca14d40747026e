"""What is taken away from a page is in the audit trail: no file is given out that is not written down first."""

from collections.abc import Callable

from data_model import audit
from exports.asked import Query
from shell import data, importing


def logged(
    version: int, what: str, form: str, filters: Query, rows: int | None, make: Callable[[], bytes]
) -> Callable[[], bytes]:
    """What makes the bytes of a file when its button is clicked, and records it. Who takes it is known only while the page
    is drawn: the bytes are made outside the script."""
    actor = importing.actor()

    def taken() -> bytes:
        content = make()
        audit.taken_away(
            data.store(),
            actor=actor,
            what=what,
            form=form,
            filters={key: list(values) for key, values in filters.items()},
            rows=rows,
            data_version=data.data_version(version),
        )
        return content

    return taken
