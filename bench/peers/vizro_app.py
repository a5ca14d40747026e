"""The three charts and one filter in Vizro, with the data kept by its own data manager."""

import plotly.graph_objects as go
import vizro.models as vm
from cube import CHARTS, data
from vizro import Vizro
from vizro.managers import data_manager
from vizro.models.types import capture

FRAME = data()
data_manager["cube"] = FRAME


@capture("graph")
def bullets(data_frame):
    return go.Figure(CHARTS["bullets"](data_frame))


@capture("graph")
def funnel(data_frame):
    return go.Figure(CHARTS["funnel"](data_frame))


@capture("graph")
def trend(data_frame):
    return go.Figure(CHARTS["trend"](data_frame))


page = vm.Page(
    title="Overview",
    components=[vm.Graph(id=draw.__name__, figure=draw(data_frame="cube")) for draw in (bullets, funnel, trend)],
    controls=[vm.Filter(column="axis", selector=vm.RadioItems(options=sorted(FRAME["axis"].unique())))],
)
server = Vizro().build(vm.Dashboard(pages=[page])).dash.server
