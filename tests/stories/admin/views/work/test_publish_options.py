"""The screens for publishing, scheduling, correcting and expiring works, and for bundles."""

import re
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone
from psycopg.errors import DeadlockDetected
from pytest_django.asserts import assertContains, assertNotContains

from newsroom.desk.local_time import format_local
from stories import publishing
from stories.drafts import revisions
from stories.models import Bundle, Change, CheckLevel, Edition, EditionKind, WorkTopic
from tests.clocks import MONDAY
from tests.factories import edition_of, make_published_story, make_question, make_story, make_update, make_user
from tests.outcomes import find_summary, list_errors, list_levels
from tests.stories.admin.form_data import filled

pytestmark = [pytest.mark.audit, pytest.mark.portable, pytest.mark.django_db]

FRIDAY = MONDAY + timedelta(days=4)


@pytest.fixture(autouse=True)
def _set_monday(set_time):
    return set_time


def screen_address(name, work, *more):
    return reverse(f"admin:stories_{'story' if work.kind == 'story' else 'faq'}_{name}", args=[work.pk, *more])


def change_headline(story, headline, editor):
    story.headline = headline
    story.save()
    return revisions.record_revision(story, by=editor)


def submit_publish_form(client, work, **fields):
    address = screen_address("publish", work)
    return client.post(address, filled(client.get(address)) | fields)


def find_reason_field(client, address):
    """Return the name of the field for the reason to override a blocker; fail if there is not exactly one."""
    (name,) = (field for field in filled(client.get(address)) if "override-" in field)
    return name


def test_a_story_can_be_scheduled_and_the_form_shows_the_schedule(client, editor):
    story = make_story()
    with timezone.override("Europe/Paris"):
        response = submit_publish_form(client, story, when="later", day="2031-03-07", time="07:00")
    assert response.status_code == 302
    edition = Edition.objects.get(work=story)
    assert edition.live_from.isoformat() == "2031-03-07T06:00:00+00:00"
    change_headline(story, "Why the north pier opens again on Friday", editor)
    page = client.get(reverse(story.change_view_name, args=[story.pk])).content.decode()
    assert re.search(r"<strong>[^<]*\b1\b[^<]* Friday 7 March 2031 at 06:00 \(UTC\)</strong>[^<]*\b2\b", page)


def test_save_and_schedule_saves_and_opens_the_publish_screen(client, editor):
    story = make_story()
    address = reverse(story.change_view_name, args=[story.pk])
    response = client.post(
        address, filled(client.get(address)) | {"standfirst": "It opens on Friday.", "_continue": "schedule"}
    )
    assert response.url == f"{screen_address('publish', story)}?when=later"
    assert filled(client.get(response.url))["when"] == "later"
    story.refresh_from_db()
    assert story.standfirst == "It opens on Friday."


def test_publishing_again_requires_the_kind_of_change(client, editor):
    story = make_published_story(by=editor)
    address = reverse(story.change_view_name, args=[story.pk])
    response = client.post(
        address,
        filled(client.get(address)) | {"headline": "Why the north pier opens again on Friday", "_continue": "publish"},
    )
    assert response.url.startswith(screen_address("publish", story))
    response = client.get(response.url)
    assert response.context["preflight"].page.label == "1"
    assert "1" in find_summary(response)
    assertNotContains(response, 'value="minor"')
    assertContains(response, '<details class="reasons">')


def test_a_correction_begun_on_the_public_page_stays_one_until_it_is_published(client, editor):
    story = make_published_story(by=editor)
    form = screen_address("change", story)
    response = client.get(f"{form}?kind=correction")
    assertContains(response, "Readers see what was wrong and what is right.")
    fields = filled(response) | {"headline": "Why the south pier of Port Lisle is closed to lorries"}
    saved = client.post(f"{form}?kind=correction", fields | {"_continue": "save"})
    assert saved.url == f"{form}?kind=correction"
    publish = client.post(saved.url, filled(client.get(saved.url)) | {"_continue": "publish", "note": "Not the north."})
    assert filled(client.get(publish.url))["kind"] == "correction"
    assert Edition.objects.filter(work=story).count() == 1
    assertNotContains(client.get(form), "Readers see what was wrong")


def test_a_correction_requires_both_notes(client, editor):
    story = make_published_story(by=editor)
    change_headline(story, "Why the north pier opens again on Friday", editor)
    response = submit_publish_form(client, story, kind="correction", was_wrong="We said Monday.", is_right="")
    assert list(response.context["form"].errors) == ["is_right"]
    submit_publish_form(client, story, kind="correction", was_wrong="We said Monday.", is_right="It opens on Friday.")
    edition = Edition.objects.live(MONDAY + timedelta(seconds=1)).get(work=story)
    assert (edition.change, edition.is_right) == (Change.CORRECTION, "It opens on Friday.")


def test_a_small_change_can_be_published_as_minor(client, editor):
    story = make_published_story(by=editor)
    text = story.sections.get(kind="background").text
    story.sections.filter(kind="background").update(text=f"{text} That was all.")
    revisions.record_revision(story, by=editor)
    assertContains(client.get(screen_address("publish", story)), 'value="minor"')
    assertNotContains(client.get(screen_address("publish", story)), '<details class="reasons">')
    submit_publish_form(client, story, kind="minor")
    assert Edition.objects.latest("number").label == "2"


def test_a_pending_schedule_requires_a_resolution(client, editor):
    story = make_published_story(by=editor)
    change_headline(story, "Why the north pier opens again on Friday", editor)
    pending = publishing.schedule(story, by=editor, at=FRIDAY, change=make_update())
    change_headline(story, "Why the north pier opens again on Tuesday", editor)
    response = submit_publish_form(client, story, note="It opens earlier.")
    assert list(response.context["form"].errors) == [f"answer-{pending.pk}"]
    submit_publish_form(client, story, note="It opens earlier.", **{f"answer-{pending.pk}": "cancel"})
    pending.refresh_from_db()
    assert pending.is_cancelled


def test_a_conflicting_change_cannot_be_carried_over(client, editor):
    story = make_published_story(by=editor)
    change_headline(story, "Why the north pier opens again on Friday", editor)
    pending = publishing.schedule(story, by=editor, at=FRIDAY, change=make_update())
    change_headline(story, "Why the north pier opens again on Tuesday", editor)
    name = f"answer-{pending.pk}"
    response = submit_publish_form(client, story, note="It opens earlier.", **{name: "carry"})
    assert list_errors(response.context["form"]) == [(name, None)]
    assert pending.label in response.context["form"].errors[name][0]
    assert Edition.objects.live(FRIDAY).get(work=story) == pending


def test_a_past_or_missing_time_is_refused_at_its_field(client, editor):
    story = make_story()
    form = submit_publish_form(client, story, when="later", day="2031-03-03", time="08:00").context["form"]
    assert list_errors(form) == [("time", None)]
    assert "Monday 3 March 2031, 08:00 (UTC)" in form.errors["time"][0]
    form = submit_publish_form(client, story, when="later", day="", time="").context["form"]
    assert list_errors(form) == [("day", None), ("time", None)]
    assert not Edition.objects.exists()


def test_a_revision_saved_meanwhile_is_not_published(client, editor):
    story = make_story()
    address = screen_address("publish", story)
    form = filled(client.get(address))
    change_headline(story, "Why the north pier opens again on Friday", make_user(username="ana"))
    response = client.post(address, form)
    (newer_text,) = response.context["newer_texts"]
    assert [part.state for part in newer_text.comparison.parts] == ["edited"]
    assert not Edition.objects.exists()
    assert client.post(address, filled(response)).status_code == 302
    assert Edition.objects.get().title == "Why the north pier opens again on Friday"


def test_a_schedule_can_be_replaced_and_cancelled_from_the_form(client, editor):
    story = make_story()
    first = publishing.schedule(story, by=editor, at=FRIDAY)
    newest = change_headline(story, "Why the north pier opens again on Friday", editor)
    client.post(screen_address("use_newest", story, first.number), {"seen": newest.number})
    (second,) = Edition.objects.filter(work=story).without_cancelled()
    assert second.title == "Why the north pier opens again on Friday"
    client.post(screen_address("cancel", story, second.number))
    assert not Edition.objects.filter(work=story).without_cancelled().exists()
    assert list_levels(client.post(screen_address("cancel", story, second.number)))[-1] == "error"
    assert client.post(screen_address("cancel", story, 99)).status_code == 404


def test_an_expiry_can_be_scheduled(client, editor):
    story = make_published_story(by=editor)
    address = screen_address("expire", story)
    form = {"day": "2031-03-07", "time": "09:00", "notice": "The fair is over."}
    refused = client.post(address, form | {"notice": ""})
    assert list_errors(refused.context["form"]) == [("notice", "required")]
    client.post(address, form)
    notice = Edition.objects.in_force(FRIDAY).get(work=story)
    assert (notice.kind, notice.notice) == (EditionKind.NOTICE, "The fair is over.")
    page = client.get(reverse(story.change_view_name, args=[story.pk]))
    assert [each.is_notice for each in page.context["pending_schedules"]] == [True]
    assert re.search(r"<strong>[^<]* Friday 7 March 2031 at 09:00 \(UTC\)</strong>", page.content.decode())
    refused = client.post(screen_address("expire", make_story()), form)
    assert list(refused.context["form"].errors) == ["__all__"]


@pytest.mark.parametrize("name", ["publish", "expire"])
def test_writers_can_neither_publish_nor_expire(client, db, name):
    client.force_login(make_user(role="Writer"))
    story = make_story()
    assert client.get(screen_address(name, story)).status_code == 403
    assert client.post(screen_address(name, story), {"when": "now"}).status_code == 403


def test_the_form_shows_findings_that_appeared_after_scheduling(client, editor):
    story = make_story()
    publishing.schedule(story, by=editor, at=FRIDAY)
    publishing.publish(make_story(headline=story.headline), by=editor)
    page = client.get(reverse(story.change_view_name, args=[story.pk]))
    (pending,) = page.context["pending_schedules"]
    shown = page.content.decode().partition('class="schedules"')[2].partition('class="schedule-actions"')[0]
    assert pending.findings
    assert shown.count('class="finding ') == len(pending.findings)


def test_selected_works_can_be_bundled_and_scheduled_and_the_bundle_can_be_undone(client, editor):
    story, question = make_story(), make_question()
    listing = reverse("admin:stories_story_changelist")
    response = client.post(listing, {"action": "publish_together", "_selected_action": [story.pk]})
    address = response.url
    assert address.endswith(f"?work={story.pk}")
    response = client.post(
        address, {"title": "The sale", "works": [story.pk], "others": question.slug, "_continue": "send"}
    )
    page = client.get(response.url)
    assert page.status_code == 200
    client.post(response.url, filled(page) | {"when": "later", "day": "2031-03-07", "time": "09:00"})
    bundle = Bundle.objects.get()
    assert {edition.work_id for edition in Edition.objects.live(FRIDAY)} == {story.pk, question.pk}
    page = client.get(reverse("admin:stories_bundle_change", args=[bundle.pk]))
    assert "Friday 7 March 2031 at 09:00 (UTC)" in find_summary(page)
    undo = reverse("admin:stories_bundle_undo", args=[bundle.pk])
    assert list_errors(client.post(undo, {"note": ""}).context["form"]) == [("note", "required")]
    client.post(undo, {"note": "The sale is off."})
    assert not Edition.objects.live(FRIDAY).exists()
    bundle.refresh_from_db()
    assertContains(client.get(reverse("admin:stories_bundle_changelist")), format_local(bundle.undone_at))


def test_the_findings_of_all_works_in_a_bundle_are_shown(client, editor):
    first, other = make_story(headline_confirmed=False), make_question(answers=0)
    bundle = publishing.save_bundle("The sale", [first, other], by=editor)
    address = reverse("admin:stories_bundle_publish", args=[bundle.pk])
    page = client.get(address)
    assert "Confirm the headline" in page.content.decode()
    assert "Add an answer." in page.content.decode()
    response = client.post(address, filled(page))
    assert response.status_code == 200
    assert not Edition.objects.exists()


def test_a_bundle_without_a_title_or_with_an_unknown_address_is_refused_at_its_field(client, editor):
    story = make_story()
    address = reverse("admin:stories_bundle_add")
    assert list_errors(client.post(address, {"works": [story.pk]}).context["form"]) == [("title", "required")]
    form = client.post(address, {"title": "The sale", "others": "no-such"}).context["form"]
    assert list_errors(form) == [("others", "unknown")]
    assert "“no-such”" in form.errors["others"][0]
    assert list(client.post(address, {"title": "The sale"}).context["form"].errors) == ["__all__"]
    assert not Bundle.objects.exists()


def test_a_blocker_can_be_overridden_with_a_reason(client, editor):
    story = make_story(headline="Too short")
    response = submit_publish_form(client, story)
    assertContains(response, "The headline has 9 characters")
    name = find_reason_field(client, screen_address("publish", story))
    assert list(response.context["form"].errors) == [name]
    submit_publish_form(client, story, **{name: "It is the name of the play."})
    assert Edition.objects.get(work=story).overrides.get().reason == "It is the name of the play."


def test_a_blocker_that_cannot_be_overridden_links_to_its_field(client, editor):
    story = make_story(headline_confirmed=False)
    story.sections.filter(kind="behind").delete()
    revisions.record_revision(story, by=editor)
    WorkTopic.objects.create(work=story, proposed_name="Philippa Oduya-Brandt")
    revisions.record_revision(story, by=editor)
    page = client.get(screen_address("publish", story))
    addresses = [address for _, address in page.context["blockers"]]
    assert addresses
    for address in addresses:
        assert address.startswith(f"{reverse(story.change_view_name, args=[story.pk])}#")
        assertContains(page, f'<li><a href="{address}">')


def test_findings_of_an_attached_question_are_shown(client, editor):
    question = make_question(answers=0, question="Who signs?")
    story = make_story(questions=(question,))
    page = submit_publish_form(client, story, questions=[question.pk]).content.decode()
    part = page.partition(f'id="attached-{question.pk}" dir="auto">Who signs?</h3>')[2]
    assert "Add an answer." in part


def test_each_work_of_a_bundle_shows_its_own_errors(client, editor, set_time):
    story = make_published_story(by=editor)
    change_headline(story, "Why the north pier opens again on Friday", editor)
    pending = publishing.schedule(story, by=editor, at=FRIDAY, change=make_update())
    change_headline(story, "Why the north pier opens again on Tuesday", editor)
    short = make_story(headline="Too short")
    bundle = publishing.save_bundle("The pier", [story, short], by=editor)
    address = reverse("admin:stories_bundle_publish", args=[bundle.pk])
    form = filled(client.get(address)) | {f"work-{story.pk}-note": "It opens earlier."}

    def submit(data):
        """Submit the form, and return the error messages, keyed by the name of the control."""
        context = client.post(address, data).context
        forms = [context["when"], *(each for *_, each in context["bundled_works"])]
        return {each.add_prefix(name): reason for each in forms for name, (reason,) in each.errors.items()}

    reason_name, resolution_name = find_reason_field(client, address), f"work-{story.pk}-answer-{pending.pk}"
    assert list(submit(form)) == [reason_name]
    form |= {reason_name: "It is the name of the play."}
    assert list(submit(form)) == [resolution_name]
    refused = submit(form | {resolution_name: "carry"})
    assert list(refused) == [resolution_name]
    assert pending.label in refused[resolution_name]
    late_form = form | {resolution_name: "cancel", "when": "later", "day": "2031-03-03", "time": "08:00"}
    refused = submit(late_form)
    assert list(refused) == ["time"]
    assert "3 March 2031, 08:00" in refused["time"]
    assert list_levels(client.post(address, form | {resolution_name: "cancel"})) == ["success"]
    assert Edition.objects.filter(bundle=bundle).count() == 2
    set_time.go(minutes=1)
    undo_page = client.get(reverse("admin:stories_bundle_undo", args=[bundle.pk])).content.decode()
    assert "The previous edition will be restored." in undo_page
    assert "It will be withdrawn, with your note as its notice." in undo_page


def test_the_form_of_a_bundle_shows_the_schedules_of_works(client, editor):
    story = make_story()
    publishing.schedule(story, by=editor, at=FRIDAY)
    page = client.get(f"{reverse('admin:stories_bundle_add')}?work={story.pk}&work=no-number").content.decode()
    assert "7 Mar, 09:00 (UTC)" in page
    assert f'value="{story.pk}" checked' in page or f'value="{story.pk}" id="id_works_0" checked' in page
    bundle = publishing.save_bundle("The pier", [make_story()], by=editor)
    publishing.publish_bundle(bundle, by=editor, at=FRIDAY)
    undo_page = client.get(reverse("admin:stories_bundle_undo", args=[bundle.pk])).content.decode()
    assert "Its schedule will be cancelled." in undo_page


def test_a_longer_list_of_bundles_takes_no_more_queries(client, editor, django_assert_max_num_queries):
    for number in range(3):
        publishing.save_bundle(f"Bundle {number}", [make_story(), make_question()], by=editor)
        with django_assert_max_num_queries(8):
            page = client.get(reverse("admin:stories_bundle_changelist")).content.decode()
        assert len(re.findall(r'class="field-\w+">2\b', page)) == number + 1


def test_replacing_a_schedule_requires_resolutions_for_later_ones(client, editor):
    story = make_published_story(by=editor)
    change_headline(story, "Why the north pier opens again on Friday", editor)
    first = publishing.schedule(story, by=editor, at=FRIDAY, change=make_update())
    change_headline(story, "Why the north pier opens again on Saturday", editor)
    other = publishing.schedule(story, by=editor, at=FRIDAY + timedelta(days=1), change=make_update())
    newest = change_headline(story, "Why the north pier opens again on Tuesday", editor)
    address = screen_address("use_newest", story, first.number)
    assert client.get(address).url == reverse(story.change_view_name, args=[story.pk])
    assert client.post(address, {"seen": "nothing"}).status_code == 302
    page = client.post(address, {"seen": newest.number})
    name = f"answer-{other.pk}"
    assert list(page.context["form"].errors) == [name]
    assert (page.context["edition"], first.label) == (first, "2")
    assert "2" in find_summary(page)
    refused = client.post(address, filled(page) | {name: "carry"}).context["form"]
    assert list_errors(refused) == [(name, None)]
    assert other.label in refused.errors[name][0]
    client.post(address, filled(page) | {f"answer-{other.pk}": "cancel"})
    (replacement,) = Edition.objects.filter(work=story).pending(MONDAY)
    assert (replacement.title, replacement.live_from) == ("Why the north pier opens again on Tuesday", FRIDAY)


def test_a_reason_does_not_override_a_finding_that_appeared_meanwhile(client, editor):
    story = make_story(topics=(), texts={"behind": "The pier was closed today, as it is each spring."})
    form = filled(client.get(screen_address("publish", story)))
    name = find_reason_field(client, screen_address("publish", story))
    CheckLevel.objects.create(code="topics.some", level="hint")
    CheckLevel.objects.create(code="text.day", level="blocker")
    page = client.post(screen_address("publish", story), form | {name: "The topic comes later."})
    assert page.status_code == 200
    assert not Edition.objects.filter(work=story).exists()


def test_a_published_question_needs_its_own_change_note(client, editor):
    question = make_question()
    publishing.publish(question, by=editor)
    story = make_story(questions=(question,))
    question.introduction = "Who decides on lorries, and when."
    question.save()
    revisions.record_revision(question, by=editor)
    ticked = {"questions": [question.pk]}
    refused = submit_publish_form(client, story, **ticked)
    assert [list(each.form.errors) for each in refused.context["attached_questions"].questions] == [["note"]]
    assert not Edition.objects.filter(work=story).exists()
    submit_publish_form(client, story, **ticked, **{f"question-{question.pk}-note": "It says when."})
    assert Edition.objects.filter(work=story).get().note == ""
    assert Edition.objects.filter(work=question).latest("number").note == "It says when."


def test_a_correction_of_a_story_does_not_correct_its_questions(client, editor):
    question = make_question()
    story = make_story(questions=(question,))
    publishing.publish(story, by=editor, with_questions=[question])
    change_headline(story, "Why the north pier opens again on Friday", editor)
    question.introduction = "Who decides on lorries, and when."
    question.save()
    revisions.record_revision(question, by=editor)
    words = {"kind": "correction", "was_wrong": "We said Monday.", "is_right": "It opens on Friday."}
    submit_publish_form(
        client, story, **words, **{"questions": [question.pk], f"question-{question.pk}-note": "It says when."}
    )
    assert list(Edition.objects.corrections().values_list("work", flat=True)) == [story.pk]
    assert Edition.objects.filter(work=question).latest("number").change == Change.UPDATE


def test_a_scheduled_question_requires_a_resolution(client, editor):
    question = make_question()
    story = make_story(questions=(question,))
    pending = publishing.schedule(question, by=editor, at=FRIDAY)
    form = filled(client.get(reverse(story.change_view_name, args=[story.pk])))
    assert "story_questions-0-goes_out" not in form
    refused = submit_publish_form(client, story, questions=[question.pk])
    errors = [list(each.form.errors) for each in refused.context["attached_questions"].questions]
    assert errors == [[f"answer-{pending.pk}"]]
    submit_publish_form(
        client, story, **{"questions": [question.pk], f"question-{question.pk}-answer-{pending.pk}": "cancel"}
    )
    assert [edition.work_id for edition in Edition.objects.questions().live(MONDAY)] == [question.pk]


def test_a_work_without_changes_is_left_out_of_a_bundle(client, editor):
    unchanged, new = make_published_story(by=editor), make_story()
    page = client.get(screen_address("publish", unchanged))
    assert (page.context["preflight"].summary, page.context["preflight"].page.label) == ("", "1")
    assert "1" in find_summary(page)
    assert list(submit_publish_form(client, unchanged).context["form"].errors) == ["__all__"]
    assert Edition.objects.get(work=unchanged).label == "1"
    bundle = publishing.save_bundle("The pier", [unchanged, new], by=editor)
    address = reverse("admin:stories_bundle_publish", args=[bundle.pk])
    assert list_levels(client.post(address, filled(client.get(address)))) == ["success"]
    assert Edition.objects.get(bundle=bundle).work_id == new.pk


def test_a_second_schedule_requires_a_change_note(client, editor):
    story = make_story()
    publishing.schedule(story, by=editor, at=FRIDAY)
    change_headline(story, "Why the north pier opens again on Friday", editor)
    later = {"when": "later", "day": "2031-03-08", "time": "07:00"}
    assert list(submit_publish_form(client, story, **later).context["form"].errors) == ["note"]
    submit_publish_form(client, story, **later, note="It opens earlier.")
    assert [edition.label for edition in Edition.objects.filter(work=story).pending(MONDAY)] == ["1", "2"]


def test_cancelling_an_expiry_is_reported(client, editor):
    story = make_published_story(by=editor)
    expiry = publishing.schedule_expiry(story, by=editor, at=FRIDAY, notice="The fair is over.")
    response = client.post(screen_address("cancel", story, expiry.number), follow=True)
    assert list_levels(response) == ["success"]
    assertContains(response, "Friday 7 March 2031 at 09:00 (UTC)", count=1)
    assert not Edition.objects.filter(work=story).pending(MONDAY).exists()


def test_publishing_is_retried_after_a_deadlock(editor_client, editor, monkeypatch):
    story, publish, calls = make_story(), publishing.publish, []

    def publish_with_deadlock(*args, **kwargs):
        calls.append(1)
        if len(calls) == 1:
            raise OperationalError("deadlock detected") from DeadlockDetected()
        return publish(*args, **kwargs)

    monkeypatch.setattr(publishing, "publish", publish_with_deadlock)
    response = editor_client.post(f"/admin/stories/story/{story.pk}/publish/", {"when": "now", "seen": "1"})
    assert (response.status_code, len(calls)) == (302, 2)
    assert edition_of(story).number == 1
