"""Signing in with a real provider: a good token lets its person in with their role; a token that is expired, forged, for
somebody else or silent about the claim lets nobody in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import Tab
from tests.journeys.provider import CLIENT, CLIENT_SECRET, Provider, provided
from tests.journeys.screen import Screen
from tests.journeys.servers import Server, free_port, running, uvicorn
from tests.journeys.sockets import run_of
from texts import words

W = words("it")
ROLES = "redattori=editor:2014IT05SFOP001;lettori=reader"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with provided() as found:
        yield found


@pytest.fixture(scope="module")
def signed(provider: Provider, sample_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app that asks this provider who somebody is."""
    folder = tmp_path_factory.mktemp("oidc")
    store = folder / "store.sqlite"
    store.write_bytes(Path(sample_url.removeprefix("sqlite:///")).read_bytes())
    port = free_port()
    (folder / ".streamlit").mkdir()
    (folder / ".streamlit" / "secrets.toml").write_text(
        f'[auth]\nredirect_uri = "http://127.0.0.1:{port}/oauth2callback"\ncookie_secret = "{"c" * 40}"\n'
        f'client_id = "{CLIENT}"\nclient_secret = "{CLIENT_SECRET}"\n'
        f'server_metadata_url = "{provider.issuer}/.well-known/openid-configuration"\n',
        encoding="utf-8",
    )
    with running(
        folder,
        f"sqlite:///{store}",
        command=uvicorn(port),
        port=port,
        HOME=str(folder),
        AVANZAMENTO_MODE="oidc",
        AVANZAMENTO_ROLES=ROLES,
        AVANZAMENTO_CLAIM="groups",
    ) as server:
        yield server


def sign_in(server: Server, tab: Tab) -> Screen:
    """Go through the door as far as it opens."""
    screen = tab(server)
    screen.page.goto(f"{server.url}/overview?lang=it")
    with screen.page.expect_response(lambda answer: "/oauth2callback" in answer.url):
        screen.page.get_by_role("button", name=W("door.sign_in")).click()
    screen.page.wait_for_url(lambda address: address.rstrip("/") == server.url)
    screen.page.locator("h1").wait_for()
    screen.page.wait_for_function(
        "() => document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"
    )
    return screen


def said(provider: Provider, spoilt: str = "", **claims: Any) -> int:
    """What the provider says next; how many tokens it gave before."""
    provider.claims, provider.spoilt = claims, spoilt
    return provider.asked


@pytest.mark.parametrize(("group", "writes"), [("redattori", True), ("lettori", False)])
def test_a_person_on_the_list_comes_in_with_their_role(
    signed: Server, provider: Provider, tab: Tab, group: str, writes: bool
) -> None:
    before = said(provider, groups=["altri", group], email="lea@example.org")
    screen = sign_in(signed, tab)
    screen.menu.get_by_text(W("axes.title"), exact=True).wait_for()  # its words come after its links
    assert provider.asked == before + 1
    menu = screen.sidebar.inner_text()
    assert W("axes.title") in menu
    assert (W("import_data.title") in menu) is writes


@pytest.mark.parametrize("spoilt", ["expired", "forged", "other_audience", "other_issuer", "other_nonce", "unsigned"])
def test_a_token_that_is_not_good_lets_nobody_in(signed: Server, provider: Provider, tab: Tab, spoilt: str) -> None:
    before = said(provider, spoilt, groups=["redattori"])
    screen = sign_in(signed, tab)
    screen.page.get_by_role("button", name=W("door.sign_in")).wait_for()
    assert provider.asked == before + 1  # it came as far as the token
    assert W("axes.title") not in screen.page.inner_text("body")
    assert not [c for c in screen.page.context.cookies() if c["name"].startswith("_streamlit_user") and c["value"]]


SILENT: list[dict[str, Any]] = [
    {}, {"groups": []}, {"groups": ["altri"]}, {"email": "redattori"}, {"groups": {"redattori": 1}}
]  # fmt: skip


@pytest.mark.parametrize("claims", SILENT)
def test_a_token_without_the_claim_lets_nobody_in(
    signed: Server, provider: Provider, tab: Tab, claims: dict[str, Any]
) -> None:
    said(provider, **claims)
    screen = sign_in(signed, tab)
    screen.page.get_by_text(W("door.not_on_the_list")).wait_for()
    assert W("axes.title") not in screen.page.inner_text("body")


def test_whoever_has_not_signed_in_sees_the_door_at_every_address(signed: Server, tab: Tab) -> None:
    for path in ("/", "/overview", "/import_data", "/presentation?present=1"):
        screen = tab(signed)
        screen.page.goto(f"{signed.url}{path}")
        screen.page.get_by_role("button", name=W("door.sign_in")).wait_for()
        assert W("axes.title") not in screen.page.inner_text("body")


def test_a_header_that_names_a_person_is_not_believed(signed: Server) -> None:
    assert W("door.sign_in").encode() in run_of(signed, {"X-Remote-User": "redattori", "groups": "redattori"})
