"""A process is killed right after the commit of a verb: the worker still runs the tasks of the verb."""

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from io import BytesIO

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from PIL import Image as Pillow

from newsroom.accounts.models import User
from newsroom.background.models import Job
from newsroom.http import clock
from newsroom.media import images, tasks
from newsroom.media.models import Image, Rendition
from stories import publishing
from stories.drafts.publication_status import annotate_publication_status
from stories.models import BulkRun, Bundle, Edition, Story, Work
from stories.publishing import review
from stories.workflow import bulk
from tests.factories import make_story, make_user
from tests.races.processes import MAX_WAIT, start_process
from tests.races.test_worker import run_ready_tasks

pytestmark = pytest.mark.django_db(transaction=True)
HUB = "http://127.0.0.1:9/hub"


@pytest.fixture(autouse=True)
def pinged_feeds(settings, monkeypatch):
    """Configure a hub and a mail server, and return the list of feeds that the hub was pinged about."""
    settings.WEBSUB_HUB, settings.EMAIL_CONFIGURED = HUB, True
    pinged_feeds = []
    monkeypatch.setattr("stories.publishing.tasks.ping_websub", lambda hub, feeds: pinged_feeds.extend(feeds))
    return pinged_feeds


def _die_after_next_commit() -> None:
    """Make this process kill itself when Django would run the hooks of the next commit."""
    from django.conf import settings
    from django.db.backends.base.base import BaseDatabaseWrapper

    settings.WEBSUB_HUB, settings.EMAIL_CONFIGURED = HUB, True
    kill = partial(os.kill, os.getpid(), signal.SIGKILL)
    setattr(BaseDatabaseWrapper, "run_and_clear_commit_hooks", lambda _: kill())  # noqa: B010  # for mypy


def act(verb: str, by: int) -> None:
    """Apply one verb, and die after its commit."""
    person = User.objects.get(pk=by)
    story = Story.objects.first()
    tomorrow = clock.now() + timedelta(days=1)
    _die_after_next_commit()
    VERBS[verb](story, person, tomorrow)


def _store_a_picture(by):
    upload = BytesIO()
    Pillow.new("RGB", (900, 600), (40, 60, 120)).save(upload, "PNG")
    images.add_upload(ContentFile(upload.getvalue(), name="pier.png"), by=by)


VERBS: dict[str, Callable[..., object]] = {
    "publish": lambda story, by, tomorrow: publishing.publish(story, by=by),
    "schedule": lambda story, by, tomorrow: publishing.schedule(story, by=by, at=tomorrow),
    "correct": lambda story, by, tomorrow: publishing.correct(story, by=by, was_wrong="Ten.", is_right="Nine."),
    "withdraw": lambda story, by, tomorrow: publishing.withdraw(story, by=by, notice="Wrong pier."),
    "republish": lambda story, by, tomorrow: publishing.republish(story, by=by, note="It was right."),
    "expire": lambda story, by, tomorrow: publishing.schedule_expiry(story, by=by, at=tomorrow, notice="It is over."),
    "use the newest": lambda story, by, tomorrow: publishing.replace_revision(Edition.objects.get(), by=by),
    "move": lambda story, by, tomorrow: publishing.reschedule(Edition.objects.get(), to=tomorrow, by=by),
    "publish a bundle": lambda story, by, tomorrow: publishing.publish_bundle(Bundle.objects.get(), by=by),
    "undo a bundle": lambda story, by, tomorrow: publishing.undo_bundle(
        Bundle.objects.get(), by=by, note="By mistake."
    ),
    "submit": lambda story, by, tomorrow: review.send_for_review(
        story, by=by, to=User.objects.get(username="reviewer")
    ),
    "begin a bulk run": lambda story, by, tomorrow: bulk.start_run(BulkRun.objects.get(), {}, by=by, at=clock.now()),
    "store a picture": lambda story, by, tomorrow: _store_a_picture(by),
}
PINGS_HUB = {name for name in VERBS if name not in {"submit", "begin a bulk run", "store a picture"}}


def arrange(verb: str, editor) -> None:
    story = make_story()
    make_user(username="reviewer")
    in_two_days = clock.now() + timedelta(days=2)
    if verb in {"correct", "withdraw", "republish", "expire"}:
        publishing.publish(story, by=editor)
    if verb == "correct":
        story.sections.filter(kind="background").update(text="The pier holds nine tonnes, as the survey says.")
    if verb == "republish":
        publishing.withdraw(story, by=editor, notice="Wrong pier.")
    if verb in {"use the newest", "move"}:
        publishing.schedule(story, by=editor, at=in_two_days)
    if verb == "use the newest":
        story.sections.filter(kind="background").update(text="The pier holds nine tonnes, as the survey says.")
    if verb in {"publish a bundle", "undo a bundle"}:
        bundle = publishing.save_bundle("Together", [story], by=editor)
        if verb == "undo a bundle":
            publishing.publish_bundle(bundle, by=editor)
    if verb == "begin a bulk run":
        bulk.prepare_run(
            bulk.Verb.BIN, annotate_publication_status(Story.objects.filter(pk=story.pk), at=clock.now()), by=editor
        )


@pytest.mark.parametrize("verb", VERBS)
def test_the_tasks_of_a_verb_run_even_if_its_process_is_killed(verb, editor, tmp_path, settings, pinged_feeds):
    settings.MEDIA_ROOT = tmp_path
    arrange(verb, editor)
    Job.objects.all().delete()
    with start_process(act, verb, editor.pk, media_root=tmp_path) as process:
        process.join(MAX_WAIT)
        assert process.exitcode == -signal.SIGKILL, "It was killed after its commit."
    # Make deferred tasks due.
    Job.objects.update(run_after=clock.now())
    run_ready_tasks()
    if verb in PINGS_HUB:
        assert Job.objects.filter(task_path="stories.publishing.tasks.announce_to_hub").exists()
    if verb in PINGS_HUB and not Edition.objects.pending(clock.now()).exists():
        assert any(path.endswith("/feeds/stories.atom") for path in pinged_feeds)
    if verb == "submit":
        assert [sent.to for sent in mail.outbox] == [[User.objects.get(username="reviewer").email]]
    if verb == "begin a bulk run":
        assert Work.objects.exclude(binned_at=None).count() == 1
    if verb == "store a picture":
        assert Rendition.objects.count() >= len(tasks.specs_to_prepare(Image.objects.get()))
