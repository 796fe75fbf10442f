"""The texts that checks read."""

from stories.checks.texts import list_lines, list_narrative_texts, list_texts
from tests.stories.checks.documents import story


def test_two_documents_read_in_turn_yield_their_own_texts():
    first, second = story(headline="The harbour wall reopens"), story(headline="The river is low")
    for document in (first, second, first):
        assert document.headline in {line.words for line in list_lines(document)}
    assert [words for words, _ in list_texts(first)] == [words for words, _ in list_texts(second)]
    assert set(list_narrative_texts(first)) <= set(list_texts(first))
