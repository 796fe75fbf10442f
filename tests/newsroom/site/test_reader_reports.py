"""Reader reports: stored data and its expiry, same-origin checks and rate limits."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import RequestFactory

from newsroom.operations import retention
from newsroom.site.models import Report
from newsroom.site.reader_reports import submit
from newsroom.site.reader_reports.form import ReportForm
from newsroom.site.reader_reports.models import EMAIL_LIFETIME
from newsroom.site.reader_reports.same_origin import has_allowed_length, is_same_origin, origin_of
from tests.factories import make_report, make_user


@pytest.fixture
def _empty_rate_limits(db):
    cache.clear()


def make_request(**headers):
    return RequestFactory().post("/reports/", headers=headers)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", "", "Same-Origin", "same-origin, cross-site"])
def test_a_cross_site_request_is_refused_regardless_of_its_origin(site):
    assert not is_same_origin(make_request(**{"Sec-Fetch-Site": site, "Origin": "http://testserver"}))


def test_a_same_origin_request_is_accepted_even_without_an_origin():
    assert is_same_origin(make_request(**{"Sec-Fetch-Site": "same-origin", "Origin": "null"}))
    assert is_same_origin(make_request(**{"Sec-Fetch-Site": "same-origin"}))


@pytest.mark.parametrize(
    "origin",
    [
        "null", "", "https://testserver", "http://testserver:8080", "http://testserver.evil.example", "http://TESTSERVER",
        "http://evil.example", "http://testserver/", "http://testserver, http://evil.example", "testserver",
        "http://user@testserver", "http://testserver\u0000",
    ],
)  # fmt: skip
def test_an_origin_must_match_exactly(origin):
    assert not is_same_origin(make_request(Origin=origin))


def test_the_origins_of_the_site_and_of_the_request_are_accepted(settings):
    settings.SITE_URL = "https://news.example:443/"
    assert is_same_origin(make_request(Origin="https://news.example"))
    assert is_same_origin(make_request(Origin="http://testserver"))


def test_a_request_without_origin_headers_is_refused():
    assert not is_same_origin(make_request())


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("https://News.Example/", "https://news.example"),
        ("http://news.example:80", "http://news.example"),
        ("https://[::1]:8443/a", "https://[::1]:8443"),
    ],
)
def test_an_origin_has_the_form_that_browsers_use(address, origin):
    assert origin_of(address) == origin


@pytest.mark.parametrize(
    ("length", "is_allowed"),
    [("", True), ("90000", True), ("100001", False), ("9" * 5_000, False), ("-1", False), ("x", False)],
)
def test_a_request_larger_than_any_form_is_refused(length, is_allowed):
    assert has_allowed_length(RequestFactory().post("/reports/", CONTENT_LENGTH=length)) is is_allowed


@pytest.mark.usefixtures("_empty_rate_limits")
def test_an_address_may_send_five_reports_an_hour_without_affecting_others():
    assert [submit.allow_report("192.0.2.1") for _ in range(6)] == [True] * 5 + [False]
    assert submit.allow_report("192.0.2.2")


@pytest.mark.usefixtures("_empty_rate_limits")
def test_addresses_of_one_connection_share_a_limit():
    assert [submit.allow_report(f"2001:db8:1:2::{n}") for n in range(6)] == [True] * 5 + [False]
    assert submit.allow_report("2001:db8:1:3::1")
    assert [submit.allow_report(address) for address in ["192.0.2.9", "::ffff:192.0.2.9"] * 3] == [True] * 5 + [False]


@pytest.mark.usefixtures("_empty_rate_limits")
def test_one_network_cannot_block_the_form_for_others():
    limit = submit.MAX_PER_NETWORK
    assert [submit.allow_report(f"2001:db8:1:{n:x}::1") for n in range(limit + 5)] == [True] * limit + [False] * 5
    assert [submit.allow_report(f"192.0.2.{n}") for n in range(limit + 5)] == [True] * limit + [False] * 5
    assert submit.allow_report("2001:db8:2::1")
    assert submit.allow_report("192.0.3.1")


@pytest.mark.usefixtures("_empty_rate_limits")
def test_a_network_at_its_limit_does_not_count_against_the_total(monkeypatch):
    monkeypatch.setattr(submit, "MAX_PER_NETWORK", 1)
    monkeypatch.setattr(submit, "MAX_IN_TOTAL", 2)
    assert [submit.allow_report(f"192.0.2.{n}") for n in range(3)] == [True, False, False]
    assert [submit.allow_report(address) for address in ("192.0.3.1", "192.0.4.1")] == [True, False]


@pytest.mark.usefixtures("_empty_rate_limits")
def test_a_report_above_the_total_limit_does_not_count_for_its_address(monkeypatch):
    monkeypatch.setattr(submit, "MAX_IN_TOTAL", 3)
    assert [submit.allow_report(f"192.0.2.{n}") for n in range(4)] == [True] * 3 + [False]
    monkeypatch.setattr(submit, "MAX_IN_TOTAL", 100)
    assert [submit.allow_report("192.0.2.3") for _ in range(6)] == [True] * 5 + [False]


@pytest.mark.usefixtures("_empty_rate_limits")
def test_no_address_is_stored_in_the_cache(monkeypatch):
    cache_keys = []
    monkeypatch.setattr(cache, "add", lambda key, *rest: cache_keys.append(key) or True)
    submit.allow_report("192.0.2.77")
    assert cache_keys
    assert not any("192.0.2" in key for key in cache_keys)


@pytest.mark.django_db
def test_an_e_mail_address_is_hidden_and_deleted_after_ninety_days(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    report = make_report(email="reader@lisle.example")
    received_at = report.received_at
    assert [each.deleted for each in retention.tidy(at=received_at, only=["report_addresses"])] == [0]
    report.refresh_from_db()
    assert report.email_at(received_at + EMAIL_LIFETIME - timedelta(seconds=1)) == "reader@lisle.example"
    assert report.email_at(received_at + EMAIL_LIFETIME) == ""
    at = received_at + EMAIL_LIFETIME
    assert [each.deleted for each in retention.tidy(at=at, only=["report_addresses"])] == [1]
    report.refresh_from_db()
    assert (report.email, report.problem) == ("", "The year is wrong.")


@pytest.mark.django_db
def test_without_a_worker_the_next_report_deletes_expired_addresses():
    report = make_report(email="reader@lisle.example")
    make_report(at=report.received_at + EMAIL_LIFETIME, email="other@lisle.example")
    assert list(Report.objects.order_by("pk").values_list("email", flat=True)) == ["", "other@lisle.example"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"problem": ""},
        {"state": "dismissed"},
        {"state": "corrected", "led_to": 1},
        {"led_to": 1},
        {"state": "another"},
    ],
)
def test_the_database_refuses_inconsistent_reports(change):
    report = make_report()
    with pytest.raises(IntegrityError):
        Report.objects.filter(pk=report.pk).update(**change)


@pytest.mark.django_db
def test_a_report_cannot_be_dismissed_without_a_reason():
    report, editor = make_report(), make_user()
    report.state, report.decided_by, report.decided_at = "dismissed", editor, report.received_at
    with pytest.raises(ValidationError) as refused:
        report.full_clean()
    (message,) = [
        constraint.violation_error_message
        for constraint in Report._meta.constraints
        if constraint.name == "report_dismissed_with_reason"
    ]
    assert message in refused.value.messages


def make_form(**fields):
    return ReportForm({"problem": "The year is wrong.", **fields})


def test_control_characters_are_removed_and_line_endings_normalised():
    submitted = make_form(problem="a\x00b\x07c\r\nd\re\tf\x1b[31m", source="\x00x")
    assert submitted.is_valid()
    assert (submitted.cleaned_data["problem"], submitted.cleaned_data["source"]) == ("abc\nd\ne\tf[31m", "x")


def test_a_report_of_control_characters_is_empty():
    assert make_form(problem="\x00\x01 \r\n").has_error("problem", "required")


@pytest.mark.parametrize(
    ("name", "max_length"), [("sentence", 1_000), ("problem", 2_000), ("source", 1_000), ("page", 1_000)]
)
def test_each_field_has_a_maximum_length(name, max_length):
    assert make_form(**{name: "ä" * max_length}).is_valid()
    form = make_form(**{name: "ä" * (max_length + 1)})
    assert form.has_error(name, "max_length")
    assert str(max_length) in form.errors[name][0]


@pytest.mark.parametrize(
    "address", ["reader", "a@b", "a@lisle.example\nBcc: b@lisle.example", "a@lisle.example\x00", "@"]
)
def test_an_invalid_e_mail_address_is_an_error_of_its_field(address):
    assert list(make_form(email=address).errors) == ["email"]
