"""Match an imported text against the questions and stories of this site."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from newsroom.text.fold import fold
from newsroom.text.plain import plain_text
from stories.documents import AskedQuestion, Explainer, QuestionPage
from stories.documents.parse import Note
from stories.documents.parse.text.questions import fold_question
from stories.models import FAQ, Section, Story, StoryQuestion, Work, WorkTopic


@dataclass(slots=True)
class _Known:
    """A question of this site, with the teasers and topics of the stories that ask it."""

    uid: UUID
    question: str
    texts: set[str]
    topics: set[UUID]


def match_questions(story: Explainer, source: str) -> tuple[Explainer, list[Note]]:
    """Return the story with the uids of questions that this site has, and notes on questions that only look the same.

    A question is the same if it has the same words, and the same introduction or a confirmed topic in common. A page
    that was imported without its question is the same if the introduction is. ``source`` is the text of the story,
    which gives the notes their lines.
    """
    if not story.questions:
        return story, []
    known = _known({"", *(fold_question(asked.question) for asked in story.questions)})
    topics = {topic.topic for topic in story.topics if topic.topic}
    notes: list[Note] = []
    asked_now: list[AskedQuestion] = []
    taken: set[UUID] = set()
    for asked in story.questions:
        alike = [one for one in known if fold_question(one.question) == fold_question(asked.question)]
        text = _folded_text(asked.teaser)
        free = [one for one in known if one.uid not in taken]
        same = next((one for one in free if one in alike and (_has(one, text) or topics & one.topics)), None)
        same = same or next((one for one in free if not one.question and _has(one, text)), None)
        if same:
            taken.add(same.uid)
            asked_now.append(asked.model_copy(update={"uid": same.uid}))
            continue
        asked_now.append(asked)
        if alike:
            notes.append(
                Note(
                    _line_of(asked.question, source),
                    "question-similar",
                    f"“{asked.question}” is asked elsewhere with another introduction. It comes in as a question of its own.",
                )
            )
    return story.changed(questions=tuple(asked_now)), notes


def _has(known: _Known, text: str) -> bool:
    return bool(text) and text in known.texts


def copy_topics(asked: Iterable[tuple[Work, Work]]) -> None:
    """Give each new question the topics of the story with which it came; ``asked`` holds pairs of both."""
    pairs = list(asked)
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
    """Return the question whose introduction or teaser is the page's introduction.

    Return None unless there is exactly one.
    """
    wanted = _folded_text(page.introduction)
    if not wanted:
        return None
    found: dict[int, FAQ] = {}
    for faq in FAQ.objects.filter(binned_at=None).exclude(introduction=""):
        if _folded_text(faq.introduction) == wanted:
            found[faq.pk] = faq
    for row in StoryQuestion.objects.filter(faq__binned_at=None).exclude(teaser="").select_related("faq"):
        if _folded_text(row.teaser) == wanted:
            found[row.faq_id] = row.faq
    return next(iter(found.values())) if len(found) == 1 else None


def _known(wanted: set[str]) -> list[_Known]:
    found: dict[int, _Known] = {}
    for pk, uid, question, introduction in _asked():
        if fold_question(question) in wanted:
            one = found.setdefault(pk, _Known(uid, question, set(), set()))
            one.texts.add(_folded_text(introduction))
    stories = StoryQuestion.objects.filter(faq__in=found)
    for faq, teaser in stories.values_list("faq", "teaser"):
        found[faq].texts.add(_folded_text(teaser))
    topics = WorkTopic.objects.exclude(topic=None)
    for faq, topic in topics.filter(work__story__story_questions__faq__in=found).values_list(
        "work__story__story_questions__faq", "topic__uid"
    ):
        if faq in found:
            found[faq].topics.add(topic)
    for faq, topic in topics.filter(work__in=found).values_list("work", "topic__uid"):
        found[faq].topics.add(topic)
    return list(found.values())


def _asked() -> Iterator[tuple[int, UUID, str, str]]:
    faqs = FAQ.objects.filter(binned_at=None)
    yield from faqs.values_list("pk", "uid", "question", "introduction").iterator()
    worded = StoryQuestion.objects.filter(faq__binned_at=None).exclude(wording="")
    yield from worded.values_list("faq", "faq__uid", "wording", "teaser").iterator()


def _folded_text(markdown: str) -> str:
    return fold(plain_text(markdown))


def _line_of(question: str, source: str) -> int:
    """Return the line of the source that contains a question, or 1."""
    place = source.find(question)
    return source.count("\n", 0, place) + 1 if place >= 0 else 1


_WORD = re.compile(r"\w{4,}")
_NEAR = 0.5
_SEARCHED = 500


def find_similar_story(story: Explainer) -> Story | None:
    """Return the most similar story, or None.

    The first text of both must share at least half of all their words of four or more letters. Only the 500 sections of
    the same kind in the newest stories are compared.
    """
    first = next((section for section in story.sections if section.text), None)
    if first is None:
        return None
    wanted = _words(first.text)
    rows = Section.objects.filter(kind=first.kind, story__binned_at=None).select_related("story").order_by("-story_id")
    best: tuple[float, Story] | None = None
    for row in rows[:_SEARCHED]:
        words = _words(row.text)
        shared = len(wanted & words) / (len(wanted | words) or 1)
        if shared >= _NEAR and (best is None or shared > best[0]):
            best = shared, row.story
    return best[1] if best else None


def _words(markdown: str) -> frozenset[str]:
    return frozenset(_WORD.findall(fold(plain_text(markdown))))
