"""A run of the app asked for on a bare websocket: what a forger does, who needs no browser."""

from collections.abc import Mapping
from socket import create_connection

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tests.journeys.servers import Server


def run_of(server: Server, headers: Mapping[str, str] | None = None, query: str = "lang=it") -> bytes:
    """All that the server sends for one run of the bare address. Raises InvalidStatus where it does not let in."""
    given = dict(headers or {})
    address = f"ws://{given.pop('Host', '127.0.0.1')}:{server.port}/_stcore/stream"
    found = b""
    with connect(
        address,
        sock=create_connection(("127.0.0.1", server.port)),
        additional_headers=given,
        subprotocols=[Subprotocol("streamlit")],
        max_size=None,
        proxy=None,
    ) as socket:
        asked = BackMsg()
        asked.rerun_script.query_string = query
        socket.send(asked.SerializeToString())
        while True:
            got = socket.recv(timeout=60)
            assert isinstance(got, bytes)
            found += got
            message = ForwardMsg()
            message.ParseFromString(got)
            if message.WhichOneof("type") == "script_finished":
                return found
