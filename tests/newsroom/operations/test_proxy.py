"""What the doctor finds when it asks the site from outside: a proxy with each mistake is named, and a good one is not."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.core.management import call_command

from newsroom.operations import metrics
from newsroom.operations.commands import FaultError
from newsroom.operations.doctor import proxy
from newsroom.operations.doctor.registry import Occasion, registered_names
from newsroom.operations.proxy_probe import PATH, make_token, with_proxy_probe
from tests.tls_server import serve_over_tls, write_certificate

CLIENT = "203.0.113.9"


def django(environ, start_response):
    start_response("404 Not Found", [])
    return [b"Nothing."]


SITE = with_proxy_probe(metrics.with_metrics(django))


def append_client(environ):
    """Do what a proxy does that appends the address of the client and drops underscores."""
    forwarded = environ.get("HTTP_X_FORWARDED_FOR", "")
    # The server in these tests joins X-Forwarded-For and X_Forwarded_For into one variable.
    believed = "" if "198.51.100.77" in forwarded else forwarded
    environ["HTTP_X_FORWARDED_FOR"] = f"{believed}, {CLIENT}" if believed else CLIENT
    environ["HTTP_X_FORWARDED_PROTO"] = "https"


def replace_client(environ):
    environ["HTTP_X_FORWARDED_FOR"] = CLIENT
    environ["HTTP_X_FORWARDED_PROTO"] = "https"


def pass_on(environ):
    environ["HTTP_X_FORWARDED_PROTO"] = "https"


def pass_on_underscores(environ):
    forwarded = environ.get("HTTP_X_FORWARDED_FOR", "")
    environ["HTTP_X_FORWARDED_FOR"] = f"{forwarded}, {CLIENT}" if forwarded else CLIENT
    environ["HTTP_X_FORWARDED_PROTO"] = "https"


def forget_https(environ):
    append_client(environ)
    environ["HTTP_X_FORWARDED_PROTO"] = "http"


@pytest.fixture
def examine(settings, tmp_path, monkeypatch):
    """Return a function that examines the site behind a proxy, and returns the diagnoses."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    write_certificate(tmp_path, end=datetime.now(UTC) + timedelta(days=60))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))

    def examine_behind(change, application=SITE):
        def behind_proxy(environ, start_response):
            change(environ)
            return application(environ, start_response)

        with serve_over_tls(behind_proxy, tmp_path) as address:
            settings.SITE_URL = address
            return [(str(each.severity), str(each)) for each in proxy.examine_proxy()]

    return examine_behind


@pytest.mark.parametrize("change", [append_client, replace_client])
def test_a_proxy_that_names_the_client_is_in_order(examine, change):
    assert examine(change) == []


def test_a_proxy_that_does_not_name_the_client_is_a_fault(examine):
    assert examine(pass_on)[0] == (
        "fault",
        "TRUSTED_PROXY_COUNT is 1, and 0 proxies name the client in X-Forwarded-For. "
        "Let the proxy append the address of the client.",
    )


@pytest.mark.parametrize("count", [0, 2])
def test_a_wrong_count_of_proxies_is_a_fault(examine, settings, count):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = count
    assert examine(append_client) == [
        (
            "fault",
            f"TRUSTED_PROXY_COUNT is {count}, and 1 proxy names the client in X-Forwarded-For. Set TRUSTED_PROXY_COUNT=1.",
        )
    ]


def test_a_header_with_underscores_that_reaches_the_site_is_a_fault(examine):
    [(level, words)] = examine(pass_on_underscores)
    assert level == "fault"
    assert words.startswith("A client can choose the address that limits count: X_Forwarded_For reaches the site.")


def test_a_proxy_that_does_not_say_https_is_a_fault(examine):
    [(level, words)] = examine(forget_https)
    assert (level, words) == (
        "fault",
        "The site does not learn that readers use https. Let the proxy set X-Forwarded-Proto.",
    )


def test_open_metrics_are_a_fault(examine):
    def with_open_metrics(environ, start_response):
        if environ["PATH_INFO"] == "/metrics":
            start_response("200 OK", [])
            return [b"newsroom_quiet 0\n"]
        return SITE(environ, start_response)

    assert examine(append_client, with_open_metrics) == [
        ("fault", "Anyone can read /metrics. Let the proxy answer 404 there.")
    ]


def test_another_site_is_a_fault(examine):
    [(level, words)] = examine(append_client, django)
    assert level == "fault"
    assert "/proxy-probe answers 404: it is another site, or has another SECRET_KEY or clock." in words


def test_a_certificate_that_ends_soon_is_a_warning_and_an_unknown_one_a_fault(examine, tmp_path, monkeypatch):
    end = datetime.now(UTC) + timedelta(days=10)
    write_certificate(tmp_path, end=end)
    assert examine(append_client) == [("warning", f"The certificate ends on {end:%-d %B}. Renew it.")]
    monkeypatch.delenv("SSL_CERT_FILE")
    [(level, words)] = examine(append_client)
    assert level == "fault"
    assert words.startswith("The certificate of localhost is not valid: self-signed certificate")


def test_a_site_that_does_not_answer_is_a_fault(settings):
    settings.SITE_URL = "https://127.0.0.1:1"
    [diagnosis] = proxy.examine_proxy()
    assert str(diagnosis).startswith("https://127.0.0.1:1 does not answer: ")


@pytest.mark.django_db
def test_the_proxy_is_examined_if_it_is_asked_for(settings, capsys):
    settings.SITE_URL = "https://127.0.0.1:1"
    with pytest.raises(FaultError):
        call_command("doctor", only=["proxy"])
    assert capsys.readouterr().out.startswith("fault: proxy: ")
    assert "proxy" not in registered_names([Occasion.REGULAR])
    assert "proxy" in registered_names([Occasion.REGULAR, Occasion.OUTSIDE])


def ask_probe(**environ):
    """Return the status of a request to the probe."""
    started = []
    environ = {"PATH_INFO": PATH, "REQUEST_METHOD": "GET", "REMOTE_ADDR": CLIENT, "wsgi.input": BytesIO(), **environ}
    SITE(environ, lambda status, headers: started.append(status))
    return started[0]


@pytest.mark.parametrize("sent", ["", "Bearer ", "Bearer probe", "Bearer probe:1sAb2c:x", "Bearer grün"])
def test_the_probe_does_not_exist_without_a_token_of_the_site(sent):
    assert ask_probe(HTTP_AUTHORIZATION=sent) == "404 Not Found"


def test_a_token_is_valid_for_a_minute(monkeypatch):
    token = f"Bearer {make_token()}"
    assert ask_probe(HTTP_AUTHORIZATION=token) == "200 OK"
    assert ask_probe(HTTP_AUTHORIZATION=token, REQUEST_METHOD="POST") == "404 Not Found"
    monkeypatch.setattr("django.core.signing.time.time", lambda: datetime.now(UTC).timestamp() + 61)
    assert ask_probe(HTTP_AUTHORIZATION=token) == "404 Not Found"
