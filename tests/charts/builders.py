"""Every chart with harmless and with hostile words, for the tests that hold for all of them."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from charts import (
    activities,
    bullets,
    commitment_gaps,
    deadlines,
    funnel,
    gap_ages,
    participants,
    region_map,
    training,
    trend,
)
from charts.theme import Look

Spec = dict[str, Any]

BUILDERS: dict[str, tuple[Any, dict[str, Any]]] = {
    "activities": (activities.state_of_play, {"stages": ("in definition", "started"), "count": "Count", "names": "What"}),
    "bullets": (bullets.bullets, {"unit": "Unit", "whole": "Whole", "middle": "Middle", "thin": "Thin"}),
    "bullets without a thin bar": (bullets.bullets, {"unit": "Unit", "whole": "Whole", "middle": "Middle"}),
    "commitment_gaps": (
        commitment_gaps.dumbbells,
        {"unit": "Unit", "committed": "Committed", "reported": "Reported", "gap": "Gap"},
    ),
    "deadlines": (deadlines.timeline, {"deadline": "Deadline", "decided": "Decided", "act": "Act"}),
    "funnel": (funnel.funnel, {"unit": "Unit", "value": "Value"}),
    "gap ages": (gap_ages.bars, {"unit": "Unit", "gap": "Gap", "share": "Share", "projects": "Projects"}),
    "region map": (
        region_map.region_map,
        {"none": "Unknown", "low": "Zero", "classes": ("A", "B", "C"), "gap": "Gap", "projects": "Projects"},
    ),
    "participants": (participants.stacked, {"unit": "Unit", "parts": ("A", "B", "C"), "value": "Value"}),
    "training": (training.cohort_steps, {"unit": "Unit", "value": "Value"}),
    "trend": (trend.trend, {"unit": "Unit", "names": ("Day", "Value", "Fall")}),
    "small trend": (trend.trend, {"unit": "Unit", "names": ("Day", "Value", "Fall"), "small": True, "height": 190}),
}


@cache
def specification(name: str, look: Look) -> Spec:
    """The specification of a chart; Altair validates it against the schema of Vega-Lite."""
    build, words = BUILDERS[name]
    spec: Spec = build(look, **words).to_dict(validate="deep")
    return spec


def specification_with(name: str, look: Look, hostile: str) -> Spec:
    """The specification of a chart all of whose words are one text."""
    build, words = BUILDERS[name]
    replaced = {
        key: hostile if isinstance(word, str) else tuple(f"{hostile}{n}" for n in range(len(word)))
        for key, word in words.items()
        if isinstance(word, str | tuple)
    }
    spec: Spec = build(look, **(words | replaced)).to_dict()
    return spec


def nodes(tree: Any) -> Iterator[Spec]:
    """Every object of a specification."""
    if isinstance(tree, dict):
        yield tree
        for value in tree.values():
            yield from nodes(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from nodes(value)


def layers(spec: Spec) -> list[Spec]:
    """The layers that draw marks."""
    return [node for node in nodes(spec) if "mark" in node and "encoding" in node]


def texts(tree: Any) -> Iterator[str]:
    """Every text of a specification."""
    if isinstance(tree, dict):
        for value in tree.values():
            yield from texts(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from texts(value)
    elif isinstance(tree, str):
        yield tree


EXPRESSIONS = ("expr", "filter", "calculate", "test", "labelExpr", "as", "field")


def expressions(spec: Spec) -> Iterator[str]:
    """Every text of a specification that Vega evaluates or looks up."""
    for node in nodes(spec):
        for key in EXPRESSIONS:
            if isinstance(node.get(key), str):
                yield node[key]
        if "condition" in node:
            yield from texts(node["condition"])
