"""The three charts and one filter in Dash: one callback, figures as plain dictionaries."""

from cube import CHARTS, data
from dash import Dash, Input, Output, dcc, html

FRAME = data()
AXES = sorted(FRAME["axis"].unique())

app = Dash(__name__, update_title="")
app.layout = html.Div(
    [
        dcc.RadioItems(["all", *AXES], "all", id="axis"),
        *(dcc.Graph(id=name, figure=draw(FRAME), config={"displayModeBar": False}) for name, draw in CHARTS.items()),
    ]
)
server = app.server


@app.callback(*(Output(name, "figure") for name in CHARTS), Input("axis", "value"), prevent_initial_call=True)
def chosen(axis: str) -> list[dict[str, object]]:
    """The figures of an axis."""
    rows = FRAME if axis == "all" else FRAME[FRAME["axis"] == axis]
    return [draw(rows) for draw in CHARTS.values()]
