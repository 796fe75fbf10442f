"""Several editors press the same button at the same moment."""

import pytest

from newsroom.record.models import Event
from stories import citing, publishing, revisions
from stories.models import Citation, Edition, EditionKind, Revision
from tests.factories import make_article, make_published_story, make_story, make_user
from tests.races.processes import at_once

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 5


@pytest.fixture(autouse=True)
def _roles(transactional_db):
    from newsroom.accounts import roles

    roles.set_up()


def publish(story_pk, user_pk):
    from newsroom.accounts.models import User
    from stories.models import Story

    return publishing.publish(Story.objects.get(pk=story_pk), by=User.objects.get(pk=user_pk)).number


def withdraw(story_pk, user_pk):
    from newsroom.accounts.models import User
    from stories.models import Story

    story = Story.objects.get(pk=story_pk)
    return publishing.withdraw(story, by=User.objects.get(pk=user_pk), notice="Wrong pier.").number


def save(story_pk, headline):
    from stories.models import Story

    story = Story.objects.get(pk=story_pk)
    story.headline = headline
    story.save()
    return revisions.record(story, by=None).number


def cite(story_pk, article_pk):
    from stories.models import Article, Story

    return citing.cite(Story.objects.get(pk=story_pk), Article.objects.get(pk=article_pk)).number


def test_of_many_who_publish_at_once_one_does_and_the_others_are_told(tmp_path):
    story, person = make_story(), make_user()
    answers = at_once(publish, [(story.pk, person.pk)] * MANY, place=tmp_path)
    assert sorted(answers) == [("raised", "NothingNewError")] * (MANY - 1) + [("returned", 1)]
    assert Edition.objects.filter(work=story).count() == 1
    assert [event.verb for event in Event.objects.about(story.uid)] == ["published"]


def test_of_many_who_withdraw_at_once_one_does(tmp_path):
    person = make_user()
    story = make_published_story(by=person)
    answers = at_once(withdraw, [(story.pk, person.pk)] * MANY, place=tmp_path)
    assert sorted(answers) == [("raised", "NotHereError")] * (MANY - 1) + [("returned", 2)]
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
