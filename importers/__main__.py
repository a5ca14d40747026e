"""`python -m importers FILE…`: bring files in, look at them first, list imports and take one back.

What it says on stdout is for the person or, with --json, for a script; exit codes: 0 stored or nothing to change,
1 refused with nothing written, 2 used wrongly, 3 the store cannot be opened, 130 interrupted: what was not finished is not
written.
"""

import argparse
import getpass
import json
import re
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from data_model import audit, import_queries
from data_model.importing import ACTION, NotTaken, bring_in
from data_model.records import FileIdentity, ImportResult, Notes, RefusedRow
from data_model.roles import keyboard
from data_model.store import Store, StoreUnavailable, default_url, open_store
from data_model.undoing import NoSuchImport, take_back
from importers.formats import FORMATS, read_file
from importers.reading import Context, UnreadableFile
from texts import Words, words

STORED, REFUSED, MISUSED, UNAVAILABLE, INTERRUPTED = 0, 1, 2, 3, 130
LANGUAGE = "it"
_DETAILS = 10
_SHOWN = 20
_LISTED = 200


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit code."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.formats:
        print("\n".join(f"{fmt.name}: {', '.join(sorted(fmt.required))}" for fmt in FORMATS))
        return STORED
    if not (asked.file or asked.list or asked.undo is not None):
        parser.print_usage(sys.stderr)
        return MISUSED
    try:
        store = open_store(default_url())
        if asked.list:
            return _list(store)
        if asked.undo is not None:
            return _undo(store, asked.undo)
    except StoreUnavailable as error:
        print(error, file=sys.stderr)
        return UNAVAILABLE
    return _bring(store, asked)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m importers", description=__doc__)
    parser.add_argument("file", nargs="*", type=Path, help="files to bring in; also a zip, or a folder of tables")
    parser.add_argument(
        "--format", choices=[fmt.name for fmt in FORMATS], help="the format, where it is not to be recognised"
    )
    parser.add_argument(
        "--programme",
        action="append",
        default=[],
        metavar="CODE",
        help="a programme asked for (may be repeated; without it all of the file), or that of files that do not name it",
    )
    parser.add_argument("--source", help="the source of files that do not name it")
    parser.add_argument("--as-of", type=_day, metavar="DATE", help="the reference date of files that carry none")
    parser.add_argument("--accept-rejected", action="store_true", help="store the good rows of a file that has bad ones")
    parser.add_argument("--dry-run", action="store_true", help="only say what would change")
    parser.add_argument("--json", action="store_true", help="print a list with one object a file")
    parser.add_argument("--formats", action="store_true", help="list the formats and the columns that tell them")
    parser.add_argument("--list", action="store_true", help="list the imports")
    parser.add_argument("--undo", type=int, metavar="ID", help="take an import back")
    return parser


def _day(text: str) -> date:
    """A day as YYYY-MM-DD and in no other form that Python would take."""
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise argparse.ArgumentTypeError(f"not a date like 2018-12-31: {text!r}")
    return date.fromisoformat(text)


def _bring(store: Store, asked: argparse.Namespace) -> int:
    """Bring each file in, on its own; refused if any is. What was stored before an interruption, or before the store no
    longer answered, stays and is reported."""
    context = Context(programmes=frozenset(asked.programme), source=asked.source, as_of=asked.as_of)
    reports, codes = [], []
    for path in asked.file:
        try:
            report, notes, refused, code = _one(store, path, context, asked)
        except KeyboardInterrupt:
            print("\n" + words(LANGUAGE)("import.interrupted", file=path), file=sys.stderr)
            codes.append(INTERRUPTED)
            break
        except StoreUnavailable as error:
            print(error, file=sys.stderr)
            codes.append(UNAVAILABLE)
            break
        reports.append(report)
        codes.append(code)
        if not asked.json:
            print("\n".join(_in_words(report, notes, refused, words(LANGUAGE))), flush=True)
    if asked.json:
        print(json.dumps(reports, ensure_ascii=False, indent=1))
    return max(codes)


class _Meter:
    """Rows and rate on one line of stderr, while it is read by a person."""

    def __init__(self) -> None:
        self._started = self._told = time.monotonic()

    def __call__(self, result: ImportResult) -> None:
        now = time.monotonic()
        if now - self._told < 0.2:
            return
        self._told = now
        w = words(LANGUAGE)
        rate = w.number(int(result.rows_read / (now - self._started)))
        print(f"\r{w('import.progress', rows=w.number(result.rows_read), rate=rate)}  ", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Take the line away, if one was written."""
        if self._told != self._started:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def _named(path: Path) -> Path:
    """The path with a name of its own: `.` has none."""
    return path if path.name else path.resolve()


def _one(
    store: Store, path: Path, context: Context, asked: argparse.Namespace
) -> tuple[dict[str, Any], Notes, list[RefusedRow], int]:
    """The report on one file, what was noticed, its first refused rows, and the exit code it asks for."""
    meter = _Meter() if sys.stderr.isatty() else None
    try:
        identity, rows = read_file(_named(path), context, asked.format)
        result = bring_in(
            store,
            actor=keyboard(getpass.getuser()),
            file=identity,
            rows=rows,
            accept_rejected=asked.accept_rejected,
            dry_run=asked.dry_run,
            progress=meter,
        )
    except (UnreadableFile, OSError) as error:
        report = _unreadable(path, error)
        if not asked.dry_run:
            details = {"file": _named(path).name, "reason": next(iter(report["reasons"]))}
            audit.refuse(store, actor=keyboard(getpass.getuser()), action=ACTION, details=details)
        return report, Notes(), [], REFUSED
    except NotTaken as not_taken:
        code = REFUSED if not_taken.result.rows_rejected and not asked.accept_rejected else STORED
        report = _report(path, identity, not_taken.result) | {"import_id": None}
        return report, identity.notes, not_taken.result.refused, code
    finally:
        if meter is not None:
            meter.close()
    return _report(path, identity, result), identity.notes, result.refused, STORED


def _report(path: Path, identity: FileIdentity, result: ImportResult) -> dict[str, Any]:
    """What scripts may rely on, key by key."""
    counts = {f"rows_{name}": getattr(result, f"rows_{name}") for name in _COUNTS}
    sums = {name: getattr(result, name) for name in _SUMS}
    return {
        "file": str(path),
        "format": identity.format,
        "encoding": identity.encoding,
        "delimiter": identity.delimiter,
        "sha256": identity.sha256,
        "import_id": result.import_id,
        **counts,
        **sums,
        "reasons": result.reasons,
        "warnings": [_warning(code, count, identity.notes) for code, count in identity.notes.counts.items()],
    }


def _warning(code: str, count: int, notes: Notes) -> str:
    """A warning as a line for scripts: `impossible_day × 1405 (…)`."""
    details = ", ".join(notes.details.get(code, []))
    return f"{code} × {count}" + (f" ({details})" if details else "")


_COUNTS = ("read", "new", "changed", "unchanged", "skipped", "rejected")
_SUMS = ("sums_in_cents", "sums_stored_cents", "sums_skipped_cents", "sums_rejected_cents")


def _unreadable(path: Path, error: UnreadableFile | OSError) -> dict[str, Any]:
    """The report on a file that cannot be taken as a whole."""
    reason = error.reason if isinstance(error, UnreadableFile) else "no_such_file"
    nothing = ImportResult(reasons={reason: 1})
    identity = FileIdentity(path.name, "", "")
    if isinstance(error, UnreadableFile) and error.detail:
        identity.notes.add(reason, error.detail)
    return _report(path, identity, nothing)


def _in_words(report: dict[str, Any], notes: Notes, refused: list[RefusedRow], w: Words) -> Iterator[str]:
    """The report as sentences."""
    yield f"{report['file']}: {report['format'] or w('import.not_taken')}"
    if report["format"]:
        yield w("import.counts", **{name: w.count(report[f"rows_{name}"]) for name in _COUNTS})
        yield w("import.number", number=report["import_id"]) if report["import_id"] else w("import.nothing_written")
    for code, count in notes.counts.items():
        yield "  " + w.warning(code, count, notes.details.get(code, []), _DETAILS)
    for reason, count in report["reasons"].items():
        yield f"  {w.count(count)} × {w(f'reason.{reason}')}"
    for row in refused[:_SHOWN]:
        reason = w(f"reason.{row.reason}")
        yield w("import.refused_row", line=row.line, column=row.column or "–", value=row.value or "–", reason=reason)


def _list(store: Store) -> int:
    """One line per import, the newest first."""
    w, offset = words(LANGUAGE), 0
    with store.reading() as session:
        while page := import_queries.imports_page(session, offset=offset, limit=_LISTED):
            offset += _LISTED
            for entry in page:
                when = f"{entry.imported_at:%Y-%m-%d %H:%M}"
                undone = w("import.undone_mark") if entry.undone_at_version is not None else ""
                told = (entry.id, when, entry.format, entry.file_name, entry.rows_read, entry.actor, undone)
                print("\t".join(map(str, told)).rstrip())
    return STORED


def _undo(store: Store, number: int) -> int:
    w = words(LANGUAGE)
    try:
        version = take_back(store, actor=keyboard(getpass.getuser()), import_id=number)
    except NoSuchImport:
        print(w("import.no_such", number=number), file=sys.stderr)
        return REFUSED
    print(w("import.undone", number=number, version=version))
    return STORED


if __name__ == "__main__":
    sys.exit(main())
