"""Tables of the audit trail."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from data_model.audit import REFUSED, Entry
from metrics.measures import MEASURES
from shell.here import Here
from shell.show import Table
from shell.tables.cells import columns, moment

_TOLD = ("file", "sha256", "import", "name", "code", "view", "slide", "page", "table", "form", "filters", "rows",
         "rows_read", "rows_new", "rows_changed", "rows_unchanged", "rows_skipped", "rows_rejected", "sums_in_cents",
         "reason")  # fmt: skip
"""What is told of an entry, in this order; the whole of it is in the store."""

_NAMES = ("file", "name", "code", "view", "slide", "table", "form")
"""What people or files have named: it is quoted, for it may be of another language than the page."""

_WORDS = {
    "page": ("{}.title",),
    "table": ("export.table.{}", "audit.detail_{}"),
    "form": ("export.download.{}_data", "export.download.{}", "picture.{}"),
}
_FILTER_WORDS = ("export.filter.{}", "filter.{}", "audit.detail_{}")
"""Where the words of a code are looked for."""

_DIGITS = 12
"""Of a SHA-256: enough to find the file by."""


def entries(h: Here, listed: Sequence[Entry]) -> Table:
    """One row per entry: number, when, who, what, data version, details, hash."""
    rows = [
        (
            str(e.id),
            moment(h, e.at),
            e.actor,
            act(h, e.action),
            h.w.count(e.data_version),
            " · ".join(_details(h, e.details)),
            e.hash[:_DIGITS],
        )
        for e in listed
    ]
    names = ("number", "when", "who", "what")
    heads = [h.w(f"table.{name}") for name in names] + [h.w(f"audit.head_{name}") for name in ("version", "details", "hash")]
    return Table(columns(rows, heads), numbers=(5,), sentences=(6,), wide_names=False, folded=False)


def act(h: Here, action: str) -> str:
    """An act in words; the code of one that has none."""
    if action.endswith(REFUSED):
        return h.w("audit.refused", act=act(h, action.removesuffix(REFUSED)))
    return h.w(f"audit.act_{action}") if h.w.has(f"audit.act_{action}") else action


def _details(h: Here, details: Mapping[str, Any]) -> Iterator[str]:
    for key in _TOLD:
        value = details.get(key)
        if value not in (None, "", {}, []):
            yield h.w("audit.detail", name=h.w(f"audit.detail_{key}"), value=_value(h, key, value))


def _value(h: Here, key: str, value: Any) -> str:
    if key in _WORDS:
        value = _in_words(h, _WORDS[key], value)
    if key in _NAMES:
        return h.w("table.quoted", text=str(value))
    if key == "sha256":
        return str(value)[:_DIGITS]
    if key == "sums_in_cents":
        return ", ".join(
            f"{h.measure(name) if name in MEASURES else name} {h.w.money(cents)}" for name, cents in value.items()
        )
    if key == "filters":
        return "; ".join(_filter(h, name, codes) for name, codes in value.items())
    if isinstance(value, Mapping):  # what an undo took back, by kind
        kinds = [h.w(f"import_data.held_{kind}", count=h.w.count(rows)) for kind, rows in value.items() if rows]
        return ", ".join(kinds) or h.w.count(0)
    return h.w.count(value) if key.startswith("rows") else str(value)


def _filter(h: Here, name: str, codes: Sequence[Any]) -> str:
    """By what was chosen, in words, and the codes of what was chosen."""
    chosen = (_in_words(h, ("series.{}.label",), code) if name == "series" else str(code) for code in codes)
    return h.w("export.filter_item", name=_in_words(h, _FILTER_WORDS, name), codes=", ".join(chosen))


def _in_words(h: Here, keys: Sequence[str], code: Any) -> str:
    """The words of a code under the first key that has any; the code itself of one that has none."""
    return next((h.w(key) for key in (place.format(code) for place in keys) if h.w.has(key)), str(code))
