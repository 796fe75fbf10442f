"""Rendering documents to fragments."""

import json
import re
from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.documents import (
    Answer,
    AskedQuestion,
    CitedArticle,
    Explainer,
    NamedContributor,
    NamedOutlet,
    NamedTopic,
    Passage,
    PlacedPicture,
    QuestionPage,
    Section,
)
from stories.documents.render import (
    ExplainerFragments,
    QuestionFragments,
    render,
    render_explainer,
    render_question_page,
)

COURIER = NamedOutlet(uid=uuid4(), name="The Lisle Courier")
WIRE = NamedOutlet(uid=uuid4(), name="Ansgar Wire")


def make_citation(number: int, **fields: object) -> CitedArticle:
    return CitedArticle.model_validate(
        {
            "number": number,
            "article": uuid4(),
            "outlet": COURIER,
            "url": f"https://courier.example/{number}",
            "title": f"Article {number}",
            **fields,
        }
    )


def section(kind: str, text: str = "", *, heading: str = "A heading") -> Section:
    return Section(uid=uuid4(), kind=kind, heading=heading, text=text)


def passage(text: str, *outlets: NamedOutlet, sources: tuple[int, ...] = ()) -> Passage:
    return Passage(uid=uuid4(), text=text, outlets=outlets, sources=sources)


def explainer(**fields: object) -> Explainer:
    return Explainer.model_validate({"uid": uuid4(), "slug": "kelmar-barrier", **fields})


def question_page(**fields: object) -> QuestionPage:
    return QuestionPage.model_validate({"uid": uuid4(), "slug": "how-it-closes", **fields})


def make_citations(*numbers: int) -> tuple[CitedArticle, ...]:
    return tuple(make_citation(number) for number in numbers)


def find_ids(html: str) -> list[str]:
    return re.findall(r'\bid="([^"]+)"', html)


# Source numbers -------------------------------------------------------------------------------------------------------


def test_sources_are_numbered_in_order_of_first_mention() -> None:
    fragments = render_explainer(
        explainer(
            standfirst="The sea came.[@40]",
            sections=(
                section("happened", "It rose.[@30]"),
                section("papers"),
                section("background", "Once before.[@10][@40]"),
            ),
            passages=(passage("The Courier says so.[@20]", COURIER), passage("So does the Wire.", WIRE, sources=(50,))),
            citations=make_citations(10, 20, 30, 40, 50),
            method_note="Written from [@30].",
        )
    )
    assert [(source.display, source.number) for source in fragments.sources] == [
        (1, 30), (2, 20), (3, 50), (4, 10), (5, 40),
    ]  # fmt: skip
    assert 'href="#source-1"' in fragments.method_html
    assert [part.sources for part in fragments.sections] == [(1,), (), (4, 5)]
    assert [part.sources for part in fragments.passages] == [(2,), (3,)]


def test_sources_are_numbered_in_page_order() -> None:
    fragments = render_explainer(
        explainer(
            sections=(
                section("next", "Next.[@1]"),
                section("behind", "Behind.[@2]"),
                section("happened", "Happened.[@3]"),
            ),
            citations=make_citations(1, 2, 3),
        )
    )
    assert [source.number for source in fragments.sources] == [3, 2, 1]


def test_sources_of_passages_without_a_section_are_numbered_after_the_first_group() -> None:
    fragments = render_explainer(
        explainer(
            sections=(section("next", "Next.[@3]"), section("happened", "Happened.[@2]")),
            passages=(passage("Said.[@1]"),),
            citations=make_citations(1, 2, 3),
        )
    )
    assert [source.number for source in fragments.sources] == [2, 1, 3]


def test_a_source_that_only_an_unprinted_standfirst_cites_is_not_in_the_list() -> None:
    fragments = render_explainer(
        explainer(
            standfirst="Once.[@2]", sections=(section("happened", "It rose.[@1]"),), citations=make_citations(1, 2)
        )
    )
    assert [source.number for source in fragments.sources] == [1]
    assert fragments.standfirst_html == ""


def test_a_source_links_back_to_each_mention() -> None:
    fragments = render_explainer(
        explainer(
            standfirst="One.[@7]",
            sections=(section("behind", "Two.[@9] Three.[@7]", heading="What’s behind it"),),
            citations=make_citations(7, 9),
        )
    )
    html = fragments.standfirst_html + fragments.sections[0].body_html
    assert fragments.sources[0].back == ("cite-standfirst-1", "cite-whats-behind-it-2")
    assert sorted(place for source in fragments.sources for place in source.back) == sorted(find_ids(html))


def test_the_source_of_a_passage_whose_text_does_not_cite_it_links_back_to_the_papers_section() -> None:
    fragments = render_explainer(
        explainer(
            sections=(section("papers", heading="What the papers say"),),
            passages=(passage("Said.", COURIER, sources=(1,)), passage("Again.[@1]", WIRE)),
            citations=make_citations(1),
        )
    )
    assert fragments.sources[0].back == ("what-the-papers-say", "cite-passage-2-1")


def test_an_unused_article_is_not_in_the_list() -> None:
    fragments = render_explainer(
        explainer(sections=(section("happened", "It rose.[@2]"),), citations=make_citations(1, 2))
    )
    assert [source.number for source in fragments.sources] == [2]


def test_a_citation_without_an_article_stays_as_typed() -> None:
    fragments = render_explainer(
        explainer(sections=(section("happened", "It rose.[@3][@2]"),), citations=make_citations(2))
    )
    assert "[@3]<sup>" in fragments.sections[0].body_html
    assert fragments.sources[0].back == ("cite-a-heading-1",)


def test_a_source_has_the_details_of_its_article() -> None:
    known = make_citation(4, outlet=WIRE, published_on=date(2026, 11, 9), author="Ana Kestrel", paywalled=True)
    [source] = render_explainer(explainer(sections=(section("happened", "It rose.[@4]"),), citations=(known,))).sources
    assert (source.article, source.url, source.title) == (known.article, known.url, known.title)
    assert (source.outlet, source.published_on, source.author, source.paywalled) == (
        WIRE, date(2026, 11, 9), "Ana Kestrel", True,
    )  # fmt: skip


# Anchors --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("What’s happened", "whats-happened"),
        ("What's behind the headline?", "whats-behind-the-headline"),
        ("What the papers say", "what-the-papers-say"),
        ("ما الذي حدث؟", "ما-الذي-حدث"),
        ("Sources", "section-sources"),
        ("Source 1", "section-source-1"),
        ("Cite this", "section-cite-this"),
        ("…", "section-1"),
        ("", "section-1"),
    ],
)
def test_the_anchor_of_a_section_is_based_on_its_heading(heading: str, anchor: str) -> None:
    [part] = render_explainer(explainer(sections=(section("free", "Words.", heading=heading),))).sections
    assert part.anchor == anchor


def test_two_sections_never_share_an_anchor() -> None:
    headings = ["Again", "Again", "Again 2", "Again"]
    fragments = render_explainer(
        explainer(sections=tuple(section("free", "Words.", heading=heading) for heading in headings))
    )
    assert [part.anchor for part in fragments.sections] == ["again", "again-2", "again-2-2", "again-3"]


def test_the_anchor_of_an_answer_is_based_on_its_question() -> None:
    fragments = render_question_page(
        question_page(
            answers=tuple(
                Answer(uid=uuid4(), question=question, text="So.")
                for question in ("Who pays?", "Who pays?", "كم عدد البوابات؟", "?")
            )
        )
    )
    assert [answer.anchor for answer in fragments.answers] == [
        "answer-who-pays", "answer-who-pays-2", "answer-كم-عدد-البوابات", "answer-4",
    ]  # fmt: skip


# The parts of a page --------------------------------------------------------------------------------------------------


def test_the_standfirst_is_the_summary() -> None:
    fragments = render_explainer(
        explainer(standfirst="Two *gates*\n\nhung open.[@1]", sections=(section("happened", "It rose."),))
    )
    assert fragments.summary == "Two gates hung open.[@1]".replace("[@1]", "")
    assert fragments.standfirst_words == "Two gates\n\nhung open."
    assert fragments.happened_is_summary


def test_without_a_standfirst_the_happened_section_is_the_summary() -> None:
    long = " ".join(["word"] * 30)
    fragments = render_explainer(
        explainer(sections=(section("behind", "Behind."), section("happened", f"Short.\n\n{long}\n\nMore.")))
    )
    assert fragments.happened_is_summary
    assert fragments.summary == f"Short. {long}"


def test_without_both_the_opening_of_another_section_is_the_summary() -> None:
    fragments = render_explainer(explainer(sections=(section("happened"), section("background", "In 1987."))))
    assert fragments.summary == "In 1987."
    assert not fragments.happened_is_summary


def test_lists_have_a_special_layout_only_in_sections_with_a_list_convention() -> None:
    fragments = render_explainer(
        explainer(
            sections=(
                section("timeline", "- 1987 — Flood."),
                section("people", "- **Ana Kestrel**, judge: Leads."),
                section("unknowns", "- [open] Why?"),
                section("background", "- 1987 — Flood."),
            )
        )
    )
    bodies = [part.body_html for part in fragments.sections]
    assert 'class="timeline"' in bodies[0]
    assert 'class="people"' in bodies[1]
    assert 'class="unknowns"' in bodies[2]
    assert bodies[3] == "<ul>\n<li>1987 — Flood.</li>\n</ul>"


def test_dates_are_in_the_language_of_the_story() -> None:
    fragments = render_explainer(explainer(language="de", sections=(section("timeline", "- 2026-12-01 — Flut."),)))
    assert "1. Dezember 2026" in fragments.sections[0].body_html


def test_a_story_in_a_language_without_translations_is_rendered() -> None:
    fragments = render_explainer(explainer(language="qaa-Latn", sections=(section("timeline", "- 2026-12-01 — Flo."),)))
    assert '<time datetime="2026-12-01">' in fragments.sections[0].body_html


def test_questions_topics_byline_and_headings_are_rendered() -> None:
    asked, topic, person = uuid4(), uuid4(), uuid4()
    fragments = render_explainer(
        explainer(
            headline="Why the barrier stood open",
            byline=(NamedContributor(uid=person, name="Ana Kestrel"),),
            questions=(AskedQuestion(uid=asked, question="Who pays?", teaser="Not *the* state.[@1]"),),
            topics=(
                NamedTopic(uid=uuid4(), topic=topic, name="Port Lisle", description="A **city**.", explain=False),
                NamedTopic(uid=uuid4(), topic=None, name="Kelmar barrier"),
            ),
            headings={"deeper": "Deeper", "questions": "Asked", "topics": "Topics"},
            citations=make_citations(1),
        )
    )
    assert fragments.headline == "Why the barrier stood open"
    assert [contributor.uid for contributor in fragments.byline] == [person]
    [question] = fragments.questions
    assert (question.uid, question.question, question.teaser_words) == (asked, "Who pays?", "Not the state.")
    assert '<em>the</em> state.<sup><a class="cite" href="#source-1" id="cite-question-1-1">' in question.teaser_html
    assert [(named.topic, named.name, named.explain) for named in fragments.topics] == [
        (topic, "Port Lisle", False), (None, "Kelmar barrier", True),
    ]  # fmt: skip
    assert fragments.topics[0].description_html == "<p>A <strong>city</strong>.</p>"
    assert fragments.topics[0].description_words == "A city."
    assert (fragments.deeper_heading, fragments.questions_heading, fragments.topics_heading) == (
        "Deeper", "Asked", "Topics",
    )  # fmt: skip


def test_pictures_are_rendered_by_uid_with_captions_as_html() -> None:
    placed = PlacedPicture(uid=uuid4(), image=uuid4(), alt="A gate", caption="The *gate*.", credit="Newsroom")
    lead = PlacedPicture(uid=uuid4(), image=uuid4(), decorative=True)
    fragments = render_explainer(
        explainer(
            lead_picture=lead,
            pictures=(placed,),
            sections=(section("happened", f"Here.\n\n![](picture:{placed.uid})"),),
        )
    )
    fragment = fragments.pictures[placed.uid]
    assert (fragment.image, fragment.alt, fragment.credit) == (placed.image, "A gate", "Newsroom")
    assert fragment.caption_html == "<p>The <em>gate</em>.</p>"
    assert fragments.lead_picture is not None
    assert fragments.lead_picture.uid == lead.uid
    assert f'<span data-picture="{placed.uid}"></span>' in fragments.sections[0].body_html


def test_the_word_count_of_a_story_excludes_headings_and_citations() -> None:
    fragments = render_explainer(
        explainer(
            headline="Not counted at all",
            standfirst="Two words.[@1]",
            sections=(section("happened", "- Three more words"), section("papers", heading="Not this")),
            passages=(passage("One two three four.", COURIER),),
            citations=make_citations(1),
        )
    )
    assert fragments.word_count == 7
    without_happened = explainer(standfirst="Two words.[@1]", sections=(section("behind", "- Three more words"),))
    assert render_explainer(without_happened).word_count == 5


def test_a_question_page_has_its_introduction_answers_and_sources() -> None:
    fragments = render_question_page(
        question_page(
            question="How does a storm barrier close?",
            introduction="Nine gates,\none order.[@2]",
            answers=(
                Answer(uid=uuid4(), question="Who orders it?", text="The *operator*.[@1]", as_of=date(2026, 11, 13)),
                Answer(uid=uuid4(), question="How long?", text="Forty minutes."),
            ),
            citations=make_citations(1, 2),
            topics=(NamedTopic(uid=uuid4(), topic=None, name="Kelmar barrier"),),
        )
    )
    assert fragments.question == "How does a storm barrier close?"
    assert fragments.summary == "Nine gates, one order."
    assert [source.number for source in fragments.sources] == [2, 1]
    assert [(answer.as_of, answer.sources) for answer in fragments.answers] == [(date(2026, 11, 13), (2,)), (None, ())]
    assert "cite-answer-who-orders-it-1" in fragments.answers[0].body_html
    assert [topic.name for topic in fragments.topics] == ["Kelmar barrier"]
    assert fragments.word_count == 8


def test_without_an_introduction_the_first_answer_is_the_summary() -> None:
    fragments = render_question_page(
        question_page(answers=(Answer(uid=uuid4(), question="How long?", text="Forty minutes."),))
    )
    assert fragments.summary == "Forty minutes."


# Whole pages ----------------------------------------------------------------------------------------------------------

texts = st.lists(
    st.sampled_from(["Words. ", "[@1]", "[@2]", "[@9]", "\n\n", "- ", "[^1]", "\n\n[^1]: Note", "# ", "*", "سد "]),
    max_size=12,
).map("".join)


@given(texts, st.lists(texts, max_size=4), st.lists(texts, max_size=3), st.booleans())
def test_ids_are_unique_and_every_link_within_the_page_has_a_target(
    standfirst: str, bodies: list[str], passage_texts: list[str], has_papers: bool
) -> None:
    sections = [section("free", body) for body in bodies]
    if has_papers:
        sections.insert(len(sections) // 2, section("papers"))
    fragments = render_explainer(
        explainer(
            standfirst=standfirst,
            sections=tuple(sections),
            passages=tuple(passage(text, sources=(1,)) for text in passage_texts),
            citations=make_citations(1, 2),
        )
    )
    html = "".join(
        [
            fragments.standfirst_html,
            *(part.body_html for part in fragments.sections),
            *(part.body_html for part in fragments.passages),
        ]
    )
    ids = [
        *find_ids(html),
        *(part.anchor for part in fragments.sections),
        *(f"source-{source.display}" for source in fragments.sources),
    ]
    assert len(ids) == len(set(ids))
    link_targets = re.findall(r'href="#([^"]+)"', html) + [
        place for source in fragments.sources for place in source.back
    ]
    assert set(link_targets) <= set(ids)
    assert [source.display for source in fragments.sources] == list(range(1, len(fragments.sources) + 1))


def test_fragments_survive_storage_as_json() -> None:
    picture = PlacedPicture(uid=uuid4(), image=uuid4())
    story = explainer(
        headline="A",
        standfirst="B.[@1]",
        sections=(section("happened", "C."),),
        citations=(make_citation(1, published_on=date(2026, 11, 9)),),
        pictures=(picture,),
        lead_picture=picture,
    )
    fragments = render(story)
    assert ExplainerFragments.model_validate(json.loads(json.dumps(fragments.model_dump(mode="json")))) == fragments
    page = question_page(answers=(Answer(uid=uuid4(), question="Q?", text="A.", as_of=date(2026, 11, 9)),))
    question_fragments = render(page)
    assert (
        QuestionFragments.model_validate(json.loads(json.dumps(question_fragments.model_dump(mode="json"))))
        == question_fragments
    )


def test_the_same_document_is_always_rendered_the_same() -> None:
    story = explainer(uid=UUID(int=1), sections=(section("happened", "A.[@1]"),), citations=make_citations(1))
    assert render(story) == render(story)


def test_the_words_that_earlier_releases_stored_are_read_and_left_out() -> None:
    stored = {"question": "How does it close?", "introduction_words": "Nine gates."}
    assert "introduction_words" not in QuestionFragments.model_validate(stored).model_dump(mode="json")
