"""The words that a reader's file has where a program's has codes: heads, codes in words, texts of the data translated."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import pandas as pd

from data_model import project_queries, queries
from data_model.position_rows import Reading
from data_model.vocabulary import UNKNOWN_CODE
from exports.asked import Asked
from exports.table import BETWEEN_CODES, Column, ExportTable
from metrics import frames
from texts import Words, words


@dataclass(frozen=True)
class Document:
    """A source as a reader is told of it; what its record does not say is empty."""

    id: str
    title: str
    publisher: str = ""
    url: str = ""
    licence: str = ""


@dataclass(frozen=True)
class Reader:
    """The language of a file, with the names that the store holds."""

    w: Words
    translations: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict)
    programmes: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """The name of a call or beneficiary that is filtered by, by query key and code."""

    def say(self, text: str) -> str:
        """A text of the data in the reader's language, or as it is where the data hold no translation."""
        return self.translations.get(text, text)

    def head(self, column: Column) -> str:
        """The head of a column, with the unit of amounts."""
        name = self.w(column.label)
        return self.w("table.in_euros", name=name) if column.kind == "amount" else name

    def heads(self, table: ExportTable) -> list[str]:
        """The heads of a table."""
        return [self.head(column) for column in table.columns]

    def wording(self, column: Column) -> Callable[[str], str]:
        """What makes a text or code of a column readable."""
        if column.names_source:
            return lru_cache(maxsize=1024)(lambda codes: self._joined(codes, self.source))
        if column.words:
            return lru_cache(maxsize=1024)(lambda codes: self._joined(codes, lambda code: self.code(column, code)))
        return self.say if column.said else str

    def code(self, column: Column, code: str) -> str:
        """A code in words, as far as there are any."""
        key = column.words(code) if column.words else ""
        if not self.w.has(key):
            return code
        return self.w("export.code_and_name", code=code, name=self.w(key)) if column.keeps_code else self.w(key)

    def filtered(self, key: str, code: str) -> str:
        """A code that is filtered by, in words as far as there are any."""
        if code == UNKNOWN_CODE:
            return self.w("export.filter_without")
        if key in ("category", "region") and self.w.has(f"{key}.{code}"):
            return self.w(f"{key}.{code}")
        name = self.names.get((key, code), "").strip()
        return self.w("export.code_and_name", code=code, name=name) if name and name != code else code

    def programme(self, code: str) -> str:
        """A programme: its code and title."""
        title = self.programmes.get(code)
        return self.w("export.code_and_name", code=code, name=self.say(title)) if title else code

    def source(self, code: str) -> str:
        """A source: who published it, and its code."""
        found = self.documents.get(code)
        return f"{self.say(found.publisher)} [{code}]" if found and found.publisher else code

    @staticmethod
    def _joined(codes: str, name: Callable[[str], str]) -> str:
        return f"{BETWEEN_CODES} ".join(name(code) for code in codes.split(BETWEEN_CODES))


def reader_of(session: Reading, language: str, asked: Asked | None = None) -> Reader:
    """The reader of a language, with what the store holds for it; of what is asked for, with the names of its filters."""
    documents = {
        row.id: Document(row.id, row.title, *(text_or_empty(getattr(row, name)) for name in ("publisher", "url", "licence")))
        for row in frames.rows(queries.sources(session))
    }
    titles = {row.code: row.title for row in frames.rows(queries.programmes(session))}
    named = {"call": asked.calls, "beneficiary": asked.beneficiaries} if asked else {}
    names = {
        (key, code): name
        for key, codes in named.items()
        if codes
        for code, name in project_queries.names(session, key, codes).items()
    }
    return Reader(words(language), queries.translations(session, language), documents, titles, names)


def text_or_empty(value: object) -> str:
    """A text that a frame may hold as missing."""
    return value if isinstance(value, str) and not pd.isna(value) else ""
