"""Several editors press the same button at the same moment."""

from datetime import timedelta

import pytest
from django.db import transaction

from newsroom.audit.models import Event
from newsroom.http import clock
from newsroom.http.clock import FOREVER
from stories import publishing
from stories.drafts import citations, revisions
from stories.models import Citation, Edition, EditionKind, Revision
from tests.factories import make_article, make_published_story, make_story, make_user, update
from tests.races.processes import at_once
from tests.races.soundness import assert_sound

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 5
TWENTY = 20


@pytest.fixture(autouse=True)
def _roles(transactional_db):
    from newsroom.accounts import roles

    roles.set_up_roles()


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
    return publishing.publish(story, by=User.objects.get(pk=user_pk), change=update()).number


def schedule(story_pk, user_pk, days):
    from newsroom.accounts.models import User
    from stories.models import Story

    at = clock.now() + timedelta(days=days)
    edition = publishing.schedule(Story.objects.get(pk=story_pk), by=User.objects.get(pk=user_pk), at=at)
    return edition.number


def any_of(verb, *args):
    """Do the verb of this name; what each process of a mixed race is asked."""
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


def test_of_many_who_publish_at_once_one_does_and_the_others_are_told(tmp_path):
    story, person = make_story(), make_user()
    answers = at_once(publish, [(story.pk, person.pk)] * TWENTY, place=tmp_path)
    assert sorted(answers) == [("raised", "NothingNewError")] * (TWENTY - 1) + [("returned", 1)]
    assert Edition.objects.filter(work=story).count() == 1
    assert [event.verb for event in Event.objects.about(story.uid)] == ["published"]


def test_of_many_who_withdraw_at_once_one_does(tmp_path):
    person = make_user()
    story = make_published_story(by=person)
    answers = at_once(withdraw, [(story.pk, person.pk)] * MANY, place=tmp_path)
    assert sorted(answers) == [("raised", "InvalidStateError")] * (MANY - 1) + [("returned", 2)]
    assert list(Edition.objects.filter(work=story).order_by("number").values_list("kind", flat=True)) == [
        EditionKind.PAGE,
        EditionKind.NOTICE,
    ]


def test_saves_at_once_never_share_a_number(tmp_path):
    story = make_story()
    answers = at_once(
        save, [(story.pk, f"Why pier {place} of Port Lisle is closed") for place in range(MANY)], place=tmp_path
    )
    assert {kind for kind, _ in answers} == {"returned"}
    numbers = list(Revision.objects.filter(work=story).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_articles_cited_at_once_get_numbers_of_their_own(tmp_path):
    story = make_story()
    articles = [make_article() for _ in range(MANY)]
    answers = at_once(cite, [(story.pk, article.pk) for article in articles], place=tmp_path)
    assert sorted(number for _, number in answers) == list(range(1, MANY + 1))
    assert Citation.objects.filter(work=story).count() == MANY


def test_publishing_withdrawing_saving_and_scheduling_at_once_leave_one_sound_order(tmp_path):
    person = make_user()
    story = make_published_story(by=person)
    calls = [
        *(("publish", story.pk, person.pk, f"Summary {number} of the pier.") for number in range(4)),
        *(("withdraw", story.pk, person.pk) for _ in range(3)),
        *(("save", story.pk, f"Why pier {number} of Port Lisle is closed") for number in range(3)),
        *(("schedule", story.pk, person.pk, number) for number in range(1, 3)),
    ]
    answers = at_once(any_of, calls, place=tmp_path)
    refusals = {"NothingNewError", "InvalidStateError", "PendingScheduleError", "NotReadyError"}
    assert {name for kind, name in answers if kind == "raised"} <= refusals
    assert_sound()
    # A schedule that waits keeps the last of what was made for at once from being without an end.
    assert Edition.objects.filter(work=story, live_until=FOREVER).count() == 1


def test_of_twenty_who_save_and_publish_at_once_each_is_seen_for_a_time(tmp_path):
    person = make_user()
    story = make_published_story(by=person)
    calls = [("publish", story.pk, person.pk, f"Summary {number} of the pier.") for number in range(TWENTY)]
    answers = at_once(any_of, calls, place=tmp_path)
    assert {name for kind, name in answers if kind == "raised"} <= {"NothingNewError"}
    made = [number for kind, number in answers if kind == "returned"]
    assert len(set(made)) == len(made)
    assert_sound()
    newest = revisions.get_newest_revision(story)
    assert Edition.objects.filter(work=story, live_until=FOREVER).get().document_id == newest.document_id


def test_one_who_cancels_and_one_who_replaces_a_schedule_do_not_both(tmp_path):
    person = make_user()
    story = make_story()
    edition = publishing.schedule(story, by=person, at=clock.now() + timedelta(days=1))
    story.standfirst = "What it will say."
    story.save()
    revisions.record_revision(story, by=person)
    answers = at_once(end_waiting, [(edition.pk, person.pk, number % 2) for number in range(4)], place=tmp_path)
    assert sorted(kind for kind, _ in answers) == ["raised"] * 3 + ["returned"]
    assert_sound()


def end_waiting(edition_pk, user_pk, replaces):
    from newsroom.accounts.models import User

    edition, by = Edition.objects.get(pk=edition_pk), User.objects.get(pk=user_pk)
    if replaces:
        return publishing.replace_revision(edition, by=by).number
    return publishing.cancel_schedule(edition, by=by)
