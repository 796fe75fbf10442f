"""Texts that people wrote, not made for tests, survive going out of the house and coming back."""

import pytest

from newsroom.text.folding import fold
from stories.demonstration import documents, files
from stories.demonstration.naming import uid_of
from stories.documents import Explainer, NamedOutlet
from stories.exporting import to_json, to_markdown, to_text
from stories.importing import KnownNames, read_file

ALL = {**{key: documents.explainer(key) for key in files.stories()}, **documents.questions()}
KNOWN = KnownNames(
    outlets={
        fold(name): NamedOutlet(uid=uid_of("outlet", key), name=outlet.name)
        for key, outlet in files.outlets().items()
        for name in (outlet.name, *outlet.aliases)
    }
)
ENGLISH_STORIES = [
    key for key, document in ALL.items() if isinstance(document, Explainer) and document.language == "en"
]


@pytest.mark.parametrize("key", ALL)
def test_a_document_comes_back_the_same_as_json(key):
    assert read_file(to_json(ALL[key]).encode(), KNOWN, format="json").imported.document == ALL[key]


@pytest.mark.parametrize("key", ALL)
def test_a_document_comes_back_the_same_as_markdown(key):
    assert read_file(to_markdown(ALL[key]).encode(), KNOWN, format="markdown").imported.document == ALL[key]


@pytest.mark.parametrize("key", ENGLISH_STORIES)
def test_a_story_comes_back_from_plain_text_with_the_same_words(key):
    text = to_text(ALL[key])
    assert to_text(read_file(text.encode(), KNOWN, format="text").imported.document).split() == text.split()


@pytest.mark.parametrize("key", ENGLISH_STORIES)
def test_a_passage_comes_back_from_plain_text_with_the_same_outlets(key):
    document = read_file(to_text(ALL[key]).encode(), KNOWN, format="text").imported.document
    assert [[outlet.name for outlet in passage.outlets] for passage in document.passages] == [
        [outlet.name for outlet in passage.outlets] for passage in ALL[key].passages
    ]
