"""The TLS certificate of the site, as readers receive it."""

import logging
import math
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Thread
from time import monotonic
from urllib.parse import urlsplit

from cryptography import x509
from django.conf import settings

from newsroom.http import clock

TIMEOUT = 10.0  # seconds
READ_INTERVAL = 3600.0  # seconds
WARN_BEFORE = timedelta(days=14)

logger = logging.getLogger(__name__)


def verify(address: str) -> None:
    """Raise SSLCertVerificationError if the certificate at an https URL is invalid, or OSError if nothing answers."""
    with _connect(address, ssl.create_default_context()):
        pass


def read_end(address: str) -> datetime | None:
    """Return the time at which the certificate at an https URL expires, even if it is invalid. Return None for http.

    Raise OSError if nothing answers.
    """
    if urlsplit(address).scheme != "https":
        return None
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with _connect(address, context) as connection:
        certificate = connection.getpeercert(binary_form=True)
    return x509.load_der_x509_certificate(certificate or b"").not_valid_after_utc


@contextmanager
def _connect(address: str, context: ssl.SSLContext) -> Iterator[ssl.SSLSocket]:
    parts = urlsplit(address)
    host = parts.hostname or ""
    with (
        socket.create_connection((host, parts.port or 443), timeout=TIMEOUT) as plain,
        context.wrap_socket(plain, server_hostname=host) as connection,
    ):
        yield connection


class CertificateWatch:
    """A cache of the time at which the site's certificate expires.

    ``end`` starts a thread that reads this time, at most once every ``READ_INTERVAL`` seconds.
    """

    def __init__(self, read: Callable[[], datetime | None]) -> None:
        self._read = read
        self._end: datetime | None = None
        self._read_at = -math.inf
        self.thread = Thread()

    def end(self) -> datetime | None:
        """Return the time that was read last, or None if it is not known, without waiting for the network."""
        if monotonic() - self._read_at >= READ_INTERVAL:
            self._read_at = monotonic()
            self.thread = Thread(target=self._read_again, name="certificate", daemon=True)
            self.thread.start()
        return self._end

    def _read_again(self) -> None:
        try:
            self._end = self._read()
        except (OSError, ValueError) as error:
            logger.debug("The certificate could not be read: %s", error)


watch = CertificateWatch(lambda: read_end(settings.SITE_URL))


def read_seconds_left() -> float | None:
    """Return the seconds until the site's certificate expires, or None if that is not known."""
    end = watch.end()
    return (end - clock.now()).total_seconds() if end else None
