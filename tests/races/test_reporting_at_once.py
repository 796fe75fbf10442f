"""Many report errors, or decide on one report, at the same moment."""

import pytest
from django.core.cache import cache

from newsroom.audit.models import Event
from newsroom.site.models import Report
from newsroom.site.reader_reports import submit
from stories.workflow.reader_reports import verbs
from tests.factories import make_published_story, make_report, make_user
from tests.races.processes import at_once

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 8


@pytest.fixture(autouse=True)
def _roles(transactional_db):
    from newsroom.accounts import roles

    roles.set_up_roles()
    cache.clear()


def send(number):
    from django.test import Client

    said = {"problem": f"Number {number}."}
    return Client().post("/reports/", said, headers={"Sec-Fetch-Site": "same-origin"}).status_code


def dismiss(report_pk, user_pk):
    from newsroom.accounts.models import User
    from newsroom.site.models import Report

    verbs.dismiss_report(Report.objects.get(pk=report_pk), by=User.objects.get(pk=user_pk), reason="It is right.")
    return "dismissed"


def test_many_reports_at_once_are_no_more_than_one_after_the_other(tmp_path):
    answers = at_once(send, [(number,) for number in range(MANY)], place=tmp_path)
    most = submit.MAX_PER_CONNECTION
    assert sorted(answers) == [("returned", 303)] * most + [("returned", 429)] * (MANY - most)
    assert Report.objects.count() == most


def test_a_report_that_several_dismiss_at_once_is_dismissed_once(tmp_path):
    report, editor = make_report(make_published_story()), make_user()
    answers = at_once(dismiss, [(report.pk, editor.pk)] * 4, place=tmp_path)
    assert sorted(answers) == [("raised", "ValidationError")] * 3 + [("returned", "dismissed")]
    assert Event.objects.about(report.uid).with_verb("report dismissed").count() == 1
