"""Make content for every screen of the desk, and return their addresses."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.urls import resolve, reverse

from newsroom.accounts.models import User
from newsroom.audit import track_changes
from newsroom.http import clock
from stories import publishing
from stories.drafts import revisions
from stories.models import Story, WorkTopic
from stories.publishing import review
from tests.conftest import signed_in
from tests.factories import (
    make_article,
    make_author,
    make_failure,
    make_image,
    make_outlet,
    make_published_story,
    make_question,
    make_story,
    make_topic,
    make_update,
    make_user,
)
from tests.journeys.desk import make_attempts


def make_screens() -> dict[str, str]:
    """Make content for the screens of the desk, and return their addresses, keyed by name."""
    outlets = (make_outlet(name="Radio Tessen"), make_outlet(name="Morrow Daily"))
    topic, question, article = make_topic(name="Port Lisle"), make_question(), make_article()
    story = make_published_story(
        outlets=outlets, topics=(topic,), questions=(question,), articles=(article,), byline=("Ana Kestrel",)
    )
    draft = make_story(headline="")
    WorkTopic.objects.create(work=draft, proposed_name="Philippa Oduya-Brandt", description="An engineer.")
    revisions.record_revision(draft, by=None)
    image = make_image(title="The quay", tags="quay, Lisle")
    make_story(lead_image=image)
    models = {
        "story": ("stories", story),
        "faq": ("stories", question),
        "topic": ("topics", topic),
        "outlet": ("stories", outlets[0]),
        "article": ("stories", article),
    }
    addresses = {
        "home": reverse("admin:index"),
        "import": reverse("admin:import_text"),
        "names": reverse("admin:proposed_names"),
    }
    for name, (app, instance) in models.items():
        addresses[f"{name} list"] = reverse(f"admin:{app}_{name}_changelist")
        addresses[f"new {name}"] = reverse(f"admin:{app}_{name}_add")
        addresses[name] = reverse(f"admin:{app}_{name}_change", args=[instance.pk])
    compared = make_story(texts={"happened": "Two of its **eleven** gates [stood open](https://gates.example/two)."})
    revisions.record_revision(compared, by=None)
    compared.sections.filter(kind="happened").update(
        text="Two of its nine gates stood open, “rusted”.\n\n- One is shut."
    )
    WorkTopic.objects.create(work=compared, topic=topic)
    revisions.record_revision(compared, by=None)
    topic_before = track_changes.state_of(topic)
    topic.description = "A row of nine gates."
    topic.save()
    with transaction.atomic():
        track_changes.record_changed(topic, topic_before, by=None, reason="The inquiry calls it so.")
    reviewed, returned = make_story(), make_story()
    for each in (reviewed, returned):
        review.send_for_review(each, by=make_user(role="Writer"), note="The tonnes are new.")
    review.return_to_writer(returned, by=make_user(), reason="Who weighed the lorries?", revision_number=1)
    addresses |= make_publishing_screens()
    for name in ("history", "audit_log", "withdraw", "expire"):
        addresses[name] = reverse(f"admin:stories_story_{name}", args=[story.pk])
    return addresses | {
        "in review": reverse("admin:stories_story_change", args=[reviewed.pk]),
        "returned": reverse("admin:stories_story_change", args=[returned.pk]),
        "text to review": reverse("admin:stories_story_review", args=[reviewed.pk]),
        "changes to review": f"{reverse('admin:stories_story_review', args=[compared.pk])}?since=1",
        "week": reverse("admin:calendar"),
        "month": f"{reverse('admin:calendar')}?month",
        "calendar as a list": f"{reverse('admin:calendar')}?list",
        "record of a topic": reverse("admin:topics_topic_history", args=[topic.pk]),
        "draft": reverse("admin:stories_story_change", args=[draft.pk]),
        "bin": reverse("admin:stories_story_trash", args=[draft.pk]),
        "revision": reverse("admin:stories_story_revision", args=[story.pk, 1]),
        "compare": reverse("admin:stories_story_compare", args=[compared.pk, 2]),
        "join": reverse("admin:topics_topic_merge", args=[topic.pk]),
        "what moves": f"{reverse('admin:stories_outlet_merge', args=[outlets[0].pk])}?into=Morrow+Daily",
        "search": f"{reverse('admin:search')}?q=lisle",
        "picture": reverse("admin:media_image_change", args=[image.pk]),
        "many pictures": reverse("admin:media_image_upload"),
        "replace picture": reverse("admin:replace_image", args=[image.pk]),
        "replace picture in drafts": reverse("admin:replace_image_in_drafts", args=[image.pk, make_image().pk]),
        "pictures": reverse("admin:media_image_changelist"),
        "new picture": reverse("admin:media_image_add"),
        "people": reverse("admin:accounts_user_changelist"),
        "new person": reverse("admin:accounts_user_add"),
        "contributors": reverse("admin:accounts_contributor_changelist"),
        "contributor": reverse(
            "admin:accounts_contributor_change", args=[make_author(topics=(make_topic(),), picture=make_image()).pk]
        ),
        "about pages": reverse("admin:site_aboutpage_changelist"),
        "new about page": reverse("admin:site_aboutpage_add"),
        "the full activity log": reverse("admin:record_event_changelist"),
        "failed work": reverse("admin:jobs_failure_changelist"),
        "failure": reverse("admin:jobs_failure_change", args=[make_failure().pk]),
    }


def reword(story: Story, headline: str, editor: User) -> None:
    """Save the story under another headline as a new revision."""
    story.headline = headline
    story.save()
    revisions.record_revision(story, by=editor)


def make_publishing_screens() -> dict[str, str]:
    """Make works and bundles, and return the addresses of the screens on which they are published, keyed by name."""
    editor, at = make_user(), clock.now()
    first, short = make_story(questions=(make_question(),)), make_story(headline="Too short")
    scheduled = make_published_story(by=editor, headline="What the new quay of Port Lisle will cost")
    for days in (3, 9):
        reword(scheduled, f"What the new quay of Port Lisle costs in {days} years", editor)
        publishing.schedule(scheduled, by=editor, at=at + timedelta(days=days), change=make_update())
    publishing.schedule_expiry(scheduled, by=editor, at=at + timedelta(days=40), notice="The quay is built.")
    reword(scheduled, "What the new quay of Port Lisle costs in thirty years", editor)
    # Another story is published under the same headline after this one was scheduled.
    blocked = make_story(headline="How the tide tables of Port Lisle are made")
    publishing.schedule(blocked, by=editor, at=at + timedelta(days=4))
    publishing.publish(make_story(headline=blocked.headline), by=editor)
    stuck = make_story(headline="Why the customs house of Port Lisle is empty")
    WorkTopic.objects.create(work=stuck, proposed_name="Ansgar Holm", description="A harbour master.")
    revisions.record_revision(stuck, by=editor)
    draft_bundle = publishing.save_bundle("The flood, one year on", [first, scheduled, short, stuck], by=editor)
    published_bundle = publishing.save_bundle("Crab season", [make_story()], by=editor)
    publishing.publish_bundle(published_bundle, by=editor)
    undone_bundle = publishing.save_bundle("The auction", [make_story()], by=editor)
    publishing.publish_bundle(undone_bundle, by=editor)
    publishing.undo_bundle(undone_bundle, by=editor, note="It was a day too early.")
    stories = {"first": first, "again": scheduled, "against a check": short, "kept back": stuck}
    return {
        **{
            f"publish, {name}": reverse("admin:stories_story_publish", args=[each.pk]) for name, each in stories.items()
        },
        "what waits": reverse("admin:stories_story_change", args=[scheduled.pk]),
        "what came up since": reverse("admin:stories_story_change", args=[blocked.pk]),
        "bundle list": reverse("admin:stories_bundle_changelist"),
        "new bundle": f"{reverse('admin:stories_bundle_add')}?work={first.pk}",
        "bundle": reverse("admin:stories_bundle_change", args=[draft_bundle.pk]),
        "publish bundle": reverse("admin:stories_bundle_publish", args=[draft_bundle.pk]),
        "sent bundle": reverse("admin:stories_bundle_change", args=[published_bundle.pk]),
        "undo bundle": reverse("admin:stories_bundle_undo", args=[published_bundle.pk]),
        "undone bundle": reverse("admin:stories_bundle_change", args=[undone_bundle.pk]),
    }


def list_other_screens(screens: dict[str, str], administrator: User) -> dict[str, str]:
    """Return the other addresses in the table of rights, so that new screens are included automatically."""
    covered = {resolve(path.partition("?")[0]).url_name for path in screens.values()}
    client = signed_in(administrator)
    return {
        attempt.route: attempt.address
        for attempt in make_attempts(administrator)
        if {attempt.route, attempt.route.replace("_faq_", "_story_")}.isdisjoint(covered)
        and _is_screen(client.get(attempt.address))
    }


def _is_screen(response: Any) -> bool:
    """Return whether a response is a screen of the desk rather than data, a file or a public page."""
    is_html = response.status_code == 200 and response["Content-Type"].startswith("text/html")
    return is_html and b"desk-masthead" in response.content
