"""Opens a page without a browser and reads it as a reader would."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

# Each AppTest searches all installed packages for components anew, which takes longer than most pages do. A server does
# it once as it starts; so does a process of tests.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)

ROOT = Path(__file__).resolve().parent.parent.parent
MAIN = ROOT / "shell" / "main.py"
LANGUAGES = ("it", "en")
PAGES = (
    "start",
    "overview",
    "axes",
    "commitment_gaps",
    "calls",
    "activities",
    "training",
    "participants",
    "presentation",
    "sources",
    "import_data",
    "audit",
)
WITHOUT_CHARTS = ("start", "presentation", "sources", "import_data", "audit")

Query = dict[str, str | list[str]]


def asked(query: Query | None = None) -> AppTest:
    """The app before its first run, with a query in its address."""
    at = AppTest.from_file(MAIN, default_timeout=60)
    for key, value in (query or {}).items():
        at.query_params[key] = value
    return at


def started(query: Query | None = None) -> AppTest:
    """The app as it opens with a query: at its first page."""
    return asked(query).run()


def opened(page: str, query: Query | None = None) -> AppTest:
    """The app opened at the address of a page, which is the name of its file: the first run is that of the page."""
    return go_to(asked(query), page)


def address(at: AppTest) -> dict[str, list[str]]:
    """The query of the address, a list per key."""
    return {key: [value] if isinstance(value, str) else list(value) for key, value in at.query_params.items()}


def go_to(at: AppTest, page: str) -> AppTest:
    """The same session at another page."""
    return at.switch_page(f"../pages/{page}.py").run()


def unescaped(text: str) -> str:
    """Markdown as characters, with ordinary blanks."""
    return re.sub(r"\\(.)", r"\1", text).replace("\u00a0", " ").replace("\u202f", " ")


def level_of(element: Any) -> int:
    """1 to 3 for a heading, 0 for what is none. A heading comes with the lines below it as one Markdown."""
    levels = {"title": 1, "header": 2, "subheader": 3}
    if element.type == "markdown" and (mark := re.match(r"(#{1,3}) ", element.value)):
        return len(mark[1])
    return levels.get(element.type, 0)


def heading_of(element: Any) -> str:
    """The words of a heading alone."""
    return unescaped(element.value.split("\n")[0].lstrip("# "))


def headings(at: AppTest, *levels: int) -> list[str]:
    """The headings of a page of these levels."""
    return [heading_of(element) for element in elements(at) if level_of(element) in levels]


def elements(at: AppTest) -> Iterator[Any]:
    """The elements of the page in their order, without the sidebar."""
    return (node for node in at.main if not hasattr(node, "children"))


def links(block: Any) -> list[dict[str, Any]]:
    """The links in lists of links, of the sidebar or of the page: what each is called, its address, whether it is here."""
    components = [node.proto for node in block if node.type == "bidi_component"]
    lists = [json.loads(found.bytes) for found in components if found.component_name == "avanzamento_links"]
    return [link for found in lists for group in found["groups"] for link in group["links"]]


def text_of(at: AppTest) -> str:
    """All that is written on a page: prose, tables, alternative texts of charts."""
    parts = []
    for element in elements(at):
        if element.type in ("table", "arrow_table"):
            frame = element.value
            parts += [str(frame.index.name), *map(str, frame.columns)]
            parts += [str(cell) for row in frame.itertuples() for cell in row]
        elif element.type == "vega_lite_chart":
            parts.append(element.proto.alt)
        elif isinstance(getattr(element, "value", None), str):
            parts.append(element.value)
        elif hasattr(element.proto, "label"):
            parts.append(element.proto.label)
    parts += [link["label"] for link in links(at.main)]
    return unescaped(" | ".join(parts))


def unfolded(at: AppTest) -> AppTest:
    """The page with its long tables unfolded: they come when they are opened."""
    for block in at.expander:
        if found := re.search(r"fold-.+", block.proto.id):
            at.session_state[found[0]] = True
    return at.run()


def heads(at: AppTest) -> set[str]:
    """The heads of all tables of a page."""
    return {unescaped(str(name)) for table in at.table for name in (table.value.index.name, *table.value.columns)}


def cells(at: AppTest) -> set[str]:
    """The cells of all tables of a page."""
    return {unescaped(str(cell)) for table in at.table for row in table.value.itertuples() for cell in row}


def titles_of_charts(at: AppTest) -> list[str]:
    """The heading above each chart."""
    found, last = [], ""
    for element in elements(at):
        if level_of(element) in (2, 3):
            last = heading_of(element)
        elif element.type == "vega_lite_chart":
            found.append(last)
    return found


def number(value: str, language: str) -> str:
    """A number in the form of a language, with decimals only where it has any: 658.221.493,61."""
    amount = Decimal(value)
    text = f"{amount:,.2f}" if amount % 1 else f"{amount:,.0f}"
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))


def percent(value: str, language: str) -> str:
    """A share in the form of a language: 6,5 % or 6.5%."""
    return f"{value.replace('.', ',')} %" if language == "it" else f"{value}%"
