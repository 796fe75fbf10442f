"""Round trips of the demonstration's documents through JSON, Markdown and plain text."""

from datetime import date

from newsroom.text.fold import fold
from newsroom.text.plain import plain_text
from stories.demo import documents, files
from stories.demo.documents import uid_of
from stories.documents import Explainer, NamedOutlet, QuestionPage
from stories.documents.export import to_json, to_markdown, to_text
from stories.documents.parse import KnownNames, parse_file
from tests.loops import for_each

TODAY = date(2031, 3, 20)
QUESTIONS = documents.build_questions(TODAY)
ALL = {**{key: documents.build_explainer(key, today=TODAY) for key in files.load_stories(TODAY)}, **QUESTIONS}
KNOWN = KnownNames(
    outlets={
        fold(name): NamedOutlet(uid=uid_of("outlet", key), name=outlet.name)
        for key, outlet in files.load_outlets().items()
        for name in (outlet.name, *outlet.aliases)
    }
)
STORIES = {key: document for key, document in ALL.items() if isinstance(document, Explainer)}
ENGLISH_STORIES = [key for key, story in STORIES.items() if story.language == "en"]


@for_each(ALL)
def test_a_document_survives_a_json_round_trip(key):
    assert parse_file(to_json(ALL[key]).encode(), KNOWN, format="json").imported.document == ALL[key]


@for_each(ALL)
def test_a_document_survives_a_markdown_round_trip(key):
    assert parse_file(to_markdown(ALL[key]).encode(), KNOWN, format="markdown").imported.document == ALL[key]


def summarise_text(story: Explainer) -> dict[str, object]:
    """Return what plain text can express of a story: its language, headings and words, without list marks."""
    return {
        "language": story.language,
        "standfirst": plain_text(story.standfirst).split(),
        "sections": [(each.kind, each.heading, plain_text(each.text).split()) for each in story.sections],
        "coverage": [word for passage in story.passages for word in plain_text(passage.text).split()],
        "questions": [(each.question, plain_text(each.teaser).split()) for each in story.questions],
        "topics": [plain_text(topic.description or topic.name).split() for topic in story.topics],
        "headings": story.headings if story.questions and story.topics else None,
    }


def test_the_demonstration_has_stories_in_four_languages():
    assert {story.language for story in STORIES.values()} == {"en", "de", "es", "ar"}


@for_each(STORIES)
def test_a_story_survives_a_text_round_trip(key):
    """The language and the words of each part are the same, in the same order."""
    text = to_text(STORIES[key])
    file = parse_file(text.encode(), KNOWN)
    parsed = file.imported.document
    assert file.format == "text"
    assert isinstance(parsed, Explainer)
    assert summarise_text(parsed) == summarise_text(STORIES[key])
    assert to_text(parsed).split() == text.split()
    note_codes = {note.code for note in file.imported.notes}
    assert note_codes <= {"headline-missing", "topic-proposed", "outlet-proposed", "owner-unclear"}


@for_each(QUESTIONS)
def test_a_question_page_keeps_its_words_in_a_text_round_trip(key):
    text = to_text(ALL[key])
    page = parse_file(text.encode(), KNOWN).imported.document
    assert isinstance(page, QuestionPage)
    assert to_text(page).split() == text.split()
    assert [answer.question for answer in page.answers] == [answer.question for answer in QUESTIONS[key].answers]


@for_each(ENGLISH_STORIES)
def test_passages_keep_their_outlets_in_a_text_round_trip(key):
    document = parse_file(to_text(ALL[key]).encode(), KNOWN, format="text").imported.document
    assert [[outlet.name for outlet in passage.outlets] for passage in document.passages] == [
        [outlet.name for outlet in passage.outlets] for passage in ALL[key].passages
    ]
