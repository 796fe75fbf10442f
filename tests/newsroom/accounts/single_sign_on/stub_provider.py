"""An OpenID Connect provider that answers over HTTP, and can be told to answer wrongly."""

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.http import HttpResponse
from django.test import Client
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

CLIENT_ID, CLIENT_SECRET = "newsroom", "the-secret-of-the-client"
EMAIL = "ana@lisle.example"


@cache
def make_key(algorithm: str, number: int = 0, *, bits: int = 2048) -> Any:
    """Return a private key. Each ``number`` has its own key."""
    if algorithm == "ES256":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65_537, key_size=bits)


def to_jwk(algorithm: str, key: Any, **members: object) -> dict[str, Any]:
    """Return the public part of a key as a JSON Web Key."""
    to_text = ECAlgorithm.to_jwk if algorithm == "ES256" else RSAAlgorithm.to_jwk
    return {**json.loads(to_text(key.public_key())), "kid": algorithm, "use": "sig", "alg": algorithm, **members}


@dataclass
class StubProvider:
    """A provider with one person. Its attributes decide what it answers."""

    algorithm: str = "RS256"
    person: dict[str, Any] = field(
        default_factory=lambda: {"sub": "248289761001", "email": EMAIL, "email_verified": True}
    )
    # Members that replace those of the configuration, the ID token, the answer to the code, and the answer about the
    # person.
    configuration: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    tokens: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    keys: list[dict[str, Any]] | None = None
    has_claims_in_token: bool = True
    status: int = 200
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)

    def start(self) -> None:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer({})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._answer({name: values[0] for name, values in parse_qs(body).items()})

            def _answer(self, form: dict[str, str]) -> None:
                status, answer = provider.answer(urlsplit(self.path).path, form)
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, object]:
        """Return the status and the JSON with which a request is answered."""
        self.requests.append(path)
        if self.status != 200:
            return self.status, {"error": "server_error"}
        if path == "/.well-known/openid-configuration":
            endpoints = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint")
            named = {name: f"{self.issuer}/{name.removesuffix('_endpoint')}" for name in endpoints}
            methods = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
            return 200, {
                "issuer": self.issuer,
                "jwks_uri": f"{self.issuer}/keys",
                **named,
                **methods,
                **self.configuration,
            }
        if path == "/keys":
            listed = [to_jwk(each, make_key(each)) for each in ("RS256", "ES256")]
            return 200, {"keys": listed if self.keys is None else self.keys}
        if path == "/userinfo":
            return 200, {**self.person, **self.userinfo}
        return self._exchange(form)

    def authorize(self, address: str, **replaced: str) -> str:
        """Answer an authorization request as if the person had signed in, and return the path of the redirect."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = secrets.token_urlsafe(8)
        self.codes[code] = query
        answer = {"code": code, "state": query["state"], "iss": self.issuer, **replaced}
        return f"{urlsplit(query['redirect_uri']).path}?{urlencode(answer)}"

    def make_id_token(self, query: dict[str, str]) -> str:
        """Return the ID token for an authorization request."""
        now = int(time.time())
        person = self.person if self.has_claims_in_token else {"sub": self.person["sub"]}
        standard = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "auth_time": now}
        claims = {**standard, "nonce": query["nonce"], **person, **self.claims}
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(claims, make_key(self.algorithm), self.algorithm, headers={"kid": self.algorithm})

    def _exchange(self, form: dict[str, str]) -> tuple[int, object]:
        query = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        is_client = (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        if query is None or not is_client or query["code_challenge"] != challenge:
            return 400, {"error": "invalid_grant"}
        tokens = {"access_token": "an-access-token", "token_type": "Bearer", "id_token": self.make_id_token(query)}
        return 200, {**tokens, **self.tokens}


def go_to_provider(client: Client, query: str = "") -> str:
    """Follow the button of the sign-in page, and return the URL at the provider."""
    response = client.get(f"/accounts/sso/{query}")
    assert response.status_code == 302, response.content.decode()
    return response["Location"]


def sign_in(client: Client, provider: StubProvider, query: str = "", **replaced: str) -> HttpResponse:
    """Sign in with the provider, and return the answer of the site."""
    response: HttpResponse = client.get(provider.authorize(go_to_provider(client, query), **replaced))  # type: ignore[assignment]  # the client adds attributes
    return response
