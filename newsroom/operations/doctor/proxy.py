"""Examine the connection from readers to the web server, with requests to ``SITE_URL``."""

import json
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from newsroom.http import clock
from newsroom.operations import certificate, metrics, proxy_probe
from newsroom.operations.doctor.registry import Diagnosis, UnknownError, fault, warning

# Addresses for documentation (RFC 5737), which no client has.
_FORGED, _FORGED_UNDERSCORE = "192.0.2.77", "198.51.100.77"


class UnexpectedAnswerError(Exception):
    """Raised if what answers is not this site."""


@dataclass(frozen=True, slots=True)
class _Arrival:
    """How a request arrived: its client address for rate limits, its X-Forwarded-For, and whether it used HTTPS."""

    client: str
    forwarded_for: str
    is_secure: bool


def examine_proxy() -> Iterator[Diagnosis]:
    """Yield a diagnosis for each problem with the certificate, the headers from the proxy, or ``/metrics``."""
    site = settings.SITE_URL
    if urlsplit(site).scheme != "https":
        yield fault("SITE_URL does not begin with https://: others can read and change pages on their way.")
    elif (failure := _find_tls_fault(site)) is not None:
        yield failure
        return
    elif end := certificate.read_end(site):
        yield from _describe_end(end, clock.now())
    try:
        yield from _examine_headers(site)
        if _get(site, metrics.PATH)[0] == 200:
            yield fault("Anyone can read /metrics.", "Let the proxy answer 404 there.")
    except UnexpectedAnswerError as error:
        yield fault(str(error))
    except (OSError, HTTPException) as error:
        yield fault(
            f"{site} does not answer: {str(error) or type(error).__name__}.", "Start the proxy, or correct SITE_URL."
        )


def find_ending_certificate(at: datetime) -> Iterator[Diagnosis]:
    """Yield a warning if the site's certificate has expired or expires soon.

    Raise UnknownError until the certificate has been read.
    """
    if urlsplit(settings.SITE_URL).scheme != "https":
        return
    if (end := certificate.watch.end()) is None:
        raise UnknownError
    yield from _describe_end(end, at)


def _describe_end(end: datetime, at: datetime) -> Iterator[Diagnosis]:
    if end - at < certificate.WARN_BEFORE:
        verb = "ends" if end > at else "ended"
        yield warning(f"The certificate {verb} on {timezone.localtime(end):%-d %B}.", "Renew it.")


def _find_tls_fault(site: str) -> Diagnosis | None:
    host = urlsplit(site).hostname
    try:
        certificate.verify(site)
    except ssl.SSLCertVerificationError as error:
        return fault(
            f"The certificate of {host} is not valid: {error.verify_message}.", "Renew it, or correct SITE_URL."
        )
    except OSError as error:
        return fault(f"{site} does not answer: {error}.", "Start the proxy, or correct SITE_URL.")
    return None


def _examine_headers(site: str) -> Iterator[Diagnosis]:
    arrival = _probe(site, {"X-Forwarded-For": _FORGED})
    count = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    appended = [each for each in map(str.strip, arrival.forwarded_for.split(",")) if each not in {"", _FORGED}]
    if len(appended) != count:
        proxies = f"{len(appended)} {'proxy names' if len(appended) == 1 else 'proxies name'}"
        yield fault(
            f"TRUSTED_PROXY_COUNT is {count}, and {proxies} the client in X-Forwarded-For.",
            f"Set TRUSTED_PROXY_COUNT={len(appended)}."
            if appended
            else "Let the proxy append the address of the client.",
        )
    elif arrival.client == _FORGED:
        yield fault(
            "A client can choose the address that limits count: X-Forwarded-For is believed.",
            "Let the proxy append the address of the client.",
        )
    if _FORGED_UNDERSCORE in _probe(site, {"X_Forwarded_For": _FORGED_UNDERSCORE}).forwarded_for:
        yield fault(
            "A client can choose the address that limits count: X_Forwarded_For reaches the site.",
            "Let the proxy drop headers with an underscore in their name.",
        )
    if urlsplit(site).scheme == "https" and not arrival.is_secure:
        yield fault("The site does not learn that readers use https.", "Let the proxy set X-Forwarded-Proto.")


def _probe(site: str, headers: Mapping[str, str]) -> _Arrival:
    status, body = _get(site, proxy_probe.PATH, {"Authorization": f"Bearer {proxy_probe.make_token()}", **headers})
    if status != 200:
        raise UnexpectedAnswerError(
            f"{site}{proxy_probe.PATH} answers {status}: it is another site, or has another SECRET_KEY or clock."
        )
    return _Arrival(**json.loads(body))


def _get(site: str, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
    parts = urlsplit(site)
    make = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = make(parts.hostname or "", parts.port, timeout=certificate.TIMEOUT)
    try:
        connection.request("GET", path, headers=dict(headers or {}))
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
