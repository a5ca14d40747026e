"""Whatever an importer may say, by a code, has its words in both languages."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from texts import LANGUAGES, words

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = [*(ROOT / "importers").rglob("*.py"), *(ROOT / "data_model").glob("*.py")]
REASON_AT = {"UnreadableFile": 0, "BadValue": 2, "RefusedRow": 3, "SkippedRow": 1}
"""Which argument of these is the code of a reason."""


def codes(kind: str) -> Iterator[tuple[str, str]]:
    """(place, code) of every literal reason or warning in the code."""
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                argument = _argument(node, kind)
                for found in ast.walk(argument) if argument is not None else ():
                    if isinstance(found, ast.Constant) and isinstance(found.value, str):
                        yield f"{path.relative_to(ROOT)}:{node.lineno}", found.value


def _argument(call: ast.Call, kind: str) -> ast.expr | None:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if kind == "reason" and name in REASON_AT and len(call.args) > REASON_AT[name]:
        return call.args[REASON_AT[name]]
    if kind == "warning" and name == "add" and "notes" in ast.unparse(call.func) and call.args:
        return call.args[0]
    return None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["reason", "warning"])
def test_each_code_has_its_words(kind, language):
    found = list(codes(kind))
    assert len(found) > (20 if kind == "reason" else 5)
    w = words(language)
    assert sorted({f"{place} {code}" for place, code in found if not w.has(f"{kind}.{code}")}) == []
