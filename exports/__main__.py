"""`python -m exports TABLE -o FILE`: the same tables as the pages', as files; `python -m exports sitting CODE --format NAME
-o FILE`: the slides and minutes of a sitting.

What it says goes to stderr; exit codes: 0 written, 1 nothing such in the store, 2 used wrongly, 3 the store cannot be
opened.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from data_model import audit
from data_model.importing import is_empty
from data_model.roles import keyboard
from data_model.sittings import CannotChange
from data_model.store import Store, StoreUnavailable, default_url, open_store
from exports.asked import Asked, Misused, NothingSuch, as_pairs, check_keys
from exports.dataset import write_dataset
from exports.flavours import FLAVOURS
from exports.names import DATASET
from exports.reader import reader_of
from exports.readme import sums_for_programs
from exports.sitting import FORMATS
from exports.table import ExportTable, Tally
from exports.tables import OFFERS, asked_of, table
from importers.sample import load_sample
from texts import LANGUAGES, Words, words

WRITTEN, NOTHING, MISUSED, UNAVAILABLE = 0, 1, 2, 3
SITTING = "sitting"
_OPTIONS = ("programme", "as_of", "series", "lang")


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit code."""
    words_given = sys.argv[1:] if arguments is None else arguments
    if words_given[:1] == [SITTING]:
        return _sitting(words_given[1:])
    parser = _parser()
    given = parser.parse_args(words_given)
    w = words(given.lang or "it")
    if given.list:
        print("\n".join(_listed(w)))
        return WRITTEN
    if not given.table or given.output is None:
        parser.print_usage(sys.stderr)
        return MISUSED
    try:
        return _export(_store(), given)
    except StoreUnavailable as error:
        print(error, file=sys.stderr)
        return UNAVAILABLE
    except Misused as error:
        print(w(error.sentence, **error.values), file=sys.stderr)
        return NOTHING if isinstance(error, NothingSuch) else MISUSED
    except OSError as error:
        print(w("export.not_written", file=given.output, reason=error.strerror or error), file=sys.stderr)
        return NOTHING


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m exports", description=__doc__)
    parser.add_argument("table", nargs="?", choices=[*OFFERS, DATASET], help="the table; --list says which there are")
    parser.add_argument("--programme", metavar="CODE", help="the programme; without it the best documented one")
    parser.add_argument("--as-of", metavar="DATE", help="YYYY-MM-DD; without it the latest date of the series")
    parser.add_argument("--series", metavar="NAME", help="the basis of measurement: ec, published, oc, oc_eu, puc")
    parser.add_argument(
        "--filter", action="append", default=[], metavar="key=value", help="a query key of the pages; may be repeated"
    )
    parser.add_argument("--lang", choices=LANGUAGES, help="language of heads and words")
    parser.add_argument("--flavour", choices=[*FLAVOURS], default="excel", help="the form of the file")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="the file to write")
    parser.add_argument("--list", action="store_true", help="list the tables and what may be asked of them")
    return parser


def _sitting(arguments: list[str]) -> int:
    """The command about sittings; the exit code."""
    parser = argparse.ArgumentParser(prog=f"python -m exports {SITTING}")
    parser.add_argument("code", nargs="?", help="the sitting; --list says which there are")
    parser.add_argument("--format", choices=[*FORMATS], help="the form of the file")
    parser.add_argument("--lang", choices=LANGUAGES, default="it", help="language of what the command says")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="the file to write")
    parser.add_argument("--list", action="store_true", help="list the sittings: code, day, language, name")
    given = parser.parse_args(arguments)
    if not given.list and not (given.code and given.format and given.output):
        parser.print_usage(sys.stderr)
        return MISUSED
    w = words(given.lang)
    # What draws the pages is needed for slides only. It would say of each cache that there is no server: here that is meant.
    import streamlit as st  # noqa: PLC0415
    from streamlit.logger import set_log_level  # noqa: PLC0415

    st.get_option("logger.level")  # reads the configuration, which sets the level
    set_log_level("error")
    from shell import decks  # noqa: PLC0415

    try:
        if given.list:
            print(*(f"{s.code}\t{s.day}\t{s.language}\t{s.name}" for s in decks.listing()), sep="\n")
            return WRITTEN
        deck = decks.deck_of(given.code)
        _to_file(given.output, lambda stream: FORMATS[given.format].write(deck, stream))
        _log(open_store(default_url()), SITTING, given.format, {"sitting": [given.code]}, None)
    except StoreUnavailable as error:
        print(error, file=sys.stderr)
        return UNAVAILABLE
    except CannotChange as error:
        print(w(f"sitting.cannot_{error.reason}"), file=sys.stderr)
        return NOTHING
    except OSError as error:
        print(w("export.not_written", file=given.output, reason=error.strerror or error), file=sys.stderr)
        return NOTHING
    print(w("sitting.written", file=given.output, name=deck.name, slides=len(deck.slides)), file=sys.stderr)
    return WRITTEN


def _listed(w: Words) -> Iterator[str]:
    for name, offer in OFFERS.items():
        yield f"{name}\t{w(f'export.table.{name}')}\t{' '.join(offer.takes)}"
    yield f"{DATASET}\t{w('export.whole')}\t"


def _store() -> Store:
    """The store, with the sample in it if it was empty and AVANZAMENTO_SAMPLE is not 0."""
    store = open_store(default_url())
    if os.environ.get("AVANZAMENTO_SAMPLE", "1") != "0":
        with store.reading() as session:
            empty = is_empty(session)
        if empty:
            with store.writing() as session:
                load_sample(session)
    return store


def _query(given: argparse.Namespace) -> dict[str, list[str]]:
    """The options and filters as one query."""
    query = as_pairs(given.filter)
    for key in _OPTIONS:
        if (value := getattr(given, key)) is not None:
            query.setdefault(key, []).append(value)
    return query


def _export(store: Store, given: argparse.Namespace) -> int:
    query = _query(given)
    language = query.get("lang", ["it"])[0]
    if language not in LANGUAGES:
        raise Misused("export.unknown_value", name="lang", value=language, known=", ".join(LANGUAGES))
    w = words(language)
    with store.reading() as session:
        if given.table == DATASET:
            check_keys(query, DATASET, ("series",))
            asked = asked_of(session, "axes", query, language)
            tallies = _to_file(given.output, lambda stream: write_dataset(session, asked, stream))
            report = [f"  {name}: rows={tally.rows}" for name, tally in tallies.items()]
            rows = sum(tally.rows for tally in tallies.values())
        else:
            asked = asked_of(session, given.table, query, language)
            found = table(session, given.table, asked)
            reader, flavour = reader_of(session, language, asked), FLAVOURS[given.flavour]
            tally = _to_file(given.output, lambda stream: flavour.write(found, reader, stream))
            report, rows = list(_report(found, tally)), tally.rows
    _log(store, given.table, given.flavour, asked.as_query(), rows)
    print(_what(w, given, asked), *report, sep="\n", file=sys.stderr)
    return WRITTEN


def _log(store: Store, what: str, form: str, filters: dict[str, list[str]], rows: int | None) -> None:
    version = store.data_version()
    who = keyboard(audit.local_user())
    audit.taken_away(store, actor=who, what=what, form=form, filters=filters, rows=rows, data_version=version)


def _what(w: Words, given: argparse.Namespace, asked: Asked) -> str:
    return w("export.written", file=given.output, programme=asked.programme, day=asked.as_of.isoformat())


def _report(found: ExportTable, tally: Tally) -> Iterator[str]:
    """Rows and sums as lines for programs."""
    yield f"  rows={tally.rows}"
    for line in sums_for_programs(found, tally):
        yield f"  {line}"


def _to_file(path: Path, write: Callable[[BinaryIO], Any]) -> Any:
    """Write a file whole or not at all: under another name first, beside where it will stand."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with unfinished.open("wb") as stream:
            found = write(stream)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return found


if __name__ == "__main__":
    sys.exit(main())
