"""A chart whose marks can be clicked: what is clicked is known by the `code` of its row."""

from collections.abc import Mapping
from typing import Any

PICKED = "picked"
"""The selection of a chart that can be clicked; it holds codes."""

_VIEW = "picking"


def pickable(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The specification of a layered chart with a selection of rows by their code, each click adding or taking away one.

    Every mark of a row can be clicked, its name and value too, since all layers draw the same rows.
    """
    first, *others = spec["layer"]
    name = first.get("name", _VIEW)
    select = {"type": "point", "fields": ["code"], "toggle": "true", "clear": False}
    config = spec.get("config", {})
    return {
        **spec,
        "layer": [{**first, "name": name}, *others],
        "params": [*spec.get("params", []), {"name": PICKED, "select": select, "views": [name]}],
        "config": {**config, "mark": {**config.get("mark", {}), "cursor": "pointer"}},
    }
