"""Further POSTs at the desk, each with a name under which its outcome is recorded."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any
from unittest.mock import patch

from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from PIL import Image as Pillow

from newsroom.accounts import invitations
from newsroom.accounts.models import User
from newsroom.audit.undo import undo
from newsroom.background.models import Job
from newsroom.desk.models import SavedView
from newsroom.http import clock
from stories import publishing
from stories.admin import changelists
from stories.drafts import revisions
from stories.drafts.publication_status import annotate_publication_status
from stories.models import HouseWord, Story, Work, WorkTopic
from stories.publishing import front_page, review, review_dates
from stories.workflow import bulk, trash
from stories.workflow.bulk import Verb
from stories.workflow.comments import add_comment, resolve_thread
from stories.workflow.comments import verbs as comments
from stories.workflow.reader_reports import verbs as reader_reports
from stories.workflow.translations import link_translation
from tests.conftest import signed_in
from tests.factories import (
    make_failure,
    make_image,
    make_outlet,
    make_published_story,
    make_question,
    make_report,
    make_story,
    make_topic,
    make_update,
    make_user,
)
from tests.journeys.desk import rename
from tests.transactions import of_the_test

LATER = {"day": "2999-01-01", "time": "07:00"}
PAST = {"day": "2001-01-01", "time": "07:00"}
LONG = "9" * 500  # recorded as one sign


@dataclass(frozen=True)
class Post:
    """A POST of the form on a page, with some of its fields changed.

    ``opened`` is the address of the page if it is not that of the POST. ``follows`` records the page that it leads to.
    """

    name: str
    address: str
    body: dict[str, Any] = field(default_factory=dict)
    opened: str = ""
    follows: bool = False

    @property
    def page(self) -> str:
        """The address of the page with the form."""
        return self.opened or self.address


def list_further_posts(by: User) -> Iterator[Post]:
    """Yield what the forms of the desk do and refuse besides the attempts of ``tests.journeys.desk``.

    Some settings and limits hold only until the next one is asked for.
    """
    yield from _save_stories(by)
    yield from _save_older_forms(by)
    yield from _review_stories(by)
    yield from _publish_stories(by)
    yield from _change_schedules(by)
    yield from _end_pages(by)
    yield from _post_comments(by)
    yield from _share_and_translate_stories(by)
    yield from _import_texts_and_tables(by)
    yield from _publish_bundles(by)
    yield from _run_bulk_actions(by)
    yield from _make_decisions(by)
    yield from _change_names(by)
    yield from _add_images(by)
    yield from _save_views(by)
    yield from _invite_people(by)


def _at(work: Work, screen: str, *keys: object) -> str:
    """Return the address of a screen of the work."""
    return reverse(work.view_name(screen), args=[work.pk, *keys])


def _edit(work: Work, *, by: User, **fields: object) -> None:
    """Change fields of the draft and record a revision."""
    type(work).objects.filter(pk=work.pk).update(**fields)
    work.refresh_from_db()
    revisions.record_revision(work, by=by)


def _save_stories(by: User) -> Iterator[Post]:
    topic = make_topic()
    draft = make_story(owner=by, questions=(make_question(),), topics=(topic,))
    address = _at(draft, "change")
    save = {"_continue": "save"}
    yield Post("story, nothing changed", address, save)
    yield Post("story, saved", address, save | {"standfirst": "A new summary."})
    yield Post("story, saved and looked at", address, save | {"is_checked": "on", "review_by": "2999-01-01"})
    yield Post("story, to be looked at", address, save | {"review_by": "2999-01-01"})
    yield Post("story, past day", address, save | {"review_by": "2001-01-01"})
    yield Post("story, nobody to look at it", address, save | {"review_by": "2999-01-01", "owner": ""})
    new_question = {"story_questions-1-question": "Who weighs the lorries?", "story_questions-1-teaser": "Nobody."}
    yield Post("story, with a new question", address, save | new_question)
    refused = {
        "byline_names": "Nobody Known", "lead": "No such picture", "language": "x" * 50, "slug": "search",
        "sections-0-kind": "papers", "passages-0-source_numbers": "9", "passages-1-addresses": "nine",
        "work_topics-0-name": "…", "story_questions-0-question": "",
        "citations-0-url": "https://paper.example/1",
    }  # fmt: skip
    yield Post("story, refused", address, save | refused)
    yield Post("story, twice the same", address, save | {"work_topics-1-name": topic.name})
    HouseWord.objects.create(written="fishing", preferred="angling")
    fix = {"_fix": f"id_sections-1-text {HouseWord.objects.get(written='fishing').pk}"}
    yield Post("story, word put right", address, fix)
    yield Post("story, no word to put right", address, {"_fix": "id_sections-1-text 0"})
    HouseWord.objects.filter(written="fishing").delete()
    yield Post("story, published", address, {"_continue": "publish"})
    yield Post("story, to be scheduled", address, {"_continue": "schedule"})
    unfinished = make_story(owner=by, topics=())
    yield Post("story, not ready", _at(unfinished, "change"), {"_continue": "publish"})
    with override_settings(REQUIRE_APPROVAL=True):
        yield Post("story, not approved", address, {"_continue": "publish"})


def _save_older_forms(by: User) -> Iterator[Post]:
    other = make_user(username="other")
    draft = make_story(owner=by, standfirst="It closed on Monday.")
    _edit(draft, by=other, standfirst="It closed on Tuesday.")
    older = {"base_revision": "1", "standfirst": "It closed on Monday.", "_continue": "save"}
    address = _at(draft, "change")
    yield Post("older form, merged", address, older | {"headline": "Why the north pier of Port Lisle will not open"})
    yield Post("older form, nothing new", address, older)
    yield Post(
        "older form, not published", address,
        older | {"method_note": "By phone.", "_continue": "publish", "note": "It is new."},
    )  # fmt: skip
    conflict = older | {"standfirst": "It closed on Sunday."}
    yield Post("older form, both changed", address, conflict)
    together = {
        "base_revision": "2", "choice-0": "together", "theirs-0:standfirst:": "It closed on Tuesday.",
        "text-0": "standfirst", "between-0": "paragraph", "standfirst": "It closed on Sunday.", "_continue": "save",
    }  # fmt: skip
    yield Post("older form, texts to put together", address, together)
    own = make_story(owner=by, standfirst="It closed on Monday.")
    _edit(own, by=by, standfirst="It closed on Tuesday.")
    yield Post("older form, other window", _at(own, "change"), conflict)


def _review_stories(by: User) -> Iterator[Post]:
    other = make_user(username="sender")
    draft, own = make_story(owner=other), make_story(owner=by)
    address = _at(draft, "review")
    submit = {"_continue": "submit", "review_note": "Look at the numbers."}
    yield Post("review, sent", address, submit)
    yield Post("review, sent to somebody", address, submit | {"review_to": make_user(role="Editor").pk})
    yield Post("review, sent to nobody in the list", address, submit | {"review_to": "999"})
    yield Post("review, taken back without review", address, {"_continue": "take_back"})
    yield Post("review, saved and sent", _at(draft, "change"), submit | {"standfirst": "New."})
    sent = make_story(owner=other)
    review.send_for_review(sent, by=other)
    screen = _at(sent, "review")
    yield Post("review, sent twice", screen, submit)
    yield Post("review, approved", screen, {"_continue": "approve"})
    yield Post("review, returned without reason", screen, {"_continue": "return", "review_reason": " "})
    yield Post("review, returned", screen, {"_continue": "return", "review_reason": "Two sources, please."})
    yield Post("review, taken back", screen, {"_continue": "take_back"})
    changed = {"_continue": "approve", "standfirst": "New."}
    yield Post("review, changed and approved", _at(sent, "change"), changed)
    review.send_for_review(own, by=by)
    yield Post("review, own work", _at(own, "review"), {"_continue": "approve", "base_revision": "1"})
    _edit(sent, by=other, standfirst="Changed after it was sent.")
    yield Post("review, changed meanwhile", screen, {"_continue": "approve", "base_revision": "1"})
    approved = make_story(owner=other)
    review.send_for_review(approved, by=other)
    review.approve(approved, by=by, revision_number=1)
    yield Post("review, approval withdrawn", _at(approved, "review"), {"_continue": "return", "review_reason": "No."})
    mine = make_story(owner=by)
    look, screen = _at(mine, "fact_check"), _at(mine, "review")
    yield Post("looked at", look, {"review_by": "2999-01-01"}, opened=screen)
    yield Post("looked at, past day", look, {"review_by": "2001-01-01"}, opened=screen)


def _publish_stories(by: User) -> Iterator[Post]:
    draft = make_story(owner=by)
    address = _at(draft, "publish")
    yield Post("publish", address)
    yield Post("publish, later", address, {"when": "later"} | LATER)
    yield Post("publish, later without time", address, {"when": "later", "day": "", "time": ""})
    yield Post("publish, in the past", address, {"when": "later"} | PAST)
    yield Post("publish, after the end of time", address, {"when": "later", "day": "9500-01-01", "time": "07:00"})
    with timezone.override("Europe/Paris"):
        yield Post("publish, in a skipped hour", address, {"when": "later", "day": "2031-03-30", "time": "02:30"})
        yield Post("publish, in a doubled hour", address, {"when": "later", "day": "2031-10-26", "time": "02:30"})
    yield Post("publish, an older revision", address, {"seen": "0"})
    unfinished = make_story(owner=by, topics=())
    yield Post("publish, not ready", _at(unfinished, "publish"))
    live = make_published_story(by=by)
    report = make_report(live)
    yield Post("publish, unchanged", _at(live, "publish"), {"kind": "update", "note": "Nothing."})
    _edit(live, by=by, headline="Why the north pier of Port Lisle opens again")
    again = _at(live, "publish")
    yield Post("publish again, without note", again, {"kind": "update"})
    yield Post("publish again, correction", again, {"kind": "correction"})
    yield Post("publish again, with a report", again, {"kind": "update", "note": "New.", "reports": [report.pk]})
    scheduled = make_published_story(by=by)
    _edit(scheduled, by=by, standfirst="It opens on Friday.")
    at = clock.now() + timedelta(days=2)
    note = make_update("It opens.")
    pending = publishing.schedule(scheduled, by=by, at=at, change=note)
    _edit(scheduled, by=by, standfirst="It opens on Tuesday.")
    before = _at(scheduled, "publish")
    yield Post("publish, before a schedule", before, {"kind": "update", "note": "It opens."})
    conflict = {"kind": "update", "note": "It opens.", f"answer-{pending.pk}": "carry"}
    yield Post("publish, before a schedule with the same text", before, conflict)


def _change_schedules(by: User) -> Iterator[Post]:
    draft = make_story(owner=by, headline="Why the crane waits for its time")
    edition = publishing.schedule(draft, by=by, at=clock.now() + timedelta(days=2))
    yield Post("schedule, cancelled", _at(draft, "cancel", 1))
    yield Post("schedule, use newest unseen", _at(draft, "use_newest", 1), {"seen": ""})
    yield Post("schedule, use newest unchanged", _at(draft, "use_newest", 1), {"seen": "1"})
    move = reverse("admin:calendar_move")
    yield Post("calendar, moved into the past", move, {"what": f"edition-{edition.pk}"} | PAST)
    live = make_published_story(by=by, owner=by)
    publishing.schedule_expiry(live, by=by, at=clock.now() + timedelta(days=3), notice="It is over.")
    yield Post("end of a page, cancelled", _at(live, "cancel", 2))
    ending = live.editions.latest("pk")
    yield Post("calendar, end moved", move, {"what": f"edition-{ending.pk}"} | LATER)
    review_dates.set_review_by(live, timezone.localdate(clock.now()) + timedelta(days=9), by=by)
    yield Post("calendar, look moved", move, {"what": f"look-{live.pk}", "day": "2999-01-01"})
    yield Post("calendar, look moved into the past", move, {"what": f"look-{live.pk}", "day": "2001-01-01"})
    gone = publishing.schedule(make_story(owner=by), by=by, at=clock.now() + timedelta(days=2))
    publishing.cancel_schedule(gone, by=by)
    yield Post("schedule, cancelled twice", _at(Work.objects.get(pk=gone.work_id), "cancel", 1))


def _end_pages(by: User) -> Iterator[Post]:
    live, draft = make_published_story(by=by), make_story(owner=by)
    yield Post("end, without notice", _at(live, "expire"), {"day": "", "time": "", "notice": ""})
    yield Post("end, in the past", _at(live, "expire"), {"notice": "It is over."} | PAST)
    yield Post("end, of a draft", _at(draft, "expire"), {"notice": "It is over."} | LATER)
    yield Post("withdraw, without notice", _at(live, "withdraw"), {"notice": " "})
    yield Post("withdraw, unknown other page", _at(live, "withdraw"), {"notice": "Wrong.", "instead": "/nowhere/"})
    yield Post("withdraw, a draft", _at(draft, "withdraw"), {"notice": "Wrong."})
    withdrawn = make_published_story(by=by)
    publishing.withdraw(withdrawn, by=by, notice="Its source took the numbers back.")
    yield Post("publish, withdrawn", _at(withdrawn, "publish"), {"note": ""})
    yield Post("publish, withdrawn, with a note", _at(withdrawn, "publish"), {"note": "It was right."})
    yield Post("bin, published", _at(live, "trash"))
    yield Post("erase, nothing chosen", _at(live, "erase"), {"what": "", "reason": "", "meant": "erase"})
    meant = {"reason": "By order of a court.", "meant": "ERASE"}
    yield Post("erase, an edition", _at(live, "erase"), meant | {"what": "edition 1"})
    passage = live.passages.order_by("position")[0]
    yield Post("erase, a passage", _at(live, "erase"), meant | {"what": f"passage {passage.uid}"})


def _post_comments(by: User) -> Iterator[Post]:
    story = make_story(owner=by)
    address = _at(story, "comments")
    thread = add_comment(story, text="Who signed it?", place="", quote="", before="", after="", by=by, at=clock.now())
    resolved = add_comment(story, text="And when?", place="", quote="", before="", after="", by=by, at=clock.now())
    resolve_thread(resolved, by=by, at=clock.now())
    yield Post("comment", address, {"comment-text": "Two sources, please."}, follows=True)
    yield Post("comment, empty", address, {"comment-text": " "})
    with patch.multiple(comments, MAX_LENGTH=100, MAX_QUOTE_LENGTH=100):
        yield Post("comment, long", address, {"comment-text": LONG})
        yield Post("comment, on a long text", address, {"comment-text": "This.", "comment-quote": LONG})
    reply = {"do": f"reply:{thread.uid}"}
    yield Post("comment, answered", address, reply | {f"reply-{thread.uid}": "The mayor."}, follows=True)
    yield Post("comment, answered with nothing", address, reply | {f"reply-{thread.uid}": ""})
    yield Post("comment, resolved", address, {"do": f"resolve:{thread.uid}"}, follows=True)
    yield Post("comment, opened again", address, {"do": f"reopen:{resolved.uid}"}, follows=True)


def _share_and_translate_stories(by: User) -> Iterator[Post]:
    story = make_story(owner=by)
    share = _at(story, "share")
    yield Post("share, refused", share, {"label": "", "passcode": "x", "day": "", "time": ""})
    yield Post("share, short passcode", share, {"label": "Dr Holm", "passcode": "x"})
    yield Post("share, in the past", share, {"label": "Dr Holm"} | PAST)
    yield Post("share, too long", share, {"label": "Dr Holm"} | LATER)
    yield Post("share, with a passcode", share, {"label": "Dr Holm", "passcode": "slate harbour"})
    live = make_published_story(by=by)
    yield Post("share, what readers see", _at(live, "share"), {"label": "Dr Holm", "revision": "1"})
    spanish = make_story(owner=by, language="es", slug="muelle")
    address = _at(spanish, "translations")
    yield Post("translation, of a draft", address, {"original": story.slug})
    yield Post("translation, of nothing", address, {"original": "nothing-here"})
    yield Post("translation, of itself", address, {"original": spanish.slug})
    yield Post("translation, same language", _at(story, "translations"), {"original": live.slug})
    link_translation(spanish, story, by=by)
    yield Post("translation, unlinked", address, {"original": ""})
    yield Post("translation, of a translation", _at(story, "translations"), {"original": live.slug})
    yield Post("story, language of its translation", _at(spanish, "change"), {"language": "en", "_continue": "save"})


def _import_texts_and_tables(by: User) -> Iterator[Post]:
    address = reverse("admin:import_text")
    text = "What's happened\n\nThe ferry was late all week.\n\nWhat's behind the headline?\n\nIts bow door froze.\n"
    yield Post("import, looked at", address, {"text": text})
    yield Post("import, nothing", address, {"text": " "})
    yield Post("import, broken", address, {"text": '{"kind": "harbour"}', "format": "json"})
    yield Post("import, of another page", address, {"text": text, "into": "nothing-here"})
    yield Post("import, damaged", address, {"shown": "%", "take_in": "yes"})
    with patch("stories.admin.views.import_text.MAX_FILE_SIZE", 10):
        yield Post("import, long", address, {"text": text})
    taken = signed_in(by).post(address, {"text": text, "take_in": "yes"})
    assert taken.status_code == 302
    yield Post("import, again", address, {"text": text, "take_in": "yes"})
    topics = reverse("admin:topics_topic_import")
    make_topic(name="Gates")
    refused = "name,kind\nGates,harbour\nLocks,place\n"
    yield Post("table, looked at", topics, {"file": SimpleUploadedFile("topics.csv", refused.encode())})
    yield Post("table, without file", topics)
    yield Post("table, empty", topics, {"file": SimpleUploadedFile("topics.csv", b"\n\n")})
    yield Post("table, without names", topics, {"file": SimpleUploadedFile("topics.csv", b"kind\nplace\n")})
    yield Post("table, old Excel", topics, {"file": SimpleUploadedFile("t.xls", bytes.fromhex("d0cf11e0a1b11ae1"))})
    yield Post("table, with refused rows", topics, {"table": "line,name,kind\n2,Gates,harbour\n"})
    yield Post("table, changed meanwhile", topics, {"table": "line,name\n2,Locks\n", "seen": "another"})
    words = reverse("admin:stories_houseword_add_many")
    yield Post("words, refused", words, {"lines": ",instead of nothing\n" + f"{LONG}\n" * 25})
    yield Post("words, none", words, {"lines": ""})


def _publish_bundles(by: User) -> Iterator[Post]:
    add = reverse("admin:stories_bundle_add")
    first, second = make_story(owner=by), make_story(owner=by)
    yield Post("bundle, empty", add, {"title": ""})
    yield Post("bundle, without works", add, {"title": "Together"})
    yield Post("bundle, with an unknown work", add, {"title": "Together", "others": "nothing-here"})
    bundle = publishing.save_bundle("Together", [first, second], by=by)
    send = reverse("admin:stories_bundle_publish", args=[bundle.pk])
    yield Post("bundle, published", send)
    yield Post("bundle, scheduled", send, {"when": "later"} | LATER)
    yield Post("bundle, in the past", send, {"when": "later"} | PAST)
    unfinished = publishing.save_bundle("Unfinished", [make_story(owner=by, topics=())], by=by)
    yield Post("bundle, not ready", reverse("admin:stories_bundle_publish", args=[unfinished.pk]))
    sent = publishing.save_bundle("Sent", [make_story(owner=by)], by=by)
    publishing.publish_bundle(sent, by=by)
    yield Post("bundle, sent twice", reverse("admin:stories_bundle_publish", args=[sent.pk]))
    undo_address = reverse("admin:stories_bundle_undo", args=[sent.pk])
    yield Post("bundle, undone without note", undo_address, {"note": ""})
    yield Post(
        "bundle, undone before it went out", reverse("admin:stories_bundle_undo", args=[bundle.pk]), {"note": "No."}
    )


def _run_bulk_actions(by: User) -> Iterator[Post]:
    first, second = make_story(owner=by), make_story(owner=by)
    address = reverse("admin:stories_story_changelist")
    chosen = {"_selected_action": [first.pk, second.pk]}
    actions = (
        "submit_for_review", "publish_each", "change_owner", "set_review_date", "move_to_trash", "restore_from_trash",
    )  # fmt: skip
    for action in actions:
        yield Post(f"many: {action}", address, chosen | {"action": action}, follows=True)
    yield Post("many: none chosen", address, {"action": "move_to_trash", "index": "0"})
    yield Post("many: no action", address, chosen | {"action": ""})
    with patch.object(changelists, "MAX_BUNDLE_PRESELECTION", 1):
        yield Post("many: too many for a bundle", address, chosen | {"action": "publish_together"})
    with patch.object(bulk, "MAX_WORKS", 1):
        yield Post("many: too many", address, chosen | {"action": "move_to_trash"})
    works = annotate_publication_status(Story.objects.filter(pk__in=[first.pk, second.pk]), at=clock.now())
    begun = {
        Verb.SUBMIT: {}, Verb.PUBLISH: {"change": "update"}, Verb.OWNER: {"owner": ""}, Verb.REVIEW_BY: {"day": "x"},
        Verb.BIN: {},
    }  # fmt: skip
    for verb, form in begun.items():
        run = bulk.prepare_run(verb, works, by=by)
        yield Post(f"many: {verb} begun", reverse("admin:bulk_run", args=[run.pk]), form, follows=True)
    yield from _show_results_of_bulk_actions(by)


def _show_results_of_bulk_actions(by: User) -> Iterator[Post]:
    """Yield a POST to each run that has ended, which shows its results."""
    live, draft, binned = make_published_story(by=by), make_story(owner=by), make_story(owner=by)
    trash.move_to_trash(binned, by=by)
    reviewer = make_user(role="Editor", username="reviewer")
    options: list[tuple[Verb, dict[str, object]]] = [
        (Verb.SUBMIT, {"to": reviewer.pk}), (Verb.SUBMIT, {}), (Verb.PUBLISH, {}), (Verb.OWNER, {"owner": reviewer.pk}),
        (Verb.REVIEW_BY, {"day": "2999-01-01"}), (Verb.REVIEW_BY, {"day": ""}), (Verb.BIN, {}), (Verb.TAKE_OUT, {}),
    ]  # fmt: skip
    works = annotate_publication_status(Story.objects.filter(pk__in=[live.pk, draft.pk, binned.pk]), at=clock.now())
    for number, (verb, said) in enumerate(options):
        run = bulk.prepare_run(verb, works, by=by)
        bulk.start_run(run, said, by=by, at=clock.now())
        with of_the_test():
            bulk.work_through.call(run.pk)
        address, runs = reverse("admin:bulk_run", args=[run.pk]), reverse("admin:bulk_runs")
        yield Post(f"many: {verb} ended, {number}", address, opened=runs)


def _make_decisions(by: User) -> Iterator[Post]:
    report = make_report(make_published_story(by=by))
    address = reverse("admin:site_report_change", args=[report.pk])
    yield Post("report, dismissed without reason", address, {"reason": ""})
    decided = make_report(make_published_story(by=by))
    reader_reports.dismiss_report(decided, by=by, reason="It is right.")
    yield Post("report, opened again twice", reverse("admin:site_report_reopen", args=[report.pk]))
    yield Post("levels, none changed", reverse("admin:check_levels"))
    yield Post("levels, unknown", reverse("admin:check_levels"), {"topics.some": "harbour"})
    levels = {"topics.some": "hint", "pictures.alt": "hint"}
    yield Post("levels, several", reverse("admin:check_levels"), levels)
    failure = make_failure()
    Job.objects.filter(pk=failure.task_id).update(status="RUNNING")
    yield Post("failure, running", reverse("admin:jobs_failure_retry", args=[failure.pk]))
    front, live = reverse("admin:front_page"), make_published_story(by=by)
    digest = front_page.get_arrangement_digest()
    twice = {"place-1-story": str(live.uid), "place-2-story": str(live.uid), "seen": digest}
    yield Post("front page, twice the same", front, twice)
    yield Post("front page, arranged meanwhile", front, {"place-1-story": str(live.uid), "seen": "another"})
    until = {"place-1-story": str(live.uid), "place-1-day": "2001-01-01", "place-1-time": "07:00", "seen": digest}
    yield Post("front page, until the past", front, until)
    yield Post("front page, without time", front, until | {"place-1-time": ""})
    yield Post("notices, refused", reverse("admin:notification_preferences"), {"asked": "by pigeon"})
    yield Post("notices, none", reverse("admin:notifications"), {"newest": "0"})


def _change_names(by: User) -> Iterator[Post]:
    names, story = reverse("admin:proposed_names"), make_story(owner=by)
    WorkTopic.objects.create(work=story, proposed_name="Sluice")
    passage = story.passages.order_by("pk")[0]
    passage.proposed_outlets = ["Sluice"]
    passage.save()
    yield Post("name, nothing decided", names, {"what": "topic", "name": "Sluice"})
    topic, outlet = make_topic(name="Locks"), make_outlet(name="The Messenger")
    for what, into in (("topic", topic), ("outlet", outlet)):
        proposed = {"what": what, "name": "Sluice"}
        kind = "place" if what == "topic" else "newspaper"
        yield Post(f"name, confirmed as {what}", names, proposed | {"decision": "confirm", "kind": kind})
        yield Post(f"name, joined to {what}", names, proposed | {"decision": "merge", "into": into.name})
        yield Post(f"name, confirmed as {what} of no kind", names, proposed | {"decision": "confirm", "kind": ""})
        yield Post(f"name, joined to no {what}", names, proposed | {"decision": "merge", "into": ""})
        yield Post(f"name, joined to unknown {what}", names, proposed | {"decision": "merge", "into": "Nowhere"})
        yield Post(f"name, refused as {what}", names, proposed | {"decision": "reject"})
    for model, entity, other in (
        ("topics_topic", topic, make_topic(name="Weirs")),
        ("stories_outlet", outlet, make_outlet(name="The Herald")),
    ):
        change, merge = (reverse(f"admin:{model}_{screen}", args=[entity.pk]) for screen in ("change", "merge"))
        yield Post(f"{model}, taken other name", change, {"aliases": other.name})
        yield Post(f"{model}, joined to nothing", merge, {"into": "Nowhere", "seen": "x"})
        yield Post(f"{model}, joined to itself", merge, {"into": entity.name, "seen": "x"})
        yield Post(f"{model}, changed before it was joined", merge, {"into": other.name, "seen": "x"})
        name = entity.name
        event = rename(entity, by=by)
        older = {"began_with": json.dumps({"name": name}), "name": name}
        other_field = older | {"description": "A row of gates."}
        yield Post(f"{model}, other field changed meanwhile", change, other_field)
        yield Post(f"{model}, same field changed meanwhile", change, older | {"name": "Another name"})
        undo(event, by=by)
        yield Post(f"{model}, undone twice", reverse(f"admin:{model}_undo", args=[entity.pk, event.pk]))
    create = reverse("admin:create_entity", args=["topic"])
    yield Post("new topic, without kind", create, {"name": "Sluice"})
    yield Post("new topic, near another", create, {"name": "Lock", "kind": "place"})


def _make_upload(color: int, name: str = "picture.png") -> SimpleUploadedFile:
    """Return the file of a picture in a color of its own."""
    buffer = BytesIO()
    Pillow.new("RGB", (640, 480), (color, 60, 120)).save(buffer, "PNG")
    return SimpleUploadedFile(name, buffer.getvalue(), content_type="image/png")


def _make_broken_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("broken.png", b"no picture", content_type="image/png")


def _add_images(by: User) -> Iterator[Post]:
    add = reverse("admin:media_image_add")
    texts = {"title": "The quay", "alt": "The quay at noon"}
    yield Post("picture, added", add, texts | {"upload": _make_upload(1)})
    yield Post("picture, broken", add, texts | {"upload": _make_broken_file()})
    many = reverse("admin:media_image_upload")
    yield Post(
        "pictures, added", many, {"pictures": [_make_upload(2), _make_upload(2, "again.png"), _make_broken_file()]}
    )
    dropped = reverse("admin:upload_editor_image")
    yield Post("picture, dropped", dropped, {"picture": _make_upload(3), "alt": "The quay at noon"})
    yield Post("picture, dropped without text", dropped, {"picture": _make_upload(3)})
    old, new = make_image(title="Old quay"), make_image(title="New quay")
    replace = reverse("admin:replace_image", args=[old.pk])
    yield Post("picture, in the place of another", replace, {"upload": _make_upload(4), "title": "Quay"}, follows=True)
    make_story(owner=by, lead_image=old)
    in_drafts = reverse("admin:replace_image_in_drafts", args=[old.pk, new.pk])
    yield Post("picture, in no draft", in_drafts, {"work": []})


def _save_views(by: User) -> Iterator[Post]:
    views = reverse("admin:stories_story_saved_views")
    yield Post("view, for everybody", views, {"name": "Ours", "is_shared": "on"})
    yield Post("view, without name", views, {"name": ""})
    yield Post("view, long name", views, {"name": LONG})
    view = SavedView.objects.create(owner=by, listing="stories.story", name="Mine")
    address = reverse("admin:stories_story_saved_view", args=[view.pk])
    yield Post("view, changed", address, {"name": "Theirs"})
    yield Post("view, nameless", address, {"name": ""})
    yield Post("view, thrown away", address, {"throw_away": "yes"})


def _invite_people(by: User) -> Iterator[Post]:
    add, roles = reverse("admin:accounts_invitation_add"), [Group.objects.get(name="Writer").pk]
    yield Post("invitation, empty", add, {"email": "", "roles": []})
    yield Post("invitation, to somebody who is here", add, {"email": by.email, "roles": roles})
    with override_settings(EMAIL_CONFIGURED=True):
        yield Post("invitation, mailed", add, {"email": "ana@lisle.example", "roles": roles})
    with override_settings(EMAIL_CONFIGURED=True, QUIET=True):
        yield Post("invitation on a quiet site", add, {"email": "jonas@lisle.example", "roles": roles})
    withdrawn = invitations.create_invitation(
        "late@lisle.example", roles=Group.objects.filter(pk__in=roles), by=by, at=clock.now()
    ).invitation
    yield Post("invitation, open already", add, {"email": withdrawn.email, "roles": roles})
    invitations.withdraw_invitation(withdrawn, by=by, at=clock.now())
    for screen in ("resend", "withdraw"):
        address = reverse(f"admin:accounts_invitation_{screen}", args=[withdrawn.pk])
        yield Post(f"invitation, {screen} once it was withdrawn", address)
