"""A process is killed the moment a verb is committed: what follows from it is done all the same, by the worker."""

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
from tests.races.processes import LONGEST_WAIT, beside
from tests.races.test_worker import work_through

pytestmark = pytest.mark.django_db(transaction=True)
HUB = "http://127.0.0.1:9/hub"


@pytest.fixture(autouse=True)
def _roles(transactional_db):
    from newsroom.accounts import roles

    roles.set_up_roles()


@pytest.fixture(autouse=True)
def told(settings, monkeypatch):
    """Give the site a hub and a mail server, and return what the hub was told."""
    settings.WEBSUB_HUB, settings.EMAIL_CONFIGURED = HUB, True
    told = []
    monkeypatch.setattr("stories.publishing.tasks.ping_websub", lambda hub, feeds: told.extend(feeds))
    return told


def _dies_after_a_commit() -> None:
    """Have this process killed where Django would call what waits for the next commit."""
    from django.conf import settings
    from django.db.backends.base.base import BaseDatabaseWrapper

    settings.WEBSUB_HUB, settings.EMAIL_CONFIGURED = HUB, True
    killed = partial(os.kill, os.getpid(), signal.SIGKILL)
    setattr(BaseDatabaseWrapper, "run_and_clear_commit_hooks", lambda _: killed())  # noqa: B010  # a method, to mypy


def act(verb: str, by: int) -> None:
    """Do one verb, and die once it is committed."""
    person = User.objects.get(pk=by)
    story = Story.objects.first()
    soon = clock.now() + timedelta(days=1)
    _dies_after_a_commit()
    VERBS[verb](story, person, soon)


def _store_a_picture(by):
    upload = BytesIO()
    Pillow.new("RGB", (900, 600), (40, 60, 120)).save(upload, "PNG")
    images.store_upload(ContentFile(upload.getvalue(), name="pier.png"), by=by)


VERBS: dict[str, Callable[..., object]] = {
    "publish": lambda story, by, soon: publishing.publish(story, by=by),
    "schedule": lambda story, by, soon: publishing.schedule(story, by=by, at=soon),
    "correct": lambda story, by, soon: publishing.correct(story, by=by, was_wrong="Ten.", is_right="Nine."),
    "withdraw": lambda story, by, soon: publishing.withdraw(story, by=by, notice="Wrong pier."),
    "republish": lambda story, by, soon: publishing.republish(story, by=by, note="It was right."),
    "expire": lambda story, by, soon: publishing.schedule_expiry(story, by=by, at=soon, notice="It is over."),
    "use the newest": lambda story, by, soon: publishing.replace_revision(Edition.objects.get(), by=by),
    "move": lambda story, by, soon: publishing.reschedule(Edition.objects.get(), to=soon, by=by),
    "publish a bundle": lambda story, by, soon: publishing.publish_bundle(Bundle.objects.get(), by=by),
    "undo a bundle": lambda story, by, soon: publishing.undo_bundle(Bundle.objects.get(), by=by, note="By mistake."),
    "submit": lambda story, by, soon: review.send_for_review(story, by=by, to=User.objects.get(username="reviewer")),
    "begin a bulk run": lambda story, by, soon: bulk.start_run(BulkRun.objects.get(), {}, by=by, at=clock.now()),
    "store a picture": lambda story, by, soon: _store_a_picture(by),
}
ANNOUNCED = {name for name in VERBS if name not in {"submit", "begin a bulk run", "store a picture"}}


def arrange(verb: str, editor) -> None:
    story = make_story()
    make_user(username="reviewer")
    later = clock.now() + timedelta(days=2)
    if verb in {"correct", "withdraw", "republish", "expire"}:
        publishing.publish(story, by=editor)
    if verb == "correct":
        story.sections.filter(kind="background").update(text="The pier holds nine tonnes, as the survey says.")
    if verb == "republish":
        publishing.withdraw(story, by=editor, notice="Wrong pier.")
    if verb in {"use the newest", "move"}:
        publishing.schedule(story, by=editor, at=later)
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
def test_what_follows_from_a_verb_is_done_when_its_process_is_killed(verb, editor, tmp_path, settings, told):
    settings.MEDIA_ROOT = tmp_path
    arrange(verb, editor)
    Job.objects.all().delete()
    with beside(act, verb, editor.pk, place=tmp_path) as process:
        process.join(LONGEST_WAIT)
        assert process.exitcode == -signal.SIGKILL, "It was killed after its commit."
    # What waits for its time is due now.
    Job.objects.update(run_after=clock.now())
    work_through()
    if verb in ANNOUNCED:
        assert Job.objects.filter(task_path="stories.publishing.tasks.announce_to_hub").exists()
    if verb in ANNOUNCED and not Edition.objects.pending(clock.now()).exists():
        assert any(path.endswith("/feeds/stories.atom") for path in told)
    if verb == "submit":
        assert [sent.to for sent in mail.outbox] == [[User.objects.get(username="reviewer").email]]
    if verb == "begin a bulk run":
        assert Work.objects.exclude(binned_at=None).count() == 1
    if verb == "store a picture":
        assert Rendition.objects.count() >= len(tasks.specs_to_prepare(Image.objects.get()))
