"""Writes docs/DATA_DICTIONARY.md from the tables: `python -m data_model.dictionary`; `--check` only compares."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import SQLModel

from data_model import tables

FILE = Path(__file__).resolve().parent.parent / "docs" / "DATA_DICTIONARY.md"
_HEAD = """\
# Data dictionary

Written by `make docs` from data_model/tables.py; change it there.
Money is in whole cents, counts and percentages are in thousandths.
Figures, activities and deadlines hold from the data version `valid_from` up to, not including, `valid_to`.
"""


class Undescribed(Exception):
    """Some table or column lacks its description; the message names them all."""


def models() -> list[type[SQLModel]]:
    """The classes of the tables, in the order of their module."""
    return [m for m in vars(tables).values() if isinstance(m, type) and issubclass(m, SQLModel) and hasattr(m, "__table__")]


def dictionary(described: list[type[SQLModel]]) -> str:
    """The whole document. Raises Undescribed."""
    gaps = [gap for model in described for gap in _gaps(model)]
    if gaps:
        raise Undescribed(f"Without description: {', '.join(gaps)}.")
    return "\n".join([_HEAD, *(line for model in described for line in _section(model))])


def _table(model: type[SQLModel]) -> sa.Table:
    table: sa.Table = vars(model)["__table__"]
    return table


def _gaps(model: type[SQLModel]) -> Iterator[str]:
    table = _table(model)
    if not vars(model).get("__doc__"):
        yield table.name
    for column in table.columns:
        if not model.model_fields[column.name].description:
            yield f"{table.name}.{column.name}"


def _section(model: type[SQLModel]) -> Iterator[str]:
    table = _table(model)
    yield f"## {table.name}\n"
    yield " ".join((model.__doc__ or "").split()) + "\n"
    yield "| column | type | key | may be empty | description |"
    yield "|---|---|---|---|---|"
    for column in table.columns:
        description = (model.model_fields[column.name].description or "").replace("|", r"\|")
        empty = "yes" if column.nullable else ""
        yield f"| {column.name} | {_type(column)} | {_key(column)} | {empty} | {description} |"
    yield ""


def _type(column: sa.Column[object]) -> str:
    return str(column.type.compile()).lower()


def _key(column: sa.Column[object]) -> str:
    own = ["primary"] if column.primary_key else []
    return ", ".join([*own, *(f"→ {key.target_fullname}" for key in column.foreign_keys)])


def main(arguments: list[str] | None = None) -> int:
    """Write the document, or with --check say whether it is up to date. The exit code."""
    parser = argparse.ArgumentParser(prog="python -m data_model.dictionary", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if the document is not up to date")
    check = parser.parse_args(arguments).check
    try:
        text = dictionary(models())
    except Undescribed as error:
        print(error, file=sys.stderr)
        return 1
    if check:
        return _compare(text)
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(text, encoding="utf-8", newline="\n")
    return 0


def _compare(text: str) -> int:
    if FILE.exists() and FILE.read_text(encoding="utf-8") == text:
        return 0
    print(f"{FILE.name} is not what the tables say: run `make docs`.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
