"""The messages of a run reach the browser together, in their order, and none is lost or late."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.SessionStatus_pb2 import SessionStatus

from shell import together
from shell.together import SentTogether


def sent(**values):
    message = ForwardMsg(**values)
    return {"type": "websocket.send", "bytes": message.SerializeToString()}


def starts():
    message = ForwardMsg()
    message.new_session.name = "r" * 300  # longer than an end
    return {"type": "websocket.send", "bytes": message.SerializeToString()}


def text(number):
    message = ForwardMsg()
    message.delta.new_element.text.body = f"{number}"
    return {"type": "websocket.send", "bytes": message.SerializeToString()}


GOES_ON = sent(session_status_changed=SessionStatus(script_is_running=True))
ENDS = sent(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY)


class Browser:
    """What was sent, and whether the one who sends had to wait for each."""

    def __init__(self, slow=0.0):
        self.got, self.slow, self.gone = [], slow, False

    async def send(self, message):
        await asyncio.sleep(self.slow)
        if self.gone:
            raise OSError("gone")
        self.got.append(message)


def through(work, browser, kind="websocket"):
    """Run an app that sends by the middleware, after a first run, and wait until nothing can be held any more."""

    async def app(_scope, _receive, send):
        for message in (starts(), text(0), ENDS) if kind == "websocket" else ():
            await send(message)
            assert browser.got.pop() == message
        await work(send)

    async def receive():
        raise AssertionError

    async def whole():
        await SentTogether(app)({"type": kind}, receive, browser.send)
        await asyncio.sleep(together.LONGEST * 1.5)

    with ThreadPoolExecutor(1) as thread:  # the browser's tests have a loop in this one
        thread.submit(asyncio.run, whole()).result()


def test_a_run_is_held_until_it_ends_and_is_sent_in_its_order():
    browser, run = Browser(), [starts(), *map(text, range(60))]

    async def work(send):
        for message in run:
            await send(message)
        assert browser.got == run[:1]  # that one has begun is told at once
        await send(ENDS)
        assert browser.got == [*run, ENDS]
        await send(text(61))  # of no run
        assert len(browser.got) == 63

    through(work, browser)


def test_that_a_run_goes_on_is_told_at_once():
    browser = Browser()

    async def work(send):
        await send(starts())
        await send(GOES_ON)
        assert browser.got == [starts(), GOES_ON]
        await send(text(1))
        assert len(browser.got) == 2

    through(work, browser)


def test_a_run_that_asks_for_another_leaves_no_time_in_which_none_seems_to_go_on():
    browser, early = Browser(), sent(script_finished=ForwardMsg.FINISHED_EARLY_FOR_RERUN)
    stands = sent(session_status_changed=SessionStatus(script_is_running=False))

    async def work(send):
        for message in (starts(), text(1), early, stands, starts()):
            await send(message)
        assert browser.got == [starts(), text(1), early, stands, starts()]
        await send(text(2))
        assert len(browser.got) == 5

    through(work, browser)


def test_of_a_long_run_one_sees_that_it_gets_on():
    browser = Browser()

    async def work(send):
        for number in range(3):
            await send(text(number) if number else starts())
            await asyncio.sleep(together.LONGEST * 1.5)
            assert len(browser.got) == number + 1

    through(work, browser)


def test_what_comes_while_earlier_ones_are_on_their_way_comes_after_them():
    browser = Browser(slow=0.01)
    run = [starts(), *map(text, range(12))]

    async def work(send):
        for message in run[:10]:
            await send(message)
        await asyncio.sleep(together.LONGEST + 0.03)  # three of the ten are sent
        assert 0 < len(browser.got) < 10
        for message in [*run[10:], ENDS]:
            await send(message)

    through(work, browser)
    assert browser.got == [*run, ENDS]


def test_no_more_are_held_than_streamlit_waits_with():
    browser = Browser()

    async def work(send):
        await send(starts())
        for number in range(together.MOST):
            assert len(browser.got) == 1
            await send(text(number))
        assert len(browser.got) == 1 + together.MOST

    through(work, browser)


def test_what_is_no_message_goes_at_once_after_what_is_held():
    browser, close = Browser(), {"type": "websocket.close"}

    async def work(send):
        await send({"type": "websocket.accept"})
        await send(starts())
        await send(text(1))
        assert len(browser.got) == 2
        await send(close)

    through(work, browser)
    assert browser.got == [{"type": "websocket.accept"}, starts(), text(1), close]


def test_that_the_browser_is_gone_is_told_to_who_sends_next():
    browser = Browser()

    async def work(send):
        await send(starts())
        browser.gone = True
        await send(text(0))
        await asyncio.sleep(together.LONGEST * 1.5)
        with pytest.raises(OSError, match="gone"):
            await send(text(1))

    through(work, browser)


def test_nothing_is_sent_after_the_end_of_the_connection():
    browser = Browser()

    async def work(send):
        await send(starts())
        await send(text(1))

    through(work, browser)
    assert browser.got == [starts()]


def test_what_is_no_websocket_is_left_alone():
    browser = Browser()

    async def work(send):
        await send(starts())
        assert len(browser.got) == 1

    through(work, browser, "http")
