"""Converting rows to documents and back."""

from uuid import uuid4

import pytest

from stories import drafts
from stories.documents import (
    AskedQuestion,
    Explainer,
    NamedOutlet,
    NamedTopic,
    PartHeadings,
    Passage,
    PlacedPicture,
    Section,
)
from stories.drafts import citations, revisions
from stories.models import FAQ, Citation, ClaimCell, SourceSummary, Story, StoryQuestion, Work, WorkKind
from stories.models import Section as SectionRow
from tests.factories import make_article, make_image, make_outlet, make_question, make_story, make_topic

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def make_full_story() -> Story:
    outlet = make_outlet(name="The Lisle Courier")
    story = make_story(
        outlets=(outlet, make_outlet(name="Ansgar Wire")),
        topics=(make_topic(name="Port Lisle"),),
        questions=(make_question(), make_question()),
        byline=("Ana Kestrel", "Jonas Adebar"),
        articles=(make_article(outlet=outlet), make_article()),
        lead_image=make_image(),
        lead_alt="A pier with a crack in it.",
        standfirst="Lorries may not use the north pier until its third pillar is mended.",
    )
    story.passages.earliest("position").articles.add(story.citations.get(number=2).article)
    return story


def test_restoring_a_snapshot_into_an_emptied_story_gives_the_same_document():
    story = make_full_story()
    document = drafts.build_document(story)
    drafts.restore(story, Explainer(uid=story.uid, slug=story.slug))
    assert not story.sections.exists()
    drafts.restore(story, document)
    assert drafts.build_document(story) == document


def test_restoring_the_current_document_keeps_every_row():
    story = make_full_story()
    before = list(SectionRow.objects.values_list("pk", "uid"))
    drafts.restore(story, drafts.build_document(story))
    assert list(SectionRow.objects.values_list("pk", "uid")) == before


def test_restoring_updates_rows_with_the_same_uid_in_place():
    story = make_full_story()
    document = drafts.build_document(story)
    first, *others = document.sections
    changed = document.changed(sections=(*others, first.model_copy(update={"text": "Nobody was hurt."})))
    pk = story.sections.get(uid=first.uid).pk
    drafts.restore(story, changed)
    row = story.sections.get(uid=first.uid)
    assert (row.pk, row.text, row.position) == (pk, "Nobody was hurt.", 3)


def test_empty_headings_are_replaced_by_the_usual_ones_of_the_language():
    story = make_story(language="de")
    story.sections.update(heading="")
    document = drafts.build_document(story)
    assert [section.heading for section in document.sections] == [
        "Was geschehen ist",
        "Was steckt dahinter?",
        "Was die Zeitungen schreiben",
        "Wie es dazu kam",
    ]
    assert document.headings == PartHeadings(
        deeper="Zum Weiterlesen", questions="Häufige Fragen", topics="Mehr zu diesen Themen"
    )
    story.language = "es"
    story.save()
    assert drafts.build_document(story).headings.questions == "Preguntas frecuentes"


def test_custom_headings_of_parts_are_restored():
    story = make_story(language="de")
    document = drafts.build_document(story)
    for headings in (PartHeadings(), PartHeadings(deeper="", questions="Gefragt", topics="Mehr zu diesen Themen")):
        drafts.restore(story, document.changed(headings=headings))
        assert drafts.build_document(story).headings == headings


def test_two_sections_can_exchange_their_kinds():
    story = make_story()
    document = drafts.build_document(story)
    happened, behind, papers, background = document.sections
    swapped = (
        happened.model_copy(update={"kind": "background"}),
        behind,
        papers,
        background.model_copy(update={"kind": "happened"}),
    )
    drafts.restore(story, document.changed(sections=swapped))
    assert drafts.build_document(story).sections == swapped


def test_unknown_names_are_restored_as_proposed_names():
    story = make_story()
    document = drafts.build_document(story).changed(
        passages=(
            Passage(
                uid=uuid4(),
                text="Radio Tessen speaks of two cracks.",
                outlets=(NamedOutlet(uid=None, name="Radio Tessen"),),
            ),
        ),
        topics=(NamedTopic(uid=uuid4(), topic=None, name="North pier", description="A pier of Port Lisle."),),
    )
    drafts.restore(story, document)
    assert SourceSummary.objects.get(story=story).proposed_outlets == ["Radio Tessen"]
    assert story.work_topics.get().proposed_name == "North pier"
    assert drafts.build_document(story) == document


def test_an_unknown_question_is_created_with_the_uid_in_the_document():
    story = make_story()
    uid = uuid4()
    document = drafts.build_document(story).changed(
        questions=(AskedQuestion(uid=uid, question="Who pays for the pillar?", teaser="Two offices say the other."),)
    )
    created = drafts.restore(story, document)
    faq = FAQ.objects.get(uid=uid)
    assert created == [faq]
    assert (faq.question, faq.introduction) == ("Who pays for the pillar?", "Two offices say the other.")
    row = StoryQuestion.objects.get(story=story)
    assert (row.wording, row.teaser) == ("", "")


def test_an_unknown_image_is_refused_without_writing_anything():
    story = make_story()
    before = drafts.build_document(story)
    with pytest.raises(drafts.UnknownImageError):
        drafts.restore(
            story,
            before.changed(headline="Another one", pictures=(PlacedPicture(uid=uuid4(), image=uuid4(), alt="A gull"),)),
        )
    assert drafts.build_document(story) == before


def test_a_uid_of_another_story_is_replaced():
    first, second = make_story(), make_story()
    sections = drafts.build_document(first).sections
    drafts.restore(second, drafts.build_document(second).changed(sections=sections))
    assert drafts.build_document(first).sections == sections
    assert [section.text for section in drafts.build_document(second).sections] == [
        section.text for section in sections
    ]


def test_the_outlets_of_a_passage_are_in_order_of_first_mention_and_then_by_name():
    story = make_story(outlets=())
    row = SourceSummary.objects.create(story=story, text="The Wire, like the Courier, counts nine lorries.")
    row.outlets.add(
        make_outlet(name="Zephyr Post"),
        make_outlet(name="The Lisle Courier", aliases=("the Courier",)),
        make_outlet(name="Ansgar Wire", aliases=("The Wire",)),
        make_outlet(name="Amber Gazette"),
    )
    names = [outlet.name for outlet in drafts.build_document(story).passages[0].outlets]
    assert names == ["Ansgar Wire", "The Lisle Courier", "Amber Gazette", "Zephyr Post"]


def test_the_number_of_queries_does_not_depend_on_the_length_of_a_story(django_assert_max_num_queries):
    story = make_full_story()
    for number in range(12):
        SectionRow.objects.create(story=story, kind="free", heading=f"Part {number}", text="More.", position=9)
        SourceSummary.objects.create(story=story, text="More.").outlets.add(make_outlet())
        ClaimCell.objects.create(claim=story.claims.create(claim="Homes emptied"), outlet=make_outlet())
    with django_assert_max_num_queries(15):
        drafts.build_document(story)


def test_a_source_number_is_never_reused():
    story = make_story(articles=(make_article(), make_article()))
    Citation.objects.filter(work=story, number=2).delete()
    assert citations.cite_article(story, make_article()).number == 3


def test_citing_an_article_twice_gives_the_same_number():
    article = make_article()
    story = make_story(articles=(article,))
    assert citations.cite_article(story, article).number == 1


def test_an_article_on_which_only_a_passage_draws_is_numbered_at_the_next_save():
    story = make_story(outlets=(make_outlet(),))
    story.passages.first().articles.add(make_article())
    revisions.record_revision(story, by=None)
    assert drafts.build_document(story).passages[0].sources == (1,)


def test_the_slug_of_a_document_is_used_only_if_it_is_free():
    make_story(slug="pier")
    story = make_story(slug="quay")
    drafts.restore(story, drafts.build_document(story).changed(slug="pier"))
    assert Work.objects.get(pk=story.pk).slug == "pier-2"


def test_a_section_of_an_unknown_kind_is_invalid():
    with pytest.raises(ValueError, match="kind"):
        Section(uid=uuid4(), kind="weather", heading="Weather")


def test_the_document_of_a_question_has_the_kind_of_a_question():
    assert drafts.build_document(make_question()).kind == WorkKind.QUESTION
