"""Further states of the desk's screens, each with a name under which its words are recorded."""

from collections.abc import Iterator
from datetime import timedelta

from django.test import override_settings
from django.urls import reverse

from newsroom.accounts.models import User
from newsroom.http import clock
from newsroom.site.models import AboutPage
from stories import publishing
from stories.drafts import revisions
from stories.models import State, Work
from stories.publishing import review
from stories.workflow import trash
from stories.workflow.comments import add_comment
from stories.workflow.reader_reports import verbs as reader_reports
from tests.factories import (
    edition_of,
    make_image,
    make_outlet,
    make_published_question,
    make_published_story,
    make_report,
    make_story,
    make_topic,
    make_user,
)


def list_further_screens(by: User) -> Iterator[tuple[str, str]]:
    """Yield the name and the address of screens besides those of ``tests.journeys.desk``."""
    with override_settings(EMAIL_CONFIGURED=True, QUIET=True):
        yield "home of a quiet site", reverse("admin:index")
        yield "invitation on a quiet site", reverse("admin:accounts_invitation_add")
    yield from _list_staff_bars(by)
    yield from _list_works(by)
    yield from _list_reports(by)
    yield from _list_changelists(by)


def _at(work: Work, screen: str, *keys: object) -> str:
    """Return the address of a screen of the work."""
    return reverse(work.view_name(screen), args=[work.pk, *keys])


def _list_staff_bars(by: User) -> Iterator[tuple[str, str]]:
    topic, outlet = make_topic(), make_outlet()
    story = make_published_story(by=by, topics=(topic,), outlets=(outlet, make_outlet()))
    type(story).objects.filter(pk=story.pk).update(standfirst="It is newer.")
    revisions.record_revision(story, by=by)
    question = make_published_question(by=by)
    about = AboutPage.objects.create(slug="bar", title="How we work", text="We read.")
    pages = {
        "story": edition_of(story).get_absolute_url(),
        "question": edition_of(question).get_absolute_url(),
        "topic": topic.get_absolute_url(),
        "outlet": outlet.get_absolute_url(),
        "about page": f"/about/{about.slug}/",
        "front page": "/",
        "list": "/stories/",
    }
    for name, address in pages.items():
        yield f"staff bar: {name}", reverse("admin:staff_bar", query={"page": address})
    review.send_for_review(story, by=make_user())
    yield "staff bar: story in review", reverse("admin:staff_bar", query={"page": pages["story"]})
    review.return_to_writer(story, by=by, reason="No.", revision_number=2, seen_state=State.IN_REVIEW)
    yield "staff bar: returned story", reverse("admin:staff_bar", query={"page": pages["story"]})


def _list_works(by: User) -> Iterator[tuple[str, str]]:
    binned = make_story(owner=by)
    trash.move_to_trash(binned, by=by)
    for screen in ("change", "share", "history"):
        yield f"work in the bin: {screen}", _at(binned, screen)
    draft = make_story(owner=by, lead_image=make_image())
    revisions.record_revision(draft, by=by)
    add_comment(draft, text="Which pier?", place="", quote="the north pier", before="", after="", by=by, at=clock.now())
    for screen in ("comments", "review", "audit_log"):
        yield f"work with a comment: {screen}", _at(draft, screen)
    yield "revision without changes", f"{_at(draft, 'compare', 1)}?with=1"
    live = make_published_story(by=by)
    publishing.schedule_expiry(live, by=by, at=clock.now() + timedelta(days=3), notice="It is over.")
    for screen in ("change", "publish", "withdraw"):
        yield f"work whose page ends: {screen}", _at(live, screen)
    bundle = publishing.save_bundle("Gone out", [make_story(owner=by)], by=by)
    publishing.publish_bundle(bundle, by=by)
    yield "bundle that went out", reverse("admin:stories_bundle_change", args=[bundle.pk])


def _list_reports(by: User) -> Iterator[tuple[str, str]]:
    story = make_published_story(by=by)
    texts = {"source": "The survey", "email": "reader@lisle.example"}
    report = make_report(story, sentence="It was closed by the sea.", **texts)
    yield "report with everything", reverse("admin:site_report_change", args=[report.pk])
    quoting = make_report(story, sentence="The harbour office closed the north pier on Monday")
    yield "report about a sentence", reverse("admin:site_report_change", args=[quoting.pk])
    reader_reports.dismiss_report(report, by=by, reason="It is right.")
    yield "report dismissed", reverse("admin:site_report_change", args=[report.pk])
    type(story).objects.filter(pk=story.pk).update(standfirst="It was the harbour office.")
    revisions.record_revision(story, by=by)
    correction = publishing.correct(story, by=by, was_wrong="The sea.", is_right="The harbour office.")
    reader_reports.settle_reports([quoting], correction, by=by)
    yield "report put right", reverse("admin:site_report_change", args=[quoting.pk])
    yield "report about a list", reverse("admin:site_report_change", args=[make_report().pk])


def _list_changelists(by: User) -> Iterator[tuple[str, str]]:
    yield "calendar as a list", reverse("admin:calendar", query={"list": ""})
    yield "calendar of a month", reverse("admin:calendar", query={"month": ""})
    yield "list with an unknown filter", reverse("admin:stories_story_changelist", query={"standing": "harbour"})
    yield "list with a view that is gone", reverse("admin:stories_story_changelist", query={"view": "999"})
