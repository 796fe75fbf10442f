"""Renewing answers, done as an editor does it: each task has a limit of presses and of seconds, by the keystroke-level model."""

import sys
from datetime import timedelta

import pytest
from django.utils import timezone

from newsroom.http import clock
from stories import publishing
from stories.drafts import revisions
from stories.models import Edition, EditionAnswer
from tests.browser.conftest import find_message, find_published_message
from tests.browser.stopwatch import Stopwatch
from tests.clocks import set_clock
from tests.factories import make_question, make_user

pytestmark = pytest.mark.django_db(transaction=True)

QUESTION = "Can the barrier fail again this winter?"


@pytest.fixture
def editor():
    return make_user(role="Editor", first_name="Ana", last_name="Kestrel")


def make_expiring(editor, monkeypatch, *, questions, answers):
    """Make live questions whose answers were true twelve days ago and expire tomorrow."""
    with monkeypatch.context() as patch:
        set_clock(patch, clock.now() - timedelta(days=12))
        works = [
            make_question(question=QUESTION if not n else "", answers=answers, owner=editor) for n in range(questions)
        ]
        today = timezone.localdate(clock.now())
        for work in works:
            work.answers.update(as_of=today, expires_on=today + timedelta(days=13))
            revisions.record_revision(work, by=editor)
        publishing.publish_many(works, by=editor)
    return works


def count_renewed():
    until = timezone.localdate(clock.now()) + timedelta(days=13)
    return EditionAnswer.objects.filter(live_until__gt=clock.now(), expires_on=until).count()


def test_renewing_answers_costs_few_presses_and_less_than_without_the_list(
    open_page, editor, monkeypatch, record_property
):
    make_expiring(editor, monkeypatch, questions=7, answers=3)

    def report(watch, task):
        effort = watch.stop()
        record_property("stopwatch", f"{task}: {effort}")
        sys.stdout.write(f"\n{task}: {effort}\n")
        return effort

    page = open_page("/admin/", as_=editor)
    watch = Stopwatch(page)
    queue = page.get_by_role("region", name="Answers about to expire")
    queue.locator("summary").first.click()
    queue.get_by_role("button", name="Confirm").first.click()
    watch.wait_for(find_message(page, "1 answer renewed"), "the renewal")
    one = report(watch, "Renew one answer")
    assert count_renewed() == 1

    page.goto("/admin/")
    watch = Stopwatch(page)
    page.get_by_role("region", name="Answers about to expire").get_by_role("link", name="All 20").click()
    watch.wait_for(page.get_by_label("Tick all"), "the list")
    page.get_by_label("Tick all").click()
    page.get_by_role("button", name="Still true").click()
    watch.wait_for(page.get_by_role("button", name="Confirm"), "the table of dates")
    page.get_by_role("button", name="Confirm").click()
    watch.wait_for(find_message(page, "20 answers renewed"), "the renewals")
    many = report(watch, "Renew 20 answers")
    assert count_renewed() == 21

    faq = Edition.objects.filter(title=QUESTION).first().work
    page.goto("/admin/stories/faq/")
    watch = Stopwatch(page)
    page.get_by_role("link", name=QUESTION).click()
    as_of = page.locator("[name=answers-0-as_of]")
    watch.wait_for(as_of, "the form")
    as_of.click()
    page.keyboard.type("11302026")
    page.locator("[name=answers-0-expires_on]").click()
    page.keyboard.type("12202099")
    page.get_by_role("button", name="Save and publish").click()
    publish = page.get_by_role("button", name="Publish", exact=True)
    watch.wait_for(publish, "the Publish screen")
    publish.click()
    watch.wait_for(find_published_message(page, "4"), "the publication")
    without = report(watch, "Renew one answer in the form of its question")
    assert Edition.objects.filter(work=faq).count() == 4

    assert one.presses <= 3
    assert many.seconds <= 60
    assert one.seconds <= without.seconds
