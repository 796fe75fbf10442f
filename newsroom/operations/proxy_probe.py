"""An address that reports how a request arrived through the proxies. It answers only the doctor of the same site."""

import json
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.core.handlers.wsgi import WSGIRequest
from django.core.signing import BadSignature, TimestampSigner

from newsroom.http.client_ip import client_address
from newsroom.http.security_headers import list_security_headers

PATH = "/proxy-probe"
MAX_AGE = 60  # seconds for which a token is valid


def make_token() -> str:
    """Return a token for requests to ``PATH``, valid for ``MAX_AGE`` seconds."""
    return _signer().sign("probe")


def with_proxy_probe(application: WSGIApplication) -> WSGIApplication:
    """Return an application that answers the doctor at ``PATH``, and passes on all other requests.

    To everybody else, Django answers 404 as for any unknown address.
    """

    # Handled before Django, which redirects requests that a proxy does not mark as HTTPS.
    def application_with_proxy_probe(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != PATH or environ["REQUEST_METHOD"] != "GET" or not _is_permitted(environ):
            return application(environ, start_response)
        request = WSGIRequest(environ)
        content = json.dumps(
            {
                "client": client_address(request),
                "forwarded_for": str(environ.get("HTTP_X_FORWARDED_FOR", "")),
                "is_secure": request.is_secure(),
            }
        ).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(content)))]
        security = list_security_headers(is_secure=request.is_secure())
        start_response("200 OK", [*headers, ("Cache-Control", "no-store"), *security.items()])
        return [content]

    return application_with_proxy_probe


def _is_permitted(environ: WSGIEnvironment) -> bool:
    token = str(environ.get("HTTP_AUTHORIZATION", "")).removeprefix("Bearer ")
    try:
        _signer().unsign(token, max_age=MAX_AGE)
    except BadSignature:
        return False
    return True


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="newsroom.operations.proxy_probe")
