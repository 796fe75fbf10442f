"""The desk says something else for a while, and nothing stays of it."""

import pytest
from django.db import transaction

from newsroom.media.models import Image
from stories import drafts
from stories.documents import CitedArticle, Explainer, NamedOutlet
from stories.drafts import revisions
from stories.models import Article, Work
from tests.factories import make_article, make_image, make_outlet, make_story, make_topic

pytestmark = pytest.mark.django_db


def story_of(work: Work) -> Explainer:
    document = drafts.build_document(work)
    assert isinstance(document, Explainer)
    return document


def test_inside_the_rows_say_the_document_and_afterwards_what_they_said_before():
    story = make_story(articles=(make_article(title="The survey"),))
    then = story_of(story)
    story.passages.all().delete()
    Article.objects.update(title="The second survey")
    now = story_of(story)
    with drafts.restore_temporarily(story, then):
        assert story_of(story) == then
        story.sections.all().delete()
    assert story_of(story) == now


def test_a_name_that_changed_since_is_said_as_it_is_today():
    topic = make_topic(name="Port Lisle")
    story = make_story(topics=(topic,))
    then = story_of(story)
    topic.name = "Harbour of Lisle"
    topic.save()
    with drafts.restore_temporarily(story, then):
        assert [named.name for named in story_of(story).topics] == ["Harbour of Lisle"]


@pytest.mark.parametrize(("given", "expected"), [(1, 2), (7, 7)])
def test_numbers_of_sources_go_on_from_what_had_been_given_then(given, expected):
    story = make_story(articles=(make_article(), make_article()))
    then = story_of(story)
    with drafts.restore_temporarily(story, then, sources_given=given):
        assert Work.objects.get(pk=story.pk).citations_given == expected
    assert Work.objects.get(pk=story.pk).citations_given == 2


def test_nothing_that_waits_for_the_commit_happens(django_capture_on_commit_callbacks):
    story = make_story()
    with django_capture_on_commit_callbacks() as callbacks, drafts.restore_temporarily(story, story_of(story)):
        transaction.on_commit(lambda: None)
    assert not callbacks


def test_an_error_inside_goes_out_and_undoes_the_rest():
    story = make_story()
    now = story_of(story)
    with pytest.raises(RuntimeError), drafts.restore_temporarily(story, now.changed(headline="Else")):
        raise RuntimeError
    assert story_of(story) == now


def test_a_picture_that_is_gone_is_an_error_that_leaves_nothing():
    image = make_image()
    story = make_story()
    then = story_of(story).changed(lead_picture={"uid": story.uid, "image": image.uid})
    Image.objects.all().delete()
    with pytest.raises(drafts.UnknownImageError), drafts.restore_temporarily(story, then):
        pass


def test_articles_say_what_they_are_described_as(editor):
    wire = make_outlet(name="Ansgar Wire")
    story = make_story(articles=(make_article(title="Old"), make_article(title="Same")))
    first, second = story_of(story).citations
    wanted = [
        first.model_copy(update={"title": "New", "outlet": NamedOutlet(uid=wire.uid, name=wire.name)}),
        second.model_copy(update={"outlet": NamedOutlet(uid=None, name="Nobody’s Post")}),
        CitedArticle.model_validate(first.model_dump() | {"number": 3, "article": story.uid}),
    ]
    drafts.update_articles(wanted, by=editor)
    assert [(cited.title, cited.outlet.name) for cited in story_of(story).citations] == [
        ("New", "Ansgar Wire"),
        ("Same", "Nobody’s Post"),
    ]


def test_what_was_saved_since_a_revision_is_listed_oldest_first():
    story = make_story()
    first = revisions.get_newest_revision(story)
    assert first is not None
    for number in (2, 3):
        story.standfirst = f"Version {number}."
        story.save()
        revisions.record_revision(story, by=None)
    assert [revision.number for revision in revisions.list_later_revisions(first)] == [2, 3]
