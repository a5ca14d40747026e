"""A visitor without a browser: opens a session on the websocket and asks for runs, as a browser does."""

import asyncio
import ssl
import time
from dataclasses import dataclass, field
from typing import Any, Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

PATIENCE = 60
CHARTS = ("vega_lite_chart", "arrow_vega_lite_chart")
TABLES = ("table", "arrow_table", "arrow_data_frame", "dataframe")


class Failed(Exception):
    """A run showed an error, or something that the visitor does not hold was referred to."""


@dataclass
class Run:
    """What one run brought: seconds until it had finished, bytes and messages, charts and tables drawn."""

    seconds: float = 0.0
    received: int = 0
    messages: int = 0
    charts: int = 0
    tables: int = 0


@dataclass
class Visitor:
    """One tab. `options` are those of the choices of the page by label, `widgets` their (id, kind)."""

    address: str
    page: str = ""
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    trust: ssl.SSLContext | None = None
    at: tuple[str, int] | None = None
    """Where to connect to, if not to the host of the address."""
    packed: bool = False
    """Whether the messages are packed on the way, as browsers have it."""
    widgets: dict[str, tuple[str, str]] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)

    drawn: list[Any] = field(default_factory=list)
    """The charts of the last run, as they were sent."""

    def __post_init__(self) -> None:
        self._values: dict[str, list[str]] = {}
        self._kept: dict[str, tuple[int, bytes]] = {}
        self._runs = 0
        self._script = ""
        self._connection: ClientConnection | None = None

    async def __aenter__(self) -> Self:
        more: dict[str, Any] = {"host": self.at[0], "port": self.at[1]} if self.at else {}
        if self.trust is not None:
            more["ssl"] = self.trust
        self._connection = await connect(
            f"{self.address}/_stcore/stream",
            subprotocols=[Subprotocol("streamlit")],
            additional_headers=self.headers,
            max_size=None,
            compression="deflate" if self.packed else None,
            ping_interval=None,
            open_timeout=PATIENCE,
            proxy=None,
            **more,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._connection is not None:
            await self._connection.close()

    def choose(self, label: str, values: list[str]) -> None:
        """Choose other values in a list of several; the next run has them."""
        self._values[self.widgets[label][0]] = values

    async def run(self) -> Run:
        """Ask for a run and wait until it has finished. Raises Failed or TimeoutError."""
        assert self._connection is not None
        self._runs += 1
        found, started = Run(), time.perf_counter()
        self.drawn.clear()
        async with asyncio.timeout(PATIENCE):
            await self._connection.send(self._asking())
            while not await self._finished(found):
                pass
        found.seconds = time.perf_counter() - started
        self._kept = {key: kept for key, kept in self._kept.items() if self._runs - kept[0] <= 2}
        return found

    def _asking(self) -> bytes:
        asking = BackMsg()
        state = asking.rerun_script
        state.query_string, state.page_script_hash = self.query, self._script
        if not self._script:
            state.page_name = self.page
        state.context_info.timezone, state.context_info.locale = "Europe/Rome", "it-IT"
        for widget, values in self._values.items():
            state.widget_states.widgets.add(id=widget).string_array_value.data.extend(values)
        state.cached_message_hashes.extend(self._kept)
        return bytes(asking.SerializeToString())

    async def _finished(self, run: Run) -> bool:
        """Take in one message; whether it ends the run."""
        assert self._connection is not None
        raw = await self._connection.recv(decode=False)
        run.received += len(raw)
        run.messages += 1
        message = ForwardMsg.FromString(raw)
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            if message.ref_hash not in self._kept:
                raise Failed("unknown reference")
            raw = self._kept[message.ref_hash][1]
            self._kept[message.ref_hash] = (self._runs, raw)
            message = ForwardMsg.FromString(raw)
            kind = message.WhichOneof("type")
        elif message.metadata.cacheable and message.hash:
            self._kept[message.hash] = (self._runs, raw)
        if kind == "delta":
            self._see(message.delta, run)
        elif kind == "navigation":
            self._script = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "script_finished":
            if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                raise Failed("compile error")
            return bool(message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN)
        return False

    def _see(self, delta: Any, run: Run) -> None:
        if delta.WhichOneof("type") != "new_element":
            return
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            raise Failed(element.exception.type)
        if kind in CHARTS:
            run.charts += 1
            self.drawn.append(getattr(element, kind))
        run.tables += kind in TABLES
        if kind in ("multiselect", "selectbox"):
            widget = getattr(element, kind)
            self.widgets[widget.label] = (widget.id, kind)
            self.options[widget.label] = list(widget.options)
