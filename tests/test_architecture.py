"""The house rules of CONTRIBUTING.md, read from the code: who imports whom, who writes, how long things are."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("texts", "data_model", "importers", "metrics", "charts", "exports", "shell", "pages", "deploy")
ROOMS = [*PACKAGES, "app"]
MIGRATIONS = "data_model/migrations/"

MAY_IMPORT: dict[str, set[str]] = {
    "texts": set(),
    "data_model": set(),
    "importers": {"data_model"},
    "metrics": {"data_model"},
    "charts": {"texts", "metrics", "data_model"},
    "exports": {"texts", "metrics", "data_model"},
    "shell": set(ROOMS),
    "pages": set(ROOMS),
    "app": set(ROOMS),
    "deploy": set(),
}
ONLY_THE_VOCABULARY = {"metrics", "charts"}
"""Of the store they know its codes, not its tables, queries or sessions."""

SCREEN, DRAWING, DATABASE = {"streamlit"}, {"altair", "vl_convert"}, {"sqlalchemy", "sqlmodel", "alembic", "psycopg"}
NEVER: dict[str, set[str]] = {
    "texts": SCREEN | DRAWING | DATABASE | {"pandas"},
    "data_model": SCREEN | DRAWING | {"babel"},
    "importers": SCREEN | DRAWING | {"pandas", "babel"},
    "metrics": SCREEN | DRAWING | DATABASE | {"babel"},
    "charts": SCREEN | DATABASE | {"babel"},
    "exports": SCREEN | DATABASE,
    "shell": DATABASE | {"babel"},
    "pages": DATABASE | DRAWING | {"babel"},
    "app": DATABASE | DRAWING | {"pandas", "babel"},
    "deploy": SCREEN | DRAWING | DATABASE | {"pandas", "babel"},
}

LONGEST_FILE, LONGEST_FUNCTION = 450, 60
FORBIDDEN_NAMES = {"utils", "util", "core", "common", "services", "service", "managers", "manager", "helpers", "misc"}


@cache
def sources() -> dict[str, ast.Module]:
    """The code of the app by path, without its tests."""
    files = [ROOT / "app.py", *(path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))]
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in files}


def room_of(path: str) -> str:
    """The room whose rules a file lives by; what `python -m` runs composes, as the app does."""
    if path.endswith("/__main__.py"):
        return "app"
    return path.split("/", maxsplit=1)[0].removesuffix(".py")


def imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """(line, module) of every import, wherever it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, node.module or ""
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def everywhere(kind: type[ast.AST]) -> Iterator[tuple[str, ast.AST]]:
    """(path:line, node) of every node of a kind."""
    for path, tree in sources().items():
        yield from ((f"{path}:{node.lineno}", node) for node in ast.walk(tree) if isinstance(node, kind))  # type: ignore[attr-defined]  # statements and expressions have lines


def dotted(node: ast.expr) -> str:
    """`session.add` of the expression; empty where it is something else than names."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}".lstrip(".")
    return ""


# --- who imports whom -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_the_table_allows(room):
    wrong = [
        f"{path}:{line} imports {module}"
        for path, tree in sources().items()
        if room_of(path) == room
        for line, module in imports(tree)
        if (other := module.split(".")[0]) in ROOMS and other != room and other not in MAY_IMPORT[room]
    ]
    assert wrong == []


@pytest.mark.parametrize("room", sorted(ONLY_THE_VOCABULARY))
def test_measures_and_charts_know_only_the_vocabulary_of_the_store(room):
    wrong = [
        f"{path}:{line} imports {module}"
        for path, tree in sources().items()
        if room_of(path) == room
        for line, module in imports(tree)
        if module.startswith("data_model") and not module.startswith("data_model.vocabulary")
    ]
    assert wrong == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_keeps_out_the_libraries_that_are_not_its_business(room):
    wrong = [
        f"{path}:{line} imports {module}"
        for path, tree in sources().items()
        if room_of(path) == room
        for line, module in imports(tree)
        if module.split(".")[0] in NEVER[room]
    ]
    assert wrong == []


READERS = ("data_model/queries.py", "data_model/project_queries.py", "data_model/project_totals.py")
"""What the pages read comes from here."""


def test_frames_are_made_in_the_queries_and_nowhere_else_in_the_store():
    users = {
        path
        for path, tree in sources().items()
        if path.startswith("data_model/") and any(module == "pandas" for _, module in imports(tree))
    }
    assert users <= set(READERS)


def test_nobody_imports_the_tests():
    assert [path for path, tree in sources().items() for _, module in imports(tree) if module.split(".")[0] == "tests"] == []


IMPORTED_AS = {
    "vl-convert-python": "vl_convert",
    "python-pptx": "pptx",
    "cyclonedx-python-lib": "cyclonedx",
    "packageurl-python": "packageurl",
}
"""Packages whose module has another name."""


@pytest.mark.parametrize(("asked_in", "shipped"), [("requirements.in", True), ("requirements-dev.in", False)])
def test_whatever_is_imported_is_asked_for_in_the_requirements(asked_in, shipped):
    """What deploy/ imports is a tool, not a part of the app."""
    wanted = (ROOT / asked_in).read_text(encoding="utf-8")
    names = {re.split(r"[\[=<>;\s]", line)[0].lower() for line in wanted.splitlines() if line and line[0] not in "#-"}
    names |= {module for package, module in IMPORTED_AS.items() if package in names}
    third = {
        module.split(".")[0].lower()
        for path, tree in sources().items()
        for _, module in imports(tree)
        if module.split(".")[0] not in {*ROOMS, *sys.stdlib_module_names, ""} and shipped == (room_of(path) != "deploy")
    }
    assert third - names == set()


# --- who writes -------------------------------------------------------------------------------------------------

WRITES = {
    "add",
    "add_all",
    "delete",
    "merge",
    "bulk_insert_mappings",
    "bulk_save_objects",
    "execute",
    "exec",
    "commit",
    "flush",
}
STATEMENTS = {"insert", "update", "delete", "text"}
MAY_OPEN_FOR_WRITING = {
    "data_model/audit.py",
    "data_model/backup.py",
    "data_model/correcting.py",
    "data_model/importing.py",
    "data_model/saved_views.py",
    "data_model/sittings.py",
    "data_model/slides.py",
    "data_model/undoing.py",
    "shell/data.py",
    "exports/__main__.py",
    "data_model/store.py",
    "data_model/totals.py",
}


def test_nothing_but_the_store_writes_or_asks_the_database():
    wrong = []
    for place, node in everywhere(ast.Call):
        assert isinstance(node, ast.Call)
        name = dotted(node.func)
        owner, _, method = name.rpartition(".")
        touches = method in WRITES and owner.split(".")[-1] in {"session", "s", "connection", "engine"}
        if not place.startswith("data_model/") and (touches or name in {f"sa.{s}" for s in (*STATEMENTS, "select")}):
            wrong.append(f"{place} {name}")
    assert wrong == []


def test_the_queries_of_the_pages_only_read():
    names = {dotted(n.func) for p, n in everywhere(ast.Call) if p.startswith(READERS) and isinstance(n, ast.Call)}
    assert {
        name for name in names if name.rpartition(".")[2] in {"insert", "update", "delete", "add", "add_all", "commit"}
    } == set()


def test_only_the_trail_is_written_past_a_persons_own_connection():
    opened = {
        place.split(":")[0]
        for place, n in everywhere(ast.Call)
        if isinstance(n, ast.Call) and dotted(n.func).endswith(".appending")
    }
    assert opened == {"data_model/audit.py", "data_model/store.py"}


def test_a_transaction_that_writes_is_opened_in_few_places():
    opened = {
        place.split(":")[0]
        for place, n in everywhere(ast.Call)
        if isinstance(n, ast.Call) and dotted(n.func).endswith(".writing")
    }
    assert opened <= MAY_OPEN_FOR_WRITING


# --- how it is written ------------------------------------------------------------------------------------------

EDGES: set[str] = set()
"""Files that may catch any exception: none so far; the edge of a run is Streamlit's `on_script_error`."""


def test_no_exception_is_caught_without_saying_which():
    broad = {"Exception", "BaseException"}
    wrong = []
    for place, node in everywhere(ast.ExceptHandler):
        assert isinstance(node, ast.ExceptHandler)
        kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        if any(kind is None or dotted(kind) in broad for kind in kinds) and place.split(":")[0] not in EDGES:
            wrong.append(place)
    assert wrong == []


def test_no_page_is_given_raw_html_or_a_shorthand_around_the_texts():
    keywords = {"unsafe_allow_html", "unsafe_allow_javascript"}
    assert [place for place, node in everywhere(ast.keyword) if getattr(node, "arg", None) in keywords] == []
    assert [
        place for place, node in everywhere(ast.Call) if isinstance(node, ast.Call) and dotted(node.func) in {"eval", "exec"}
    ] == []


def test_no_name_says_nothing():
    names = {part for path in sources() for part in Path(path).with_suffix("").parts}
    assert names & FORBIDDEN_NAMES == set()


def test_files_are_short():
    lengths = {path: len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert {path: n for path, n in lengths.items() if n > LONGEST_FILE and not path.startswith(MIGRATIONS)} == {}


def test_functions_are_short():
    lengths = {
        f"{place} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for kind in (ast.FunctionDef, ast.AsyncFunctionDef)
        for place, node in everywhere(kind)
        if isinstance(node, kind) and not place.startswith(MIGRATIONS)
    }
    assert {name: n for name, n in lengths.items() if n > LONGEST_FUNCTION} == {}


def test_every_function_has_its_types():
    bare = [
        f"{place} {node.name}"
        for place, node in everywhere(ast.FunctionDef)
        if isinstance(node, ast.FunctionDef)
        and (node.returns is None or any(a.annotation is None for a in node.args.args if a.arg not in ("self", "cls")))
    ]
    assert bare == []


def test_no_words_for_readers_stand_in_pages_or_shell():
    """Sentences handed to Streamlit or to the helpers that show something come from texts/."""
    wrong = []
    for place, node in everywhere(ast.Call):
        if room_of(place) not in ("pages", "shell") or not isinstance(node, ast.Call):
            continue
        if dotted(node.func).split(".")[0] in ("st", "show"):
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            wrong += [f"{place} {text!r}" for argument in given for text in _words_in(argument)]
    assert wrong == []


def _words_in(argument: ast.expr) -> Iterator[str]:
    """Literal words in an argument, also inside an f-string, but not those handed on to another call."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        if re.search(r"[^\W\d_]{2,}\s+[^\W\d_]+|[^\W\d_]\s+[^\W\d_]", argument.value) and not argument.value.startswith(
            ("<", ":")
        ):
            yield argument.value
    elif isinstance(argument, ast.JoinedStr):
        for value in argument.values:
            if isinstance(value, ast.Constant):
                yield from _words_in(value)
    elif isinstance(argument, ast.List | ast.Tuple):
        for value in argument.elts:
            yield from _words_in(value)
    elif isinstance(argument, ast.IfExp):
        yield from _words_in(argument.body)
        yield from _words_in(argument.orelse)


# --- pages ------------------------------------------------------------------------------------------------------


def sections() -> dict[str, tuple[str, ...]]:
    """The page list of shell/site_map.py."""
    for node in sources()["shell/site_map.py"].body:
        if isinstance(node, ast.Assign) and dotted(node.targets[0]) == "SECTIONS":
            return dict(ast.literal_eval(node.value))
    raise AssertionError("shell/site_map.py has no SECTIONS")


def test_pages_are_flat_and_each_is_in_the_menu_with_a_title_in_both_languages():
    entries = {path.name for path in (ROOT / "pages").iterdir() if path.name != "__pycache__"}
    listed = [name for names in sections().values() for name in names]
    assert sorted(f"{name}.py" for name in listed) == sorted(entries)
    for language in ("it", "en"):
        tree = tomllib.loads((ROOT / "texts" / f"{language}.toml").read_text(encoding="utf-8"))
        assert [name for name in listed if not tree[name]["title"]] == []
        assert [section for section in sections() if not tree["section"][section]] == []


def test_one_stem_names_a_page_and_its_tests():
    tested = (ROOT / "tests" / "pages" / "screen.py").read_text(encoding="utf-8")
    assert [name for names in sections().values() for name in names if f'"{name}"' not in tested] == []


def test_every_module_of_measures_has_its_tests():
    modules = {path.stem for path in (ROOT / "metrics").glob("*.py")} - {"__init__", "frames"}
    assert [name for name in sorted(modules) if not (ROOT / "tests" / "metrics" / f"test_{name}.py").exists()] == []


# --- documents --------------------------------------------------------------------------------------------------

PRIVATE = re.compile(r"(?<![\w./])/(?:work|home|root|tmp|Users|mnt|var/folders)/|[A-Z]:\\Users\\")


def test_no_document_or_file_of_code_names_a_place_on_a_private_machine():
    documents = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("sample_data/**/*.md"), *ROOT.glob("*.toml"),
                 *ROOT.glob("*.in"), *ROOT.glob("deploy/*.*"), ROOT / "Makefile",
                 *(ROOT / path for path in sources())]  # fmt: skip
    found = [
        f"{path.relative_to(ROOT)}:{number} {line.strip()}"
        for path in documents
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if PRIVATE.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    "document",
    ["README.md", "CONTRIBUTING.md", "docs/DECISIONS.md", "docs/OPERATIONS.md", "docs/LICENCES.md", "CHANGELOG.md"],
)
def test_a_link_in_a_document_leads_somewhere(document):
    path = ROOT / document
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_the_readme_names_every_page():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for names in sections().values() for name in names if f"`/{name}`" not in readme] == []
