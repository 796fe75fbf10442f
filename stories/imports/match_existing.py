"""Match an imported text against the questions and stories of the site."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from newsroom.text.fold import fold, fold_wording
from newsroom.text.plain import plain_text
from stories.documents import AskedQuestion, Explainer, QuestionPage
from stories.documents.parse import Note
from stories.models import FAQ, Section, Story, StoryQuestion, Work, WorkTopic


@dataclass(slots=True)
class _KnownQuestion:
    """An existing question. ``texts`` and ``topics`` include the teasers and topics of the stories that ask it."""

    uid: UUID
    question: str
    texts: set[str]
    topics: set[UUID]


def match_questions(story: Explainer, source: str) -> tuple[Explainer, list[Note]]:
    """Return the story with the uids of existing questions, and notes on questions that share only the wording of one.

    Two questions are the same if they have the same wording, and also the same introduction or a confirmed topic in
    common. For a page that was imported without its question, the introduction alone decides. ``source`` is the text of
    the story, which provides the line numbers of the notes.
    """
    if not story.questions:
        return story, []
    known = _load_known_questions({"", *(fold_wording(question.question) for question in story.questions)})
    topics = {topic.topic for topic in story.topics if topic.topic}
    notes: list[Note] = []
    questions: list[AskedQuestion] = []
    matched: set[UUID] = set()
    for question in story.questions:
        same_wording = [
            candidate for candidate in known if fold_wording(candidate.question) == fold_wording(question.question)
        ]
        text = _folded_text(question.teaser)
        unmatched = [candidate for candidate in known if candidate.uid not in matched]
        same = next(
            (
                candidate
                for candidate in unmatched
                if candidate in same_wording and (_has_text(candidate, text) or topics & candidate.topics)
            ),
            None,
        )
        same = same or next(
            (candidate for candidate in unmatched if not candidate.question and _has_text(candidate, text)), None
        )
        if same:
            matched.add(same.uid)
            questions.append(question.model_copy(update={"uid": same.uid}))
            continue
        questions.append(question)
        if same_wording:
            notes.append(
                Note(
                    _find_line(question.question, source),
                    "question-similar",
                    f"“{question.question}” exists with another introduction. This will become a separate question.",
                )
            )
    return story.changed(questions=tuple(questions)), notes


def _has_text(known: _KnownQuestion, text: str) -> bool:
    return bool(text) and text in known.texts


def copy_topics(questions_with_stories: Iterable[tuple[Work, Work]]) -> None:
    """Copy the topics of stories to new questions; ``questions_with_stories`` yields each question with its story."""
    pairs = list(questions_with_stories)
    rows = WorkTopic.objects.filter(work__in={story.pk for _, story in pairs}) if pairs else ()
    WorkTopic.objects.bulk_create(
        WorkTopic(
            work_id=question.pk,
            topic_id=row.topic_id,
            proposed_name=row.proposed_name,
            description=row.description,
            explain=row.explain,
            position=row.position,
        )
        for question, story in pairs
        for row in rows
        if row.work_id == story.pk
    )


def find_question_by_introduction(page: QuestionPage) -> FAQ | None:
    """Return the question that has the page's introduction as its introduction or as a teaser.

    Return None unless exactly one question has it. Questions in the trash are not considered.
    """
    introduction = _folded_text(page.introduction)
    if not introduction:
        return None
    matches: dict[int, FAQ] = {}
    for faq in FAQ.objects.filter(binned_at=None).exclude(introduction=""):
        if _folded_text(faq.introduction) == introduction:
            matches[faq.pk] = faq
    for row in StoryQuestion.objects.filter(faq__binned_at=None).exclude(teaser="").select_related("faq"):
        if _folded_text(row.teaser) == introduction:
            matches[row.faq_id] = row.faq
    return next(iter(matches.values())) if len(matches) == 1 else None


def _load_known_questions(folded_questions: set[str]) -> list[_KnownQuestion]:
    questions: dict[int, _KnownQuestion] = {}
    for pk, uid, question, introduction in _iter_wordings():
        if fold_wording(question) in folded_questions:
            known_question = questions.setdefault(pk, _KnownQuestion(uid, question, set(), set()))
            known_question.texts.add(_folded_text(introduction))
    stories = StoryQuestion.objects.filter(faq__in=questions)
    for faq, teaser in stories.values_list("faq", "teaser"):
        questions[faq].texts.add(_folded_text(teaser))
    topics = WorkTopic.objects.exclude(topic=None)
    for faq, topic in topics.filter(work__story__story_questions__faq__in=questions).values_list(
        "work__story__story_questions__faq", "topic__uid"
    ):
        if faq in questions:
            questions[faq].topics.add(topic)
    for faq, topic in topics.filter(work__in=questions).values_list("work", "topic__uid"):
        questions[faq].topics.add(topic)
    return list(questions.values())


def _iter_wordings() -> Iterator[tuple[int, UUID, str, str]]:
    faqs = FAQ.objects.filter(binned_at=None)
    yield from faqs.values_list("pk", "uid", "question", "introduction").iterator()
    with_wording = StoryQuestion.objects.filter(faq__binned_at=None).exclude(wording="")
    yield from with_wording.values_list("faq", "faq__uid", "wording", "teaser").iterator()


def _folded_text(markdown: str) -> str:
    return fold(plain_text(markdown))


def _find_line(question: str, source: str) -> int:
    """Return the number of the line in the source that contains the question, or 1 if no line does."""
    place = source.find(question)
    return source.count("\n", 0, place) + 1 if place >= 0 else 1


_WORD = re.compile(r"\w{4,}")
_MIN_SIMILARITY = 0.5
_MAX_SECTIONS = 500


def find_similar_story(story: Explainer) -> Story | None:
    """Return the story with the section that is most similar to the first section with a text in ``story``, or None.

    Only words of at least four characters count. The two sections must share at least half of their distinct words.
    Only sections of the same kind in the newest stories outside the trash are compared, at most ``_MAX_SECTIONS``.
    """
    first = next((section for section in story.sections if section.text), None)
    if first is None:
        return None
    words_of_story = _words(first.text)
    rows = Section.objects.filter(kind=first.kind, story__binned_at=None).select_related("story").order_by("-story_id")
    most_similar: tuple[float, Story] | None = None
    for row in rows[:_MAX_SECTIONS]:
        words = _words(row.text)
        similarity = len(words_of_story & words) / (len(words_of_story | words) or 1)
        if similarity >= _MIN_SIMILARITY and (most_similar is None or similarity > most_similar[0]):
            most_similar = similarity, row.story
    return most_similar[1] if most_similar else None


def _words(markdown: str) -> frozenset[str]:
    return frozenset(_WORD.findall(fold(plain_text(markdown))))
