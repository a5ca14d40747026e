"""What a run tells the browser goes out together, since the browser draws the page anew for each part that it gets."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

LONGEST = 0.1
"""Seconds that a message is held: of a run that takes longer one sees that it gets on."""

MOST = 200
"""Messages that are held: Streamlit gives up a browser for which it has five hundred."""

_SHORT = 256
"""Bytes of a message that may be the end of a run, or say that one goes on. They say little; the others need not be read."""


class SentTogether:
    """Holds the messages of a run until it has ended, or for a moment. Not those of the first run of a tab: while it goes
    on, the browser loads what draws its parts."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass through, the messages of a websocket by what holds them."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        held = _Held(send)
        try:
            await self._app(scope, receive, held.send)
        finally:
            held.wait_no_longer()


class _Held:
    """The messages of one websocket that are still to be sent, in their order."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._waiting: list[Message] = []
        self._loaded = False
        self._in_a_run = False
        self._one_at_a_time = asyncio.Lock()
        self._later: asyncio.Task[None] | None = None
        self._failed: Exception | None = None

    async def send(self, message: Message) -> None:
        """Hold a message, or send it after those that are held. Raises what the sending of an earlier one raised, too."""
        if self._failed is not None:
            raise self._failed
        self._waiting.append(message)
        if not self._holds(message) or len(self._waiting) >= MOST:
            await self._release()
        elif self._later is None:
            self._later = asyncio.create_task(self._release_later())

    def _holds(self, message: Message) -> bool:
        """Whether a message is one of a run that goes on after it. That a run has begun is told at once: one that asks for
        another ends without what it shows, and in between the browser would take the old page for the new one."""
        payload = message.get("bytes") or b""
        if message["type"] != "websocket.send":
            self._in_a_run = False
        elif not self._in_a_run or len(payload) < _SHORT:
            kind = ForwardMsg.FromString(payload).WhichOneof("type")
            if kind == "new_session":
                self._in_a_run = self._loaded
                return False
            if kind == "script_finished":
                self._in_a_run, self._loaded = False, True
            return self._in_a_run and kind != "session_status_changed"
        return self._in_a_run

    async def _release_later(self) -> None:
        await asyncio.sleep(LONGEST)
        self._later = None
        try:
            await self._release()
        except OSError as error:
            self._failed = error  # the browser is gone, which is for who sends the next one

    async def _release(self) -> None:
        self.wait_no_longer()
        async with self._one_at_a_time:
            waiting, self._waiting = self._waiting, []
            for message in waiting:
                await self._send(message)

    def wait_no_longer(self) -> None:
        """Send nothing later that is held now."""
        if self._later is not None:
            self._later.cancel()
            self._later = None
