"""The data of a page as files: what they hold in words, then one button per form. Bytes are made on the click."""

from collections.abc import Callable
from functools import partial
from io import BytesIO

import streamlit as st

from exports import readme, tables
from exports.asked import Asked
from exports.dataset import write_dataset
from exports.flavours import FLAVOURS, Flavour, write_zipped
from exports.names import DATASET, file_name
from exports.reader import reader_of
from shell import data, taken
from shell.here import Here, plain
from shell.kept import kept

PACKED_FROM = 50_000
"""With more rows than this a file is sent in a zip: the server holds it until it is fetched."""

MOST_FOR_EXCEL = 20_000
"""With more rows than this no workbook is made on a page: half a minute is as long as anybody waits for a click."""

_BUTTONS = {"excel": "export.download.excel", "xlsx": "export.download.xlsx", "open": "export.download.open_data",
            "json": "export.download.json"}  # fmt: skip


def asked_here(h: Here, name: str) -> Asked:
    """What the view asks of a table: its filters, as far as the table takes them."""
    v = h.view
    every = Asked(
        v.programme,
        v.as_of,
        v.series,
        v.compared_with,
        v.axes,
        v.categories,
        v.regions,
        v.calls,
        v.beneficiaries,
        v.project,
        v.level,
        v.sort,
        v.language,
    )
    return tables.restricted(name, every)


def downloads(h: Here, name: str) -> None:
    """The table of a page to take away, folded: rows, sums and filters in words, and a button per form."""
    asked = asked_here(h, name)
    with st.expander(_open(h, name), key=f"download-{name}", on_change="rerun") as opened:
        if not opened.open:
            return
        rows, chosen, sums = _summary(h.version, name, asked)
        st.markdown(plain(" ".join((h.w("export.download.rows", rows=h.w.number(rows)), chosen))))
        if sums:
            st.markdown("\n".join(f"- {plain(line)}" for line in sums))
        st.markdown(plain(h.w("export.download.same")))
        with st.container(horizontal=True, key=f"download-buttons-{name}"):
            for flavour in FLAVOURS.values():
                if flavour.name != "xlsx" or rows <= MOST_FOR_EXCEL:
                    _button(h, name, asked, flavour, rows)
        if rows > MOST_FOR_EXCEL:
            st.markdown(plain(h.w("export.download.too_many")))


def _open(h: Here, name: str) -> str:
    return h.w("export.download.open", table=h.w(f"export.table.{name}"))


def whole(h: Here) -> None:
    """Everything known of the programme in one zip, described for catalogues of open data."""
    asked = Asked(h.view.programme, h.view.as_of, h.view.series, language=h.view.language)

    def make() -> bytes:
        stream = BytesIO()
        with data.store_of(h.version).reading() as session:
            write_dataset(session, asked, stream)
        return stream.getvalue()

    st.download_button(
        plain(h.w("export.download.whole")),
        data=taken.logged(h.version, DATASET, "zip", asked.as_query(), None, make),
        file_name=file_name(DATASET, asked, "zip"),
        mime="application/zip",
        on_click="ignore",
        key="download-whole",
        icon=":material/download:",
    )


@kept
def _summary(version: int, name: str, asked: Asked) -> tuple[int, str, list[str]]:
    """How many rows the file has, its filters in a sentence, and its sums."""
    with data.store_of(version).reading() as session:
        table, reader = tables.table(session, name, asked), reader_of(session, asked.language, asked)
        tally = table.tally()
    w = reader.w
    sums = [
        w("export.download.sum", column=reader.head(column), sum=readme.sum_in_words(w, tally, column))
        for column in table.columns
        if column.kind == "amount"
    ]
    filters = readme.filters_in_words(asked, reader)
    chosen = (
        w("export.download.filtered", filters=filters)
        if filters
        else w("export.download.unfiltered", day=w.day(asked.as_of))
    )
    return tally.rows, chosen, sums


def _button(h: Here, name: str, asked: Asked, flavour: Flavour, rows: int) -> None:
    packed = rows > PACKED_FROM
    make = maker(h.version, name, asked, flavour, packed=packed)
    label, file_name = h.w(_BUTTONS[flavour.name]), flavour.file_name(name, asked)
    st.download_button(
        plain(h.w("export.download.packed", format=label) if packed else label),
        data=taken.logged(h.version, name, flavour.name, asked.as_query(), rows, make),
        file_name=f"{file_name}.zip" if packed else file_name,
        mime="application/zip" if packed else flavour.mime,
        on_click="ignore",
        key=f"download-{name}-{flavour.name}",
        icon=":material/download:",
    )


def maker(version: int, name: str, asked: Asked, flavour: Flavour, *, packed: bool) -> Callable[[], bytes]:
    """What makes the bytes of a file when its button is clicked: it runs outside the script, with what was asked then."""
    write = partial(write_zipped, flavour) if packed else flavour.write

    def make() -> bytes:
        stream = BytesIO()
        with data.store_of(version).reading() as session:
            write(tables.table(session, name, asked), reader_of(session, asked.language, asked), stream)
        return stream.getvalue()

    return make
