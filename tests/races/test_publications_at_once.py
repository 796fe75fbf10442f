"""Several editors publish, withdraw, save and schedule the same story at the same moment."""

from datetime import timedelta

import pytest
from django.db import transaction

from newsroom.audit.models import Event
from newsroom.http import clock
from newsroom.http.clock import FOREVER
from stories import publishing
from stories.drafts import citations, revisions
from stories.models import Citation, Edition, EditionKind, Revision
from tests.factories import make_article, make_published_story, make_story, make_update, make_user
from tests.races.processes import run_concurrently
from tests.races.soundness import assert_consistent

pytestmark = pytest.mark.django_db(transaction=True)
PROCESSES = 5
MANY_PROCESSES = 20


def publish(story_pk, user_pk):
    from newsroom.accounts.models import User
    from stories.models import Story

    return publishing.publish(Story.objects.get(pk=story_pk), by=User.objects.get(pk=user_pk)).number


def withdraw(story_pk, user_pk):
    from newsroom.accounts.models import User
    from stories.models import Story

    story = Story.objects.get(pk=story_pk)
    return publishing.withdraw(story, by=User.objects.get(pk=user_pk), notice="Wrong pier.").number


def save_and_publish(story_pk, user_pk, text):
    from newsroom.accounts.models import User
    from stories.models import Story, Work

    with transaction.atomic():
        Work.objects.lock(str(story_pk))
        story = Story.objects.get(pk=story_pk)
        story.standfirst = text
        story.save()
        revisions.record_revision(story, by=None)
    return publishing.publish(story, by=User.objects.get(pk=user_pk), change=make_update()).number


def schedule(story_pk, user_pk, days):
    from newsroom.accounts.models import User
    from stories.models import Story

    at = clock.now() + timedelta(days=days)
    edition = publishing.schedule(Story.objects.get(pk=story_pk), by=User.objects.get(pk=user_pk), at=at)
    return edition.number


def apply(verb, *args):
    """Apply the verb with this name."""
    return {"publish": save_and_publish, "withdraw": withdraw, "save": save, "schedule": schedule}[verb](*args)


def save(story_pk, headline):
    from stories.models import Story

    story = Story.objects.get(pk=story_pk)
    story.headline = headline
    story.save()
    return revisions.record_revision(story, by=None).number


def cite(story_pk, article_pk):
    from stories.models import Article, Story

    return citations.cite_article(Story.objects.get(pk=story_pk), Article.objects.get(pk=article_pk)).number


def test_only_one_of_several_simultaneous_publications_succeeds(tmp_path):
    story, person = make_story(), make_user()
    answers = run_concurrently(publish, [(story.pk, person.pk)] * MANY_PROCESSES, media_root=tmp_path)
    assert sorted(answers) == [("raised", "NothingNewError")] * (MANY_PROCESSES - 1) + [("returned", 1)]
    assert Edition.objects.filter(work=story).count() == 1
    assert [event.verb for event in Event.objects.about(story.uid)] == ["published"]


def test_only_one_of_several_simultaneous_withdrawals_succeeds(tmp_path):
    person = make_user()
    story = make_published_story(by=person)
    answers = run_concurrently(withdraw, [(story.pk, person.pk)] * PROCESSES, media_root=tmp_path)
    assert sorted(answers) == [("raised", "InvalidStateError")] * (PROCESSES - 1) + [("returned", 2)]
    assert list(Edition.objects.filter(work=story).order_by("number").values_list("kind", flat=True)) == [
        EditionKind.PAGE,
        EditionKind.NOTICE,
    ]


def test_simultaneous_revisions_have_different_numbers(tmp_path):
    story = make_story()
    answers = run_concurrently(
        save,
        [(story.pk, f"Why pier {number} of Port Lisle is closed") for number in range(PROCESSES)],
        media_root=tmp_path,
    )
    assert {kind for kind, _ in answers} == {"returned"}
    numbers = list(Revision.objects.filter(work=story).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_articles_cited_at_once_get_different_numbers(tmp_path):
    story = make_story()
    articles = [make_article() for _ in range(PROCESSES)]
    answers = run_concurrently(cite, [(story.pk, article.pk) for article in articles], media_root=tmp_path)
    assert sorted(number for _, number in answers) == list(range(1, PROCESSES + 1))
    assert Citation.objects.filter(work=story).count() == PROCESSES


def test_simultaneous_publishing_withdrawing_saving_and_scheduling_leave_consistent_editions(tmp_path):
    person = make_user()
    story = make_published_story(by=person)
    calls = [
        *(("publish", story.pk, person.pk, f"Summary {number} of the pier.") for number in range(4)),
        *(("withdraw", story.pk, person.pk) for _ in range(3)),
        *(("save", story.pk, f"Why pier {number} of Port Lisle is closed") for number in range(3)),
        *(("schedule", story.pk, person.pk, number) for number in range(1, 3)),
    ]
    answers = run_concurrently(apply, calls, media_root=tmp_path)
    refusals = {"NothingNewError", "InvalidStateError", "PendingScheduleError", "NotReadyError"}
    assert {name for kind, name in answers if kind == "raised"} <= refusals
    assert_consistent()
    # If there are pending schedules, only the last one has no end.
    assert Edition.objects.filter(work=story, live_until=FOREVER).count() == 1


def test_simultaneous_saves_with_publication_leave_the_newest_revision_live(tmp_path):
    person = make_user()
    story = make_published_story(by=person)
    calls = [("publish", story.pk, person.pk, f"Summary {number} of the pier.") for number in range(MANY_PROCESSES)]
    answers = run_concurrently(apply, calls, media_root=tmp_path)
    assert {name for kind, name in answers if kind == "raised"} <= {"NothingNewError"}
    numbers = [number for kind, number in answers if kind == "returned"]
    assert len(set(numbers)) == len(numbers)
    assert_consistent()
    newest = revisions.get_newest_revision(story)
    assert Edition.objects.filter(work=story, live_until=FOREVER).get().document_id == newest.document_id


def test_only_one_of_several_simultaneous_cancellations_and_replacements_of_a_schedule_succeeds(tmp_path):
    person = make_user()
    story = make_story()
    edition = publishing.schedule(story, by=person, at=clock.now() + timedelta(days=1))
    story.standfirst = "What it will say."
    story.save()
    revisions.record_revision(story, by=person)
    answers = run_concurrently(
        end_schedule, [(edition.pk, person.pk, number % 2) for number in range(4)], media_root=tmp_path
    )
    assert sorted(kind for kind, _ in answers) == ["raised"] * 3 + ["returned"]
    assert_consistent()


def end_schedule(edition_pk, user_pk, replaces):
    from newsroom.accounts.models import User

    edition, by = Edition.objects.get(pk=edition_pk), User.objects.get(pk=user_pk)
    if replaces:
        return publishing.replace_revision(edition, by=by).number
    return publishing.cancel_schedule(edition, by=by)
