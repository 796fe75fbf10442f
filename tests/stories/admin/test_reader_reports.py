"""Reader reports at the desk: reading them, dismissing them with a reason, and turning them into corrections."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from newsroom.accounts.permissions import NotAllowedError
from newsroom.audit.models import Event
from newsroom.desk.local_time import format_local
from newsroom.http import clock
from newsroom.site.models import Report
from stories import publishing
from stories.drafts import revisions
from stories.models import Edition
from stories.publishing import erase
from stories.workflow.reader_reports import verbs
from tests.factories import (
    edition_of,
    make_published_question,
    make_published_story,
    make_report,
    make_topic,
    make_update,
    make_user,
)
from tests.outcomes import find_summary, list_admin_errors, list_errors, list_levels
from tests.stories.admin.form_data import filled

pytestmark = pytest.mark.django_db
LIST = reverse("admin:site_report_changelist")
SENTENCE = "A survey four years ago asked for a limit of ten tonnes."


@pytest.fixture
def story():
    """Return a live story that contains ``SENTENCE``."""
    return make_published_story(slug="north-pier", texts={"background": f"{SENTENCE} It was never put on a sign."})


def form_address(report):
    return reverse("admin:site_report_change", args=[report.pk])


def correction_address(report, story):
    return f"{reverse('admin:stories_story_publish', args=[story.pk])}?report={report.pk}"


def rewrite(story, text="A survey four years ago asked for a limit of nine tonnes."):
    story.sections.filter(kind="background").update(text=text)
    revisions.record_revision(story, by=None)


def correct(story, **fields):
    rewrite(story, **fields)
    return publishing.correct(story, by=make_user(), was_wrong="Ten tonnes.", is_right="Nine tonnes.")


def test_the_list_shows_open_reports_first_and_can_be_filtered(editor_client, editor):
    old = make_report(at=clock.now() - timedelta(days=2), problem="The oldest one.")
    done, _ = make_report(problem="The one that is done."), make_report(problem="The newest one.")
    verbs.dismiss_report(done, by=editor, reason="It is right.")
    page = editor_client.get(LIST).content.decode()
    problems = re.findall(r"The oldest one|The one that is done|The newest one", page)
    assert problems == ["The newest one", "The oldest one", "The one that is done"]
    assertNotContains(editor_client.get(LIST, {"state": "dismissed"}), "The newest one")
    assertContains(editor_client.get(LIST, {"state": "open"}), old.problem)


def test_the_form_shows_the_edition_that_was_read_and_the_sentence_in_the_live_page(editor_client, story):
    report = make_report(story, sentence=SENTENCE.replace("ten", "ten,"), email="reader@lisle.example")
    page = editor_client.get(form_address(report))
    assertContains(page, f"<mark>{SENTENCE}</mark>")
    assert (page.context["page_state"].later_stages, page.context["page_state"].corrections) == ([], [])
    assertNotContains(page, '<p class="strong">')
    assertContains(page, 'href="/stories/north-pier/history/1/"')
    assertContains(page, 'href="mailto:reader@lisle.example"')
    assertContains(page, f'href="{reverse(story.change_view_name, args=[story.pk])}"')
    assertContains(page, 'id="put-right"')


def test_the_form_mentions_a_correction_made_since_the_report(editor_client, story):
    report = make_report(story, sentence=SENTENCE)
    correct(story)
    page = editor_client.get(form_address(report))
    assert len(page.context["page_state"].corrections) == 1
    assertContains(page, '<p class="strong">')
    assertContains(page, 'href="/stories/north-pier/history/2/#compared"')
    assert page.context["page_state"].page == edition_of(story)
    assertContains(page, SENTENCE)
    assertContains(page, "The live page doesn’t contain this sentence.")
    assertNotContains(page, "<mark>")


def test_a_report_on_a_withdrawn_page_can_still_be_read(editor_client, story):
    report = make_report(story, sentence=SENTENCE)
    publishing.withdraw(story, by=make_user(), notice="Its source took the numbers back.")
    page = editor_client.get(form_address(report))
    (notice,) = page.context["page_state"].later_stages
    assert (notice.is_page, page.context["page_state"].page) == (False, None)
    assertContains(page, notice.edition.get_change_display())
    assertNotContains(page, 'id="put-right"')


def test_a_report_on_a_list_or_on_an_unknown_page_can_be_read(editor_client):
    report = make_report()
    assertContains(editor_client.get(form_address(report)), 'href="/topics/"')
    assertNotContains(editor_client.get(form_address(report)), 'id="put-right"')
    Report.objects.update(path="", title="javascript:alert(1)")
    page = editor_client.get(form_address(report))
    assertNotContains(page, 'href="javascript:')
    assert re.search(r'<p dir="auto">javascript:alert\(1\)</p>\s*<p class="help">', page.content.decode())


def test_markup_in_reports_is_escaped(editor_client, story):
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    report = make_report(story, sentence=evil, problem=evil, source=f"https://{evil}", email="a@lisle.example")
    Report.objects.update(title=evil)
    send = correction_address(report, story)
    rewrite(story)
    for address in (form_address(report), LIST, reverse("admin:index"), send, f"{LIST}?q=script"):
        page = editor_client.get(address).content.decode()
        assert "<script>alert" not in page, address
        assert "<img src=x" not in page, address


@pytest.mark.parametrize(
    ("source", "is_followed"),
    [
        ("https://survey.example/a?b=1", True), ("javascript:alert(1)", False), ("data:text/html,x", False),
        ("See https://survey.example", False), ("//survey.example", False), ("HTTPS javascript:", False),
    ],
)  # fmt: skip
def test_only_web_addresses_become_links(editor_client, source, is_followed):
    page = editor_client.get(form_address(make_report(source=source))).content.decode()
    assert (f'href="{source}" rel="noopener noreferrer nofollow"' in page) is is_followed
    assert source in page


def test_an_email_address_cannot_inject_mail_headers(editor_client):
    report = make_report(email="a?bcc=b&subject=c@lisle.example")
    assertContains(editor_client.get(form_address(report)), 'href="mailto:a%3Fbcc%3Db%26subject%3Dc@lisle.example"')


def test_an_email_address_is_hidden_in_lists_from_writers_and_after_ninety_days(editor_client, writer_client):
    report = make_report(email="reader@lisle.example")
    assertContains(writer_client.get(form_address(report)), report.problem)
    for client, address in (
        (writer_client, form_address(report)),
        (writer_client, LIST),
        (editor_client, LIST),
        (writer_client, f"{LIST}?q=reader@lisle"),
    ):
        assertNotContains(client.get(address), "reader@lisle.example")
    Report.objects.update(received_at=clock.now() - timedelta(days=90))
    assertNotContains(editor_client.get(form_address(report)), "reader@lisle.example")


@pytest.mark.parametrize("query", ["email__startswith=r", "email=x", "decided_by__password__startswith=m"])
def test_the_list_cannot_be_filtered_by_email_address(writer_client, query):
    make_report(email="reader@lisle.example")
    response = writer_client.get(f"{LIST}?{query}")
    assert response.status_code == 400 or (response.status_code == 302 and "e=1" in response["Location"])


def test_a_report_is_dismissed_with_a_reason_that_is_logged(editor_client, editor, story):
    report = make_report(story)
    refused = editor_client.post(form_address(report), {"reason": " ", "_save": "yes"})
    assert list_admin_errors(refused) == [("reason", "required")]
    response = editor_client.post(form_address(report), {"reason": "The survey says ten.", "_save": "yes"})
    assert list_levels(response) == ["success"]
    report.refresh_from_db()
    assert (report.state, report.decided_by, report.reason) == ("dismissed", editor, "The survey says ten.")
    event = Event.objects.about(story.uid).first()
    assert (event.verb, event.by_name) == ("report dismissed", "Ana Kestrel")
    assert (event.reason, event.after) == ("The survey says ten.", {"report": report.pk})
    assert "Ana Kestrel" in find_summary(editor_client.get(form_address(report)))
    assert editor_client.post(form_address(report), {"reason": "Again.", "_save": "yes"}).status_code == 403


def test_a_dismissed_report_can_be_reopened(editor_client, editor, story):
    report = make_report(story)
    verbs.dismiss_report(report, by=editor, reason="It is right.")
    page = editor_client.get(form_address(report))
    take_up = reverse("admin:site_report_reopen", args=[report.pk])
    assertContains(page, f'action="{take_up}"')
    reopened = editor_client.post(take_up, follow=True)
    assert list_levels(reopened) == ["success"]
    assertNotContains(reopened, f'action="{take_up}"')
    assert list_levels(editor_client.post(take_up, follow=True)) == ["error"]
    report.refresh_from_db()
    assert (report.state, report.decided_by, report.reason) == ("open", None, "")
    assert Event.objects.about(story.uid).first().verb == "report taken up again"


def test_a_report_fills_the_correction_form_and_records_the_edition(editor_client, editor, story):
    report = make_report(story, sentence=f"{SENTENCE}Source1", problem="The survey asked for nine.")
    other = make_report(story, problem="Another thing.")
    rewrite(story)
    address = correction_address(report, story)
    form = filled(editor_client.get(address))
    assert (form["kind"], form["was_wrong"], form["is_right"]) == (
        "correction",
        SENTENCE,
        "A survey four years ago asked for a limit of nine tonnes.",
    )
    assert form["reports"] == str(report.pk)
    assert editor_client.post(address, form | {"is_right": "It asked for nine tonnes."}).status_code == 302
    report.refresh_from_db()
    other.refresh_from_db()
    edition = edition_of(story)
    assert (report.state, report.led_to, report.decided_by) == ("corrected", edition.number, editor)
    assert other.is_open
    summary = find_summary(editor_client.get(form_address(report)))
    assert all(words in summary for words in (edition.label, "Ana Kestrel"))
    event = Event.objects.about(story.uid).with_verb("report settled").get()
    assert (event.by_name, event.after["label"]) == ("Ana Kestrel", edition.label)


def test_a_report_can_only_be_settled_by_a_correction(editor_client, story):
    report = make_report(story)
    rewrite(story)
    form = filled(editor_client.get(correction_address(report, story)))
    page = editor_client.post(correction_address(report, story), form | {"kind": "update", "note": "New."})
    assert list(page.context["form"].errors) == ["reports"]
    assert Edition.objects.filter(work=story).count() == 1
    page = editor_client.post(
        correction_address(report, story), form | {"kind": "update", "note": "New.", "reports": ""}
    )
    report.refresh_from_db()
    assert report.is_open


def test_a_report_stays_open_if_publishing_is_refused(editor_client, story):
    report = make_report(story, sentence="Ten.")
    address = correction_address(report, story)
    form = filled(editor_client.get(address))
    rewrite(story)
    assert editor_client.post(address, form).status_code == 200
    report.refresh_from_db()
    assert report.is_open


def test_reports_on_other_pages_cannot_be_settled(editor_client, story):
    other = make_report(make_published_story(), sentence="Words of another page.")
    mine = make_report(story)
    rewrite(story)
    address = correction_address(other, story)
    page = editor_client.get(address)
    assertNotContains(page, "Words of another page.")
    form = filled(page) | {"kind": "correction", "was_wrong": "a", "is_right": "b", "reports": str(other.pk)}
    assert ("reports", "invalid_choice") in list_errors(editor_client.post(address, form).context["form"])
    verbs.settle_reports([other, mine], edition_of(story), by=make_user())
    other.refresh_from_db()
    mine.refresh_from_db()
    assert (other.is_open, mine.is_open) == (True, False)


def test_a_report_shows_whether_the_edition_that_settles_it_is_pending_or_cancelled(editor_client, editor, story):
    report = make_report(story)
    rewrite(story)
    change = make_update()
    edition = publishing.schedule(story, by=editor, at=clock.now() + timedelta(days=2), change=change)
    verbs.settle_reports([report], edition, by=editor)
    assert format_local(edition.live_from) in find_summary(editor_client.get(form_address(report)))
    publishing.cancel_schedule(edition, by=editor)
    assertContains(editor_client.get(form_address(report)), "That edition was cancelled before it was published.")


def test_questions_can_have_reports(editor_client):
    faq = make_published_question()
    report = make_report(faq, sentence="signs permit 1")
    page = editor_client.get(form_address(report))
    assertContains(page, "<mark>signs permit 1</mark>")
    assertContains(page, reverse(faq.change_view_name, args=[faq.pk]))


@pytest.mark.parametrize("role", ["Writer", "Curator"])
def test_users_without_the_right_cannot_decide_on_reports(role, story):
    report, user = make_report(story), make_user(role=role)
    for verb in (
        lambda: verbs.dismiss_report(report, by=user, reason="No."),
        lambda: verbs.reopen_report(report, by=user),
        lambda: verbs.settle_reports([report], edition_of(story), by=user),
    ):
        with pytest.raises(NotAllowedError):
            verb()
    report.refresh_from_db()
    assert report.is_open


def test_the_home_page_lists_reports_for_users_who_may_read_them(editor_client, writer_client, curator_client):
    make_report(problem="The gate has nine bars.")
    pages = [each.get(reverse("admin:index")) for each in (editor_client, writer_client)]
    labels = []
    for page in pages:
        assertContains(page, "The gate has nine bars.")
        labels += [
            each.action_label
            for queue in page.context["queues"]
            for each in queue.entries
            if each.detail == "The gate has nine bars."
        ]
    # Editors may decide on the report; writers may only read it.
    assert len(set(labels)) == len(labels) == 2
    assertNotContains(curator_client.get(reverse("admin:index")), "The gate has nine bars.")


@pytest.mark.parametrize("what", ["work", "edition", "passage"])
def test_erasing_deletes_the_reports_on_the_page(what, story):
    administrator = make_user(role="Administrator")
    make_report(story, problem="It says qxword.")
    other = make_report(make_published_story())
    correct(story)
    if what == "work":
        erase.erase_work(story, by=administrator, reason="Regional court of Lisle, file 12.")
    elif what == "edition":
        edition = Edition.objects.with_number(story, 1)
        erase.erase_edition(edition, by=administrator, reason="Regional court of Lisle, file 12.")
    else:
        uid = story.passages.first().uid
        erase.erase_passage(story, uid, by=administrator, reason="Regional court of Lisle, file 12.")
    assert list(Report.objects.all()) == [other]


def test_erasing_a_question_deletes_reports_that_quote_it_on_stories():
    faq = make_published_question()
    make_report(make_published_story(questions=(faq,), topics=(make_topic(),)), sentence=faq.question)
    erase.erase_work(faq, by=make_user(role="Administrator"), reason="Regional court of Lisle, file 12.")
    assert not Report.objects.exists()


def test_a_report_leads_to_the_form_until_the_draft_has_a_change_to_publish(editor_client, story):
    report = make_report(story, sentence=SENTENCE)
    publish = reverse("admin:stories_story_publish", args=[story.pk])
    untouched = editor_client.get(form_address(report))
    assertContains(untouched, f'class="button" href="{reverse(story.change_view_name, args=[story.pk])}"')
    assertNotContains(untouched, f'href="{publish}')
    rewrite(story)
    assertContains(
        editor_client.get(form_address(report)), f'class="button" href="{correction_address(report, story)}"'
    )


def test_words_of_a_correction_that_come_from_the_report_say_so(editor_client, story):
    report = make_report(story, sentence=SENTENCE)
    rewrite(story, text=f"{SENTENCE} It was put on a sign.")
    form = editor_client.get(correction_address(report, story)).context["form"]
    assert "report" in form["was_wrong"].help_text
    rewrite(story)
    form = editor_client.get(correction_address(report, story)).context["form"]
    assert "your change" in form["was_wrong"].help_text
