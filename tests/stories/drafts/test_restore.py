"""Restoring a document temporarily, updating articles, and listing later revisions."""

from uuid import UUID

import pytest
from django.db import transaction

from newsroom.media.models import Image
from stories import drafts
from stories.documents import Cell, CitedArticle, Claim, Explainer, NamedOutlet
from stories.drafts import revisions
from stories.models import Article, Work
from tests.factories import make_article, make_image, make_outlet, make_story, make_topic

pytestmark = pytest.mark.django_db


def build_explainer(work: Work) -> Explainer:
    document = drafts.build_document(work)
    assert isinstance(document, Explainer)
    return document


def test_the_rows_have_the_document_inside_the_block_and_are_unchanged_afterwards():
    story = make_story(articles=(make_article(title="The survey"),))
    earlier = build_explainer(story)
    story.passages.all().delete()
    Article.objects.update(title="The second survey")
    current = build_explainer(story)
    with drafts.restore_temporarily(story, earlier):
        assert build_explainer(story) == earlier
        story.sections.all().delete()
    assert build_explainer(story) == current


def test_topics_have_their_current_names_inside_the_block():
    topic = make_topic(name="Port Lisle")
    story = make_story(topics=(topic,))
    earlier = build_explainer(story)
    topic.name = "Harbour of Lisle"
    topic.save()
    with drafts.restore_temporarily(story, earlier):
        assert [named.name for named in build_explainer(story).topics] == ["Harbour of Lisle"]


@pytest.mark.parametrize(("sources_given", "expected"), [(1, 2), (7, 7)])
def test_the_last_source_number_is_the_given_one_or_a_higher_one_in_the_document(sources_given, expected):
    story = make_story(articles=(make_article(), make_article()))
    earlier = build_explainer(story)
    with drafts.restore_temporarily(story, earlier, sources_given=sources_given):
        assert Work.objects.get(pk=story.pk).citations_given == expected
    assert Work.objects.get(pk=story.pk).citations_given == 2


def test_no_on_commit_callback_runs(django_capture_on_commit_callbacks):
    story = make_story()
    with django_capture_on_commit_callbacks() as callbacks, drafts.restore_temporarily(story, build_explainer(story)):
        transaction.on_commit(lambda: None)
    assert not callbacks


def test_an_error_inside_the_block_is_raised_and_rolls_back():
    story = make_story()
    current = build_explainer(story)
    with pytest.raises(RuntimeError), drafts.restore_temporarily(story, current.changed(headline="Else")):
        raise RuntimeError
    assert build_explainer(story) == current


def test_a_deleted_image_raises_an_error():
    image = make_image()
    story = make_story()
    earlier = build_explainer(story).changed(lead_picture={"uid": story.uid, "image": image.uid})
    Image.objects.all().delete()
    with pytest.raises(drafts.UnknownImageError), drafts.restore_temporarily(story, earlier):
        pass


def test_articles_are_updated_from_citations(editor):
    wire = make_outlet(name="Ansgar Wire")
    story = make_story(articles=(make_article(title="Old"), make_article(title="Same")))
    first, second = build_explainer(story).citations
    citations = [
        first.model_copy(update={"title": "New", "outlet": NamedOutlet(uid=wire.uid, name=wire.name)}),
        second.model_copy(update={"outlet": NamedOutlet(uid=None, name="Nobody’s Post")}),
        CitedArticle.model_validate(first.model_dump() | {"number": 3, "article": story.uid}),
    ]
    drafts.update_articles(citations, by=editor)
    assert [(each.title, each.outlet.name) for each in build_explainer(story).citations] == [
        ("New", "Ansgar Wire"),
        ("Same", "Nobody’s Post"),
    ]


def test_later_revisions_are_listed_oldest_first():
    story = make_story()
    first = revisions.get_newest_revision(story)
    assert first is not None
    for number in (2, 3):
        story.standfirst = f"Version {number}."
        story.save()
        revisions.record_revision(story, by=None)
    assert [revision.number for revision in revisions.list_later_revisions(first)] == [2, 3]


def restore_cells(story, *outlets):
    """Restore a point with one cell for each outlet, and return the names of its saved outlets."""
    cells = tuple(
        Cell(uid=UUID(int=number), outlet=outlet, value=str(number)) for number, outlet in enumerate(outlets, start=1)
    )
    claim = Claim(uid=UUID(int=9), claim="Homes emptied", cells=cells)
    drafts.restore(story, build_explainer(story).changed(claims=(claim,)))
    (saved,) = build_explainer(story).claims
    return [(cell.uid.int, cell.outlet.name, cell.value) for cell in saved.cells]


def test_a_proposed_name_can_move_to_another_cell_of_a_point():
    story = make_story()
    first, second, third = (NamedOutlet(uid=None, name=f"Radio {letter}") for letter in "ABC")
    restore_cells(story, first, second)
    assert restore_cells(story, second, third) == [(1, "Radio B", "1"), (2, "Radio C", "2")]


def test_two_cells_of_one_outlet_are_both_kept_and_the_second_proposes_its_name():
    story, sun = make_story(), make_outlet(name="Sun", aliases=("The Sun",))
    named = [NamedOutlet(uid=sun.uid, name="Sun"), NamedOutlet(uid=UUID(int=5), name="The Sun")]
    assert restore_cells(story, *named) == [(1, "Sun", "1"), (2, "The Sun", "2")]
    (claim,) = build_explainer(story).claims
    assert [cell.outlet.uid for cell in claim.cells] == [sun.uid, None]
