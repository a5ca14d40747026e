"""Bringing a file in from the page: the same functions as the command, with a meter and a way to stop."""

import re
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from data_model import audit
from data_model.importing import ACTION, NotTaken, bring_in
from data_model.records import (
    AcceptedRow,
    FileIdentity,
    ImportResult,
    ParsedRow,
    PositionRecord,
    ProgrammeRecord,
)
from data_model.roles import NotAllowed
from importers.formats import read_file, recognised
from importers.numbers import written_date
from importers.reading import BadValue, Context, UnreadableFile
from shell import data, person
from shell.here import Here, plain

NEEDS = {"programme_needed": "programme", "date_needed": "date", "source_needed": "source"}
"""Reasons for which a file cannot be read yet, and what the person has to say."""

_RUNNING = "_import_running"
_UPLOAD = "_import_upload"
_TELL_EVERY = 0.25
_ROWS_TOLD = 2_000


@dataclass(frozen=True)
class Understood:
    """What was understood of a file. `programmes`: (title or None, rows) per code; `rows` None until it could be read."""

    format: str
    encoding: str = ""
    delimiter: str = ""
    decimal_mark: str = ""
    rows: int | None = None
    programmes: Mapping[str, tuple[str | None, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What bringing a file in did, or would do."""

    identity: FileIdentity
    result: ImportResult


@dataclass
class Upload:
    """One uploaded file on its way: what is known of it, kept between the runs of one person's session."""

    file_id: str
    asked: set[str] = field(default_factory=set)
    """Codes of NEEDS that the file does not say by itself."""
    understood: Understood | None = None
    refusal: UnreadableFile | None = None
    read_for: Context | None = None
    preview: Outcome | None = None
    preview_for: Context | None = None
    stopped: bool = False
    """Whether the person stopped the reading: it does not start again by itself."""


def state() -> MutableMapping[str, Any]:
    """What is kept between the runs of this session."""
    return st.session_state  # type: ignore[return-value]  # keys are texts


def upload_of(file: UploadedFile) -> Upload:
    """What is known of an uploaded file; a new one starts afresh."""
    kept = state().get(_UPLOAD)
    if not isinstance(kept, Upload) or kept.file_id != file.file_id:
        kept = Upload(file.file_id)
        state()[_UPLOAD] = kept
    return kept


def uploader_key() -> str:
    """The key of the uploader: another one after each import, so that the bytes are let go."""
    return f"import-file-{state().get('_import_round', 0)}"


def uploader_words(h: Here) -> None:
    """Streamlit's uploader speaks English and has no parameter for it: our words stand in their place. Their names for
    screen readers are set by shell.document from the same properties."""
    choose, remove = (re.sub(r'["\\<]', "", h.w(f"import_data.upload_{what}")) for what in ("button", "remove"))
    zone = '[data-testid="stFileUploaderDropzone"]'
    button = f'{zone} [data-testid="stBaseButton-secondary"] p'
    st.html(
        f'<style>{zone} {{ --choose: "{choose}"; --remove: "{remove}"; }}'
        f"{button} {{ visibility: hidden; font-size: 0; max-width: none; }}"
        f"{button}::after {{ visibility: visible; font-size: 1rem; content: var(--choose); }}"
        f'{zone} :is([data-testid="stFileUploaderDropzoneInstructions"], [data-testid="stBaseButton-borderlessIcon"])'
        " { display: none; }</style>"
    )


def forget_upload() -> None:
    """Let go of the uploaded file."""
    state().pop(_UPLOAD, None)
    state()["_import_round"] = state().get("_import_round", 0) + 1


@contextmanager
def as_file(upload: UploadedFile) -> Iterator[Path]:
    """The uploaded bytes as a file under its own name, taken away afterwards."""
    name = re.sub(r"[\x00-\x1f/\\:]", "_", upload.name).strip(" .")[-150:] or "file"
    with tempfile.TemporaryDirectory(prefix="avanzamento-") as folder:
        path = Path(folder) / name
        upload.seek(0)
        with path.open("wb") as stream:
            shutil.copyfileobj(upload, stream)
        yield path


# --- meter ------------------------------------------------------------------------------------------------------


class Meter:
    """Tells rows and rate. Telling is also where a run that is no longer wanted ends: Streamlit raises there."""

    def __init__(self, h: Here, total: int | None) -> None:
        self._h, self._total = h, total
        self._bar = st.progress(0.0, text=plain(h.w("import_data.starting")))
        self._started = self._told = time.monotonic()

    def __call__(self, result: ImportResult) -> None:
        """Say how far an import is."""
        self.tell(result.rows_read)

    def tell(self, rows: int) -> None:
        """Say how far it is, a few times a second."""
        now = time.monotonic()
        if now - self._told < _TELL_EVERY:
            return
        self._told = now
        w = self._h.w
        rate = w.number(int(rows / (now - self._started)))
        text = (
            w("import_data.progress_of", rows=w.number(rows), total=w.number(self._total), rate=rate)
            if self._total
            else w("import_data.progress", rows=w.number(rows), rate=rate)
        )
        self._bar.progress(min(rows / self._total, 1.0) if self._total else 0.0, text=plain(text))

    def over(self, rows: Iterable[ParsedRow]) -> Iterator[ParsedRow]:
        """The rows as they are, told on the way."""
        for number, row in enumerate(rows):
            if number % _ROWS_TOLD == 0:
                self.tell(number)
            yield row


@contextmanager
def running(h: Here, what: str, total: int | None = None) -> Iterator[Meter]:
    """A piece of work that can be stopped: any choice made meanwhile ends it, with nothing written."""
    state()[_RUNNING] = True
    place = st.empty()
    with place.container():
        meter = Meter(h, total)
        st.button(h.w("import_data.stop"), key=f"import-stop-{what}", icon=":material/stop:")
    yield meter
    state()[_RUNNING] = False
    place.empty()


def was_stopped() -> bool:
    """Whether the last piece of work ended before its time. Asked once."""
    return bool(state().pop(_RUNNING, False))


# --- reading and storing ----------------------------------------------------------------------------------------


def understand(path: Path, context: Context, meter: Meter) -> Understood:
    """Read a file through: its format, how it is written, its rows and programmes. Raises UnreadableFile."""
    identity, rows = read_file(path, context)
    titles: dict[str, str] = {}
    found: dict[str, int] = {}
    number = 0
    for row in meter.over(rows):
        number += row.lines
        for code in _programmes(row, titles) if isinstance(row, AcceptedRow) else ():
            found[code] = found.get(code, 0) + 1
    return Understood(
        identity.format,
        identity.encoding,
        identity.delimiter,
        identity.decimal_mark,
        number,
        {code: (titles.get(code), found[code]) for code in sorted(found)},
    )


def _programmes(row: AcceptedRow, titles: dict[str, str]) -> set[str]:
    """The programmes that a row speaks of; titles are collected on the way."""
    codes = set()
    for record in row.records:
        if isinstance(record, ProgrammeRecord):
            titles.setdefault(record.code, record.title)
            codes.add(record.code)
        elif isinstance(record, PositionRecord):
            codes.add(record.programme_code)
            codes.update(filter(None, (record.shared_with or "").split(";")))
        elif isinstance(code := getattr(record, "programme_code", None), str):
            codes.add(code)
    return codes


def read_upload(h: Here, file: UploadedFile, upload: Upload, context: Context) -> None:
    """Read an uploaded file through and keep what was understood, or what the person has to say first."""
    upload.understood, upload.refusal, upload.preview = None, None, None
    upload.stopped = True  # until it has ended by itself
    with running(h, "read") as meter, as_file(file) as path:
        try:
            upload.understood = understand(path, context, meter)
        except UnreadableFile as error:
            need = NEEDS.get(error.reason)
            fmt = recognised(path) if need else None
            if need is None or need in upload.asked or fmt is None:
                upload.refusal = error
            if need is not None:
                upload.asked.add(need)
                upload.understood = Understood(fmt.name) if fmt else None
        upload.read_for, upload.stopped = context, False


def bring(
    h: Here, file: UploadedFile, upload: Upload, context: Context, *, dry_run: bool, good_only: bool
) -> Outcome | None:
    """Bring an uploaded file in, or only look; None where the file cannot be read, with the reason in `upload`."""
    total = upload.understood.rows if upload.understood else None
    with running(h, "bring", total) as meter, as_file(file) as path:
        try:
            identity, rows = read_file(path, context)
            result = bring_in(
                data.store(),
                actor=person.actor(),
                file=identity,
                rows=rows,
                accept_rejected=good_only,
                dry_run=dry_run,
                progress=meter,
            )
        except UnreadableFile as error:
            upload.refusal = error
            if not dry_run:
                details = {"file": file.name, "reason": error.reason}
                audit.refuse(data.store(), actor=person.actor(), action=ACTION, details=details)
            return None
        except NotAllowed as error:
            upload.refusal = UnreadableFile(error.reason)
            return None
        except NotTaken as not_taken:
            return Outcome(identity, replace(not_taken.result, import_id=None))
    return Outcome(identity, result)


def date_in_name(name: str) -> date | None:
    """The reference date that a file's name carries: 20181031, 2018-10-31 or 31_10_2018."""
    for pattern, order in (
        (r"(20\d\d)[-_.]?(\d\d)[-_.]?(\d\d)", "{0}-{1}-{2}"),
        (r"(\d\d)[-_.]?(\d\d)[-_.]?(20\d\d)", "{2}-{1}-{0}"),
    ):
        for found in re.finditer(rf"(?<!\d){pattern}(?!\d)", name):
            try:
                return written_date(order.format(*found.groups()))
            except BadValue:
                continue
    return None
