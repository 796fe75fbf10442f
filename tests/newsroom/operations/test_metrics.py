"""``/metrics``: who may read it, the format of Prometheus, and gauges that are read every few seconds."""

import logging
import os
import threading

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from prometheus_client.parser import text_string_to_metric_families

from newsroom import counters
from newsroom.counters import Counter, Histogram
from newsroom.operations import metrics
from newsroom.operations.request_log import RequestLogMiddleware
from tests.factories import PASSWORD, make_published_story, make_user

pytestmark = pytest.mark.django_db

TOKEN = "a-token-of-the-monitoring"  # noqa: S105 -- not a real token
PAGES = Counter("newsroom_tests_shown_total", "Pages that tests show.", ("result",))
SECONDS = Histogram("newsroom_tests_wait_seconds", "Seconds that tests wait.", ("page",), bounds=(0.1, 1.0))


@pytest.fixture(autouse=True)
def _own_counts(tmp_path, monkeypatch):
    """Count in the folder of the test, and read gauges anew, on the connection with the transaction of the test."""
    monkeypatch.setattr(metrics, "close_old_connections", lambda: None)
    counters.write_to(tmp_path / "metrics")
    metrics.reset()
    yield
    counters.write_to(None)
    metrics.reset()


@pytest.fixture
def register(monkeypatch):
    """Return the function that registers a gauge, for the test alone."""
    monkeypatch.setattr(metrics, "_gauges", {})
    return metrics.register


def django(environ, start_response):
    start_response("404 Not Found", [])
    return [b"Nothing."]


def ask(method="GET", **environ):
    """Return the status and the body of a request to ``/metrics``, and its headers."""
    started = []
    environ = {**RequestFactory().generic(method, "/metrics").environ, "REMOTE_ADDR": "203.0.113.9", **environ}
    body = metrics.with_metrics(django)(environ, lambda status, headers: started.extend([status, dict(headers)]))
    return started[0], b"".join(body).decode(), started[1]


def read_samples() -> dict[str, float]:
    """Return the value of each sample, by its name and labels as in the text."""
    families = text_string_to_metric_families(metrics.render().decode())
    return {
        f"{sample.name}{''.join(f'|{name}={value}' for name, value in sorted(sample.labels.items()))}": sample.value
        for family in families
        for sample in family.samples
    }


LOCAL = {"REMOTE_ADDR": "127.0.0.1"}


@pytest.mark.parametrize(
    ("environ", "status"),
    [
        (LOCAL, "200 OK"),
        ({"REMOTE_ADDR": "::1"}, "200 OK"),
        ({"REMOTE_ADDR": "::ffff:127.0.0.1"}, "200 OK"),
        (LOCAL | {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, "404 Not Found"),
        (LOCAL | {"HTTP_X_FORWARDED_FOR": ""}, "404 Not Found"),
        ({}, "404 Not Found"),
        ({"REMOTE_ADDR": ""}, "404 Not Found"),
        ({"REMOTE_ADDR": "10.0.0.7"}, "404 Not Found"),
        ({"HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}, "200 OK"),
        ({"HTTP_AUTHORIZATION": f"Bearer {TOKEN}", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}, "200 OK"),
        ({"HTTP_AUTHORIZATION": TOKEN}, "404 Not Found"),
        ({"HTTP_AUTHORIZATION": f"Bearer {TOKEN}x"}, "404 Not Found"),
        ({"HTTP_AUTHORIZATION": "Bearer grün"}, "404 Not Found"),
        (LOCAL | {"PATH_INFO": "/metrics/"}, "404 Not Found"),
    ],
)
def test_only_a_token_or_a_client_on_this_machine_opens_it(settings, environ, status):
    settings.METRICS_TOKEN = TOKEN
    assert ask(**environ)[0] == status


@pytest.mark.parametrize("sent", ["Bearer ", "Bearer", ""])
def test_without_a_token_in_the_settings_none_opens_it(settings, sent):
    settings.METRICS_TOKEN = ""
    assert ask(HTTP_AUTHORIZATION=sent)[0] == "404 Not Found"


def test_head_has_no_body_and_other_methods_are_not_answered():
    assert ask("HEAD", **LOCAL)[:2] == ("200 OK", "")
    assert ask("POST", **LOCAL)[0] == "404 Not Found"


def test_the_answer_is_not_cached():
    _, _, headers = ask(**LOCAL)
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Type"].startswith("text/plain; version=")


def test_counters_and_histograms_of_all_processes_are_written(register):
    PAGES.count("hit", amount=2)
    for seconds in (0.05, 0.7, 0.8, 5):
        SECONDS.observe(seconds, "story")
    if (child := os.fork()) == 0:
        PAGES.count("hit")
        SECONDS.observe(0.05, "story")
        os._exit(0)
    os.waitpid(child, 0)
    found = {name: value for name, value in read_samples().items() if "_tests_" in name}
    assert found == {
        "newsroom_tests_shown_total|result=hit": 3,
        "newsroom_tests_wait_seconds_bucket|le=0.1|page=story": 2,
        "newsroom_tests_wait_seconds_bucket|le=1.0|page=story": 4,
        "newsroom_tests_wait_seconds_bucket|le=+Inf|page=story": 5,
        "newsroom_tests_wait_seconds_count|page=story": 5,
        "newsroom_tests_wait_seconds_sum|page=story": pytest.approx(6.6),
    }


def test_gauges_have_one_value_none_or_one_for_each_label(register):
    register("newsroom_one", lambda: 1.5, help="One.")
    register("newsroom_none", lambda: None, help="None.")
    register("newsroom_some", lambda: {"default": 2, "slow": None}, help="Some.", labels=("queue",))
    register("newsroom_pair", lambda: {("1.4", "abc"): 1}, help="A pair.", labels=("version", "release"))
    assert {name: value for name, value in read_samples().items() if "_tests_" not in name} == {
        "newsroom_one": 1.5,
        "newsroom_some|queue=default": 2,
        "newsroom_pair|release=abc|version=1.4": 1,
    }


def test_a_gauge_without_the_prefix_is_refused(register):
    with pytest.raises(ValueError, match="must begin with newsroom_: tasks"):
        register("tasks", lambda: 1, help="Tasks.")


def test_gauges_are_read_at_most_every_ten_seconds(register, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(metrics, "monotonic", lambda: now[0])
    reads = []
    register("newsroom_reads", lambda: reads.append(1) or len(reads), help="Reads.")
    assert [read_samples()["newsroom_reads"] for _ in range(3)] == [1, 1, 1]
    now[0] = 109.9
    assert read_samples()["newsroom_reads"] == 1
    now[0] = 110.0
    assert read_samples()["newsroom_reads"] == 2


def test_a_gauge_may_be_read_less_often(register, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(metrics, "monotonic", lambda: now[0])
    reads = []
    register("newsroom_costly", lambda: reads.append(1) or len(reads), help="Costly.", interval=metrics.SLOW_INTERVAL)
    register("newsroom_cheap", lambda: now[0], help="Cheap.")
    for now[0], costly in ((100.0, 1), (159.0, 1), (170.0, 2)):
        samples = read_samples()
        assert (samples["newsroom_costly"], samples["newsroom_cheap"]) == (costly, now[0])


def test_a_gauge_that_can_no_longer_be_read_has_no_value(register, monkeypatch):
    now, values = [100.0], iter([1])
    monkeypatch.setattr(metrics, "monotonic", lambda: now[0])
    register("newsroom_ending", lambda: next(values), help="Ending.")
    assert "newsroom_ending" in read_samples()
    now[0] = 200.0
    assert "newsroom_ending" not in read_samples()


def test_gauges_that_are_read_together_share_what_they_read(register):
    reads = []
    read = metrics.read_once(lambda: reads.append(1) or len(reads))
    register("newsroom_first", lambda: read(), help="First.")
    register("newsroom_second", lambda: read(), help="Second.")
    samples = read_samples()
    assert (samples["newsroom_first"], samples["newsroom_second"]) == (1, 1)
    metrics.reset()
    assert read_samples()["newsroom_second"] == 2
    assert read() == 3


@pytest.mark.django_db(transaction=True)
def test_while_one_thread_reads_gauges_others_get_the_last_values(register, monkeypatch):
    now, may_end, is_read, values = [100.0], threading.Event(), threading.Event(), iter([1, 2])
    monkeypatch.setattr(metrics, "monotonic", lambda: now[0])

    def read():
        value = next(values)
        if value == 2:
            is_read.set()
            may_end.wait(30)
        return value

    register("newsroom_slow", read, help="Slow.", uses_database=False)
    assert read_samples()["newsroom_slow"] == 1
    now[0] = 200.0
    reader = threading.Thread(target=metrics.render)
    reader.start()
    assert is_read.wait(30)
    assert read_samples()["newsroom_slow"] == 1
    may_end.set()
    reader.join()
    assert read_samples()["newsroom_slow"] == 2


def test_a_gauge_that_fails_does_not_hide_the_others(register, caplog):
    def fail(error: Exception):
        raise error

    register("newsroom_broken", lambda: fail(ZeroDivisionError()), help="Broken.")
    register("newsroom_without_table", lambda: fail(OperationalError("no such table")), help="Without a table.")
    register("newsroom_last", lambda: 1, help="The last one.")
    assert [name for name in read_samples() if "_tests_" not in name] == ["newsroom_last"]
    warnings = [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING]
    assert warnings == ["newsroom_broken could not be read."]


def test_without_the_database_gauges_of_the_machine_are_written(register, monkeypatch):
    def fail(_seconds: float):
        raise OperationalError("gone")

    monkeypatch.setattr(metrics, "limit_statements", fail)
    register("newsroom_rows", lambda: 1, help="Rows.")
    register("newsroom_disk", lambda: 2, help="Disk.", uses_database=False)
    assert {name for name in read_samples() if "_tests_" not in name} == {"newsroom_disk"}


def test_counts_that_cannot_be_read_do_not_hide_gauges(register, monkeypatch):
    def fail() -> None:
        raise TimeoutError("locked")

    monkeypatch.setattr(counters, "read_sums", fail)
    register("newsroom_disk", lambda: 2, help="Disk.", uses_database=False)
    assert read_samples() == {"newsroom_disk": 2}


# What is counted ------------------------------------------------------------------------------------------------------


def test_requests_are_counted_by_route_method_and_status_without_slugs():
    make_published_story(slug="harbour-wall")
    for address in ("/stories/harbour-wall/", "/stories/harbour-wall/", "/stories/never-was/", "/nowhere/at-all/"):
        Client().get(address)
    samples = read_samples()
    route = "|route=/stories/<slug_u:slug>/"
    assert samples[f"newsroom_requests_total|method=GET{route}|status=200"] == 2
    assert samples[f"newsroom_requests_total|method=GET{route}|status=404"] == 1
    assert samples["newsroom_requests_total|method=GET|route=none|status=404"] == 1
    assert samples[f"newsroom_request_seconds_count{route}"] == 3
    assert samples[f"newsroom_queries_total{route}"] > 0
    assert samples["newsroom_build_seconds_count|page=story"] == 2
    assert not [name for name in samples if "harbour" in name or "never-was" in name]


def test_a_method_that_a_client_invents_is_no_label(rf):
    RequestLogMiddleware(lambda _: HttpResponse())(rf.generic("BREW", "/x/"))
    assert {"newsroom_requests_total|method=other|route=none|status=200"} <= read_samples().keys()


def test_sign_ins_are_counted():
    make_user(username="editor")
    for password in ("wrong", PASSWORD):
        Client().post("/accounts/login/", {"login": "editor", "password": password})
    samples = read_samples()
    assert samples["newsroom_sign_ins_total|result=failed"] == 1
    assert samples["newsroom_sign_ins_total|result=succeeded"] == 1


def test_no_label_names_a_user_or_an_account(client):
    make_user(username="anna-of-the-desk", email="anna@lisle.example")
    client.post("/accounts/login/", {"login": "anna-of-the-desk", "password": PASSWORD})
    client.get("/admin/")
    assert "anna" not in metrics.render().decode()


def test_every_metric_has_help_and_every_name_begins_with_that_of_the_product():
    text = metrics.render().decode()
    helped = {line.split()[2] for line in text.splitlines() if line.startswith("# HELP ") and len(line.split()) > 3}
    typed = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE ")}
    assert helped == typed
    assert all(name.startswith("newsroom_") for name in typed)
