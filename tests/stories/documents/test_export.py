"""Exporting documents as plain text."""

from uuid import UUID

from stories.documents import AskedQuestion, Explainer, NamedTopic, Passage, QuestionPage, Section
from stories.documents.export import to_text

UID = UUID("6f2d1f5e-6a9f-4a59-8f5c-0a3c7c4f1f11")


def story(**fields: object) -> Explainer:
    return Explainer.model_validate({"uid": UID, "slug": "gate", "headline": "The gate", **fields})


def section(text: str, *, kind: str = "happened", heading: str = "What’s happened") -> Section:
    return Section(uid=UID, kind=kind, heading=heading, text=text)


def test_markup_citations_and_the_headline_are_left_out():
    text = to_text(story(sections=[section("The *gate* [closed](topic:x) \\[sic\\] [@2].")], headline_confirmed=True))
    assert text == "What’s happened\nThe gate closed [sic].\n"


def test_a_section_without_a_heading_gets_the_usual_one():
    assert to_text(story(sections=[section("Yes.", heading="")])).startswith("What’s happened\n")


def test_a_list_is_exported_in_the_format_of_imports():
    text = to_text(story(sections=[section("Before.\n\n- One.\n- Two.\n\n  More.\n\nAfter.")]))
    assert text == "What’s happened\nBefore.\n\n-\nOne.\n\n-\nTwo.\nMore.\n\nAfter.\n"


def test_passages_of_one_paragraph_are_exported_as_one():
    passages = [
        Passage(uid=UID, text="One."),
        Passage(uid=UID, text="Two."),
        Passage(uid=UID, text="Three.", opens_paragraph=True),
    ]
    text = to_text(story(sections=[section("", kind="papers", heading="What the papers say")], passages=passages))
    assert text == "What the papers say\nOne. Two.\n\nThree.\n"


def test_passages_without_a_section_are_exported():
    assert to_text(story(passages=[Passage(uid=UID, text="One.")])) == "One.\n"


def test_empty_parts_have_no_heading():
    assert to_text(story(standfirst="In short.")) == "In short.\n"


def test_questions_and_topics_come_last():
    text = to_text(
        story(
            questions=[AskedQuestion(uid=UID, question="Who pays?", teaser="The city.")],
            topics=[NamedTopic(uid=UID, topic=None, name="Kelmar", description="Kelmar is a river.")],
        )
    )
    assert text == (
        "Go deeper\nCommon questions\n-\nWho pays?\nThe city.\nMore on these topics\n-\nKelmar is a river.\n"
    )


def test_a_topic_without_a_description_is_exported_as_its_name():
    assert "-\nKelmar\n" in to_text(story(topics=[NamedTopic(uid=UID, topic=None, name="Kelmar")]))


def test_a_question_page_is_exported_as_questions_and_answers():
    page = QuestionPage.model_validate(
        {
            "uid": UID,
            "slug": "pays",
            "question": "Who pays?",
            "introduction": "In short.",
            "answers": [
                {"uid": UID, "question": "For the gate?", "text": "The city."},
                {"uid": UID, "question": "For the quay?", "text": "The port."},
            ],
            "topics": [{"uid": UID, "topic": None, "name": "Kelmar", "description": "Kelmar is a river."}],
        }
    )
    assert to_text(page).split("\n\n")[0] == "In short."
    assert to_text(page).split() == (
        [
            "In",
            "short.",
            "For",
            "the",
            "gate?",
            "The",
            "city.",
            "For",
            "the",
            "quay?",
            "The",
            "port.",
            "More",
            "on",
            "these",
            "topics",
            "-",
            "Kelmar",
            "is",
            "a",
            "river.",
        ]
    )
