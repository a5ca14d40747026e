"""An OpenID provider on this machine: it signs whoever is told in, with a token that is good or wrong in one way."""

import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, CLIENT_SECRET = "avanzamento", "a secret of the client"


@dataclass
class Provider:
    """What the next sign-in says, and how it is spoilt."""

    claims: dict[str, Any] = field(default_factory=dict)
    spoilt: str = ""
    """"", expired, forged, other_audience, other_issuer, other_nonce, unsigned"""
    issuer: str = ""
    asked: int = 0
    """How many tokens were given."""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k", "use": "sig", "alg": "RS256"}))
    nonces: dict[str, str] = field(default_factory=dict)

    def token(self, code: str) -> str:
        """The ID token for a code."""
        self.asked += 1
        now = int(time.time())
        late = 7200 if self.spoilt == "expired" else 0
        said = {
            "iss": "http://127.0.0.1:1" if self.spoilt == "other_issuer" else self.issuer,
            "aud": "another" if self.spoilt == "other_audience" else CLIENT,
            "nonce": "another" if self.spoilt == "other_nonce" else self.nonces.pop(code, ""),
            "sub": "7",
            "iat": now - late,
            "exp": now - late + 3600,
        } | self.claims
        if self.spoilt == "unsigned":
            return str(jwt.encode({"alg": "none"}, said, self.key, algorithms=["none"]))
        strange = RSAKey.generate_key(2048, {"kid": "k"})
        return str(jwt.encode({"alg": "RS256", "kid": "k"}, said, strange if self.spoilt == "forged" else self.key))


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Nothing is printed."""

        def _json(self, said: object) -> None:
            body = json.dumps(said).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            if address.path == "/.well-known/openid-configuration":
                at = provider.issuer
                self._json(
                    {"issuer": at, "authorization_endpoint": f"{at}/authorize", "token_endpoint": f"{at}/token",
                     "jwks_uri": f"{at}/keys", "response_types_supported": ["code"], "subject_types_supported": ["public"],
                     "id_token_signing_alg_values_supported": ["RS256"], "code_challenge_methods_supported": ["S256"]}
                )  # fmt: skip
            elif address.path == "/keys":
                self._json({"keys": [provider.key.as_dict(private=False)]})
            else:
                asked = {name: values[0] for name, values in parse_qs(address.query).items()}
                code = secrets.token_urlsafe(8)
                provider.nonces[code] = asked.get("nonce", "")
                self.send_response(302)
                back = urlencode({"code": code, "state": asked["state"]})
                self.send_header("location", f"{asked['redirect_uri']}?{back}")
                self.end_headers()

        def do_POST(self) -> None:
            body = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
            self._json({"access_token": "x", "token_type": "Bearer", "id_token": provider.token(body["code"][0])})

    return Handler


@contextmanager
def provided() -> Iterator[Provider]:
    """A provider that answers."""
    provider = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield provider
    server.shutdown()
    server.server_close()
