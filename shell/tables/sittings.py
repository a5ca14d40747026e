"""The table of sittings."""

from collections.abc import Sequence

from data_model.sittings import Listed
from shell.here import Here
from shell.show import Table
from shell.tables.cells import columns, moment


def sittings(h: Here, listed: Sequence[Listed], language: str) -> Table:
    """One row per sitting in a language: code, name, day, place, programme, the data that it is frozen on."""
    rows = [
        (
            one.code,
            one.name,
            h.w.day(one.day),
            one.place or h.w.missing,
            one.programme,
            h.w("sitting.on_version", when=moment(h, one.frozen_at), version=one.data_version),
        )
        for one in listed
        if one.language == language
    ]
    heads = [h.w(f"sitting.head_{name}") for name in ("code", "name", "day", "place", "programme", "data")]
    return Table(columns(rows, heads), quoted=(2, 4), language=language, wide_names=False)
