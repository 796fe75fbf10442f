"""The load drivers: output of wrk, arrival times, requests, and detection of stale bodies."""

import re
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from benchmarks import servers, wrk
from benchmarks.client import body_length, build_request, read_head
from benchmarks.mixed.arrivals import SHARES, RequestMix, ZipfSampler, due_times
from benchmarks.mixed.ledger import Ledger, find_stale, format_mark

ROOT = Path(__file__).resolve().parent.parent.parent
WRK_OUTPUT = """\
Running 2s test @ http://127.0.0.1:8000/
  1 threads and 16 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.20ms    0.90ms  18.30ms   91.00%
    Req/Sec    13.40k     1.10k   15.00k    70.00%
  Latency Distribution
     50%  980.00us
     75%    1.40ms
     90%    2.10ms
     99%    1.05s
  26800 requests in 2.00s, 96.12MB read
Requests/sec:  13400.00
Transfer/sec:     48.06MB
"""


@pytest.fixture
def random_source():
    return Random(1)  # noqa: S311  # the same numbers each time


def test_the_output_of_wrk_is_parsed():
    result = wrk.parse_output(WRK_OUTPUT)
    assert (result.requests, result.seconds, result.per_second) == (26_800, 2.0, 13_400.0)
    assert (result.p50, result.p99) == (pytest.approx(0.98), 1_050.0)
    assert result.failures == 0


def test_errors_reported_by_wrk_are_failures():
    errors = "  Socket errors: connect 1, read 2, write 0, timeout 4\n  Non-2xx or 3xx responses: 30\nRequests/sec"
    assert wrk.parse_output(WRK_OUTPUT.replace("Requests/sec", errors)).failures == 37


def test_output_without_a_result_raises_an_error():
    with pytest.raises(RuntimeError, match="unable to connect"):
        wrk.parse_output("unable to connect to 127.0.0.1:8000 Connection refused")


def test_a_request_keeps_its_connection_open():
    request = build_request("/stories/", 8000, headers={"Accept-Encoding": "gzip"})
    assert request == b"GET /stories/ HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nAccept-Encoding: gzip\r\n\r\n"


def test_the_headers_give_the_length_of_the_body():
    status, headers = read_head(b'HTTP/1.1 200 OK\r\nContent-Length: 12\r\nETag: "a:b"')
    assert (status, headers["etag"]) == (200, '"a:b"')
    assert body_length(status, headers) == 12
    assert body_length(status, headers, method="HEAD") == 0
    assert body_length(304, headers) == 0
    with pytest.raises(ValueError, match="how long"):
        body_length(200, {"transfer-encoding": "chunked"})


def test_the_server_has_the_same_options_as_in_the_demonstration():
    demonstration = (ROOT / "scripts" / "demo").read_text(encoding="utf-8")
    options = re.findall(r'"([^"]+)"', demonstration.partition("server = [")[2].partition("variables)")[0])
    assert tuple(options[: len(servers.PRODUCT)]) == servers.PRODUCT


def test_the_product_does_not_inherit_settings(monkeypatch):
    monkeypatch.setenv("EMAIL_URL", "smtp://mail.example")
    variables = servers.product_environment("sqlite:///a.sqlite3", 8001)
    assert (variables["DEBUG"], variables["SITE_URL"]) == ("0", "http://127.0.0.1:8001")
    assert "EMAIL_URL" not in variables


def test_requests_are_due_at_the_requested_rate_in_order(random_source):
    due = list(due_times(50, 100, random_source))
    assert len(due) == pytest.approx(5_000, rel=0.05)
    assert all(earlier <= later for earlier, later in pairwise(due))
    assert due[-1] < 100


def test_the_first_item_is_drawn_most_often(random_source):
    sampler = ZipfSampler([str(number) for number in range(100)])
    drawn = [sampler.draw(random_source) for _ in range(5_000)]
    assert drawn.count("0") == pytest.approx(2 * drawn.count("1"), rel=0.15)
    assert drawn.count("1") > drawn.count("9") > 0


def test_the_mix_has_the_declared_shares():
    pages = {"list": ["/"], "topic": ["/topics/a/"], "question": [], "story": ["/stories/a/", "/stories/b/"]}
    arrivals = list(RequestMix(pages, ["harbour pier"], 2, seed=1).arrivals(1_000, 10))
    for kind, share in SHARES.items():
        assert sum(each.kind == kind for each in arrivals) / len(arrivals) == pytest.approx(share, rel=0.2)
    assert {each.target for each in arrivals if each.kind == "publish"} == {"0", "1"}
    assert {each.target for each in arrivals if each.kind == "read"} == {"/", "/topics/a/", *pages["story"]}


def test_a_ledger_is_shared(tmp_path):
    one, other = Ledger(tmp_path / "ledger", 3), Ledger(tmp_path / "ledger", 3)
    one.record_commit(1, 4)
    assert (other.committed(1), other.list_committed()) == (4, [0, 4, 0])


@pytest.mark.parametrize(
    ("body", "own", "is_stale"),
    [
        (format_mark(4, 1), 1, False),
        (format_mark(5, 1), 1, False),
        (format_mark(3, 1), 1, True),
        (f"{format_mark(4, 1)} and {format_mark(1, 2)}", 1, True),
        ("the words of before there was a mark", 1, True),
        ("the words of before there was a mark", 0, False),
        ("a page of something else", None, False),
    ],
)
def test_a_body_with_an_older_edition_is_stale(body, own, is_stale):
    assert bool(find_stale(body.encode(), [0, 4, 2], own=own)) == is_stale
