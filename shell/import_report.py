"""What an import did or would do, in words and tables; its refused rows to be mended; taking it back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import streamlit as st

from data_model import import_queries
from data_model.import_queries import ImportEntry
from data_model.records import ImportResult
from data_model.roles import NotAllowed, touched
from data_model.undoing import NoSuchImport, take_back
from importers.refused import Refused, Written, to_mend
from shell import data, importing, person, show, taken
from shell.here import Here, plain
from shell.importing import Outcome
from shell.tables import imports as tables

PAGE = 20
_UNDO_ASKED = "_undo_asked"
_UNDONE = "_undone"


def outcome(h: Here, name: str, found: Outcome) -> None:
    """Counts, sums before and after, reasons, warnings and the first refused rows of a file."""
    result, identity = found.result, found.identity
    show.show_table(h, f"{name}-counts", tables.counts(h, {key: getattr(result, f"rows_{key}") for key in tables.COUNTS}))
    by_kind = {
        "in": result.sums_in_cents,
        "skipped": result.sums_skipped_cents,
        "rejected": result.sums_rejected_cents,
        "before": result.sums_before_cents,
        "after": result.sums_stored_cents,
    }
    _sums(h, name, identity.format, by_kind)
    _left_out(h, name, result.reasons)
    warnings(h, identity.notes.counts, identity.notes.details)
    if result.refused:
        _refused_of_result(h, name, found)


def _sums(h: Here, name: str, format: str, by_kind: Mapping[str, Mapping[str, int]]) -> None:
    if any(by_kind.values()):
        show.heading(h.w("import_data.sums_title"), level=3, below=(h.w("import_data.sums_help"),))
        show.show_table(h, f"{name}-sums", tables.sums(h, format, by_kind))


def _left_out(h: Here, name: str, reasons: Mapping[str, int]) -> None:
    if reasons:
        show.heading(h.w("import_data.reasons_title"), level=3)
        show.show_table(h, f"{name}-reasons", tables.reasons(h, reasons))


def warnings(h: Here, counts: Mapping[str, int], details: Mapping[str, Sequence[str]]) -> None:
    """What was noticed and did not stop the import."""
    if counts:
        show.heading(h.w("import_data.warnings_title"), level=3)
        lines = [h.w.warning(code, count, details.get(code, ()), PAGE) for code, count in counts.items()]
        st.markdown("\n".join(f"- {plain(line)}" for line in lines))


def _refused_of_result(h: Here, name: str, found: Outcome) -> None:
    result, identity = found.result, found.identity
    show.heading(h.w("import_data.refused_title", count=h.w.count(result.rows_rejected)), level=3)
    shown = result.refused[:PAGE]
    if result.rows_rejected > len(shown):
        show.muted(h.w("import_data.refused_first", count=h.w.count(len(shown))))
    show.show_table(h, f"{name}-refused", tables.refused(h, shown))
    kept, number = result.refused, result.import_id
    written = Written(identity.headers, identity.delimiter, identity.encoding)
    if number is not None:
        _download_kept(h, name, number, identity.name, written)
        return
    if result.rows_rejected > len(kept):
        show.muted(h.w("import_data.download_first", count=h.w.count(len(kept))))
    _download(h, name, identity.name, written, lambda: kept)


def _download_kept(h: Here, name: str, number: int, file_name: str, written: Written) -> None:
    store = data.store()

    def rows() -> Sequence[Refused]:
        with store.reading() as session:
            return list(import_queries.refused_rows(session, number))

    _download(h, name, file_name, written, rows, kept_of=number)


def _download(
    h: Here,
    name: str,
    file_name: str,
    written: Written,
    rows: Callable[[], Sequence[Refused]],
    kept_of: int | None = None,
) -> None:
    """A button that gives the refused rows away, to be mended and sent again; those that are kept in the store, of import
    `kept_of`, not without a record of it."""
    w, last = h.w, written.ending

    def make() -> bytes:
        return to_mend(written, rows(), lambda code: w(f"reason.{code}"))

    show.muted(w("import_data.mend_help") if last == "csv" else w("import_data.mend_help_zip"))
    st.download_button(
        w("import_data.mend"),
        data=make
        if kept_of is None
        else taken.logged(h.version, "rejected_rows", last, {"import": [str(kept_of)]}, None, make),
        file_name=w("import_data.mend_name", name=Path(file_name).stem, ending=last),
        mime="text/csv" if last == "csv" else "application/zip",
        on_click="ignore",
        key=f"{name}-mend",
        icon=":material/download:",
    )


# --- an import that is in the store -----------------------------------------------------------------------------


def stored(h: Here, entry: ImportEntry) -> None:
    """One import of the list: counts, sums, reasons, warnings, refused rows, and taking it back."""
    name = f"import-{entry.id}"
    values = asdict(entry)
    show.show_table(h, f"{name}-counts", tables.counts(h, {key: values[f"rows_{key}"] for key in tables.COUNTS}))
    kinds = {"skipped": "sums_skipped_cents", "rejected": "sums_rejected_cents", "after": "sums_stored_cents"}
    by_kind = {"in": entry.sums_in_cents} | {kind: entry.details.get(key, {}) for kind, key in kinds.items()}
    _sums(h, name, entry.format, by_kind)
    _left_out(h, name, entry.reasons)
    warnings(h, entry.details.get("warnings", {}), entry.details.get("warning_details", {}))
    if entry.rows_rejected:
        _kept_refused(h, name, entry)
    undo(h, name, entry.id, taken_back=entry.undone_at_version is not None)


def _kept_refused(h: Here, name: str, entry: ImportEntry) -> None:
    show.heading(h.w("import_data.refused_title", count=h.w.count(entry.rows_rejected)), level=3)
    pages = -(-entry.rows_rejected // PAGE)
    number = 1
    if pages > 1:
        number = int(st.number_input(h.w("provenance.page", pages=h.w.count(pages)), 1, pages, key=f"{name}-page"))
    with data.store().reading() as session:
        rows = import_queries.refused_page(session, entry.id, offset=(number - 1) * PAGE, limit=PAGE)
    show.show_table(h, f"{name}-refused", tables.refused(h, rows))
    said = entry.details
    written = Written(said.get("headers", {}), said.get("delimiter", ""), said.get("encoding", ""))
    _download_kept(h, name, entry.id, entry.file_name, written)


def undo(h: Here, name: str, number: int, *, taken_back: bool) -> None:
    """Take an import back, after having said what that does."""
    if taken_back:
        st.info(plain(h.w("import_data.undone_already")), icon=":material/undo:")
        return
    who = person.actor()
    if not who.everywhere:
        with data.store().reading() as session:
            if not all(map(who.edits, touched(session, number))):
                return
    state = importing.state()
    if state.get(_UNDO_ASKED) != (name, number):
        if st.button(h.w("import_data.undo", number=number), key=f"{name}-undo", icon=":material/undo:"):
            state[_UNDO_ASKED] = (name, number)
            st.rerun()
        return
    with data.store().reading() as session:
        held = import_queries.held_rows(session, number)
    parts = [h.w(f"import_data.held_{table}", count=h.w.count(count)) for table, count in held.items()]
    what = h.w("import_data.undo_what", what=h.w.joined(parts)) if parts else h.w("import_data.undo_nothing")
    st.warning(plain(h.w("import_data.undo_sure", number=number, what=what)), icon=":material/warning:")
    with st.container(horizontal=True):
        if st.button(h.w("import_data.undo_yes", number=number), key=f"{name}-undo-yes", type="primary"):
            _take_back(h, number)
        if st.button(h.w("import_data.undo_no"), key=f"{name}-undo-no"):
            state.pop(_UNDO_ASKED)
            st.rerun()


def _take_back(h: Here, number: int) -> None:
    state = importing.state()
    try:
        version = take_back(data.store(), actor=person.actor(), import_id=number)
        state[_UNDONE] = h.w("import.undone", number=number, version=version)
    except NoSuchImport:
        state[_UNDONE] = h.w("import.no_such", number=number)
    except NotAllowed as error:
        state[_UNDONE] = h.w("door.refused", reason=h.w(f"reason.{error.reason}"))
    state.pop(_UNDO_ASKED, None)
    state.pop("_import_report", None)
    st.rerun()


def told_undone() -> None:
    """Say once that an import was taken back."""
    if said := importing.state().pop(_UNDONE, None):
        st.success(plain(str(said)), icon=":material/undo:")


def headline(h: Here, result: ImportResult) -> str:
    """What was done, in one sentence."""
    if result.import_id is None:
        return h.w("import_data.nothing_changed")
    return h.w(
        "import_data.stored", number=result.import_id, new=h.w.count(result.rows_new), changed=h.w.count(result.rows_changed)
    )
