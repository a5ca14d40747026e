"""A sitting presented by the keyboard alone: a reload and a dropped connection on the way, the speaker's window, and axe."""

import pytest
from playwright.sync_api import Page, ViewportSize, WebSocketRoute

from tests.journeys.accessibility import violations
from tests.journeys.conftest import Tab
from tests.journeys.screen import Screen
from texts import words

ADDRESS = "/presentation?present=1&sitting=cds-2019-06-20"
SLIDES = 13
W = words("it")
HALL = {"width": 1920, "height": 1080}
SMALL_TYPE = """
() => {
  const shown = (element) => element.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true });
  const texts = document.createTreeWalker(document.querySelector('[data-testid="stMain"]'), NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !shown(element)) continue;
    if (element.closest('style, script, [data-testid="stIconMaterial"]')) continue;
    const box = element.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) continue;
    const size = parseFloat(getComputedStyle(element).fontSize);
    if (size < 24) found.push(`${size} ${texts.currentNode.data}`);
  }
  return found;
}
"""


def at_slide(screen: Screen, number: int) -> Screen:
    """Wait until a slide is drawn: its number stands in the address and in the bar."""
    counter = W("presenting.counter", number=number, count=SLIDES)
    return screen.settle(
        f"new URLSearchParams(location.search).get('slide') === '{number}'"
        f" && document.querySelector('.st-key-stage-bar')?.innerText.includes('{counter}')"
    )


def at_address(screen: Screen, number: int) -> Screen:
    """Wait until a slide is in the address: the speaker's window has no bar."""
    return screen.settle(f"new URLSearchParams(location.search).get('slide') === '{number}'")


class Held:
    """What a server says to a tab, kept back for a while."""

    def __init__(self) -> None:
        self.holding = False
        self.kept: list[str | bytes] = []
        self.socket: WebSocketRoute | None = None

    def through(self, socket: WebSocketRoute) -> None:
        self.socket = socket
        server = socket.connect_to_server()
        socket.on_message(server.send)
        server.on_message(self._hear)

    def _hear(self, message: str | bytes) -> None:
        self.kept.append(message)
        if not self.holding:
            self.release()

    def hold(self) -> None:
        self.holding = True

    def release(self) -> None:
        self.holding = False
        for message in self.kept:
            if self.socket:
                self.socket.send(message)
        self.kept.clear()


def held(screen: Screen) -> Held:
    """Have what the server says to a tab go through a hand that can keep it back."""
    found = Held()
    screen.page.route_web_socket("**/_stcore/stream", found.through)
    return found


def press(screen: Screen, key: str) -> Screen:
    screen.page.keyboard.press(key)
    return screen


def test_a_whole_sitting_is_presented_by_the_keyboard_alone(tab: Tab) -> None:
    screen = tab(viewport=HALL).open(ADDRESS)
    first = screen.heading
    for key, number in (("ArrowRight", 2), ("PageDown", 3), (" ", 4), ("ArrowLeft", 3), ("PageUp", 2), ("End", SLIDES)):
        at_slide(press(screen, key), number)
    at_slide(press(screen, "Home"), 1)
    assert screen.heading == first
    for _ in range(3):
        press(screen, "PageDown")
    at_slide(screen, 4)
    here = screen.heading

    press(screen, "t").settle("document.querySelector('.st-key-stage-body table')")
    assert screen.heading == here
    press(screen, "t").settle("document.querySelector('.st-key-stage-body svg')")

    screen.page.reload()
    screen.wait()
    assert screen.heading == here

    press(screen, "b")
    assert screen.page.locator("#stage-black").is_visible()
    press(screen, "ArrowRight")
    assert screen.page.locator("#stage-black").count() == 0
    assert screen.heading == here

    press(screen, "Escape")
    screen.settle("!location.search.includes('present')")
    assert screen.heading == W("presentation.heading")
    assert screen.page.evaluate("window.avanzamentoStage === undefined"), "the keys are still listened to"
    assert not screen.noise
    assert not screen.strangers


def test_a_dropped_connection_loses_no_key_press(tab: Tab) -> None:
    screen = tab(viewport=HALL)
    dropped: list[bool] = []
    sockets: list[tuple[WebSocketRoute, WebSocketRoute]] = []

    def through(socket: WebSocketRoute) -> None:
        if dropped and dropped[-1]:
            socket.close()
            return
        server = socket.connect_to_server()
        sockets.append((socket, server))

    screen.page.route_web_socket("**/_stcore/stream", through)
    screen.open(f"{ADDRESS}&slide=4")
    dropped.append(True)
    for socket, server in sockets:
        server.close()
        socket.close()
    press(screen, "PageDown")
    press(screen, "PageDown")
    screen.page.wait_for_timeout(3_000)
    lost = screen.page.locator(".stage-status").inner_text()
    assert lost == W("presenting.lost")
    dropped.append(False)
    at_slide(screen, 6)


def test_the_speakers_window_follows_and_leads(tab: Tab) -> None:
    screen = tab(viewport=HALL).open(ADDRESS)
    window = Screen(screen.page.context.new_page(), screen.server).open(f"{ADDRESS}&notes=1")
    assert ":" in window.page.locator(".stage-clock").inner_text()
    at_slide(press(screen, "PageDown"), 2)
    at_address(window, 2)
    assert window.heading == screen.heading
    press(window, "PageDown")
    at_slide(screen, 3)
    at_address(window, 3)
    assert window.heading == screen.heading


def test_a_slow_screen_of_the_hall_does_not_lead_the_speaker_back(tab: Tab) -> None:
    screen = tab(viewport=HALL)
    slow = held(screen)
    screen.open(ADDRESS)
    window = Screen(screen.page.context.new_page(), screen.server).open(f"{ADDRESS}&notes=1")
    slow.hold()
    for number in (2, 3):
        at_address(press(window, "PageDown"), number)
    screen.page.wait_for_timeout(1_500)
    at_address(window, 3)
    slow.release()
    at_slide(screen, 3)
    at_address(window, 3)
    assert window.heading == screen.heading


def test_there_and_back_while_nothing_is_answered_is_here(tab: Tab) -> None:
    screen = tab(viewport=HALL)
    slow = held(screen)
    screen.open(f"{ADDRESS}&slide=4")
    here = screen.heading
    slow.hold()
    press(press(screen, "PageDown"), "PageUp").page.wait_for_timeout(2_500)
    slow.release()
    screen.page.wait_for_timeout(2_500)
    at_slide(screen, 4)
    assert screen.heading == here
    assert screen.page.locator(".stage-status").inner_text() == ""


@pytest.mark.parametrize("number", [1, 2, 3, 4, 9, 12])
def test_type_is_24_pixels_or_more_and_the_slide_fits_the_screen(number: int, tab: Tab) -> None:
    screen = tab(viewport=HALL).open(f"{ADDRESS}&slide={number}")
    assert screen.page.evaluate(SMALL_TYPE) == []
    assert sideways_and_down(screen.page) == (0, 0)


@pytest.mark.parametrize("window", [{"width": 390, "height": 844}, {"width": 1024, "height": 768}])
def test_in_a_window_of_another_shape_the_slide_is_the_same_picture(window: ViewportSize, tab: Tab) -> None:
    screen = tab(viewport=window).open(ADDRESS)
    stage = screen.page.locator(".st-key-stage").bounding_box()
    assert stage is not None
    assert stage["height"] == pytest.approx(stage["width"] * 9 / 16, rel=0.01)


def sideways_and_down(page: Page) -> tuple[int, int]:
    """How far a page goes on beyond its window."""
    main = "document.querySelector('[data-testid=\"stMain\"]')"
    found = page.evaluate(f"[{main}.scrollWidth - {main}.clientWidth, {main}.scrollHeight - {main}.clientHeight]")
    return found[0], found[1]


@pytest.mark.parametrize(
    "address",
    [ADDRESS, f"{ADDRESS}&slide=3", f"{ADDRESS}&slide=4&axis=1", f"{ADDRESS}&slide=4&table=1", f"{ADDRESS}&notes=1"],
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_screen_of_the_hall(address: str, scheme: str, tab: Tab) -> None:
    screen = tab(viewport=HALL, color_scheme=scheme).open(address)
    found = violations(screen.page)
    assert not found, "\n".join(found)


def test_the_frame_of_the_app_is_not_on_the_screen(tab: Tab) -> None:
    screen = tab(viewport=HALL).open(ADDRESS)
    assert not screen.sidebar.is_visible()
    assert not screen.page.get_by_test_id("stHeader").is_visible()
