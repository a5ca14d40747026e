"""Bring a file in: what was understood, what would change, which rows are refused; store, undo, correct, templates."""

from datetime import date
from functools import partial

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from data_model import import_queries
from importers.numbers import written_date
from importers.reading import BadValue, Context
from importers.templates import TEMPLATES
from metrics import frames
from shell import corrections, data, help, import_report, importing, kept, person, show, templates
from shell.downloads import downloads
from shell.here import Here, draw, plain
from shell.importing import Outcome, Upload
from shell.tables import imports as tables

PAGE = 20
_REPORT = "_import_report"


def render(h: Here) -> None:
    """The page from top to bottom."""
    show.title(h.w("import_data.heading"), h.w("import_data.help"))
    help.first_time(h, "import_data")
    if importing.was_stopped():
        st.warning(plain(h.w("import_data.stopped")), icon=":material/stop_circle:")
    import_report.told_undone()
    _report(h)
    _bring(h)
    _imports(h)
    _corrections(h)
    _templates(h)


def _report(h: Here) -> None:
    """What the last import of this session did."""
    found = importing.state().get(_REPORT)
    if not isinstance(found, Outcome):
        return
    result = found.result
    show.heading(h.w("import_data.report_title", file=found.identity.name))
    st.success(plain(import_report.headline(h, result)), icon=":material/check:")
    import_report.outcome(h, "report", found)
    if result.import_id is not None:
        import_report.undo(h, "report", result.import_id, taken_back=False)


# --- a file on its way in ---------------------------------------------------------------------------------------


def _bring(h: Here) -> None:
    limit = int(st.get_option("server.maxUploadSize"))
    show.heading(h.w("import_data.upload_title"), below=(h.w("import_data.upload_help", limit=limit),))
    importing.uploader_words(h)
    file = st.file_uploader(h.w("import_data.upload"), key=importing.uploader_key(), max_upload_size=limit)
    if file is None:
        with st.expander(h.w("import_data.larger_open", limit=limit), key="import-larger", on_change="rerun") as opened:
            if opened.open:
                st.markdown(plain(h.w("import_data.larger")))
                st.code(h.w("import_data.larger_command"), language=None)
        return
    upload = importing.upload_of(file)
    if upload.read_for is None and not upload.stopped:
        importing.read_upload(h, file, upload, Context())
        st.rerun()
    if upload.stopped:
        if st.button(h.w("import_data.read_again"), key="import-read"):
            upload.stopped = False
            upload.read_for = None
            st.rerun()
        return
    if upload.understood is None:
        _refused_whole(h, upload)
        return
    _confirm(h, file, upload)


def _refused_whole(h: Here, upload: Upload) -> None:
    """Why a file cannot be taken as a whole."""
    error = upload.refusal
    if error is not None:
        said = h.w("import_data.refused_whole", reason=h.w(f"reason.{error.reason}"))
        detail = f" ({error.detail})" if error.detail else ""
        st.error(plain(said + detail), icon=":material/error:")


def _confirm(h: Here, file: UploadedFile, upload: Upload) -> None:
    """What was understood, what the person has to say, and what would change."""
    found = upload.understood
    assert found is not None
    show.heading(h.w("import_data.understood_title"), level=3, below=(h.w("import_data.understood_help"),))
    show.table_in_place(h, "understood", tables.understood(h, found))
    _refused_whole(h, upload)
    context = _context(h, file, upload)
    if context is None:
        return
    if st.button(h.w("import_data.preview"), type="primary", key="import-preview"):
        upload.refusal = None
        if found.rows is None:
            importing.read_upload(h, file, upload, context)
        if upload.understood is not None and upload.understood.rows is not None:
            upload.preview = importing.bring(h, file, upload, context, dry_run=True, good_only=True)
            upload.preview_for = context
        st.rerun()
    if upload.preview is not None and upload.preview_for == context:
        _preview(h, file, upload, context, upload.preview)


def _context(h: Here, file: UploadedFile, upload: Upload) -> Context | None:
    """What the person says about the file; None while something is missing."""
    found = upload.understood
    assert found is not None
    programmes = _programmes(h, upload)
    day, complete = _day(h, file, upload)
    source = _source(h) if "source" in upload.asked else None
    if not complete or ("programme" in upload.asked and not programmes) or ("source" in upload.asked and source is None):
        st.info(plain(h.w("import_data.say_first")), icon=":material/edit:")
        return None
    return Context(programmes=frozenset(programmes), source=source, as_of=day)


def _programmes(h: Here, upload: Upload) -> list[str]:
    found = upload.understood
    assert found is not None
    known = data.programmes(h.version)
    if "programme" in upload.asked:
        names = {code: f"{code} · {h.programme_name(code)}" for code in known}
        chosen = st.selectbox(
            h.w("import_data.programme"),
            list(names),
            index=None,
            format_func=lambda code: names.get(code, code),
            placeholder=h.w("correction.choose"),
            accept_new_options=True,
            help=h.w("import_data.programme_help"),
            key="import-programme",
        )
        return [chosen.strip()] if chosen and chosen.strip() else []
    if len(found.programmes) < 2:
        return []
    labels = {
        code: h.w("import_data.programme_rows", code=code, title=title or code, rows=h.w.count(rows))
        for code, (title, rows) in found.programmes.items()
    }
    return st.multiselect(
        h.w("import_data.programmes"),
        list(labels),
        format_func=lambda code: labels.get(code, code),
        placeholder=h.w("import_data.programmes_all"),
        help=h.w("import_data.programmes_help"),
        key="import-programmes",
    )


def _day(h: Here, file: UploadedFile, upload: Upload) -> tuple[date | None, bool]:
    """The reference date, and whether it is as it must be."""
    if "date" not in upload.asked:
        return None, True
    proposed = importing.date_in_name(file.name)
    text = st.text_input(
        h.w("import_data.day"),
        value=h.w.day(proposed) if proposed else "",
        help=h.w("import_data.day_help"),
        key="import-day",
    )
    if proposed:
        show.muted(h.w("import_data.day_proposed", day=h.w.day(proposed)))
    try:
        day = written_date(text)
    except BadValue:
        st.error(plain(h.w("import_data.day_wrong")), icon=":material/error:")
        return None, False
    return day, day is not None


def _source(h: Here) -> str | None:
    titles = {row.id: f"{row.id} · {row.title}" for row in frames.rows(data.sources(h.version))}
    chosen: str | None = st.selectbox(
        h.w("import_data.source"),
        list(titles),
        index=None,
        format_func=lambda code: titles.get(code, code),
        placeholder=h.w("correction.choose"),
        help=h.w("import_data.source_help"),
        key="import-source",
    )
    return chosen


def _preview(h: Here, file: UploadedFile, upload: Upload, context: Context, found: Outcome) -> None:
    """What would change, and the buttons that store it."""
    result = found.result
    show.heading(h.w("import_data.preview_title"), level=3)
    changes = result.rows_new + result.rows_changed
    told = {"new": result.rows_new, "changed": result.rows_changed, "rejected": result.rows_rejected}
    st.info(plain(h.w("import_data.preview_said", **{key: h.w.count(value) for key, value in told.items()})))
    import_report.outcome(h, "preview", found)
    if not changes and not result.rows_rejected:
        show.empty(h, h.w("import_data.nothing_to_do"))
        return
    if result.rows_rejected:
        st.warning(plain(h.w("import_data.has_refused")), icon=":material/warning:")
    label = (
        h.w("import_data.store_good", count=h.w.count(changes + result.rows_unchanged))
        if result.rows_rejected
        else h.w("import_data.store")
    )
    if st.button(label, type="primary", key="import-store", icon=":material/save:"):
        stored = importing.bring(h, file, upload, context, dry_run=False, good_only=bool(result.rows_rejected))
        if stored is not None:
            importing.state()[_REPORT] = stored
            importing.forget_upload()
        st.rerun()


# --- what was brought in ----------------------------------------------------------------------------------------


def _imports(h: Here) -> None:
    show.heading(h.w("import_data.list_title"))
    total = kept.piece(h, "imports", _count)
    if not total:
        show.empty(h, h.w("import_data.list_empty"))
        return
    pages = -(-total // PAGE)
    number = 1
    if pages > 1:
        number = int(st.number_input(h.w("provenance.page", pages=h.w.count(pages)), 1, pages, key="imports-page"))
    entries = kept.piece(h, f"imports from page {number}", partial(_of_page, number))
    show.show_table(h, "imports", kept.piece(h, f"imports of page {number}", lambda: tables.imports(h, entries)))
    names = {e.id: h.w("import_data.numbered", number=e.id, file=e.file_name) for e in entries}
    chosen = st.selectbox(
        h.w("import_data.open"),
        list(names),
        index=None,
        format_func=lambda code: names.get(code, str(code)),
        placeholder=h.w("correction.choose"),
        key="import-open",
    )
    opened = next((e for e in entries if e.id == chosen), None)
    if opened is not None:
        show.heading(names[opened.id], level=3)
        import_report.stored(h, opened)
    if h.view.programme and any(entry.rows_rejected for entry in entries):
        downloads(h, "rejected_rows")


def _count() -> int:
    with data.store().reading() as session:
        return import_queries.imports_count(session)


def _of_page(number: int) -> list[import_queries.ImportEntry]:
    with data.store().reading() as session:
        return import_queries.imports_page(session, offset=(number - 1) * PAGE, limit=PAGE)


def _corrections(h: Here) -> None:
    if not h.view.programme or not person.actor().edits(h.view.programme):
        return
    about = h.w("correction.help", programme=h.programme_name(h.view.programme))
    show.heading(h.w("correction.title"), below=(about,))
    with st.expander(h.w("correction.open"), key="correction-open", on_change="rerun") as opened:
        if opened.open:
            corrections.form(h)


def _templates(h: Here) -> None:
    show.heading(h.w("template.title"), below=(h.w("template.help"),))
    with st.expander(h.w("template.open"), key="template-open", on_change="rerun") as opened:
        if opened.open:
            _template(h)


def _template(h: Here) -> None:
    """One of the templates: what it is for, its files, what each column wants."""
    by_name = {template.name: template for template in TEMPLATES}
    names = {name: h.w(f"format.{name}") for name in by_name}
    chosen = by_name[st.selectbox(h.w("template.choose"), list(names), format_func=lambda name: names[name], key="template")]
    st.markdown(plain(h.w(f"template.{chosen.name}_help")))
    w, stem = h.w, h.w(f"template.{chosen.name}_file")
    with st.container(horizontal=True):
        st.download_button(
            w("template.xlsx"),
            data=lambda: templates.xlsx_bytes(chosen, w),
            file_name=f"{stem}.xlsx",
            mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            on_click="ignore",
            key="template-xlsx",
            icon=":material/download:",
        )
        st.download_button(
            w("template.csv"),
            data=lambda: templates.csv_bytes(chosen),
            file_name=f"{stem}.csv",
            mime="text/csv",
            on_click="ignore",
            key="template-csv",
            icon=":material/download:",
        )
    show.show_table(h, "template", kept.piece(h.reader, f"template {chosen.name}", lambda: tables.template(h, chosen)))


if __name__ == "__main__":
    draw("import_data")
