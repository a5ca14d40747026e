"""The modes: which settings are refused, who is admitted as whom, what a start refuses."""

from collections.abc import Mapping

import pytest

from data_model.roles import Actor, Role
from shell import access
from shell.access import Access, Grant, Misconfigured, Mode, bound, check, is_loopback

NOW = 1_800_000_000.0
ROLES = "ada@example.org=administrator; Social Policy=editor:P1, P2\nstaff=reader;all=editor:*"
CLIENT = {
    "redirect_uri": "https://avanzamento.example.org/oauth2callback",
    "cookie_secret": "s" * 32,
    "client_id": "a",
    "client_secret": "b",
    "server_metadata_url": "https://login.example.org/.well-known/openid-configuration",
}


def settings(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Access:
    for name in ("MODE", "ROLES", "CLAIM", "USER_HEADER", "PROXY_SECRET", "HOSTS"):
        monkeypatch.delenv(f"AVANZAMENTO_{name}", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(f"AVANZAMENTO_{name}", value)
    return access.current()


def test_without_any_setting_the_app_is_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings(monkeypatch).mode is Mode.LOCAL


def test_roles_are_a_list_of_values_with_what_each_may(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings(monkeypatch, MODE="oidc", ROLES=ROLES).roles == {
        "ada@example.org": Grant(Role.ADMINISTRATOR),
        "social policy": Grant(Role.EDITOR, frozenset({"P1", "P2"})),
        "staff": Grant(Role.READER),
        "all": Grant(Role.EDITOR, None),
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"MODE": "open"},
        {"ROLES": "ada@example.org"},
        {"ROLES": "=administrator"},
        {"ROLES": "ada=owner"},
        {"ROLES": "ada=editor"},
        {"ROLES": "ada=reader:P1"},
        {"ROLES": "ada=reader;Ada=administrator"},
        {"PROXY_SECRET": "short"},
    ],
)
def test_what_is_not_understood_is_refused(monkeypatch: pytest.MonkeyPatch, wrong: Mapping[str, str]) -> None:
    with pytest.raises(Misconfigured):
        settings(monkeypatch, **wrong)


# --- who is admitted --------------------------------------------------------------------------------------------

GOOD: dict[str, object] = {"is_logged_in": True, "iat": NOW - 60, "email": "ada@example.org", "sub": "7"}
STAFF: dict[str, object] = {"is_logged_in": True, "iat": NOW - 60, "sub": "7"}


def test_a_person_on_the_list_is_admitted_with_their_role(monkeypatch: pytest.MonkeyPatch) -> None:
    by_mail = settings(monkeypatch, MODE="oidc", ROLES=ROLES)
    assert by_mail.admitted(GOOD, NOW) == Actor("ada@example.org", Role.ADMINISTRATOR)
    assert by_mail.admitted(GOOD | {"email": "ADA@example.org"}, NOW) == Actor("ADA@example.org", Role.ADMINISTRATOR)


@pytest.mark.parametrize(
    ("groups", "role", "programmes"),
    [
        (["staff"], Role.READER, frozenset()),
        ("staff", Role.READER, frozenset()),
        (["staff", "social policy", "unknown"], Role.EDITOR, frozenset({"P1", "P2"})),
        (["all", "staff"], Role.EDITOR, None),
    ],
)
def test_of_several_values_the_highest_role_counts(
    monkeypatch: pytest.MonkeyPatch, groups: object, role: Role, programmes: frozenset[str] | None
) -> None:
    by_group = settings(monkeypatch, MODE="oidc", ROLES=ROLES, CLAIM="groups")
    assert by_group.admitted(STAFF | {"groups": groups}, NOW) == Actor("7", role, programmes)


@pytest.mark.parametrize(
    "said",
    [
        {},
        GOOD | {"is_logged_in": False},
        GOOD | {"is_logged_in": "yes"},
        GOOD | {"email": "somebody@example.org"},
        GOOD | {"email": None},
        GOOD | {"email": ["x"]},
        GOOD | {"email": {"ada@example.org": 1}},
        GOOD | {"email_verified": False},
        GOOD | {"iat": NOW - access.LONGEST_LOGIN - 1},
        GOOD | {"iat": NOW + 3600},
        {name: value for name, value in GOOD.items() if name != "iat"},
        {"remote_user": "ada@example.org"},
    ],
)
def test_everybody_else_is_not(monkeypatch: pytest.MonkeyPatch, said: Mapping[str, object]) -> None:
    assert settings(monkeypatch, MODE="oidc", ROLES=ROLES).admitted(said, NOW) is None


def test_behind_a_proxy_its_header_alone_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    behind = settings(monkeypatch, MODE="proxy", ROLES=ROLES)
    assert behind.admitted({"remote_user": "ada@example.org"}, NOW) == Actor("ada@example.org", Role.ADMINISTRATOR)
    assert behind.admitted({"remote_user": "x"}, NOW) is None
    assert behind.admitted({"remote_user": None}, NOW) is None
    assert behind.admitted(GOOD, NOW) is None


# --- the start --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.8.8.8", "unix", "::ffff:127.0.0.1"])
def test_loopback_is(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.5", "example.org", "", None, "127.0.0.1.example.org"])
def test_loopback_is_not(host: str | None) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("line", "environment", "streamlits", "host"),
    [
        ("python -m uvicorn app:app", {}, None, "127.0.0.1"),
        ("python x/bin/uvicorn app:app --host 0.0.0.0 --port 80", {}, None, "0.0.0.0"),
        ("python x/bin/uvicorn app:app --host=::", {}, None, "::"),
        ("python x/bin/uvicorn app:app --host 127.0.0.1 --host 0.0.0.0", {}, None, "0.0.0.0"),
        ("python x/bin/uvicorn app:app", {"UVICORN_HOST": "10.0.0.5"}, None, "10.0.0.5"),
        ("python x/bin/uvicorn app:app --uds /run/app.sock", {}, None, "unix"),
        ("python x/bin/streamlit run app.py", {}, None, "0.0.0.0"),
        ("python -X dev -m streamlit run app.py", {}, "127.0.0.1", "127.0.0.1"),
        ("python x/bin/streamlit run app.py --server.address ::", {}, "127.0.0.1", "::"),
        ("python x/bin/gunicorn app:app --bind 0.0.0.0:80", {}, None, "0.0.0.0"),
        ("python x/bin/gunicorn app:app -b [::]:80", {}, None, "::"),
        ("python x/bin/gunicorn app:app -b unix:/run/app.sock", {}, None, "unix"),
        ("python x/bin/gunicorn app:app", {}, None, None),
    ],
)
def test_where_a_server_will_listen_is_read_from_how_it_is_started(
    line: str, environment: Mapping[str, str], streamlits: str | None, host: str | None
) -> None:
    assert bound(line.split(), environment, streamlits) == host


@pytest.mark.parametrize(
    ("variables", "host", "client"),
    [
        ({}, "0.0.0.0", {}),
        ({}, "example.org", {}),
        ({"MODE": "oidc"}, "127.0.0.1", CLIENT),
        ({"MODE": "oidc", "ROLES": ROLES}, "0.0.0.0", {}),
        *(({"MODE": "oidc", "ROLES": ROLES}, "0.0.0.0", CLIENT | {name: ""}) for name in CLIENT),
        ({"MODE": "oidc", "ROLES": ROLES}, "0.0.0.0", CLIENT | {"cookie_secret": "short"}),
        ({"MODE": "oidc", "ROLES": ROLES}, "0.0.0.0", CLIENT | {"redirect_uri": "http://example.org/oauth2callback"}),
        ({"MODE": "oidc", "ROLES": ROLES}, "0.0.0.0", CLIENT | {"server_metadata_url": "http://example.org/"}),
        ({"MODE": "proxy"}, "127.0.0.1", {}),
        ({"MODE": "proxy", "ROLES": ROLES}, "0.0.0.0", {}),
        ({"MODE": "proxy", "ROLES": ROLES}, None, {}),
    ],
)
def test_a_start_that_lets_strangers_in_is_refused(
    monkeypatch: pytest.MonkeyPatch, variables: Mapping[str, str], host: str | None, client: Mapping[str, object]
) -> None:
    with pytest.raises(Misconfigured):
        check(settings(monkeypatch, **variables), host, client)


@pytest.mark.parametrize(
    ("variables", "host"),
    [
        ({}, "127.0.0.1"),
        ({}, None),
        ({"MODE": "public"}, "0.0.0.0"),
        ({"MODE": "oidc", "ROLES": ROLES}, "0.0.0.0"),
        ({"MODE": "proxy", "ROLES": ROLES}, "127.0.0.1"),
        ({"MODE": "proxy", "ROLES": ROLES}, "unix"),
        ({"MODE": "proxy", "ROLES": ROLES, "PROXY_SECRET": "s" * 32}, "0.0.0.0"),
    ],
)
def test_a_safe_start_is_not(monkeypatch: pytest.MonkeyPatch, variables: Mapping[str, str], host: str | None) -> None:
    check(settings(monkeypatch, **variables), host, CLIENT)
