"""Several readers send reports, or several editors decide on one report, at the same moment."""

import pytest
from django.core.cache import cache

from newsroom.audit.models import Event
from newsroom.site.models import Report
from newsroom.site.reader_reports import submit
from stories.workflow.reader_reports import verbs
from tests.factories import make_published_story, make_report, make_user
from tests.races.processes import run_concurrently

pytestmark = pytest.mark.django_db(transaction=True)
PROCESSES = 8


@pytest.fixture(autouse=True)
def _reset_rate_limits(transactional_db):
    cache.clear()


def send(number):
    from django.test import Client

    form = {"problem": f"Number {number}."}
    return Client().post("/reports/", form, headers={"Sec-Fetch-Site": "same-origin"}).status_code


def dismiss(report_pk, user_pk):
    from newsroom.accounts.models import User
    from newsroom.site.models import Report

    verbs.dismiss_report(Report.objects.get(pk=report_pk), by=User.objects.get(pk=user_pk), reason="It is right.")
    return "dismissed"


def test_simultaneous_reports_do_not_exceed_the_limit(tmp_path):
    answers = run_concurrently(send, [(number,) for number in range(PROCESSES)], media_root=tmp_path)
    limit = submit.MAX_PER_CONNECTION
    assert sorted(answers) == [("returned", 303)] * limit + [("returned", 429)] * (PROCESSES - limit)
    assert Report.objects.count() == limit


def test_a_report_that_several_editors_dismiss_at_once_is_dismissed_once(tmp_path):
    report, editor = make_report(make_published_story()), make_user()
    answers = run_concurrently(dismiss, [(report.pk, editor.pk)] * 4, media_root=tmp_path)
    assert sorted(answers) == [("raised", "ValidationError")] * 3 + [("returned", "dismissed")]
    assert Event.objects.about(report.uid).with_verb("report dismissed").count() == 1
