"""Parsing Markdown: exact round trips, edits by hand, and refusals with a reason."""

import pytest
from hypothesis import given

from newsroom.text.fold import fold
from stories.documents import Explainer, NamedOutlet, Passage, QuestionPage, Section
from stories.documents.export import to_markdown
from stories.documents.parse import KnownNames, UnreadableDocumentError
from stories.documents.parse.markdown import parse_markdown
from tests.stories.documents.parse.documents import UID, documents

NO_NAMES = KnownNames()
WIRE = NamedOutlet(uid=UID, name="Ansgar Wire")
KNOWN = KnownNames(outlets={fold(WIRE.name): WIRE})


def story(**fields: object) -> Explainer:
    return Explainer.model_validate({"uid": UID, "slug": "kelmar", "headline": "The gate closed", **fields})


@given(documents)
def test_any_document_round_trips_exactly(document):
    assert parse_markdown(to_markdown(document), NO_NAMES).document == document


def test_the_body_is_readable_markdown():
    section = Section(uid=UID, kind="happened", heading="What’s happened", text="The gate *closed*.")
    papers = Section(uid=UID, kind="papers", heading="What the papers say")
    passage = Passage(uid=UID, text="Ansgar Wire reports rain.", outlets=(WIRE,))
    text = to_markdown(story(sections=[section, papers], passages=[passage]))
    body = text.split("---\n", 2)[2]
    assert body == (
        "\n# The gate closed\n\n## What’s happened\n\nThe gate *closed*.\n\n"
        "## What the papers say\n\n### Ansgar Wire\n\nAnsgar Wire reports rain.\n"
    )


def test_an_edit_in_the_body_changes_the_document():
    before = story(standfirst="The gate closed.", headline_confirmed=True)
    after = parse_markdown(to_markdown(before).replace("The gate closed.", "The gate opened."), NO_NAMES)
    assert after.document == before.changed(standfirst="The gate opened.")
    assert after.has_own_uid


def test_outlets_changed_in_a_passage_heading_are_looked_up():
    papers = Section(uid=UID, kind="papers", heading="What the papers say")
    before = story(sections=[papers], passages=[Passage(uid=UID, text="Rain fell.")])
    after = parse_markdown(
        to_markdown(before).replace("### We compared", "### Ansgar Wire; Radio Tessen"), KNOWN
    ).document
    assert isinstance(after, Explainer)
    assert after.passages[0].outlets == (WIRE, NamedOutlet(uid=None, name="Radio Tessen"))


def test_a_section_added_by_hand_gets_a_uid():
    text = to_markdown(story()).replace("language: en\n", "language: en\nsections:\n- kind: happened\n")
    after = parse_markdown(text + "## What happened\n\nIt rained.\n", NO_NAMES).document
    assert isinstance(after, Explainer)
    assert [(section.heading, section.text) for section in after.sections] == [("What happened", "It rained.")]


def test_markdown_without_front_matter_is_a_new_story():
    text = (
        "# Why the gate closed\n\nIn short.\n\n## What’s happened\n\nIt *closed*.\n\n## Why it matters\n\nIt does.\n\n"
        "## What the papers say\n\nAnsgar Wire reports that it rained. All sources agree.\n\n### Radio Tessen\n\nIt was wet.\n\n"
        "## Common questions\n\n### Who pays?\n\nThe city.\n\n## More on these topics\n\n### Kelmar\n\nA river.\n"
    )
    imported = parse_markdown(text, KNOWN)
    document = imported.document
    assert isinstance(document, Explainer)
    assert not imported.has_own_uid
    assert (document.headline, document.headline_confirmed) == ("Why the gate closed", True)
    assert document.standfirst == "In short."
    assert [section.kind for section in document.sections] == ["happened", "free", "papers"]
    assert [[outlet.name for outlet in passage.outlets] for passage in document.passages] == [
        ["Ansgar Wire"],
        [],
        ["Radio Tessen"],
    ]
    assert [asked.question for asked in document.questions] == ["Who pays?"]
    assert [topic.name for topic in document.topics] == ["Kelmar"]


FRONT_MATTER = f"---\nkind: story\nuid: {UID}\nslug: kelmar\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("---\nkind: story\n", 1, "End the front matter"),
        ("---\n- one\n---\n", 2, "group of named values"),
        ("---\nkind: [story\n---\n", 3, "not valid YAML"),
        ("---\na: &a [1]\nb: *a\n---\n", 2, "anchors"),
        ("---\nkind: !!python/object:os.system story\n---\n", 2, "tags"),
        ("---\nkind: story\nkind: question\n---\n", 3, "given twice"),
        ("---\n" + "a: " + "[" * 60 + "]" * 60 + "\n---\n", 2, "too deep"),
        (FRONT_MATTER + "mood: grim\n---\n# A\n", 1, "“mood” is unknown"),
        (FRONT_MATTER + "---\nWords.\n# A\n", 6, "Begin the text with the headline"),
        (FRONT_MATTER + "---\n# A\n\n## B\n", 8, "it does not list this part"),
        (FRONT_MATTER + "sections:\n- kind: happened\n---\n# A\n", 9, "also lists a section"),
        (FRONT_MATTER + "sections:\n- kind: happened\n---\n## A\n", 8, "the headline comes next"),
        (FRONT_MATTER + "sections: all\n---\n# A\n", 1, "must be a list"),
        (FRONT_MATTER + "exact:\n  sections.4.text: x\n---\n# A\n", 1, "which does not exist"),
        ("No headings at all.\n", 1, "No known heading"),
    ],
)  # fmt: skip
def test_invalid_markdown_is_refused_with_line_and_reason(text, line, words):
    with pytest.raises(UnreadableDocumentError) as error:
        parse_markdown(text, NO_NAMES)
    assert words in error.value.message
    assert error.value.line == line


def test_answers_of_a_question_page_are_exported_under_headings():
    page = QuestionPage.model_validate(
        {
            "uid": UID,
            "slug": "who-pays",
            "question": "Who pays?",
            "answers": [{"uid": UID, "question": "For the gate?", "text": "The city."}],
        }
    )
    assert to_markdown(page).endswith("\n# Who pays?\n\n## For the gate?\n\nThe city.\n")


def test_unclear_owners_of_sentences_are_noted_in_markdown_without_front_matter():
    text = "# The gate\n\n## What the papers say\n\nAnsgar Wire reports rain.\nThe mayor sued\nAnsgar Wire.\n"
    notes = parse_markdown(text, KNOWN).notes
    assert [(note.line, note.code) for note in notes] == [(6, "owner-unclear")]
    assert "“Ansgar Wire”" in notes[0].message


@pytest.mark.parametrize("heading", ["Go deeper", "What the papers say\n\nIt rained.\n\n## What the papers say"])
def test_inner_headings_of_a_section_in_markdown_without_front_matter_are_kept(heading):
    text = f"# The gate\n\n## {heading}\n\nProse.\n\n### Sub\n\nText.\n"
    document = parse_markdown(text, NO_NAMES).document
    assert isinstance(document, Explainer)
    assert document.sections[-1].text == "Prose.\n\n### Sub\n\nText."
