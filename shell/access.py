"""Who may come in, and as whom: the mode of the app and what belongs to it, read from the environment and checked."""

import ipaddress
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from data_model.roles import Actor, Role

EXIT_REFUSED = 4
"""The exit code of a start that would not be safe."""

USER_HEADER, SECRET_HEADER, CLAIM = "X-Remote-User", "X-Avanzamento-Secret", "email"
SHORTEST_SECRET = 32
LONGEST_LOGIN = 12 * 3600
"""Seconds that a sign-in counts: Streamlit's cookie lasts 30 days, in which the provider may have taken a role away."""

REMOTE_USER = "remote_user"
"""Where Streamlit keeps the name that the proxy gives."""

_VARIABLES = tuple(f"AVANZAMENTO_{name}" for name in ("MODE", "ROLES", "CLAIM", "USER_HEADER", "PROXY_SECRET", "HOSTS"))
_OF_A_CLIENT = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")


class Mode(StrEnum):
    """How people come in."""

    LOCAL = "local"
    OIDC = "oidc"
    PROXY = "proxy"
    PUBLIC = "public"


class Misconfigured(Exception):
    """The app does not start like this. The message is for the person who runs the server."""


@dataclass(frozen=True)
class Grant:
    """What a value of the claim lets a person do."""

    role: Role
    programmes: frozenset[str] | None = frozenset()


@dataclass(frozen=True)
class Access:
    """The settings of a running app."""

    mode: Mode
    roles: Mapping[str, Grant]
    claim: str = CLAIM
    user_header: str = USER_HEADER
    secret: str = ""
    hosts: frozenset[str] = frozenset()

    def admitted(self, said: Mapping[str, object], now: float) -> Actor | None:
        """The person of whom a provider or a proxy says this; None for everybody who is not on the list."""
        if self.mode is Mode.PROXY:
            name = said.get(REMOTE_USER)
            return self._on_the_list(name, [name]) if isinstance(name, str) else None
        signed_in = said.get("iat")
        if said.get("is_logged_in") is not True or not isinstance(signed_in, int | float):
            return None
        if not -60 <= now - signed_in <= LONGEST_LOGIN:
            return None
        if self.claim == "email" and said.get("email_verified") is False:
            return None  # whoever may write any address there could be anybody
        value = said.get(self.claim)
        values = value if isinstance(value, list) else [value]
        return self._on_the_list(said.get("email") or said.get("sub"), values)

    def _on_the_list(self, name: object, values: Iterable[object]) -> Actor | None:
        grants = [self.roles[v.casefold()] for v in values if isinstance(v, str) and v.casefold() in self.roles]
        if not grants or not isinstance(name, str) or not name.strip():
            return None
        highest = max((grant.role for grant in grants), key=list(Role).index)
        named = [grant.programmes for grant in grants if grant.role is Role.EDITOR]
        every = any(programmes is None for programmes in named)
        return Actor(name.strip(), highest, None if every else frozenset().union(*filter(None, named)))


def current() -> Access:
    """The settings of this process. Raises Misconfigured."""
    return _of(tuple(os.environ.get(name, "").strip() for name in _VARIABLES))


@lru_cache(maxsize=8)
def _of(values: tuple[str, ...]) -> Access:
    mode, roles, claim, header, secret, hosts = values
    if (mode or Mode.LOCAL) not in list(Mode):
        raise Misconfigured(f"AVANZAMENTO_MODE is {mode!r}; it is one of {', '.join(Mode)}.")
    if secret and len(secret) < SHORTEST_SECRET:
        raise Misconfigured(f"AVANZAMENTO_PROXY_SECRET is short: {SHORTEST_SECRET} characters or more.")
    named = frozenset(host.strip().lower() for host in hosts.split(",") if host.strip())
    return Access(Mode(mode or Mode.LOCAL), _roles(roles), claim or CLAIM, header or USER_HEADER, secret, named)


def _roles(text: str) -> dict[str, Grant]:
    """`ada@example.org=administrator; social-policy=editor:2014IT05SFOP001; staff=reader`. Raises Misconfigured."""
    found: dict[str, Grant] = {}
    for entry in filter(None, map(str.strip, text.replace("\n", ";").split(";"))):
        value, _, given = entry.rpartition("=")
        role, _, listed = given.partition(":")
        programmes = frozenset(filter(None, map(str.strip, listed.split(","))))
        fits = role.strip() in list(Role) and bool(programmes) == (role.strip() == Role.EDITOR)
        if not value.strip() or not fits or value.strip().casefold() in found:
            raise Misconfigured(
                f"AVANZAMENTO_ROLES: {entry!r} is not VALUE=reader, VALUE=editor:PROGRAMME,… (or :*) or "
                "VALUE=administrator, each value once."
            )
        found[value.strip().casefold()] = Grant(Role(role.strip()), None if "*" in programmes else programmes)
    return found


# --- the start --------------------------------------------------------------------------------------------------


def is_loopback(host: str | None) -> bool:
    """Whether an address is one that only this machine reaches."""
    if host in ("localhost", "unix"):
        return True
    try:
        address = ipaddress.ip_address((host or "").strip("[]"))
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def bound(arguments: Sequence[str], environment: Mapping[str, str], streamlits: str | None) -> str | None:
    """Where the server that a command line (with its interpreter) starts will listen; None where that cannot be told.
    `streamlits` is what Streamlit's own server would take."""
    given = [part for argument in arguments for part in argument.split("=", 1)]
    said = None
    for flag, value in pairwise(given):
        if flag in ("--uds", "--fd") or (flag in ("--bind", "-b") and value.startswith("unix:")):
            said = "unix"
        elif flag in ("--host", "--server.address"):
            said = value
        elif flag in ("--bind", "-b"):
            said = urlsplit(f"//{value}").hostname
    if said is not None:
        return said
    names = {name for part in map(Path, arguments[:6]) for name in (part.stem, part.parent.name)}
    if "uvicorn" in names:
        return environment.get("UVICORN_HOST", "127.0.0.1")
    return (streamlits or "0.0.0.0") if "streamlit" in names else None  # Streamlit listens everywhere


def check(access: Access, host: str | None, client: Mapping[str, object]) -> None:
    """Raises Misconfigured where a start would let in whom nobody asked in. `client` are the settings of signing in."""
    mode, here = access.mode, is_loopback(host)
    if mode is Mode.LOCAL and host is not None and not here:
        raise Misconfigured(
            f"The app would listen on {host}, where others reach it, and nobody signs in (AVANZAMENTO_MODE=local). "
            "Keep HOST=127.0.0.1, or set AVANZAMENTO_MODE to oidc, proxy or public: see README.md."
        )
    if mode in (Mode.OIDC, Mode.PROXY) and not access.roles:
        raise Misconfigured(f"AVANZAMENTO_MODE={mode} lets nobody in without AVANZAMENTO_ROLES: see README.md.")
    if mode is Mode.PROXY and not here and not access.secret:
        raise Misconfigured(
            "AVANZAMENTO_MODE=proxy believes whoever reaches it. Listen on 127.0.0.1, or set AVANZAMENTO_PROXY_SECRET and "
            f"let the proxy send it as {SECRET_HEADER}."
        )
    if mode is Mode.OIDC:
        _check_client(client)


def _check_client(client: Mapping[str, object]) -> None:
    missing = [name for name in _OF_A_CLIENT if not client.get(name)]
    if missing:
        raise Misconfigured(f"AVANZAMENTO_MODE=oidc needs [auth] in .streamlit/secrets.toml; missing: {', '.join(missing)}.")
    if len(str(client["cookie_secret"])) < SHORTEST_SECRET:
        raise Misconfigured(f"The cookie_secret of [auth] is short: {SHORTEST_SECRET} characters or more.")
    for name in ("redirect_uri", "server_metadata_url"):
        address = urlsplit(str(client[name]))
        if address.scheme != "https" and not is_loopback(address.hostname):
            raise Misconfigured(f"The {name} of [auth] must begin with https://.")
