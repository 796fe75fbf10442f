"""States, dates and open points of question pages in texts: what is exported is what an import reads."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.documents import Answer, QuestionPage
from stories.documents.export import to_json, to_markdown, to_text
from stories.documents.parse import KnownNames, parse_file
from stories.imports.preserve_ids import preserve_ids
from tests.stories.documents.parse.documents import UID

AS_OF, UNTIL = date(2026, 11, 11), date(2026, 11, 25)
days = st.sampled_from([None, AS_OF, UNTIL])
NEW_FIELDS = {
    "state": st.sampled_from(["open", "partly", "answered"]),
    "open_since": st.just(date(2026, 11, 9)),
    "missing": st.just("The *log* of the alarm panel."),
    "could_answer": st.just("Delta Works Vessara"),
    "short_answer": st.just("The alarm was off."),
    "short_answer_expires_on": st.just(UNTIL),
}
answers = st.builds(
    Answer,
    uid=st.uuids(version=4),
    question=st.just("Why was the alarm off?"),
    text=st.sampled_from(["It was under repair.", "It was under repair.\n\nNobody noticed.", "So it was"]),
    as_of=days,
    expires_on=days,
    state=st.sampled_from(["", "open", "partly"]),
)


def page(**fields: object) -> QuestionPage:
    return QuestionPage.model_validate({"uid": UID, "slug": "alarm", "question": "Why did no alarm sound?", **fields})


def read(text: str, format: str = "text") -> QuestionPage:
    document = parse_file(text.encode(), KnownNames(), format=format).imported.document
    assert isinstance(document, QuestionPage)
    return document


OPEN = page(
    state="open",
    open_since=date(2026, 11, 9),
    missing="The log of the alarm panel.",
    could_answer="Delta Works Vessara",
    short_answer="The alarm was off.",
    short_answer_as_of=AS_OF,
    short_answer_expires_on=UNTIL,
    introduction="Nobody heard a thing.",
    answers=[
        {"uid": UID, "question": "Why was it off?", "text": "For repairs.", "as_of": AS_OF, "expires_on": UNTIL},
    ],
)


def test_the_state_comes_first_and_the_dates_follow_each_answer():
    assert to_text(OPEN) == (
        "Not known since 9 November 2026.\n\nWhat would answer it: The log of the alarm panel.\n\n"
        "Who could say: Delta Works Vessara\n\n"
        "In short: The alarm was off. (as of 11 November 2026, until 25 November 2026)\n\nNobody heard a thing.\n\n"
        "Why was it off?\nFor repairs.\n(as of 11 November 2026, until 25 November 2026)\n"
    )


@pytest.mark.parametrize("language", ["en", "de", "es", "ar"])
def test_a_text_has_states_and_dates_in_the_language_of_the_page(language):
    document = OPEN.changed(language=language)
    imported = read(to_text(document))
    assert to_text(imported) == to_text(document)
    assert imported.language == language
    assert not imported.cut_off
    preserved = preserve_ids(imported, document)
    assert preserved == document
    assert preserve_ids(imported, document.changed(state="", open_since=None, could_answer="", missing="")) == document


@given(
    st.fixed_dictionaries({}, optional=NEW_FIELDS),
    st.lists(answers, max_size=1),
    st.sampled_from(["en", "de", "es", "ar"]),
)
def test_any_subset_of_states_and_dates_round_trips(fields, answered, language):
    document = page(**fields, answers=answered, language=language)
    uses_new = bool(fields) or any(answer.state or answer.expires_on for answer in answered)
    assert document.body()["schema"] == (2 if uses_new else 1)
    assert read(to_markdown(document), "markdown") == document
    assert read(to_json(document), "json") == document
    if answered or document.state:
        text = to_text(document)
        imported = read(text)
        assert to_text(imported) == text
        assert (imported.state, imported.could_answer) == (document.state, document.could_answer)
        assert [(each.state, each.expires_on) for each in imported.answers] == [
            (each.state, each.expires_on) for each in answered
        ]


@pytest.mark.parametrize(
    ("label", "until"), [("Quién podría saberlo", "válida hasta el"), ("Quién podría decirlo", "válido hasta el")]
)
def test_a_label_is_read_in_every_wording(label, until):
    imported = read(f"Aún no se sabe.\n\n{label}: El puerto.\n\nEn resumen: No. ({until} 25 de noviembre de 2026)\n")
    assert (imported.could_answer, imported.short_answer_expires_on) == ("El puerto.", UNTIL)


def test_a_page_with_a_state_needs_no_answer():
    imported = read("Not known yet.\n\nNobody heard a thing.\n")
    assert (imported.state, imported.introduction, imported.answers) == ("open", "Nobody heard a thing.", ())


def test_dates_of_answers_without_an_end_are_not_exported_and_belong_to_the_words():
    answer = {"uid": UID, "question": "Who pays?", "text": "The city.", "as_of": AS_OF}
    assert to_text(page(answers=[answer])) == "Who pays?\nThe city.\n"
    imported = read("Who pays?\nThe city (as of 11 November 2026)\n")
    assert imported.answers[0].text == "The city (as of 11 November 2026)"


@pytest.mark.parametrize(
    "words",
    ["The road is closed to lorries (until 25 November 2026)", "The state. (Answered)", "It is. (as of 1 May 2026)"],
)
def test_brackets_on_the_line_of_an_answer_belong_to_its_words(words):
    text = f"Who pays?\n{words}\n"
    imported = read(text)
    assert (imported.answers[0].text, imported.answers[0].state, imported.answers[0].expires_on) == (words, "", None)
    assert to_text(imported) == text
    below = read(text + "(Partly answered)\n")
    assert (below.answers[0].text, below.answers[0].state) == (words, "partly")


def test_a_number_that_is_no_day_stays_in_the_short_answer():
    imported = read("Answered.\n\nIn short: It is. (as of 1 99999999999)\n")
    assert imported.short_answer == "It is. (as of 1 99999999999)"


def test_lines_with_labels_are_not_noted_as_unknown_headings():
    text = "Not known yet.\n\nWho could say: Delta: who\n\nIn short: It. (as of 1 May 2026)\n\nIt rained.\n\nThe gate\n\nIt shut.\n"
    notes = parse_file(text.encode(), KnownNames(), format="text").imported.notes
    assert [note.line for note in notes if note.code == "heading-unknown"] == [9]
