"""Plain text and Markdown keep their parts in every language of the site, and what is not read is told."""

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
from tests.stories.documents.parse.speaking import PARTS, explainers, page_in, story_in

every_language = pytest.mark.parametrize("language", ["en", *LANGUAGES])


def read(text: str, *, format: str = "text", headline: str = "") -> ParsedDocument:
    return parse_file(text.encode(), KnownNames(), format=format, headline=headline).imported


def words(text: str) -> list[str]:
    """Return the words of a text, without the marks of list items: in Markdown some stand elsewhere."""
    return [word for word in text.split() if word != "-"]


def codes_of(imported: ParsedDocument) -> list[str]:
    return [note.code for note in imported.notes]


# What is declared ---------------------------------------------------------------------------------------------------


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
def test_pages_and_exports_call_a_part_the_same(language):
    with override(language):
        words = {
            "questions": gettext("Common questions"),
            "topics": gettext("More on these topics"),
            "compared": gettext("We compared"),
            "papers": gettext("What the papers say"),
        }
    assert {code: usual_heading(code, language) for code in words} == words


@pytest.mark.parametrize("language", ["fr", "pt-BR", "zh-Hant"])
def test_a_language_without_headings_has_the_english_ones(language):
    assert usual_heading("happened", language) == "What’s happened"
    assert usual_heading("happened", "de-AT") == "Was geschehen ist"


# How they are typed -------------------------------------------------------------------------------------------------


@every_language
def test_a_heading_is_known_however_it_is_typed(language):
    for code in (*SECTION_KINDS, *PARTS):
        for heading in HEADINGS[language].get(code, ()):
            forms = typed(heading.strip("¿?؟"))
            assert {form: find_part_code(form) for form in forms} == dict.fromkeys(forms, code)


def typed(bare: str) -> list[str]:
    """Return a heading as people type it."""
    plain = bare.translate(str.maketrans("’áéíóúñäöüأإى", "'aeiounaouااي")).replace("ّ", "")
    return [
        bare, plain, bare.upper(), f"{bare}:", f"{bare} :", f"{bare}?", f"¿{bare}?", f"{bare}؟", f"«{bare}»", f"„{bare}“",
        f"{bare}.", f"## {bare}", f"### {bare}?", f"## {bare} ##", f"**{bare}**", f"**{bare}:**", f"**{bare}**:",
        f"## **{bare}**", f"__{bare}__",
    ]  # fmt: skip


def test_marks_of_markdown_are_no_part_of_a_heading():
    story = read("## **Was geschehen ist:**\nDas Tor schloss.\n# Wie es dazu kam #\nEs war alt.\n").document
    assert [section.heading for section in story.sections] == ["Was geschehen ist:", "Wie es dazu kam"]


@every_language
def test_an_item_of_a_list_is_no_heading(language):
    heading = usual_heading("timeline", language)
    story = read(f"{usual_heading('happened', language)}\nIt closed.\n\n- {heading}\n").document
    assert [section.kind for section in story.sections] == ["happened"]


# Out and in again ---------------------------------------------------------------------------------------------------


@given(explainers())
def test_a_story_comes_back_from_text_with_its_parts_and_the_same_words_in_the_same_order(story):
    text = to_text(story)
    back = read(text).document
    assert isinstance(back, Explainer)
    assert to_text(back).split() == text.split()
    assert back.language == story.language
    assert [section.kind for section in back.sections] == [section.kind for section in story.sections]
    assert [plain_text(section.text).split() for section in back.sections] == [
        plain_text(section.text).split() for section in story.sections
    ]
    assert [asked.question for asked in back.questions] == [asked.question for asked in story.questions]
    assert [plain_text(topic.description) for topic in back.topics] == [
        plain_text(topic.description) for topic in story.topics
    ]


@every_language
def test_headings_that_nobody_wrote_go_out_in_the_language_of_the_story(language):
    lines = to_text(story_in(language)).splitlines()
    wanted = [usual_heading(code, language) for code in (*SECTION_KINDS, *PARTS) if code != "free"]
    assert [line for line in lines if line in wanted] == wanted


@every_language
def test_a_question_page_comes_back_with_the_same_words(language):
    text = to_text(page_in(language))
    assert usual_heading("topics", language) in text.splitlines()
    imported = read(text)
    assert isinstance(imported.document, QuestionPage)
    assert to_text(imported.document).split() == text.split()
    assert imported.document.language == language


def test_a_text_may_have_the_headings_of_another_language():
    story = read("What's happened\nDas Tor schloss am Montag.\nHow we got here\nEs war alt.\n").document
    assert [(section.kind, section.heading) for section in story.sections] == [
        ("happened", "What's happened"),
        ("background", "How we got here"),
    ]


@st.composite
def headings_of(draw: st.DrawFn) -> list[str]:
    language = draw(st.sampled_from(sorted(HEADINGS)))
    codes = draw(st.lists(st.sampled_from([code for code in SECTION_KINDS if code != "free"]), min_size=1, unique=True))
    return [language, *(draw(st.sampled_from(HEADINGS[language][code])) for code in codes)]


@given(headings_of())
def test_a_story_is_in_the_language_of_its_headings(drawn):
    language, *headings = drawn
    story = read("".join(f"{heading}\nAnsgar 3 Kelmar.\n" for heading in headings)).document
    assert isinstance(story, Explainer)
    assert story.language == language


# Markdown -----------------------------------------------------------------------------------------------------------


@every_language
def test_markdown_has_its_headings_in_the_language_of_the_story(language):
    story = story_in(language, headings={"deeper": "", "questions": "", "topics": ""})
    text = to_markdown(story)
    for code, marks in (("questions", "##"), ("topics", "##"), ("compared", "###")):
        assert f"{marks} {usual_heading(code, language)}" in text.splitlines()
    assert read(text, format="markdown").document == story


@pytest.mark.parametrize("deeper", ["##", "###"])
@every_language
def test_markdown_without_front_matter_keeps_every_word(language, deeper):
    """What stands under a heading that is known is asked or told there, as list items or under headings of its own."""
    story = story_in(language)
    parts = {usual_heading(code, language) for code in PARTS[1:]}
    known = {usual_heading(code, language) for code in (*SECTION_KINDS, PARTS[0])}
    lines = [
        f"{deeper} {line}" if line in parts else f"## {line}" if line in known else line
        for line in to_text(story).splitlines()
    ]
    imported = read("\n".join(lines), format="markdown")
    assert imported.document.language == language
    assert len(imported.document.questions) == len(story.questions)
    assert len(imported.document.topics) == len(story.topics)
    assert words(to_text(imported.document)) == words(to_text(story))


def test_headings_of_the_first_level_are_those_of_parts_too():
    story = read("# Qué ha pasado\n\nSe cerró.\n\n# Cronología\n\nFue ayer.\n", format="markdown").document
    assert story.headline == ""
    assert [section.kind for section in story.sections] == ["happened", "timeline"]


# What is not read ---------------------------------------------------------------------------------------------------


def test_a_heading_that_is_not_known_is_told_with_its_line():
    text = "What's happened\nThe gate shut. Nobody was hurt.\nLes réactions\nIl y en a peu.\n\nEt maintenant ?\nOn verra.\n"
    notes = [note for note in read(text).notes if note.code == "heading-unknown"]
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
def test_broken_lines_items_and_names_are_no_headings(text):
    assert "heading-unknown" not in codes_of(read(text))


@pytest.mark.parametrize("headline", ["", "Pourquoi la barrière est fermée"])
def test_a_text_that_is_read_as_a_question_page_is_told_to_be_one(headline):
    text = "Que s’est-il passé ?\nLa porte s’est fermée.\nPourquoi maintenant ?\nElle était vieille.\n"
    imported = read(text, headline=headline)
    assert isinstance(imported.document, QuestionPage)
    assert "question-page" in codes_of(imported)


def test_what_looks_like_the_heading_of_a_story_on_a_question_page_is_told():
    text = "Que s’est-il passé ?\nLa porte s’est fermée.\n\nLes réactions\nIl y en a peu. C’est tout.\n"
    notes = [note.line for note in read(text).notes if note.code == "heading-unknown"]
    assert notes == [4]


@every_language
def test_no_story_in_a_language_of_the_site_becomes_a_question_page(language):
    asked = [
        f"{HEADINGS[language][code][0].strip('¿?؟')}{'؟' if language == 'ar' else '?'}"
        for code in SECTION_KINDS
        if code != "free"
    ]
    imported = read("".join(f"{heading}\nAnsgar 3 Kelmar.\n" for heading in asked))
    assert isinstance(imported.document, Explainer)
    assert "question-page" not in codes_of(imported)
