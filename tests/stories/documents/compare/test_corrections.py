"""The words of a correction that are proposed from a change."""

from uuid import uuid4

import pytest

from stories.documents import Explainer, Section
from stories.documents.compare import propose_corrections
from stories.documents.compare.corrections import MAX_PROPOSALS, MAX_WORDS, split_sentences

UID, SECTION = uuid4(), uuid4()


def make_document(text: str, *, headline: str = "Why the barrier stood open") -> Explainer:
    section = Section(uid=SECTION, kind="background", heading="How we got here", text=text)
    return Explainer(uid=UID, slug="barrier", headline=headline, sections=(section,))


def propose(before: str, after: str) -> list[tuple[str, str]]:
    proposals = propose_corrections(make_document(before), make_document(after))
    return [(each.was_wrong, each.is_right) for each in proposals]


def test_a_changed_word_proposes_its_sentence_as_it_was_and_as_it_is():
    before = "It opened in 1998. The barrier has eleven gates.[@3] It held."
    after = "It opened in 1998. The barrier has nine gates.[@3] It held."
    assert propose(before, after) == [("The barrier has eleven gates.", "The barrier has nine gates.")]


def test_links_are_left_out():
    before = "The [barrier](https://barrier.example/) has eleven gates."
    after = "The [barrier](https://barrier.example/) has nine gates."
    assert propose(before, after) == [("The barrier has eleven gates.", "The barrier has nine gates.")]


def test_each_changed_sentence_is_proposed_in_the_order_of_the_page():
    before, after = "Two gates failed. The rest held.", "Three gates failed. The rest held firm."
    assert propose(before, after) == [
        ("Two gates failed.", "Three gates failed."),
        ("The rest held.", "The rest held firm."),
    ]
    changed = propose_corrections(make_document(before), make_document(after, headline="Why the barrier stayed open"))
    assert [each.label for each in changed] == ["Headline", "How we got here", "How we got here"]


def test_a_removed_sentence_has_no_right_words():
    assert propose("Two gates failed. Nobody was hurt.", "Two gates failed.") == [("Nobody was hurt.", "")]


def test_a_new_sentence_is_no_correction():
    assert propose("Two gates failed.", "Two gates failed. Nobody was hurt.") == []


def test_of_a_long_sentence_the_clause_around_the_change_is_proposed():
    clause = "the city has taken on {} clerks for the claims"
    sentence = f"{'After the ice storm, ' * 12}{clause}, {'and promises an instalment, ' * 12}within weeks."
    ((was_wrong, is_right),) = propose(sentence.format("twenty"), sentence.format("thirty"))
    assert was_wrong == f"… {clause.format('twenty')} …"
    assert is_right == f"… {clause.format('thirty')} …"


@pytest.mark.parametrize("position", [0, 50, 99])
def test_a_long_sentence_without_clauses_is_cut(position):
    words = [f"word{number}" for number in range(100)]
    changed = [*words[:position], "other", *words[position + 1 :]]
    ((was_wrong, is_right),) = propose(f"{' '.join(words)}.", f"{' '.join(changed)}.")
    assert len(was_wrong.split()) <= MAX_WORDS + 2
    assert words[position] in was_wrong
    assert "other" in is_right


def test_a_rewritten_text_proposes_a_limited_number_of_sentences():
    before = " ".join(f"Gate {number} stood open." for number in range(100))
    after = " ".join(f"Gate {number} was shut." for number in range(100))
    assert len(propose(before, after)) == MAX_PROPOSALS


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It rose by 3.5 metres. Then it fell.", ["It rose by 3.5 metres.", "Then it fell."]),
        ("“It held.” He left!\n\nNobody saw it", ["“It held.”", "He left!", "Nobody saw it"]),
        ("هل فتح السد؟ نعم.", ["هل فتح السد؟", "نعم."]),
        ("", []),
    ],
)
def test_sentences_end_at_marks_before_a_space(text, sentences):
    assert split_sentences(text) == sentences
