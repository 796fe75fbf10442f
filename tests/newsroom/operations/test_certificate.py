"""The certificate of the site: whether it is valid, when it ends, and the gauge that says so."""

import ssl
from datetime import UTC, datetime, timedelta

import pytest

from newsroom.http import clock
from newsroom.operations import certificate
from tests.tls_server import serve_over_tls, write_certificate

END = datetime(2031, 12, 3, 12, tzinfo=UTC)


@pytest.fixture
def serve(tmp_path, monkeypatch):
    """Return a function that serves with a certificate which ends then, and is trusted."""

    def serve_until(end):
        write_certificate(tmp_path, end=end)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        return serve_over_tls(lambda environ, start_response: [], tmp_path)

    return serve_until


def test_the_end_of_the_certificate_is_read(serve):
    with serve(END) as address:
        assert certificate.read_end(address) == END


def test_an_expired_certificate_is_not_valid_and_its_end_is_read(serve):
    end = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    with serve(end) as address:
        assert certificate.read_end(address) == end
        with pytest.raises(ssl.SSLCertVerificationError, match="expired"):
            certificate.verify(address)


def test_a_valid_certificate_is_accepted_and_one_of_an_unknown_authority_is_not(serve, monkeypatch):
    with serve(datetime.now(UTC) + timedelta(days=30)) as address:
        certificate.verify(address)
        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises(ssl.SSLCertVerificationError):
            certificate.verify(address)


def test_an_address_without_tls_has_no_certificate():
    assert certificate.read_end("http://news.example") is None


def wait_for(watch):
    """Return the end that a watch has read, once its thread has ended."""
    watch.end()
    watch.thread.join()
    return watch.end()


def test_the_watch_reads_once_an_hour_and_never_waits(monkeypatch):
    ends = iter([END, END + timedelta(days=60)])
    watch = certificate.CertificateWatch(lambda: next(ends))
    monkeypatch.setattr(certificate, "monotonic", lambda: now)
    now = 1000.0
    assert wait_for(watch) == END
    now += certificate.READ_INTERVAL - 1
    assert wait_for(watch) == END
    now += 1
    assert wait_for(watch) == END + timedelta(days=60)


def test_a_site_that_does_not_answer_has_the_end_that_was_read_before(monkeypatch):
    def fail():
        raise OSError("No route to host")

    watch = certificate.CertificateWatch(fail)
    assert wait_for(watch) is None


def test_the_gauge_counts_the_seconds(monkeypatch):
    watch = certificate.CertificateWatch(lambda: END)
    monkeypatch.setattr(certificate, "watch", watch)
    wait_for(watch)
    monkeypatch.setattr(clock, "now", lambda: END - timedelta(hours=2))
    assert certificate.read_seconds_left() == 7200
