"""What is kept of a reader's report, for how long, and how many may come in."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import RequestFactory

from newsroom.background import cleanup
from newsroom.site.models import Report
from newsroom.site.reader_reports import submit
from newsroom.site.reader_reports.form import ReportForm
from newsroom.site.reader_reports.models import EMAIL_LIFETIME
from newsroom.site.reader_reports.same_origin import has_allowed_length, is_same_origin, origin_of
from tests.factories import make_report, make_user


@pytest.fixture
def _nobody_yet(db):
    cache.clear()


def sent(**headers):
    return RequestFactory().post("/reports/", headers=headers)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", "", "Same-Origin", "same-origin, cross-site"])
def test_what_a_browser_calls_foreign_is_foreign_whatever_origin_it_names(site):
    assert not is_same_origin(sent(**{"Sec-Fetch-Site": site, "Origin": "http://testserver"}))


def test_what_a_browser_calls_our_own_is_our_own_also_where_it_hides_the_origin():
    assert is_same_origin(sent(**{"Sec-Fetch-Site": "same-origin", "Origin": "null"}))
    assert is_same_origin(sent(**{"Sec-Fetch-Site": "same-origin"}))


@pytest.mark.parametrize(
    "origin",
    [
        "null", "", "https://testserver", "http://testserver:8080", "http://testserver.evil.example", "http://TESTSERVER",
        "http://evil.example", "http://testserver/", "http://testserver, http://evil.example", "testserver",
        "http://user@testserver", "http://testserver\u0000",
    ],
)  # fmt: skip
def test_an_origin_counts_only_letter_by_letter(origin):
    assert not is_same_origin(sent(Origin=origin))


def test_the_origin_of_the_site_and_of_the_request_are_ours(settings):
    settings.SITE_URL = "https://news.example:443/"
    assert is_same_origin(sent(Origin="https://news.example"))
    assert is_same_origin(sent(Origin="http://testserver"))


def test_a_request_that_says_nothing_of_where_it_comes_from_is_foreign():
    assert not is_same_origin(sent())


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("https://News.Example/", "https://news.example"),
        ("http://news.example:80", "http://news.example"),
        ("https://[::1]:8443/a", "https://[::1]:8443"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(address, origin):
    assert origin_of(address) == origin


@pytest.mark.parametrize(
    ("length", "is_one"),
    [("", True), ("90000", True), ("100001", False), ("9" * 5_000, False), ("-1", False), ("x", False)],
)
def test_what_is_larger_than_any_form_is_not_read(length, is_one):
    assert has_allowed_length(RequestFactory().post("/reports/", CONTENT_LENGTH=length)) is is_one


@pytest.mark.usefixtures("_nobody_yet")
def test_one_address_may_send_five_in_an_hour_and_others_go_on():
    assert [submit.allow_report("192.0.2.1") for _ in range(6)] == [True] * 5 + [False]
    assert submit.allow_report("192.0.2.2")


@pytest.mark.usefixtures("_nobody_yet")
def test_whoever_has_many_addresses_of_one_connection_is_one():
    assert [submit.allow_report(f"2001:db8:1:2::{n}") for n in range(6)] == [True] * 5 + [False]
    assert submit.allow_report("2001:db8:1:3::1")
    assert [submit.allow_report(address) for address in ["192.0.2.9", "::ffff:192.0.2.9"] * 3] == [True] * 5 + [False]


@pytest.mark.usefixtures("_nobody_yet")
def test_whoever_has_many_connections_of_one_network_shuts_the_form_for_nobody_else():
    most = submit.MOST_BY_NETWORK
    assert [submit.allow_report(f"2001:db8:1:{n:x}::1") for n in range(most + 5)] == [True] * most + [False] * 5
    assert [submit.allow_report(f"192.0.2.{n}") for n in range(most + 5)] == [True] * most + [False] * 5
    assert submit.allow_report("2001:db8:2::1")
    assert submit.allow_report("192.0.3.1")


@pytest.mark.usefixtures("_nobody_yet")
def test_a_full_network_takes_no_place_of_all(monkeypatch):
    monkeypatch.setattr(submit, "MOST_BY_NETWORK", 1)
    monkeypatch.setattr(submit, "MOST_BY_ALL", 2)
    assert [submit.allow_report(f"192.0.2.{n}") for n in range(3)] == [True, False, False]
    assert [submit.allow_report(address) for address in ("192.0.3.1", "192.0.4.1")] == [True, False]


@pytest.mark.usefixtures("_nobody_yet")
def test_all_together_may_send_so_many_and_who_comes_too_late_has_used_no_place(monkeypatch):
    monkeypatch.setattr(submit, "MOST_BY_ALL", 3)
    assert [submit.allow_report(f"192.0.2.{n}") for n in range(4)] == [True] * 3 + [False]
    monkeypatch.setattr(submit, "MOST_BY_ALL", 100)
    assert [submit.allow_report("192.0.2.3") for _ in range(6)] == [True] * 5 + [False]


@pytest.mark.usefixtures("_nobody_yet")
def test_no_address_stands_in_the_cache(monkeypatch):
    kept = []
    monkeypatch.setattr(cache, "add", lambda key, *rest: kept.append(key) or True)
    submit.allow_report("192.0.2.77")
    assert kept
    assert not any("192.0.2" in key for key in kept)


@pytest.mark.django_db
def test_an_e_mail_address_goes_after_ninety_days_and_is_not_shown_a_second_longer(set_time):
    report = make_report(email="reader@lisle.example")
    begun = report.received_at
    cleanup.delete_expired()
    report.refresh_from_db()
    assert report.email_at(begun + EMAIL_LIFETIME - timedelta(seconds=1)) == "reader@lisle.example"
    assert report.email_at(begun + EMAIL_LIFETIME) == ""
    set_time.go(to=begun + EMAIL_LIFETIME)
    cleanup.delete_expired()
    report.refresh_from_db()
    assert (report.email, report.problem) == ("", "The year is wrong.")


@pytest.mark.django_db
def test_without_a_worker_the_next_report_takes_old_addresses_out():
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
def test_the_database_refuses_what_makes_no_sense(change):
    report = make_report()
    with pytest.raises(IntegrityError):
        Report.objects.filter(pk=report.pk).update(**change)


@pytest.mark.django_db
def test_a_report_is_dismissed_with_a_reason_or_not_at_all():
    report, editor = make_report(), make_user()
    report.state, report.decided_by, report.decided_at = "dismissed", editor, report.received_at
    with pytest.raises(ValidationError, match="Say why the report is dismissed"):
        report.full_clean()


def form(**fields):
    return ReportForm({"problem": "The year is wrong.", **fields})


def test_control_characters_are_left_out_and_line_ends_are_one_character():
    said = form(problem="a\x00b\x07c\r\nd\re\tf\x1b[31m", source="\x00x")
    assert said.is_valid()
    assert (said.cleaned_data["problem"], said.cleaned_data["source"]) == ("abc\nd\ne\tf[31m", "x")


def test_nothing_but_control_characters_says_nothing():
    assert form(problem="\x00\x01 \r\n").errors["problem"] == ["Say what is wrong."]


@pytest.mark.parametrize(
    ("name", "longest"), [("sentence", 1_000), ("problem", 2_000), ("source", 1_000), ("page", 1_000)]
)
def test_each_field_says_how_long_it_may_be(name, longest):
    assert form(**{name: "ä" * longest}).is_valid()
    assert "longer than the" in form(**{name: "ä" * (longest + 1)}).errors[name][0]


@pytest.mark.parametrize(
    "address", ["reader", "a@b", "a@lisle.example\nBcc: b@lisle.example", "a@lisle.example\x00", "@"]
)
def test_what_is_no_e_mail_address_is_said_at_its_field(address):
    assert list(form(email=address).errors) == ["email"]
