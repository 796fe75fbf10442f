"""The list of answers that expire: by day, with *Still true* in place and one table of dates for many."""

from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from stories import publishing
from stories.drafts import revisions
from stories.models import BulkRun
from stories.publishing.renew_answers import AnswerDates
from stories.workflow import renewals
from tests.clocks import MONDAY
from tests.factories import edition_of, make_question, make_update, make_user

pytestmark = pytest.mark.django_db

ADDRESS = "/admin/stories/faq/expiring/"
TODAY = MONDAY.date()
DAY = timedelta(days=1)


@pytest.fixture
def desk(editor_client, editor, set_time):
    """Return the client of an editor; a question is live whose two answers expired yesterday."""
    set_time.go(days=-15)
    faq = make_question(question="Can the barrier fail again?")
    faq.answers.update(as_of=TODAY - 15 * DAY, expires_on=TODAY - DAY)
    revisions.record_revision(faq, by=editor)
    publishing.publish(faq, by=editor)
    set_time.go(to=MONDAY)
    editor_client.faq = faq
    return editor_client


def keys_of(faq):
    edition = edition_of(faq)
    return [f"{edition.pk}.{uid}" for uid in faq.answers.order_by("position").values_list("uid", flat=True)]


def dates_for(*keys, as_of=TODAY, expires_on=TODAY + 14 * DAY):
    days = {"as_of": as_of, "expires_on": expires_on}
    return {f"{key.partition('.')[2]}-{name}": str(day) for key in keys for name, day in days.items()}


def test_an_expired_answer_says_what_readers_see_and_is_filled_in_with_as_many_days_as_before(desk):
    page = desk.get(ADDRESS)
    assertContains(page, "2 March 2031")
    assertContains(page, "Readers see “May have changed”")
    key = keys_of(desk.faq)[0].partition(".")[2]
    assertContains(page, f'name="{key}-as_of" value="2031-03-03"')
    assertContains(page, f'name="{key}-expires_on" value="2031-03-17"')
    for label, when in (("Expired 2", "when=expired"), ("this week 0", "when=week")):
        assertContains(page, f'<a href="{ADDRESS}?{when}">{label}</a>', html=True)
    assertContains(page, f'<a href="{ADDRESS}?when=due&amp;owner=0">no owner 2</a>', html=True)


def test_one_answer_is_renewed_in_place_and_the_list_stays_filtered(desk):
    key = keys_of(desk.faq)[0]
    form = {"ticked": key, "confirm": "1", "filters": "when=expired", **dates_for(key)}
    response = desk.post(ADDRESS, form, follow=True)
    assertRedirects(response, f"{ADDRESS}?when=expired")
    assertContains(response, "1 answer renewed.")
    first, second = edition_of(desk.faq).document.value().answers
    assert AnswerDates(first.as_of, first.expires_on) == (TODAY, TODAY + 14 * DAY)
    assert second.expires_on == TODAY - DAY


def test_the_home_of_the_desk_renews_an_answer_in_two_presses(desk):
    home = desk.get("/admin/")
    assertContains(home, "Answers about to expire")
    key = keys_of(desk.faq)[0]
    assertContains(home, f'value="{key}"')
    form = {"ticked": key, "confirm": "1", "from": "home", **dates_for(key)}
    assertContains(desk.post(ADDRESS, form, follow=True), "1 answer renewed.")


def test_ticked_answers_get_one_table_of_dates_before_anything_is_published(desk):
    ticked = keys_of(desk.faq)
    table = desk.post(ADDRESS, {"ticked": ticked})
    assertContains(table, "Still true: 2 answers")
    assertContains(table, "The harbour office signs permit 0")
    assert edition_of(desk.faq).number == 1
    done = desk.post(ADDRESS, {"ticked": ticked, "confirm": "1", **dates_for(*ticked)}, follow=True)
    assertContains(done, "2 answers renewed.")
    assert edition_of(desk.faq).number == 2


def test_a_wrong_date_is_named_beside_its_field_and_nothing_is_published(desk):
    key = keys_of(desk.faq)[0]
    form = {"ticked": key, "confirm": "1", **dates_for(key, expires_on=TODAY + 400 * DAY)}
    response = desk.post(ADDRESS, form)
    assertContains(response, "Choose a day 1 to 365 days after “True on”.", status_code=422)
    assert edition_of(desk.faq).number == 1


def test_an_answer_that_changed_since_the_list_was_opened_is_named(desk, editor, set_time):
    key = keys_of(desk.faq)[0]
    answer = desk.faq.answers.order_by("position")[0]
    answer.text, answer.expires_on = "The board signs it since Sunday.", TODAY + DAY
    answer.save()
    desk.faq.answers.exclude(pk=answer.pk).update(expires_on=TODAY + DAY)
    revisions.record_revision(desk.faq, by=editor)
    publishing.publish(desk.faq, by=editor, change=make_update())
    response = desk.post(ADDRESS, {"ticked": key, "confirm": "1", **dates_for(key)}, follow=True)
    assertContains(response, "0 answers renewed. 1 was not: ")
    assertContains(response, "changed since you opened this list. Read it again.")


def test_a_long_run_leads_to_its_own_page(desk, monkeypatch):
    monkeypatch.setattr(renewals, "MAX_AT_ONCE", 0)
    key = keys_of(desk.faq)[0]
    response = desk.post(ADDRESS, {"ticked": key, "confirm": "1", **dates_for(key)})
    assertRedirects(response, reverse("admin:bulk_run", args=[BulkRun.objects.get().pk]))


def test_nothing_ticked_and_nothing_due_are_said(desk, set_time):
    assertContains(desk.post(ADDRESS, {}, follow=True), "No answer is ticked.")
    assertContains(desk.get(f"{ADDRESS}?when=week"), "No answer matches these filters.")
    keys = keys_of(desk.faq)
    desk.post(ADDRESS, {"ticked": keys, "confirm": "1", **dates_for(*keys)})
    assertContains(desk.get("/admin/"), "No answer expires in the next seven days.")


def test_a_writer_reads_the_list_but_renews_nothing(desk, client):
    client.force_login(make_user(role="Writer"))
    page = client.get(ADDRESS)
    assertContains(page, "Can the barrier fail again?")
    assertNotContains(page, "Still true")
    key = keys_of(desk.faq)[0]
    assert client.post(ADDRESS, {"ticked": key, "confirm": "1", **dates_for(key)}).status_code == 403
    assert edition_of(desk.faq).number == 1


def test_a_fact_check_proposes_the_day_on_which_the_first_answer_expires(desk, editor):
    key = keys_of(desk.faq)[0]
    desk.post(ADDRESS, {"ticked": key, "confirm": "1", **dates_for(key, expires_on=TODAY + 5 * DAY)})
    screen = reverse(desk.faq.review_view_name, args=[desk.faq.pk])
    assertNotContains(desk.get(screen), 'value="2031-03-08"')
    type(desk.faq).objects.filter(pk=desk.faq.pk).update(owner=editor)
    assertContains(desk.get(screen), 'name="review_by" value="2031-03-08"')


def test_an_owner_and_a_language_whose_answers_are_on_a_later_page_can_be_chosen(desk, editor, monkeypatch):
    later = make_question(question="Who pays for the flood?", owner=editor, language="de")
    later.answers.update(as_of=TODAY, expires_on=TODAY + 9 * DAY)
    revisions.record_revision(later, by=editor)
    publishing.publish(later, by=editor)
    monkeypatch.setattr(renewals, "MAX_ANSWERS", 1)
    option = f'<option value="{editor.pk}" selected>{editor}</option>'
    assertNotContains(desk.get(ADDRESS), f'<option value="{editor.pk}"')
    page = desk.get(f"{ADDRESS}?owner={editor.pk}&language=de")
    assertContains(page, option, html=True)
    assertContains(page, "Who pays for the flood?")
    assertNotContains(page, "Can the barrier fail again?")
