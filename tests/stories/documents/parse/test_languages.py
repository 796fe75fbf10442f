"""Plain text and Markdown in English and every language with a catalogue: headings, round trips and notes."""

import pytest
from django.utils.translation import gettext, override
from hypothesis import given
from hypothesis import strategies as st

from newsroom.text.fold import fold
from newsroom.text.plain import plain_text
from stories.documents import SECTION_KINDS, Explainer, QuestionPage
from stories.documents.export import to_markdown, to_text
from stories.documents.headings import HEADINGS, usual_heading
from stories.documents.parse import KnownNames, ParsedDocument, parse_file
from stories.documents.parse.headings import find_part_code
from tests.newsroom.catalogues import LANGUAGES
from tests.stories.documents.parse.multilingual_documents import PARTS, explainers, make_question_page, make_story

every_language = pytest.mark.parametrize("language", ["en", *LANGUAGES])


def parse(text: str, *, format: str = "text", headline: str = "") -> ParsedDocument:
    return parse_file(text.encode(), KnownNames(), format=format, headline=headline).imported


def words(text: str) -> list[str]:
    """Return the words of a text without list marks, because some marks have different positions in Markdown."""
    return [word for word in text.split() if word != "-"]


def note_codes(imported: ParsedDocument) -> list[str]:
    return [note.code for note in imported.notes]


# Declared headings --------------------------------------------------------------------------------------------------


@every_language
def test_every_part_has_a_heading_in_every_language_of_the_site(language):
    assert HEADINGS[language].keys() == HEADINGS["en"].keys()
    assert SECTION_KINDS.keys() - HEADINGS[language].keys() == {"free"}


def test_no_heading_has_two_meanings():
    meanings = {}
    for headings in HEADINGS.values():
        for code, forms in headings.items():
            for form in forms:
                meanings.setdefault(fold(form).strip(" ?؟¿"), set()).add(code)
    assert {form: codes for form, codes in meanings.items() if len(codes) > 1} == {}


@every_language
def test_pages_and_exports_use_the_same_headings(language):
    with override(language):
        words = {
            "questions": gettext("Common questions"),
            "topics": gettext("More on these topics"),
            "compared": gettext("We compared"),
            "papers": gettext("What the papers say"),
        }
    assert {code: usual_heading(code, language) for code in words} == words


@pytest.mark.parametrize("language", ["fr", "pt-BR", "zh-Hant"])
def test_a_language_without_headings_uses_the_english_ones(language):
    assert usual_heading("happened", language) == "What’s happened"
    assert usual_heading("happened", "de-AT") == "Was geschehen ist"


# Spellings of headings ----------------------------------------------------------------------------------------------


@every_language
def test_a_heading_is_recognised_in_every_spelling(language):
    for code in (*SECTION_KINDS, *PARTS):
        for heading in HEADINGS[language].get(code, ()):
            forms = spellings(heading.strip("¿?؟"))
            assert {form: find_part_code(form) for form in forms} == dict.fromkeys(forms, code)


def spellings(heading: str) -> list[str]:
    """Return common spellings of a heading."""
    plain = heading.translate(str.maketrans("’áéíóúñäöüأإى", "'aeiounaouااي")).replace("ّ", "")
    return [
        heading, plain, heading.upper(), f"{heading}:", f"{heading} :", f"{heading}?", f"¿{heading}?", f"{heading}؟", f"«{heading}»", f"„{heading}“",
        f"{heading}.", f"## {heading}", f"### {heading}?", f"## {heading} ##", f"**{heading}**", f"**{heading}:**", f"**{heading}**:",
        f"## **{heading}**", f"__{heading}__",
    ]  # fmt: skip


def test_markdown_marks_are_not_part_of_a_heading():
    story = parse("## **Was geschehen ist:**\nDas Tor schloss.\n# Wie es dazu kam #\nEs war alt.\n").document
    assert [section.heading for section in story.sections] == ["Was geschehen ist:", "Wie es dazu kam"]


@every_language
def test_a_list_item_is_not_a_heading(language):
    heading = usual_heading("timeline", language)
    story = parse(f"{usual_heading('happened', language)}\nIt closed.\n\n- {heading}\n").document
    assert [section.kind for section in story.sections] == ["happened"]


# Text round trips ---------------------------------------------------------------------------------------------------


@given(explainers())
def test_a_story_keeps_its_parts_and_words_in_a_text_round_trip(story):
    text = to_text(story)
    parsed = parse(text).document
    assert isinstance(parsed, Explainer)
    assert to_text(parsed).split() == text.split()
    assert parsed.language == story.language
    assert [section.kind for section in parsed.sections] == [section.kind for section in story.sections]
    assert [plain_text(section.text).split() for section in parsed.sections] == [
        plain_text(section.text).split() for section in story.sections
    ]
    assert [asked.question for asked in parsed.questions] == [asked.question for asked in story.questions]
    assert [plain_text(topic.description) for topic in parsed.topics] == [
        plain_text(topic.description) for topic in story.topics
    ]


@every_language
def test_missing_headings_are_exported_in_the_language_of_the_story(language):
    lines = to_text(make_story(language)).splitlines()
    expected = [usual_heading(code, language) for code in (*SECTION_KINDS, *PARTS) if code != "free"]
    assert [line for line in lines if line in expected] == expected


@every_language
def test_a_question_page_keeps_its_words_in_a_text_round_trip(language):
    text = to_text(make_question_page(language))
    assert usual_heading("topics", language) in text.splitlines()
    imported = parse(text)
    assert isinstance(imported.document, QuestionPage)
    assert to_text(imported.document).split() == text.split()
    assert imported.document.language == language


def test_a_text_may_have_headings_in_another_language():
    story = parse("What's happened\nDas Tor schloss am Montag.\nHow we got here\nEs war alt.\n").document
    assert [(section.kind, section.heading) for section in story.sections] == [
        ("happened", "What's happened"),
        ("background", "How we got here"),
    ]


@st.composite
def language_with_headings(draw: st.DrawFn) -> list[str]:
    language = draw(st.sampled_from(sorted(HEADINGS)))
    codes = draw(st.lists(st.sampled_from([code for code in SECTION_KINDS if code != "free"]), min_size=1, unique=True))
    return [language, *(draw(st.sampled_from(HEADINGS[language][code])) for code in codes)]


@given(language_with_headings())
def test_the_language_of_a_story_is_detected_from_its_headings(drawn):
    language, *headings = drawn
    story = parse("".join(f"{heading}\nAnsgar 3 Kelmar.\n" for heading in headings)).document
    assert isinstance(story, Explainer)
    assert story.language == language


# Markdown -----------------------------------------------------------------------------------------------------------


@every_language
def test_markdown_has_headings_in_the_language_of_the_story(language):
    story = make_story(language, headings={"deeper": "", "questions": "", "topics": ""})
    text = to_markdown(story)
    for code, marks in (("questions", "##"), ("topics", "##"), ("compared", "###")):
        assert f"{marks} {usual_heading(code, language)}" in text.splitlines()
    assert parse(text, format="markdown").document == story


@pytest.mark.parametrize("deeper", ["##", "###"])
@every_language
def test_markdown_without_front_matter_keeps_every_word(language, deeper):
    """Questions and topics are list items, under headings of the same level as section headings, or one level down."""
    story = make_story(language)
    parts = {usual_heading(code, language) for code in PARTS[1:]}
    known = {usual_heading(code, language) for code in (*SECTION_KINDS, PARTS[0])}
    lines = [
        f"{deeper} {line}" if line in parts else f"## {line}" if line in known else line
        for line in to_text(story).splitlines()
    ]
    imported = parse("\n".join(lines), format="markdown")
    assert imported.document.language == language
    assert len(imported.document.questions) == len(story.questions)
    assert len(imported.document.topics) == len(story.topics)
    assert words(to_text(imported.document)) == words(to_text(story))


def test_headings_of_the_first_level_may_be_section_headings():
    story = parse("# Qué ha pasado\n\nSe cerró.\n\n# Cronología\n\nFue ayer.\n", format="markdown").document
    assert story.headline == ""
    assert [section.kind for section in story.sections] == ["happened", "timeline"]


# Unknown headings ---------------------------------------------------------------------------------------------------


def test_an_unknown_heading_is_noted_with_its_line():
    text = "What's happened\nThe gate shut. Nobody was hurt.\nLes réactions\nIl y en a peu.\n\nEt maintenant ?\nOn verra.\n"
    notes = [note for note in parse(text).notes if note.code == "heading-unknown"]
    assert [(note.line, "Les réactions" in note.message) for note in notes] == [(3, True), (6, False)]


@pytest.mark.parametrize(
    "text",
    [
        "What's happened\nThe harbour office closed the north\nPier of Port Lisle on Monday.\nIt is shut.\n",
        "What's happened\nThe gate shut.\n\n-\nOne of nine\n\n-\nTwo of nine\n",
        "Timeline\n3 May\nThe gate shut.\nPort Lisle\nIt flooded.\n",
        "Go deeper\nCommon questions\n-\nWho pays\nThe city does.\nMore on these topics\n-\nKelmar\n-\nPort Lisle\n",
        "What's happened\nThe gate shut.\n\nthe rest of it\nIs known.\n",
        "What's happened\nThe gate shut.\n\nIt stayed so for a night and for all of the day after\nUntil noon.\n",
    ],
)
def test_broken_lines_items_and_names_are_not_headings(text):
    assert "heading-unknown" not in note_codes(parse(text))


@pytest.mark.parametrize("headline", ["", "Pourquoi la barrière est fermée"])
def test_a_text_read_as_a_question_page_gets_a_note(headline):
    text = "Que s’est-il passé ?\nLa porte s’est fermée.\nPourquoi maintenant ?\nElle était vieille.\n"
    imported = parse(text, headline=headline)
    assert isinstance(imported.document, QuestionPage)
    assert "question-page" in note_codes(imported)


def test_a_possible_story_heading_on_a_question_page_is_noted():
    text = "Que s’est-il passé ?\nLa porte s’est fermée.\n\nLes réactions\nIl y en a peu. C’est tout.\n"
    notes = [note.line for note in parse(text).notes if note.code == "heading-unknown"]
    assert notes == [4]


@every_language
def test_no_story_in_a_language_of_the_site_becomes_a_question_page(language):
    headings_as_questions = [
        f"{HEADINGS[language][code][0].strip('¿?؟')}{'؟' if language == 'ar' else '?'}"
        for code in SECTION_KINDS
        if code != "free"
    ]
    imported = parse("".join(f"{heading}\nAnsgar 3 Kelmar.\n" for heading in headings_as_questions))
    assert isinstance(imported.document, Explainer)
    assert "question-page" not in note_codes(imported)
