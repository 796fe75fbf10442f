"""The screens that publish, schedule, correct and expire works, and those of bundles."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone
from psycopg.errors import DeadlockDetected

from stories import publishing
from stories.drafts import revisions
from stories.models import Bundle, Change, CheckLevel, Edition, EditionKind, WorkTopic
from tests.clocks import MONDAY
from tests.factories import edition_of, make_published_story, make_question, make_story, make_user, update
from tests.stories.admin.form_data import filled

pytestmark = pytest.mark.django_db

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
    """Return the name of the only field for a reason to override a blocker."""
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
    assert "Revision 1 goes live on Friday 7 March 2031 at 06:00 (UTC)" in page
    assert "you are editing revision 2" in page


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
    page = client.get(response.url).content.decode()
    assert "Readers see edition 1.0" in page
    assert 'value="minor"' not in page
    assert "Why it is not a minor change" in page


def test_a_correction_requires_both_notes(client, editor):
    story = make_published_story(by=editor)
    change_headline(story, "Why the north pier opens again on Friday", editor)
    response = submit_publish_form(client, story, kind="correction", was_wrong="We said Monday.")
    assert "Say what is right instead" in response.content.decode()
    submit_publish_form(client, story, kind="correction", was_wrong="We said Monday.", is_right="It opens on Friday.")
    edition = Edition.objects.live(MONDAY + timedelta(seconds=1)).get(work=story)
    assert (edition.change, edition.is_right) == (Change.CORRECTION, "It opens on Friday.")


def test_a_small_change_can_be_published_as_minor(client, editor):
    story = make_published_story(by=editor)
    text = story.sections.get(kind="background").text
    story.sections.filter(kind="background").update(text=f"{text} That was all.")
    revisions.record_revision(story, by=editor)
    assert 'value="minor"' in client.get(screen_address("publish", story)).content.decode()
    submit_publish_form(client, story, kind="minor")
    assert Edition.objects.latest("number").label == "1.1"


def test_a_pending_schedule_requires_a_resolution(client, editor):
    story = make_published_story(by=editor)
    change_headline(story, "Why the north pier opens again on Friday", editor)
    pending = publishing.schedule(story, by=editor, at=FRIDAY, change=update())
    change_headline(story, "Why the north pier opens again on Tuesday", editor)
    response = submit_publish_form(client, story, note="It opens earlier.")
    assert "Say what becomes of it" in response.content.decode()
    submit_publish_form(client, story, note="It opens earlier.", **{f"answer-{pending.pk}": "cancel"})
    pending.refresh_from_db()
    assert pending.is_cancelled


def test_a_conflicting_change_cannot_be_carried_over(client, editor):
    story = make_published_story(by=editor)
    change_headline(story, "Why the north pier opens again on Friday", editor)
    pending = publishing.schedule(story, by=editor, at=FRIDAY, change=update())
    change_headline(story, "Why the north pier opens again on Tuesday", editor)
    response = submit_publish_form(client, story, note="It opens earlier.", **{f"answer-{pending.pk}": "carry"})
    assert "cannot be carried over" in response.content.decode()
    assert Edition.objects.live(FRIDAY).get(work=story) == pending


def test_a_past_or_missing_time_is_refused_at_its_field(client, editor):
    story = make_story()
    page = submit_publish_form(client, story, when="later", day="2031-03-03", time="08:00").content.decode()
    assert "Monday 3 March 2031, 08:00 (UTC) is past" in page
    page = submit_publish_form(client, story, when="later", day="", time="").content.decode()
    assert "Say on which day" in page
    assert not Edition.objects.exists()


def test_a_revision_saved_meanwhile_is_not_published(client, editor):
    story = make_story()
    address = screen_address("publish", story)
    form = filled(client.get(address))
    change_headline(story, "Why the north pier opens again on Friday", make_user(username="ana"))
    page = client.post(address, form).content.decode()
    assert "ana saved revision 2 while you were reading 1" in page
    assert not Edition.objects.exists()


def test_a_schedule_can_be_replaced_and_cancelled_from_the_form(client, editor):
    story = make_story()
    first = publishing.schedule(story, by=editor, at=FRIDAY)
    newest = change_headline(story, "Why the north pier opens again on Friday", editor)
    client.post(screen_address("use_newest", story, first.number), {"seen": newest.number})
    (second,) = Edition.objects.filter(work=story).without_cancelled()
    assert second.title == "Why the north pier opens again on Friday"
    client.post(screen_address("cancel", story, second.number))
    assert not Edition.objects.filter(work=story).without_cancelled().exists()
    page = client.post(screen_address("cancel", story, second.number), follow=True).content.decode()
    assert "does not wait any more" in page
    assert client.post(screen_address("cancel", story, 99)).status_code == 404


def test_an_expiry_can_be_scheduled(client, editor):
    story = make_published_story(by=editor)
    address = screen_address("expire", story)
    form = {"day": "2031-03-07", "time": "09:00", "notice": "The fair is over."}
    assert "Say why the page ends" in client.post(address, form | {"notice": ""}).content.decode()
    client.post(address, form)
    notice = Edition.objects.in_force(FRIDAY).get(work=story)
    assert (notice.kind, notice.notice) == (EditionKind.NOTICE, "The fair is over.")
    page = client.get(reverse(story.change_view_name, args=[story.pk])).content.decode()
    assert "The page ends on Friday 7 March 2031 at 09:00 (UTC)" in page
    response = client.post(screen_address("expire", make_story()), form).content.decode()
    assert "nothing that could end" in response


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
    page = client.get(reverse(story.change_view_name, args=[story.pk])).content.decode()
    assert "What has come up against it since it was scheduled" in page


def test_works_can_be_selected_bundled_scheduled_and_undone(client, editor):
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
    page = client.get(reverse("admin:stories_bundle_change", args=[bundle.pk])).content.decode()
    assert "Goes live on Friday 7 March 2031 at 09:00 (UTC)" in page
    undo = reverse("admin:stories_bundle_undo", args=[bundle.pk])
    assert "Tell readers why" in client.post(undo, {"note": ""}).content.decode()
    client.post(undo, {"note": "The sale is off."})
    assert not Edition.objects.live(FRIDAY).exists()
    assert "Undone" in client.get(reverse("admin:stories_bundle_changelist")).content.decode()


def test_the_findings_of_all_works_in_a_bundle_are_shown(client, editor):
    first, other = make_story(headline_confirmed=False), make_question(answers=0)
    bundle = publishing.save_bundle("The sale", [first, other], by=editor)
    address = reverse("admin:stories_bundle_publish", args=[bundle.pk])
    page = client.get(address)
    assert "The headline is only proposed" in page.content.decode()
    assert "The question has no answers yet" in page.content.decode()
    response = client.post(address, filled(page))
    assert response.status_code == 200
    assert not Edition.objects.exists()


def test_a_bundle_without_title_or_with_an_unknown_address_is_refused_at_its_field(client, editor):
    story = make_story()
    address = reverse("admin:stories_bundle_add")
    assert "Give the bundle a title" in client.post(address, {"works": [story.pk]}).content.decode()
    page = client.post(address, {"title": "The sale", "others": "no-such"}).content.decode()
    assert "Nothing on the desk has the address “no-such”" in page
    assert "at least one story or question" in client.post(address, {"title": "The sale"}).content.decode()


def test_a_blocker_can_be_overridden_with_a_reason(client, editor):
    story = make_story(headline="Too short")
    page = submit_publish_form(client, story).content.decode()
    assert "The headline has 9 characters" in page
    assert "Put it right first, or write why." in page
    submit_publish_form(
        client, story, **{find_reason_field(client, screen_address("publish", story)): "It is the name of the play."}
    )
    assert Edition.objects.get(work=story).overrides.get().reason == "It is the name of the play."


def test_a_blocker_that_cannot_be_overridden_links_to_its_field(client, editor):
    story = make_story(headline_confirmed=False)
    story.sections.filter(kind="behind").delete()
    revisions.record_revision(story, by=editor)
    WorkTopic.objects.create(work=story, proposed_name="Philippa Oduya-Brandt")
    revisions.record_revision(story, by=editor)
    page = client.get(screen_address("publish", story)).content.decode()
    assert f"{reverse(story.change_view_name, args=[story.pk])}#" in page.split("This keeps it back")[1]


def test_findings_of_an_attached_question_are_shown(client, editor):
    question = make_question(answers=0, question="Who signs?")
    story = make_story(questions=(question,))
    page = submit_publish_form(client, story, questions=[question.pk]).content.decode()
    part = page.partition(f'id="along-{question.pk}" dir="auto">Who signs?</h2>')[2]
    assert "The question has no answers yet" in part


def test_each_work_of_a_bundle_shows_its_own_errors(client, editor, set_time):
    story = make_published_story(by=editor)
    change_headline(story, "Why the north pier opens again on Friday", editor)
    pending = publishing.schedule(story, by=editor, at=FRIDAY, change=update())
    change_headline(story, "Why the north pier opens again on Tuesday", editor)
    short = make_story(headline="Too short")
    bundle = publishing.save_bundle("The pier", [story, short], by=editor)
    address = reverse("admin:stories_bundle_publish", args=[bundle.pk])
    form = filled(client.get(address)) | {f"work-{story.pk}-note": "It opens earlier."}
    assert "Put it right first, or write why." in client.post(address, form).content.decode()
    form |= {find_reason_field(client, address): "It is the name of the play."}
    assert "Say what becomes of it" in client.post(address, form).content.decode()
    resolution_name = f"work-{story.pk}-answer-{pending.pk}"
    assert "cannot be carried over" in client.post(address, form | {resolution_name: "carry"}).content.decode()
    late_form = form | {resolution_name: "cancel", "when": "later", "day": "2031-03-03", "time": "08:00"}
    assert "is past" in client.post(address, late_form).content.decode()
    page = client.post(address, form | {resolution_name: "cancel"}, follow=True).content.decode()
    assert "2 works published." in page
    set_time.go(minutes=1)
    undo_page = client.get(reverse("admin:stories_bundle_undo", args=[bundle.pk])).content.decode()
    assert "It goes back to what readers saw before." in undo_page
    assert "It is withdrawn, with your note as its notice." in undo_page


def test_the_form_of_a_bundle_shows_the_schedules_of_works(client, editor):
    story = make_story()
    publishing.schedule(story, by=editor, at=FRIDAY)
    page = client.get(f"{reverse('admin:stories_bundle_add')}?work={story.pk}&work=no-number").content.decode()
    assert "Story: draft; next on 7 Mar, 09:00 (UTC)" in page
    assert f'value="{story.pk}" checked' in page or f'value="{story.pk}" id="id_works_0" checked' in page
    bundle = publishing.save_bundle("The pier", [make_story()], by=editor)
    publishing.publish_bundle(bundle, by=editor, at=FRIDAY)
    undo_page = client.get(reverse("admin:stories_bundle_undo", args=[bundle.pk])).content.decode()
    assert "Its schedule is cancelled." in undo_page


def test_a_longer_list_of_bundles_takes_no_more_queries(client, editor, django_assert_max_num_queries):
    for number in range(3):
        publishing.save_bundle(f"Bundle {number}", [make_story(), make_question()], by=editor)
        with django_assert_max_num_queries(8):
            assert "2 works" in client.get(reverse("admin:stories_bundle_changelist")).content.decode()


def test_replacing_a_schedule_requires_resolutions_for_later_ones(client, editor):
    story = make_published_story(by=editor)
    change_headline(story, "Why the north pier opens again on Friday", editor)
    first = publishing.schedule(story, by=editor, at=FRIDAY, change=update())
    change_headline(story, "Why the north pier opens again on Saturday", editor)
    other = publishing.schedule(story, by=editor, at=FRIDAY + timedelta(days=1), change=update())
    newest = change_headline(story, "Why the north pier opens again on Tuesday", editor)
    address = screen_address("use_newest", story, first.number)
    assert client.get(address).url == reverse(story.change_view_name, args=[story.pk])
    assert client.post(address, {"seen": "nothing"}).status_code == 302
    page = client.post(address, {"seen": newest.number})
    assert "Say what becomes of it" in page.content.decode()
    assert "in the place of edition 2.0" in page.content.decode()
    response = client.post(address, filled(page) | {f"answer-{other.pk}": "carry"}).content.decode()
    assert "cannot be carried over" in response
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
    page = submit_publish_form(client, story, **ticked).content.decode()
    assert "Tell readers in a sentence what has changed." in page
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
    page = submit_publish_form(client, story, questions=[question.pk]).content.decode()
    assert "Say what becomes of it" in page
    submit_publish_form(
        client, story, **{"questions": [question.pk], f"question-{question.pk}-answer-{pending.pk}": "cancel"}
    )
    assert [edition.work_id for edition in Edition.objects.questions().live(MONDAY)] == [question.pk]


def test_a_work_without_changes_is_left_out_of_a_bundle(client, editor):
    unchanged, new = make_published_story(by=editor), make_story()
    page = client.get(screen_address("publish", unchanged)).content.decode()
    assert "Readers see exactly this already, as edition 1.0." in page
    assert "there is nothing new to publish" in submit_publish_form(client, unchanged).content.decode()
    bundle = publishing.save_bundle("The pier", [unchanged, new], by=editor)
    address = reverse("admin:stories_bundle_publish", args=[bundle.pk])
    assert "1 work published." in client.post(address, filled(client.get(address)), follow=True).content.decode()
    assert Edition.objects.get(bundle=bundle).work_id == new.pk


def test_a_second_schedule_requires_a_change_note(client, editor):
    story = make_story()
    publishing.schedule(story, by=editor, at=FRIDAY)
    change_headline(story, "Why the north pier opens again on Friday", editor)
    later = {"when": "later", "day": "2031-03-08", "time": "07:00"}
    page = submit_publish_form(client, story, **later).content.decode()
    assert "Say to readers what this update brings." in page
    submit_publish_form(client, story, **later, note="It opens earlier.")
    assert [edition.label for edition in Edition.objects.filter(work=story).pending(MONDAY)] == ["1.0", "2.0"]


def test_cancelling_an_expiry_is_reported(client, editor):
    story = make_published_story(by=editor)
    expiry = publishing.schedule_expiry(story, by=editor, at=FRIDAY, notice="The fair is over.")
    page = client.post(screen_address("cancel", story, expiry.number), follow=True).content.decode()
    assert "Cancelled: the page does not end on Friday 7 March 2031 at 09:00 (UTC)." in page


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
