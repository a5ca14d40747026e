"""The table of sittings."""

from collections.abc import Sequence

from data_model.sittings import Listed
from shell.here import Here
from shell.show import Table
from shell.tables.cells import columns
from shell.tables.imports import moment


def sittings(h: Here, listed: Sequence[Listed]) -> Table:
    """One row per sitting: name, code, day, place, programme, the data that it is frozen on."""
    rows = [
        (
            one.name,
            one.code,
            h.w.day(one.day),
            one.place or h.w.missing,
            one.programme,
            h.w("sitting.on_version", when=moment(h, one.frozen_at), version=one.data_version),
        )
        for one in listed
    ]
    return Table(
        columns(rows, [h.w(f"sitting.head_{name}") for name in ("name", "code", "day", "place", "programme", "data")])
    )
