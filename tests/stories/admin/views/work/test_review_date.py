"""The review date on the form of a work: it is saved with the form, but not in a revision."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from stories.drafts import revisions
from stories.models import Freshness
from stories.publishing import review_dates
from tests.clocks import MONDAY
from tests.conftest import signed_in
from tests.factories import make_question, make_story, make_user
from tests.outcomes import list_admin_errors, list_levels
from tests.stories.admin.form_data import filled

pytestmark = pytest.mark.django_db

TODAY = MONDAY.date()


def get_review_date(work):
    return Freshness.objects.of(work.uid)


@pytest.mark.parametrize("make", [make_story, make_question])
def test_the_review_date_is_saved_with_the_form_without_a_revision(set_time, save, editor, messages_of, make):
    work = make(owner=editor)
    response = save(work, review_by="2031-04-01")
    assert get_review_date(work).review_by == date(2031, 4, 1)
    first, second = messages_of(response)
    assert "1 April 2031" in first
    assert re.findall(r"\d+", second) == ["1"]
    assert list_levels(response) == ["success", "success"]
    assert revisions.get_newest_revision(work).number == 1


def test_the_checkbox_records_a_fact_check(set_time, save, editor, messages_of):
    work = make_story(owner=editor)
    response = save(work, is_checked="on", review_by="2031-04-01", headline="Why the pier stays shut until spring")
    assert get_review_date(work).checked_on == TODAY
    first, second = messages_of(response)
    assert "1 April 2031" in first
    assert re.findall(r"\d+", second) == ["2"]
    assert list_levels(response) == ["success", "success"]
    page = signed_in(editor).get(reverse(work.change_view_name, args=[work.pk])).content.decode()
    assert re.search(r'id="id_review_by_helptext">[^<]*3 March 2031', page)


def test_an_unchanged_review_date_can_be_saved_again_after_it_has_passed(set_time, save, editor):
    work = make_story(owner=editor)
    review_dates.set_review_by(work, date(2031, 4, 1), by=editor)
    set_time.go(days=60)
    save(work, headline="Why the pier stays shut until spring")
    assert get_review_date(work).review_by == date(2031, 4, 1)


@pytest.mark.parametrize(
    ("day", "code", "number"),
    [
        ("2031-03-02", None, ""),  # in the past
        ("9999-12-31", None, "9000"),
        ("never", "invalid", "20261130"),  # the day in the example
        ("2031-03-\0", "invalid", "20261130"),
        ("9" * 30, "invalid", "20261130"),
    ],
)
def test_an_invalid_review_date_is_refused_at_its_field(set_time, save, editor, day, code, number):
    work = make_story(owner=editor)
    response = save(work, review_by=day, expect=200)
    assert list_admin_errors(response) == [("review_by", code)]
    (problem,) = response.context["problems"]
    assert (problem.field, "".join(re.findall(r"\d+", problem.message))) == ("id_review_by", number)
    assert get_review_date(work) is None


def test_a_review_date_requires_an_owner(set_time, save, editor):
    work = make_story()
    response = save(work, review_by="2031-04-01", expect=200)
    assert [problem.message for problem in response.context["problems"]] == [
        "Choose an owner first. They are reminded on that day."
    ]
    save(work, review_by="2031-04-01", owner=str(editor.pk))
    assert get_review_date(work).review_by == date(2031, 4, 1)


def test_an_unchanged_field_does_not_overwrite_a_date_set_meanwhile(set_time, client, editor):
    work = make_story(owner=editor)
    form = filled(client.get(reverse(work.change_view_name, args=[work.pk])))
    review_dates.set_review_by(work, date(2031, 4, 1), by=editor)
    client.post(
        reverse(work.change_view_name, args=[work.pk]), form | {"headline": "Why it stays shut until the spring"}
    )
    assert get_review_date(work).review_by == date(2031, 4, 1)


@pytest.mark.parametrize("field", ["headline", "standfirst"])
def test_the_review_date_is_saved_with_a_merged_save(set_time, client, editor, field):
    work = make_story(owner=editor)
    address = reverse(work.change_view_name, args=[work.pk])
    form = filled(client.get(address))
    other = signed_in(make_user())
    other.post(address, filled(other.get(address)) | {"headline": "Why another headline stands over the pier"})
    values = form | {field: "Why my own headline stands over it", "review_by": "2031-04-01", "_continue": "save"}
    response = client.post(address, values)
    if field == "headline":
        # Both users changed the headline, so the page shows a conflict and keeps the submitted date.
        assert get_review_date(work) is None
        values_again = filled(response)
        assert values_again["review_by"] == "2031-04-01"
        client.post(address, values_again | {"_continue": "save"})
    assert get_review_date(work).review_by == TODAY + timedelta(days=29)
