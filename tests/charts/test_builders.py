"""What holds for every chart."""

import ast
import re
from pathlib import Path

import altair as alt
import pytest

import charts
from charts import theme
from charts.theme import Look
from tests.charts.builders import BUILDERS, expressions, layers, nodes, specification, specification_with, texts
from tests.charts.test_theme import contrast

LOOKS = [Look("it"), Look("en"), Look("it", dark=True), Look("en", scale=1.6)]
HOSTILE = ["'; alert(1); //", '"}],"x":{"expr":"alert(1)"', "datum.secret", "${x}", "</script>", "a\\'b", "[a.b]"]
FOLDER = Path(charts.__file__).parent
ROOT = FOLDER.parent
COLOR = re.compile(r"#[0-9A-Fa-f]{3,8}\b")

every_chart = pytest.mark.parametrize("name", BUILDERS)
in_every_look = pytest.mark.parametrize("look", LOOKS, ids=str)


@every_chart
@in_every_look
def test_a_chart_is_valid_and_holds_no_data(name, look):
    spec = specification(name, look)
    assert spec["data"] == {"name": "rows"}
    assert "datasets" not in spec
    assert next(node for node in nodes(spec) if "data" in node) is spec
    assert all(isinstance(node.get("values", []), list) for node in nodes(spec))


@every_chart
def test_a_chart_fetches_nothing_but_the_boundaries_that_the_app_serves_itself(name):
    fetched = [node["url"] for node in nodes(specification(name, Look("it"))) if "url" in node]
    assert fetched == (["app/static/limits_IT_regions.topo.json"] if name == "region map" else [])
    assert all((ROOT / "shell" / address.removeprefix("app/")).exists() for address in fetched)


@every_chart
def test_values_start_at_zero(name):
    for layer in layers(specification(name, Look("it"))):
        for channel in ("x", "y"):
            encoding = layer["encoding"].get(channel, {})
            if encoding.get("type") == "quantitative":
                assert encoding.get("scale", {}).get("zero", True) is True
                assert not {"domain", "domainMin", "type"} & set(encoding.get("scale") or {})


@every_chart
def test_a_bar_that_starts_elsewhere_than_at_zero_says_where(name):
    for layer in layers(specification(name, Look("it"))):
        if layer["mark"]["type"] == "bar" and "x2" in layer["encoding"]:
            assert (layer["encoding"]["x"]["field"], layer["encoding"]["x2"]["field"]) == ("start", "end")


@every_chart
@in_every_look
def test_all_colours_are_those_of_the_theme(name, look):
    palette = {color.upper() for color in vars(look.palette).values()}
    assert {c.upper() for text in texts(specification(name, look)) for c in COLOR.findall(text)} <= palette


@every_chart
@in_every_look
def test_words_are_drawn_in_colours_that_can_be_read(name, look):
    spec, background = specification(name, look), look.palette.background
    for layer in layers(spec):
        if layer["mark"]["type"] == "text":
            own = [*texts(layer["mark"]), *texts(layer["encoding"].get("color", {}))]
            colors = {c for text in own for c in COLOR.findall(text)} or {spec["config"]["text"]["color"]}
            if name == "activities":
                colors -= {background}  # numbers inside a filled disc: test_theme.py
            assert all(contrast(color, background) >= 4.5 for color in colors), layer
    for part, key in (("axis", "labelColor"), ("axis", "titleColor"), ("legend", "labelColor"), ("text", "color")):
        assert contrast(spec["config"][part][key], background) >= 4.5


@every_chart
def test_light_and_dark_differ_in_nothing_but_colours(name):
    light, dark = (
        [COLOR.sub("#", text) for text in texts(specification(name, Look("it", dark=dark)))] for dark in (False, True)
    )
    assert light == dark


@every_chart
def test_tooltips_carry_texts_that_were_formatted_in_the_language_of_the_app(name):
    tooltips = [
        layer["encoding"]["tooltip"] for layer in layers(specification(name, Look("it"))) if "tooltip" in layer["encoding"]
    ]
    assert tooltips
    for line in (line for tooltip in tooltips for line in tooltip):
        assert line["type"] == "nominal"
        assert "format" not in line
        assert line["title"]
        assert line["field"].endswith("_text") or line["field"] in ("label", "stage", "part")


@every_chart
@pytest.mark.parametrize(("language", "decimal", "thousands"), [("it", ",", "."), ("en", ".", ",")])
def test_numbers_on_the_axes_are_those_of_the_language_and_not_of_the_browser(name, language, decimal, thousands):
    number = specification(name, Look(language))["config"]["locale"]["number"]
    assert (number["decimal"], number["thousands"]) == (decimal, thousands)


@every_chart
def test_no_axis_shortens_its_numbers_with_the_letters_of_another_language(name):
    for node in nodes(specification(name, Look("it"))):
        if isinstance(node.get("format"), str):  # data have one too, of another kind
            assert "s" not in node["format"]


@every_chart
@pytest.mark.parametrize("hostile", HOSTILE)
def test_words_are_never_evaluated(name, hostile):
    spec = specification_with(name, Look("it"), hostile)
    assert any(hostile in text for text in texts(spec))
    assert [text for text in expressions(spec) if hostile in text] == []


@every_chart
def test_moments_are_drawn_in_universal_time_so_that_no_time_zone_moves_a_day(name):
    for layer in layers(specification(name, Look("it"))):
        for encoding in layer["encoding"].values():
            if isinstance(encoding, dict) and encoding.get("type") == "temporal":
                assert encoding["scale"]["type"] == "utc"


@every_chart
def test_nothing_moves_and_nothing_turns_into_a_pie(name):
    marks = {layer["mark"]["type"] for layer in layers(specification(name, Look("it")))}
    assert marks <= {"bar", "circle", "geoshape", "line", "point", "rule", "text"}
    assert not [node for node in nodes(specification(name, Look("it"))) if "params" in node]


@every_chart
def test_a_chart_grows_with_the_size_of_type(name):
    normal, large = (specification(name, Look("it", scale=scale))["config"]["axis"]["labelFontSize"] for scale in (1, 1.6))
    assert (normal, large) == (14, 22.4)


@every_chart
def test_the_font_is_the_one_the_app_serves_itself(name):
    assert specification(name, Look("it"))["config"]["font"] == "Titillium Web"
    assert not [text for text in texts(specification(name, Look("it"))) if text.startswith("http") and "schema" not in text]


# --- how the code is written ------------------------------------------------------------------------------------


def calls() -> list[tuple[str, ast.Call]]:
    trees = {path.name: ast.parse(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.py")}
    return [(name, node) for name, tree in trees.items() for node in ast.walk(tree) if isinstance(node, ast.Call)]


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


CHANNELS = {name for name in dir(alt) if hasattr(getattr(alt, name), "_encoding_name")}


def test_channels_are_objects_and_never_shorthand():
    assert {"X", "Y", "Tooltip", "Text", "Detail"} <= CHANNELS
    for name, node in calls():
        if called(node) in CHANNELS and isinstance(node.func, ast.Attribute):
            assert not node.args, f"{name}:{node.lineno}"
        if called(node) == "encode":
            assert not node.args, f"{name}:{node.lineno}"
            given = [keyword.value for keyword in node.keywords]
            assert not [v for v in given if isinstance(v, ast.Constant)], f"{name}:{node.lineno}"


def test_colours_are_named_in_the_theme_alone():
    for path in FOLDER.glob("*.py"):
        if path.name != "theme.py":
            assert COLOR.findall(path.read_text(encoding="utf-8")) == [], path.name


def test_every_chart_of_the_folder_is_tested_here():
    public = {
        name
        for path in FOLDER.glob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and path.stem not in ("rows", "theme")
        for name in [node.name]
        if ast.unparse(node.returns or ast.Constant(None)) == "alt.LayerChart"
    }
    assert public == {build.__name__ for build, _ in BUILDERS.values()}


def test_the_theme_is_not_set_for_the_whole_process():
    for name, node in calls():
        assert called(node) not in ("enable", "register"), f"{name}:{node.lineno}"
    assert theme.FONT == "Titillium Web"
