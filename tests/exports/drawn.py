"""What the pages draw, taken where they would give it away."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from exports.pictures import Picture
from shell import pictures as on_pages
from shell import show
from tests.pages.screen import opened

Drawn = tuple[Any, dict[str, Any], Picture]
"""(builder, its words, picture)."""


def menus(block: Any) -> Iterator[str]:
    """The keys of the menus below charts: what is in them comes when they are opened."""
    for inner in getattr(block, "children", {}).values():
        if key := re.search(r"take-.+", getattr(getattr(inner, "proto", None), "id", "") or ""):
            yield key[0]
        yield from menus(inner)


@cache
def drawn(page: str, query: tuple[tuple[str, str], ...]) -> tuple[Drawn, ...]:
    """The charts of a page as they would be taken away."""
    found: list[Drawn] = []
    built: list[tuple[Any, dict[str, Any]]] = []
    keep, specify = on_pages.buttons, show.specification

    def buttons(h: Any, name: str, what: on_pages.Drawn) -> None:
        found.append((*built[-1], on_pages.picture(h.version, what, on_pages.asked_here(h, page))))
        keep(h, name, what)

    def specification(build: Any, look: Any, arguments: Any) -> Any:
        built.append((build, dict(arguments)))
        return specify(build, look, arguments)

    with pytest.MonkeyPatch.context() as patch:
        at = opened("sources", dict(query))
        patch.setattr(on_pages, "buttons", buttons)
        patch.setattr(show, "specification", specification)
        at.switch_page(f"../pages/{page}.py").run()
        for name in menus(at.main):
            at.session_state[name] = True
        found.clear()
        built.clear()
        at.run()
    return tuple(found)
