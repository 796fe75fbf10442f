"""The texts of the demonstration are complete and cite sources; no sentence is repeated, and no outlet is real."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from urllib.parse import urlsplit

from newsroom.outlets.initial_outlets import load_initial_outlets
from newsroom.text.fold import fold
from stories import checks
from stories.demo import documents, files
from stories.demo.documents import uid_of
from stories.documents import AnyDocument, Explainer, QuestionPage, upgrade
from stories.documents.schema.forecasts import STATES
from tests.loops import for_each

TODAY = date(2031, 3, 20)
STORY_DATA = files.load_stories(TODAY)
STORIES = {key: documents.build_explainer(key, today=TODAY) for key in STORY_DATA}
QUESTIONS = documents.build_questions(TODAY)
ALL: dict[str, AnyDocument] = {**STORIES, **QUESTIONS}
PUBLISHED = [key for key, story in STORY_DATA.items() if story.state in {"live", "changed", "withdrawn"}]
every_story = for_each(STORIES)
every_question = for_each(QUESTIONS)
every_document = for_each(ALL)

CITATION = re.compile(r"\[@(\d+)\]")
LINK = re.compile(r"\[([^\]@]*)\]\((story|question|topic|picture):([0-9a-f-]{36})\)")


_TABLE = re.compile(r"^(?:Table:|Source:|\|).*$", re.MULTILINE)


def count_words(text: str) -> int:
    return len(text.split())


def iter_texts(document: AnyDocument) -> Iterator[str]:
    """Yield the main texts of the document, field by field."""
    if isinstance(document, Explainer):
        yield from (document.headline, document.standfirst, document.method_note)
        yield from (section.text for section in document.sections)
        yield from (passage.text for passage in document.passages)
        for picture in (document.lead_picture, *document.pictures):
            if picture:
                yield from (picture.alt, picture.caption)
    else:
        yield from (document.question, document.introduction)
        for answer in document.answers:
            yield from (answer.question, answer.text)
    yield from (topic.description for topic in document.topics)


def iter_sentences(text: str) -> list[str]:
    plain = LINK.sub(r"\1", CITATION.sub("", text))
    return [sentence for sentence in re.split(r"(?<=[.?!؟:;])[”»]?\s+|\n", plain) if count_words(sentence) > 1]


def test_there_are_at_least_twelve_explainers_and_twenty_questions():
    assert len(STORIES) >= 12
    assert len(QUESTIONS) >= 20
    assert sum(language == "ar" for language in (story.language for story in STORIES.values())) == 1


def test_there_are_topics_of_all_kinds_and_enough_outlets():
    assert len(files.load_topics()) >= 8
    assert {topic.kind for topic in files.load_topics().values()} == {
        "person",
        "organisation",
        "place",
        "event",
        "subject",
    }
    assert len(files.load_outlets()) >= 6
    assert all(outlet.owner and outlet.country and outlet.description for outlet in files.load_outlets().values())


def test_there_is_a_story_in_each_state():
    states = Counter(story.state for story in STORY_DATA.values())
    assert set(states) == {"live", "changed", "withdrawn", "draft", "binned"}
    changes = {edition.change for story in STORY_DATA.values() for edition in story.editions}
    assert changes == {"update", "correction", "minor"}
    unconfirmed = [story for story in STORY_DATA.values() if story.proposed_topics and not story.headline_confirmed]
    assert len(unconfirmed) == 1
    assert any(passage.proposed_outlets for passage in unconfirmed[0].passages)


@every_document
def test_a_document_is_valid_and_reads_back_the_same(key):
    assert upgrade(ALL[key].body()) == ALL[key]


@for_each([*PUBLISHED, *QUESTIONS])
def test_published_documents_pass_every_check(key):
    assert checks.run_checks(ALL[key], checks.CheckContext()) == ()


@every_story
def test_the_required_sections_have_the_expected_lengths(key):
    story = STORIES[key]
    lengths = {section.kind: count_words(_TABLE.sub("", section.text)) for section in story.sections}
    assert 40 <= lengths["happened"] <= 60
    assert 90 <= lengths["behind"] <= 160
    assert 60 <= lengths["background"] <= 110
    assert "papers" in lengths
    assert 90 <= sum(count_words(passage.text) for passage in story.passages) <= 140


@every_story
def test_passages_name_one_outlet_several_outlets_and_none(key):
    passages_by_outlet_count = Counter(min(2, len(passage.outlets)) for passage in STORIES[key].passages)
    assert passages_by_outlet_count[0] >= 1
    assert passages_by_outlet_count[1] >= 1
    assert passages_by_outlet_count[2] >= 1


@every_story
def test_a_passage_names_its_outlets_and_cites_their_articles(key):
    story = STORIES[key]
    cited = {citation.number: citation.outlet for citation in story.citations}
    for passage in story.passages:
        assert {cited[number] for number in passage.sources} == set(passage.outlets)
        if story.language == "en":
            assert [outlet.name for outlet in passage.outlets if outlet.name not in passage.text] == []


@every_question
def test_a_question_page_has_four_to_six_answers_with_as_of_dates(key):
    page = QUESTIONS[key]
    if page.open_since is None:
        assert 4 <= len(page.answers) <= 6
    assert page.question.endswith(("?", "؟"))
    assert 25 <= count_words(page.introduction) <= 60
    for answer in page.answers:
        assert answer.question.endswith(("?", "؟"))
        assert 30 <= count_words(answer.text) <= 65
        assert answer.as_of is not None


def test_every_question_page_belongs_to_a_story():
    assert {asked.uid for story in STORIES.values() for asked in story.questions} == {
        page.uid for page in QUESTIONS.values()
    }


def test_no_sentence_is_repeated():
    keys_by_sentence = defaultdict(list)
    for key, document in ALL.items():
        for text in iter_texts(document):
            for sentence in iter_sentences(text):
                keys_by_sentence[fold(sentence)].append(key)
    for kind, described_entities in (("topic", files.load_topics()), ("outlet", files.load_outlets())):
        for key, entity in described_entities.items():
            for sentence in iter_sentences(entity.description):
                keys_by_sentence[fold(sentence)].append(f"{kind} {key}")
    for page in files.load_about_pages():
        for sentence in iter_sentences(page.text):
            keys_by_sentence[fold(sentence)].append(page.slug)
    assert len(keys_by_sentence) > 800
    assert {sentence: keys for sentence, keys in keys_by_sentence.items() if len(keys) > 1} == {}


@every_document
def test_every_citation_has_a_source_and_every_source_is_cited(key):
    document = ALL[key]
    used = {int(number) for text in iter_texts(document) for number in CITATION.findall(text)}
    if isinstance(document, Explainer):
        used |= {number for passage in document.passages for number in passage.sources}
    assert used == {citation.number for citation in document.citations}


@every_document
def test_every_source_has_an_address_a_title_and_a_date(key):
    for citation in ALL[key].citations:
        address = urlsplit(citation.url)
        assert address.scheme == "https"
        assert address.hostname is not None
        assert address.hostname.endswith(".example")
        assert citation.title
        assert citation.published_on is not None


def test_every_link_leads_to_a_part_of_the_demonstration():
    known_uids = {
        "story": {story.uid for story in STORIES.values()},
        "question": {page.uid for page in QUESTIONS.values()},
        "topic": {uid_of("topic", key) for key in files.load_topics()},
        "picture": {picture.uid for story in STORIES.values() for picture in story.pictures},
    }
    links = [link for document in ALL.values() for text in iter_texts(document) for link in LINK.findall(text)]
    assert {kind for _, kind, _ in links} == {"story", "question", "topic", "picture"}
    assert [link for link in links if link[2] not in {str(uid) for uid in known_uids[link[1]]}] == []


@every_document
def test_quotation_marks_are_typographic_and_paired(key):
    for text in iter_texts(ALL[key]):
        assert text.count("“") == text.count("”"), text
        assert '"' not in text, text
        assert not re.search(r"\w'\w", text), text


@every_document
def test_no_text_uses_relative_dates(key):
    relative = re.compile(r"\b(?:today|yesterday|tomorrow|tonight|(?:last|next) week|at the moment|currently)\b", re.I)
    assert [text for text in iter_texts(ALL[key]) if relative.search(text)] == []


@every_story
def test_every_picture_has_alternative_text_a_caption_and_a_credit(key):
    story = STORY_DATA[key]
    assert story.picture or story.state == "draft"
    for picture in (story.picture, *story.pictures):
        if picture:
            assert picture.drawing in files.list_pictures()
            assert picture.alt
            assert picture.caption
            assert picture.credit


def test_every_picture_is_used_in_a_story():
    placed_pictures = [
        picture for story in STORY_DATA.values() for picture in (story.picture, *story.pictures) if picture
    ]
    assert {picture.drawing for picture in placed_pictures} == set(files.list_pictures())


def test_every_optional_section_occurs_in_a_published_story():
    kinds = {section.kind for key in PUBLISHED for section in STORIES[key].sections}
    assert kinds >= {"timeline", "people", "unknowns", "next"}


def test_no_invented_outlet_has_the_name_of_a_real_one():
    real = {fold(name) for outlet in load_initial_outlets() for name in (outlet.name, *outlet.aliases)}
    invented = {fold(name) for outlet in files.load_outlets().values() for name in (outlet.name, *outlet.aliases)}
    assert real & invented == set()


def test_no_two_outlets_or_topics_share_a_name():
    for entities in (files.load_outlets().values(), files.load_topics().values()):
        names = [fold(name) for entity in entities for name in {fold(name) for name in (entity.name, *entity.aliases)}]
        assert [name for name, count in Counter(names).items() if count > 1] == []


def test_the_last_edition_is_the_complete_story_unless_it_has_unpublished_changes():
    for story in STORY_DATA.values():
        if story.editions:
            assert (story.editions[-1].omitted_sections != ()) == (story.state == "changed")
            assert not story.editions[-1].replacements
        assert bool(story.editions) == (story.state in {"live", "changed", "withdrawn"})
        assert all(edition.note or edition.change == "minor" for edition in story.editions[1:])
        assert bool(story.notice) == (story.state == "withdrawn")


def test_three_stories_compare_outlets_and_questions_are_open_answered_in_part_and_expired():
    assert len([key for key in PUBLISHED if isinstance(story := STORIES[key], Explainer) and story.claims]) >= 3
    pages = [page for page in QUESTIONS.values() if isinstance(page, QuestionPage)]
    assert {"open", "partly"} <= {page.state for page in pages}
    last_days = [
        [page.short_answer_expires_on, *(answer.expires_on for answer in page.answers)]
        for page in pages
        if page.state == "answered"
    ]
    assert [page for page in last_days if any(day and day < TODAY for day in page)]


def test_there_are_forecasts_of_each_state_and_one_past_its_day():
    forecasts = [each for key in PUBLISHED for each in STORIES[key].forecasts]
    assert {each.state for each in forecasts} == set(STATES)
    assert [each for each in forecasts if each.state == "open" and each.due_on < TODAY]
    assert [each for each in forecasts if each.state == "open" and each.due_on > TODAY]
    assert all(each.decided_on <= TODAY for each in forecasts if each.state != "open")
