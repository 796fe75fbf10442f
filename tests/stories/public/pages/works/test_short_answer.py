"""The short answer of a question: its page, lists, copies and stories say the same words."""

from datetime import date

import pytest

from stories import drafts
from stories.documents.days import Validity, describe_validity, split_validity
from stories.documents.export import to_text
from stories.documents.parse import KnownNames, parse_file
from stories.drafts import revisions
from stories.imports.preserve_ids import preserve_ids
from stories.models import Citation
from stories.publishing import correct
from tests.factories import (
    make_article,
    make_published_question,
    make_published_story,
    make_question,
    make_story,
    make_user,
)

pytestmark = pytest.mark.django_db
WORDS = "The harbour office decides, once the pillar has been measured."
DAY = date(2026, 11, 9)


@pytest.mark.parametrize(
    "address",
    [
        "/questions/limits/",
        "/questions/",
        "/questions/limits.txt",
        "/questions/limits.json",
        "/api/v1/questions/limits",
        "/api/v1/questions",
        "/search/?q=harbour+office+decides",
    ],
)
def test_every_view_of_a_question_has_the_words_of_its_short_answer(client, address):
    make_published_question(slug="limits", short_answer=WORDS, short_answer_as_of=DAY)
    content = client.get(address).content.decode().replace("<mark>", "").replace("</mark>", "")
    assert WORDS in content


@pytest.mark.parametrize("address", ["/stories/pier/", "/feeds/stories.atom", "/feeds/stories.json"])
def test_a_story_and_its_feeds_answer_its_questions_in_the_same_words(client, address):
    faq = make_published_question(slug="limits", short_answer=WORDS, short_answer_as_of=DAY)
    make_published_story(slug="pier", questions=(faq,))
    content = client.get(address).content.decode()
    assert WORDS in content
    if address.startswith("/feeds"):
        assert "http://testserver/questions/limits/" in content


def test_the_page_says_on_which_day_the_short_answer_was_true_and_who_asks_the_question(client):
    faq = make_published_question(slug="limits", short_answer=WORDS, short_answer_as_of=DAY)
    page = client.get("/questions/limits/").content.decode()
    assert 'id="short-answer"' in page
    assert "True on" in page
    assert "Asked in" not in page
    assert page.index(WORDS) < page.index(faq.introduction)


def test_a_correction_of_the_short_answer_stands_between_it_and_the_introduction(client):
    editor = make_user()
    faq = make_published_question(by=editor, slug="limits", short_answer="The state decides on the limits.")
    faq.short_answer = "The harbour office decides on the limits."
    faq.save()
    revisions.record_revision(faq, by=editor)
    correct(faq, by=editor, was_wrong="The state decides on the limits.", is_right=faq.short_answer)
    page = client.get("/questions/limits/").content.decode()
    marks = ('id="short-answer"', 'class="correction"', f"<p>{faq.introduction}")
    short_answer, correction, introduction = map(page.index, marks)
    assert short_answer < correction < introduction


def test_a_question_without_a_short_answer_has_no_place_for_it(client):
    make_published_question(slug="limits")
    assert "Short answer" not in client.get("/questions/limits/").content.decode()


def test_a_story_without_its_own_teaser_has_the_short_answer_without_citations():
    faq = make_question(short_answer=f"{WORDS}[@1]", short_answer_as_of=DAY)
    Citation.objects.create(work=faq, article=make_article(), number=1)
    story = make_story(questions=(faq,))
    assert drafts.build_document(story).questions[0].teaser == WORDS
    story.story_questions.update(teaser="Who decides.")
    assert drafts.build_document(story).questions[0].teaser == "Who decides."


def test_the_introduction_as_a_teaser_has_no_citations():
    question = make_question(introduction="The city pays [@1]. The port [@2] does not.[@12]")
    (asked,) = drafts.build_document(make_story(questions=(question,))).questions
    assert asked.teaser == "The city pays. The port does not."


def test_a_story_does_not_answer_a_question_that_is_not_known_yet():
    question = make_question(short_answer=WORDS, introduction="Nobody has measured it.", answer_state="open")
    (asked,) = drafts.build_document(make_story(questions=(question,))).questions
    assert asked.teaser == "Nobody has measured it."


def test_a_restored_story_still_uses_the_short_answer():
    faq = make_question(short_answer=WORDS)
    story = make_story(questions=(faq,))
    drafts.restore(story, drafts.build_document(story))
    assert story.story_questions.get().teaser == ""


@pytest.mark.parametrize("language", ["en", "de", "es", "ar"])
def test_plain_text_has_the_short_answer_with_its_day_in_the_language_of_the_page(language):
    faq = make_question(short_answer=WORDS, short_answer_as_of=DAY, language=language)
    page = drafts.build_document(faq)
    text = to_text(page)
    imported = parse_file(text.encode(), KnownNames(), format="text").imported.document
    assert (imported.short_answer, imported.short_answer_as_of) == (WORDS, DAY)
    assert imported.language == language
    assert to_text(imported) == text


def test_an_imported_text_with_the_same_words_leaves_the_citations_of_the_short_answer():
    faq = make_question(short_answer=f"{WORDS}[@1]", short_answer_as_of=DAY)
    Citation.objects.create(work=faq, article=make_article(), number=1)
    page = drafts.build_document(faq)
    imported = parse_file(to_text(page).encode(), KnownNames(), format="text").imported.document
    assert preserve_ids(imported, page).short_answer == page.short_answer
    assert preserve_ids(imported.changed(short_answer=""), page).short_answer == page.short_answer
    assert preserve_ids(imported.changed(short_answer="The state."), page).short_answer == "The state."


def test_brackets_that_are_not_a_day_belong_to_the_words():
    assert split_validity("It closed (as of old)") == ("It closed (as of old)", Validity())
    words = f"It closed {describe_validity(DAY, None, 'de')}"
    assert split_validity(words) == ("It closed", Validity(as_of=DAY))
